The night the clocks go forward
===============================
At two in the morning it is three. An hour that was never there is no hour without a sign of life, and seven o'clock is
seven o'clock on the kitchen wall.
On 2026-03-28.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

    [[silence]]
    name = "nuit"
    longest = "12h"

23:00     somebody walks through "chambre"
          -> the next alert would be at 10:10

09:59     nothing
          -> nobody gets anything

10:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"

10:02     somebody walks through "cuisine"
          -> the incident is closed as cancelled
          -> the next alert would be at 22:12
