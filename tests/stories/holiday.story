Paul goes on holiday
====================
A neighbour says by text when he is away. He is not asked meanwhile, but in the last wave; the family hears of it; and
he is back with one text.

10:00     Paul texts "CONGES 3j"
          -> Paul gets "Pour confirmer répondez OUI 4821 (10 min)"
          -> nobody else gets anything
10:01     Paul texts "OUI 4821"
          -> Paul gets "en dernier recours seulement. Retour avant: CONGES FIN"
          -> Marie gets "Paul est en congés jusqu'au 05/03 10h00"

11:00     the button "salon" is pressed
11:00:10  nothing
          -> Paul gets nothing
          -> Tom gets "ALERT Mme Martin"
11:02     Tom texts "1"
11:20     Tom texts "3"
11:25     Tom texts "9 helped"

12:00     Paul texts "CONGES FIN"
          -> Paul gets "Bon retour Paul !"
          -> Marie gets "Paul est de retour"

14:00     the button "salon" is pressed
14:00:10  nothing
          -> Paul gets "ALERTE Mme Martin"
