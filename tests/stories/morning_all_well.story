A morning like any other
========================
She makes her coffee at a quarter past eight: the morning is in order, and nobody hears anything of it. The next day she
was up at half past six only, before the hours that count, and the hub asks at ten.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:00     nothing
          -> the next alert would be at 10:10

08:15     somebody walks through "cuisine"
          -> nobody gets anything

10:00     nothing
          -> nobody gets anything
          -> the voice says nothing
          -> the state is ok

06:30     somebody walks through "cuisine"
          -> the next alert would be at 10:10

10:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"
