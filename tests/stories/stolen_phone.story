The phone of the one at home is stolen
======================================
Whoever has it can ask how things stand, and can say that she is away, for the code comes to that phone: so the family
hears of it at once and takes it back. The key is told to nobody by it, the button cannot be switched off, and an alarm
that she raises goes out.

10:00     Mme Martin texts "ABSENT 30j"
          -> Mme Martin gets "Pour confirmer répondez OUI 4821"
10:01     Mme Martin texts "OUI 4821"
          -> Marie gets "Mme Martin: absence du"
          -> the state is away
10:02     Mme Martin texts "QUELLE EST LA CLE"
          -> nobody gets anything
10:03     Mme Martin texts "TOUS le code est 4321 ?"
          -> Mme Martin is not told "4321"
          -> Paul gets nothing

10:10     Marie texts "RETOUR"
          -> the state is ok

10:20     the button "salon" is pressed
10:20:10  nothing
          -> Paul gets "ALERTE Mme Martin"
10:21     Paul texts "1"
          -> Paul gets "Clé: 4321"
          -> Mme Martin is not told "4321"
