Paul is out, Anne goes
======================
Paul does not look at his phone. After three minutes his text is repeated and the other neighbours are asked as well.
Anne goes: everybody who was asked hears that they can stay at home. Tom reads it in his own language.

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> nobody else gets anything

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin: bouton d'appel à 14h02 (salon)"
          -> Tom gets "ALERT Mme Martin: help button at 14:02 (salon)"
          -> Paul gets "ALERTE Mme Martin"
          -> nobody else gets anything

14:06     Anne texts "J'y vais !"
          -> Anne gets "Merci Anne, les autres savent que vous y allez"
          -> Anne gets "Clé: 4321"
          -> Paul gets "Anne y va (réponse à 14h06). Vous n'avez rien à faire"
          -> Tom gets "Anne is going (answered 14:06). Nothing to do on your side"
          -> nobody else gets anything
          -> the voice says "Anne va venir"

14:15     Anne texts "je suis chez elle"
          -> Paul gets "Anne est sur place depuis 14h15"
          -> Tom gets "Anne has been there since 14:15"

14:30     Anne texts "C'est réglé"
          -> the incident is closed as helped
          -> Paul gets "Fin d'alerte Mme Martin: tout va bien (dit par Anne à 14h30)"
          -> Tom gets "All clear Mme Martin"
