She takes the call back when others are already on their feet
=============================================================
She got up by herself. Everybody who was alerted must hear at once that it is over, and nobody else needs to know that
there ever was anything.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:06     the pendant "pendant" says "double"
          -> the incident is closed as cancelled
          -> Paul gets "Fausse alerte: Mme Martin a annulé à 14h06. Vous n'avez rien à faire"
          -> Anne gets "Fausse alerte"
          -> Tom gets "False alarm: Mme Martin cancelled it at 14:06"
          -> Marie gets nothing
          -> the voice says "C'est annulé"

14:20     nothing
          -> nobody gets anything
          -> the state is ok
