He said he would come, and did not arrive
=========================================
An answer is no arrival. After twenty minutes Paul is asked; after thirty the alert goes on where it was, and those who
had been told that he goes learn that somebody is needed after all.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"

14:06     Paul texts "1"
          -> Anne gets "Paul y va"

14:26     nothing
          -> Paul gets "Paul, avez-vous pu arriver chez Mme Martin ? 3 = sur place"
          -> nobody else gets anything
          -> the incident is answered

14:36     nothing
          -> the incident is alerting
          -> the voice says "La personne attendue n'a pas pu venir"
          -> Paul gets "Paul, nous redemandons aux autres d'aller chez Mme Martin"
          -> Anne gets "ALERTE Mme Martin: Paul n'a pas pu y aller, il faut quelqu'un"
          -> Tom gets "ALERT Mme Martin: Paul could not get there"
          -> the next alert would be at 14:39

14:37     Anne texts "1"
          -> the incident is answered
          -> the voice says "Anne va venir"
