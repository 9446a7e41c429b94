A small fault, found at night
=============================
Shortly before midnight the memory card is worn out. Alarms still work, so that calls for somebody by day and not for their
sleep: Marie hears of it at eight, in one message, and once more when it is repaired. Neighbours never hear of such things.

23:30     the card is worn out
          somebody walks through "chambre"

23:40     nothing
          -> the fault "journal.broken" stands
          -> the state is fault
          -> nobody gets anything

08:00     nothing
          -> Marie gets "Mme Martin: la carte mémoire est pleine ou abimée depuis"
          -> Marie gets 1 text
          -> nobody else gets anything

14:00     the card works again
          somebody walks through "cuisine"
          -> Marie gets "Mme Martin: la carte mémoire de l'appareil marche de nouveau"
          -> nobody else gets anything
          -> no fault stands

14:10     nothing
          -> the state is ok
