The hub was off all morning
===========================
From half past six until eleven the house had no power. That is neither a silent house nor a sign of life: the hub waits
for as much of the morning as it missed before it asks.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:00     somebody walks through "chambre"

06:30     the power is cut for 270min, and the machine keeps its clock
          -> Marie gets "Rien n'a été surveillé"
          -> nobody else gets anything

11:10     nothing
          -> the state is ok
          -> the voice says nothing
          -> nobody gets anything

14:00:30  nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"
