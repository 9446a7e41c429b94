An answer when all is over
==========================
Anne reads her texts an hour later and would go. She is thanked and told that it is over; nothing begins again.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"

14:06     Paul texts "1"
          -> Anne gets "Paul y va"

14:20     Paul texts "9"
          -> the incident is closed as helped

14:50     Anne texts "j'y vais"
          -> Anne gets "Merci Anne. L'alerte No 10 pour Mme Martin est terminée depuis 14h20. Vous n'avez rien à faire."
          -> Anne is not told "Lilas"
          -> no incident is open
          -> the voice says nothing

14:51     Anne texts "merci"
          -> nobody gets anything
