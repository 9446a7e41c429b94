What each of them may text
==========================
A neighbour asks how things stand and who is on call, tries the phone, leaves and comes back. The journal, the credit and
all that changes something are for the family and the one at home. A stranger gets no answer at all.

10:00     Paul texts "ETAT"
          -> Paul gets "Mme Martin: tout va bien"
10:01     Paul texts "QUI"
          -> Paul gets "De garde pour Mme Martin: Paul"
10:02     Paul texts "TEST"
          -> Paul gets "Merci Paul: votre SMS est arrivé"
10:03     Paul texts "AIDE"
          -> Paul gets "CONGES 3j"
          -> no incident is open
10:04     Paul texts "JOURNAL"
          -> Paul gets "seule la famille (Marie) peut faire cela"

10:10     Marie texts "JOURNAL"
          -> Marie gets "Mme Martin: dernier mouvement inconnu"
10:11     Marie texts "CREDIT"
          -> Marie gets "Le crédit de la carte SIM"
10:12     Marie texts "AIDE"
          -> Marie gets "ETAT, QUI, JOURNAL, ABSENT 3j"
          -> no incident is open

10:20     Mme Martin texts "ETAT"
          -> Mme Martin gets "tout va bien"
10:30     +33799999999 texts "ETAT"
          -> nobody gets anything
10:40     Mme Martin texts "AIDE"
          -> Paul gets "ALERTE Mme Martin"
