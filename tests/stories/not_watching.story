Nothing is left that could see her
==================================
The only detector of this home is wireless, and its receiver stops. Four hours without a sound are then no silence: the
hub says that it is not watching, and watches afresh when the detector is heard again.

    [[sensor]]
    id = "cuisine"
    kind = "motion"
    room = "cuisine"
    source = "mqtt:zigbee2mqtt/kitchen"

    [[silence]]
    name = "jour"
    longest = "4h"

10:00     somebody walks through "cuisine"

10:30     the bridge of the wireless devices stops
          -> the state is unknown
          -> the fault "watch.blind" stands
          -> no alert would come

15:00     nothing
          -> no incident is open

15:01     the bridge of the wireless devices runs again
          -> Marie gets "la surveillance des mouvements a repris"
          -> the state is ok

19:00:50  nothing
          -> the voice says "Est-ce que tout va bien"
