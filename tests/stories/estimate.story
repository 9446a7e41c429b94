He says how long he will take
=============================
"10 min" beside an answer is told to everybody: to the others, to Mme Martin, and back to Paul, so that he sees that it was
understood. When it takes longer he says so again.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"

14:06     Paul texts "oui j'y vais, 10 min"
          -> Paul gets "Merci Paul, les autres savent que vous y allez (10 min)"
          -> Anne gets "Paul y va (réponse à 14h06, sur place dans 10 min)"
          -> Tom gets "Paul is going (answered 14:06, there in 10 min)"
          -> the voice says "Paul va venir, dans 10 minutes environ"

14:11     Paul texts "1, 20 minutes"
          -> Anne gets "sur place dans 20 min"
          -> the voice says "dans 20 minutes environ"
