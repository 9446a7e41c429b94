A neighbour tries her phone, and the family tries them all
==========================================================
Whoever texts TEST hears that it came, and that the answer came too. The family texts TEST TOUS, and every phone is tried:
once a day at most, never by anybody else, and never while somebody needs help.

10:00     Anne texts "TEST"
          -> Anne gets "votre SMS est arrivé à 10h00"
          -> nobody else gets anything

10:01     Tom texts "test all"
          -> Tom gets "only the family (Marie) can do this"
          -> nobody else gets anything

10:02     +33799999999 texts "TEST"
          -> nobody gets anything

10:05     Marie texts "TEST TOUS"
          -> Marie gets "Essai lancé pour Mme Martin"
          -> Paul gets "TEST de l'appareil de Mme Martin, ce n'est pas une alerte"
          -> Tom gets "this is not an alert"

10:06     Marie texts "TEST TOUS"
          -> Marie gets "Un essai est déjà en cours"

10:07     Paul texts "1"
          -> Paul gets "test réussi"

# Somebody calls for help: the drill is over.
10:30     the button "salon" is pressed
          -> Paul gets "ALERTE Mme Martin"

10:31     Paul texts "TEST"
          -> Paul gets "pas d'essai: une ALERTE est en cours"

10:32     Paul texts "1"
          -> Paul gets "Merci Paul, les autres savent que vous y allez"
10:40     Paul texts "9 fausse alerte"
          -> Paul gets nothing
