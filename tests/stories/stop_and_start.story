Tom wants no more alerts, and comes back
========================================
One word is enough, at any time. The family is told that the circle has become smaller, and how to come back stands in
the answer.

10:00     Tom texts "STOP"
          -> Tom gets "Done: no more alerts for Mme Martin. We are telling Marie. To come back reply START"
          -> Marie gets "Tom a demandé à ne plus recevoir les alertes de Mme Martin (STOP)"
          -> nobody else gets anything

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets nothing

14:06     Anne texts "1"
          -> Tom gets nothing

14:20     Anne texts "9"
          -> the incident is closed as helped

15:00     Tom texts "start"
          -> Tom gets "Thank you Tom! You will get the alerts of Mme Martin again"
          -> Marie gets "Bonne nouvelle: Tom recevra de nouveau les alertes de Mme Martin"

18:00     the button "salon" is pressed

18:03:10  nothing
          -> Tom gets "ALERT Mme Martin"
