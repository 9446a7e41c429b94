The first day with the hub
==========================
The installer switches the hub on at nine, in the middle of the hours in which somebody should move. What the hub has not
seen it does not hold against anybody: the first morning that counts is tomorrow's.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

09:00     the hub is switched on

09:01     nothing
          -> the light is ready
          -> the state is ok
          -> the next alert would be at 10:10
          -> nobody gets anything

10:00     nothing
          -> nobody gets anything
          -> the state is ok

# The next day
09:59     nothing
10:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"
