Paul writes to everybody
========================
TOUS goes to all of the circle, once, signed and by day, and stands on the notice board. It is news, no alarm: while
somebody needs help there is none, and what waits lets every alert go first.

10:00     Paul texts "TOUS galette chez Mme Martin dimanche à 15h"
          -> Paul gets "Merci Paul: à tous (3), par SMS et sur le tableau"
          -> Anne gets "Paul, à tous (Mme Martin): galette chez Mme Martin dimanche à 15h"
          -> Tom gets "Paul to all (Mme Martin): galette chez Mme Martin"
          -> Marie gets "Paul, à tous (Mme Martin): galette"

10:05     +33799999999 texts "TOUS gagnez un voyage"
          -> nobody gets anything

11:00     Marie texts "TOUS la clé de secours, c'est 4321"
          -> Marie gets "la clé de chez Mme Martin ne s'écrit à personne"
          -> nobody else gets anything

14:00     the button "salon" is pressed
14:01     Marie texts "TOUS qui a vu Maman ?"
          -> Marie gets "l'alerte No 10 d'abord"
          -> Anne gets nothing
14:02     Paul texts "1"
14:20     Paul texts "3"
14:25     Paul texts "9 aidée"

21:30     Tom texts "ALL I have found a green scarf"
          -> Tom gets "Not sent at night, Tom: to all (3) by text from"
          -> nobody else gets anything

08:00     nothing
          -> Anne gets "Tom, à tous (Mme Martin): I have found a green scarf"
          -> Paul gets "Tom, à tous"
