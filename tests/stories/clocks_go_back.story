The night the clocks go back
============================
At three in the morning it is two again. The night is an hour longer, and seven o'clock is seven o'clock on the kitchen
wall all the same.
On 2026-10-24.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

    [[silence]]
    name = "nuit"
    longest = "11h"

22:00     somebody walks through "chambre"
          -> the next alert would be at 08:10

08:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"

08:01     somebody walks through "cuisine"
          -> the incident is closed as cancelled

10:00     nothing
          -> nobody gets anything
          -> the state is ok
