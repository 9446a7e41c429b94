Twelve hours, at any time of day
================================
Some rules hold by night as well. She went to bed at nine and nobody has moved since: at nine in the morning the hub asks.

    [[silence]]
    name = "toujours"
    longest = "12h"

21:00     somebody walks through "chambre"
          -> the next alert would be at 09:10

08:59     nothing
          -> nobody gets anything

09:00     nothing
          -> the light turns asked
          -> Mme Martin gets "Bonjour, tout va bien ?"

09:02     the button "salon" is pressed
          -> the light turns heard
          -> 1 incident is open

09:02:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 09h02 (salon)"
          -> Paul is not told "aucun mouvement"
