The memory card is full
=======================
Nothing can be written down any more. An alarm does not need paper: it goes out all the same, and the family hears that
the card must be seen to. What could not be written is written as soon as there is room.

13:00     the card is full

14:02     the button "salon" is pressed
          -> the light turns heard

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"

14:03     Paul texts "1"
          -> Paul gets "12 rue des Lilas"
          -> the voice says "Paul va venir"

14:05     nothing
          -> the fault "journal.broken" stands
          -> Marie gets "Mme Martin: la carte mémoire est pleine ou abimée"
          -> Paul gets nothing

14:20     Paul texts "9"
          -> the incident is closed as helped

15:00     the card has room again

15:01     somebody walks through "cuisine"

15:10     nothing
          -> no fault stands
          -> the state is ok
