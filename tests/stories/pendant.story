The pendant in the garden
=========================
Mme Martin fell in the garden. The pendant round her neck has no room, so the text names none. One press is enough, and
a long press calls for help just as well: whoever is frightened presses long.

14:02     the button "pendant" is pressed
          -> the light turns heard
          -> the voice says "J'ai entendu votre appel"
          -> the state is warning
          -> nobody gets anything

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02. Répondez 1"
          -> nobody else gets anything

14:03     Paul texts "1"
          -> the voice says "Paul va venir"
          -> Paul gets "12 rue des Lilas"

14:10     Paul texts "Sur place"
          -> the incident is attended

14:25     Paul texts "tout va bien"
          -> the incident is closed as helped

17:00     the pendant "pendant" says "hold"
          -> the state is warning

17:00:10  nothing
          -> Paul gets "bouton d'appel à 17h00"
