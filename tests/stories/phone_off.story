Paul's phone is switched off
============================
The text left the house, and no telephone took it. Nothing comes back from Paul, so after three minutes the others are
asked too. When his phone is on again he may still answer: he is told who goes already.

13:00     Paul's phone is switched off

14:02     the button "salon" is pressed

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"

14:06     Anne texts "1"
          -> the voice says "Anne va venir"

14:10     Paul's phone works again
          -> the incident is answered

14:11     Paul texts "1"
          -> Paul gets "Merci Paul. Anne y va déjà depuis 14h06"
          -> Anne gets nothing
          -> the incident is answered
