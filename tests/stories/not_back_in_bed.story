Up in the night, and not back
=============================
She gets up at two and does not come back to bed. After an hour she is asked, and when nothing moves the neighbours are. The
night before she was back in time, and nobody was woken.

    [[sensor]]
    id = "lit"
    kind = "bed"
    room = "chambre"
    source = "mqtt:zigbee2mqtt/bed"

    [[bed]]
    sensor = "lit"
    within = "1h"
    between = "22:00-06:00"

22:30     the bed "lit" fills

01:00     the bed "lit" empties

01:20     the bed "lit" fills

06:00     the bed "lit" empties
          -> nobody gets anything
          -> no alert would come

22:30     the bed "lit" fills

02:00     the bed "lit" empties
          -> the next alert would be at 03:10

03:00     nothing
          -> the voice says "Le lit est vide depuis longtemps"
          -> Mme Martin gets "Bonjour, tout va bien ?"

03:10     nothing
          -> Paul gets "lit resté vide cette nuit (chambre)"
