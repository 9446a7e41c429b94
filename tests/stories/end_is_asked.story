Paul is there, and nothing more is heard
========================================
An alert that nobody ends would stay open for ever. Whoever is on site is asked after an hour, and two hours later the
family too. Nothing ends by itself: somebody must say so.

14:02     the button "salon" is pressed

14:03     Paul texts "1"
          -> the incident is answered

14:10     Paul texts "3"
          -> the incident is attended
          -> the voice says "Paul est là"

15:10     nothing
          -> Paul gets "Paul, tout va bien chez Mme Martin ? Si oui: répondez 9"
          -> nobody else gets anything

17:10     nothing
          -> Paul gets "tout va bien chez Mme Martin ?"
          -> Marie gets "Marie, tout va bien chez Mme Martin ?"
          -> the incident is attended

17:20     Marie texts "9"
          -> the incident is closed as helped
          -> Paul gets "tout va bien (dit par Marie à 17h20)"
