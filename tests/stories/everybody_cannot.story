Nobody of a wave can go
=======================
"I can't" from everyone who was asked brings the next people at once: three minutes of waiting for somebody who has
already said no would be three minutes lost. Whoever said no is not asked again as long as others are left.

14:02     the button "salon" is pressed

14:02:20  Paul texts "2"
          -> wave 2 begins
          -> Paul gets "Merci Paul, c'est noté. Nous demandons à d'autres"
          -> Paul is not told "ALERTE"
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:02:40  Anne texts "Désolée, je ne peux pas ce soir, je suis au travail"
          -> no wave begins
          -> Anne gets "Merci Anne, c'est noté"

14:03     Tom texts "Sorry, can't"
          -> wave 3 begins
          -> Tom gets "Thank you Tom, noted"
          -> Marie gets "ALERTE Mme Martin"
          -> Paul gets nothing
          -> Anne gets nothing

14:04     Marie texts "j'arrive, 25 min"
          -> the voice says "Marie va venir, dans 25 minutes"
          -> Paul gets "Marie y va (réponse à 14h04, sur place dans 25 min)"
          -> Anne gets "Marie y va"
          -> Tom gets "Marie is going"
