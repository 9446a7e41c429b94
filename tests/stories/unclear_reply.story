A reply that could mean anything
================================
The hub never guesses what a neighbour meant. It sends the choices, once, and goes on asking the others meanwhile.

14:02     the button "salon" is pressed

14:03     Paul texts "je ne sais pas, peut-être"
          -> Paul gets "Pas compris, désolé. Répondez 1 = j'y vais, 2 = je ne peux pas, 3 = sur place, 9 = tout va bien"
          -> the state is alerting

14:03:30  Paul texts "1 ou 2 ?"
          -> Paul gets nothing
          -> the state is alerting

14:04     Paul texts "ok?? non"
          -> Paul gets nothing
          -> no wave begins

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"

14:05:30  Paul texts "  J’Y VAIS!!  dans 5 min "
          -> Paul gets "Merci Paul, les autres savent que vous y allez"
          -> Anne gets "Paul y va (réponse à 14h05, sur place dans 5 min)"
          -> the voice says "Paul va venir, dans 5 minutes environ"

14:08     Paul texts "1, 15 min"
          -> Anne gets "sur place dans 15 min"
          -> Paul is not told "4321"
