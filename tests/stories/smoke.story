Smoke in the kitchen
====================
With smoke there is no warning: neighbours are alerted within the second, and told whom to call. Whoever is at home is told to go
outside. Neither movement nor a detector that falls silent ends the alert: a person must have looked.

14:02     the detector "fumee" sounds
          -> Paul gets "ALERTE Mme Martin: FUMÉE à 14h02 (cuisine). Appelez le 18 ou le 112"
          -> nobody else gets anything
          -> the voice says "Attention, de la fumée ! Sortez si vous le pouvez"
          -> the light turns calling

14:02:30  somebody walks through "chambre"
          -> the state is alerting
          -> nobody gets anything

14:03     the detector "fumee" falls silent
          -> the state is alerting

14:04     Paul texts "j'arrive"
          -> the incident is answered
          -> Paul gets "12 rue des Lilas"

14:08     Paul texts "3"
          -> the incident is attended

14:40     Paul texts "C'est réglé, les pompiers sont là"
          -> the incident is closed as emergency
