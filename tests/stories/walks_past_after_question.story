She walks past a detector, and all is well
==========================================
She slept late. The hub asks, she gets up: the newer sign wins, the question is over, and no neighbour ever knows.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:00     nothing

10:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"
          -> the state is warning

10:04     somebody walks through "cuisine"
          -> the incident is closed as cancelled
          -> the light turns ready
          -> the voice says "C'est annulé"
          -> the state is ok

10:30     nothing
          -> nobody gets anything
