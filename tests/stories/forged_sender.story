Somebody sends texts under Marie's number
=========================================
A sender can be forged; the answers cannot be had. Whoever pretends to be Marie never sees the code, and after five wrong
ones no change is taken from her number for an hour. The button and the alerts are not touched by any of it.

10:00     Marie texts "ABSENT 60j"
          # The true Marie reads on her own phone what she never asked for.
          -> Marie gets "Pour confirmer répondez OUI 4821 (10 min)"
          -> nobody else gets anything
10:01     Marie texts "OUI 1111"
          -> Marie gets "Ce code n'est pas le bon, rien n'est changé"
10:01:10  Marie texts "OUI 2222"
10:01:20  Marie texts "OUI 3333"
10:01:30  Marie texts "OUI 4444"
10:01:40  Marie texts "OUI 5555"
          -> the state is ok
10:02     Marie texts "OUI 4821"
          -> the state is ok

10:05     the button "salon" is pressed
10:05:10  nothing
          -> Paul gets "ALERTE Mme Martin"
10:06     Paul texts "1"
          -> Paul gets "Clé: 4321"
          -> Marie is not told "4321"
