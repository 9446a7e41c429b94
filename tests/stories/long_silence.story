Four hours without a sound
==========================
By day, nobody should be quite still for four hours. Each silence is asked about once, and a quiet night is never held
against the morning.

    [[silence]]
    name = "jour"
    longest = "4h"
    between = "08:00-22:00"

09:00     somebody walks through "cuisine"
          -> the next alert would be at 13:10

12:59     nothing
          -> nobody gets anything

13:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"

13:05     somebody walks through "chambre"
          -> the incident is closed as cancelled
          -> the next alert would be at 17:15

16:00     the door "entree" opens
          the door "entree" closes
          -> the next alert would be at 20:10

19:30     somebody walks through "cuisine"
          -> nobody gets anything

08:00     nothing
          -> nobody gets anything
          -> the next alert would be at 12:10

12:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"

12:10     nothing
          -> Paul gets "ALERTE Mme Martin: aucun mouvement depuis"
