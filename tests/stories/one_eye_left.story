One detector out of reach, another one still sees her
=====================================================
The bridge says that the door's sensor is gone. The detectors of the rooms still watch: the silence is asked about as
ever, and Marie hears of the sensor.

    [[silence]]
    name = "jour"
    longest = "4h"

10:00     somebody walks through "cuisine"

10:01     the bridge says that "entree" is gone
          -> the state is fault

10:10     nothing
          -> the fault "device.offline/entree" stands

14:00:05  nothing
          -> the voice says "Est-ce que tout va bien"

14:01     somebody walks through "cuisine"

14:02     the bridge says that "entree" is there
          -> Marie gets "entree est de retour"
          -> the state is ok
