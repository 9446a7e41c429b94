The heating has failed
======================
On a January evening the boiler stops. Nobody presses anything, for nobody is in danger yet; but a home that has been below
eight degrees for an hour is, and the neighbours are told. When it is warm again the rule is armed again.
On 2026-01-14.

    [[sensor]]
    id = "salon_temp"
    kind = "temperature"
    room = "salon"
    source = "mqtt:zigbee2mqtt/salon_temperature"

    [frost]
    below = 8
    lasting = "1h"

18:00     the thermometer "salon" reads 19.5 degrees

22:00     the thermometer "salon" reads 8 degrees

22:30     the thermometer "salon" reads 7.5 degrees

23:00     the thermometer "salon" reads 7.9 degrees
          -> nobody gets anything

23:30     the thermometer "salon" reads 7 degrees
          -> Paul gets "trop FROID à 23h30 (salon). Il faut voir le chauffage"
          -> the voice says "Il fait très froid ici"

23:33     Paul texts "1"
          -> the incident is answered

23:50     Paul texts "9"

02:00     the thermometer "salon" reads 12 degrees

03:00     the thermometer "salon" reads 14 degrees
          -> nobody gets anything
