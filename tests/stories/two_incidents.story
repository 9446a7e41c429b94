Smoke, and then a press: two alerts at once
===========================================
Each alert has its number and goes its own way; none waits for the other. Whoever was asked about both is asked which is
meant: the hub never guesses.

14:02     the detector "fumee" sounds
          -> Paul gets "FUMÉE à 14h02 (cuisine)"
          -> Paul gets "No 10"

14:03     the button "salon" is pressed
          -> 2 incidents are open

14:03:10  nothing
          -> Paul gets "bouton d'appel à 14h03 (salon)"
          -> Paul gets "No 11"

14:04     Paul texts "1"
          -> Paul gets "Il y a plusieurs alertes pour Mme Martin. Laquelle ? Répondez 1 10 ou 1 11."
          -> the state is alerting

14:04:30  Paul texts "1 11"
          -> Paul gets "Merci Paul, les autres savent que vous y allez"
          -> Paul gets "No 11"
          -> the voice says "Paul va venir"
          -> 2 incidents are open

14:05     nothing
          -> wave 2 begins
          -> Anne gets "FUMÉE à 14h02 (cuisine)"

14:06     Anne texts "1"
          -> Anne gets "No 10"
          -> the state is answered

14:30     Anne texts "9"
          -> 1 incident is open
