Paul goes on holiday, and Tom is on call
========================================
The family says by text who is asked first for some days. Nobody is left out: the others follow as ever.

10:00     Marie texts "GARDE Tom 2j"
          -> Marie gets "Pour confirmer répondez OUI 4821 (10 min)"
          -> nobody else gets anything

10:00:30  Marie texts "OUI 4821"
          -> Marie gets "De garde pour Mme Martin: Tom jusqu'au 04/03 10h00, à toute heure"
          -> Tom gets "you are on call for Mme Martin"
          -> nobody else gets anything

10:01     Anne texts "QUI"
          -> Anne gets "De garde pour Mme Martin: Tom"

10:30     the button "salon" is pressed
          -> Tom gets "ALERT Mme Martin"
          -> nobody else gets anything

10:33     nothing
          -> Paul gets "ALERTE Mme Martin"

10:35     Tom texts "1"
          -> Tom gets "The others know you are going"
10:50     Tom texts "3"
10:55     Tom texts "9 helped"
