Two neighbours go
=================
Paul is on his way, and Anne answers as well. She is told that he goes, and since when. The address and the code of the
key box go to one person only: whoever answered first.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"

14:06     Paul texts "1"
          -> Paul gets "Clé: 4321"

14:07     Anne texts "1"
          -> Anne gets "Merci Anne. Paul y va déjà depuis 14h06. Si vous y allez aussi, c'est noté. No 10"
          -> Anne is not told "4321"
          -> the incident is answered

14:12     Anne texts "3"
          -> the incident is attended
          -> Anne gets "Clé: 4321"
          -> Paul gets "Anne est sur place depuis 14h12"
          -> the voice says "Anne est là"

14:30     Anne texts "9"
          -> the incident is closed as helped
          -> Paul gets "tout va bien (dit par Anne à 14h30)"
