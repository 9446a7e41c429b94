The network refuses five times in a row
=======================================
"Unknown error", says the modem, five times. Each alert is tried again a little later and none is lost; and since Paul cannot
be reached just now, the others are asked without waiting for him.

13:50     the next 5 texts are refused with 500

14:02     the button "salon" is pressed

14:02:10  nothing
          -> wave 3 begins
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:06     Paul texts "1"
          -> Paul gets "Clé: 4321"
          -> Anne gets "Paul y va"
          -> the incident is answered
