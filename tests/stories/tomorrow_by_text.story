Tomorrow she sleeps in, said by text
====================================
Marie texts a later hour for tomorrow. To be asked about later than usual lowers protection: the hub sends a code first.
An hour that is no later than the usual one is taken at once.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "09:00"

20:00     Marie texts "DEMAIN 11h"
          -> Marie gets "Pour confirmer répondez OUI 4821 (10 min)"

20:01     Marie texts "OUI 4821"
          -> Marie gets "C'est noté: demain nous attendrons 03/03 11h00"
          -> nobody else gets anything

09:00     nothing
          -> the voice says nothing

11:00     nothing
          -> the voice says "tout va bien"

11:00:20  somebody walks through "cuisine"
          -> the incident is closed as cancelled

20:00     Marie texts "DEMAIN 8h30"
          -> Marie gets "C'est noté: demain nous attendrons 04/03 08h30"
          -> nobody else gets anything

08:30     nothing
          -> the voice says "tout va bien"
