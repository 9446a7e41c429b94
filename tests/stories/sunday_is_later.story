On Sundays she sleeps longer
============================
Each rule has its days and its signs. On weekdays anything that moves will do by ten; on Sundays it is eleven, and it must be
the kitchen, for the cat sleeps in the bedroom.
On 2026-03-07.

    [[window]]
    name = "semaine"
    days = "mon-sat"
    from = "07:00"
    to = "10:00"

    [[window]]
    name = "dimanche"
    days = "sun"
    from = "07:00"
    to = "11:00"
    sign = ["cuisine"]

06:00     nothing
          -> the next alert would be at 10:10

09:00     somebody walks through "chambre"
          -> the next alert would be at 11:10

# Sunday
08:00     somebody walks through "chambre"
          -> nobody gets anything

10:59     nothing
          -> nobody gets anything

11:00     nothing
          -> the voice says "Est-ce que tout va bien"
