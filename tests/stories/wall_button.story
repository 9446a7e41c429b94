A neighbour goes
================
Mme Martin presses the button in her living room. Nobody stops it, so after ten seconds Paul, who lives next door, is
asked. He answers with a 1: the others are told, he alone gets the address and the key code, and Mme Martin hears that
he is coming.

14:02     the button "salon" is pressed
          -> the light turns heard
          -> the voice says "J'ai entendu votre appel"
          -> the state is warning
          -> nobody gets anything

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02 (salon)"
          -> nobody else gets anything
          -> the light turns calling
          -> the voice says "J'appelle"
          -> the next alert would be at 14:05

14:04     Paul texts "1, 10 min"
          -> Paul gets "Merci Paul"
          -> Paul gets "12 rue des Lilas"
          -> Paul gets "4321"
          -> the light turns coming
          -> the voice says "Paul va venir, dans 10 minutes"
          -> the incident is answered

14:13     Paul texts "3"
          -> the incident is attended
          -> the voice says "Paul est là"

14:20     Paul texts "9"
          -> the incident is closed as helped
          -> the voice says "C'est terminé"
          -> the light turns ready
          -> the state is ok
