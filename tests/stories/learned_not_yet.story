Still learning
==============
The family has asked the hub to learn how long silences usually last here. On the first days it has not seen enough: until
then the family's own rule holds, and nobody is left unwatched.

    [learned]
    false_alarms_per_month = 1

    [[silence]]
    name = "jour"
    longest = "4h"
    between = "08:00-22:00"

09:00     somebody walks through "cuisine"
          -> the next alert would be at 13:10

13:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"

13:05     somebody walks through "chambre"
          -> the incident is closed as cancelled
