Somebody pulls the modem's plug
===============================
Without the modem no text leaves the house, and the light says so. When the plug is back in, whatever is still true
goes out within seconds, and the family hears that all is well again.

13:30     the modem is unplugged

13:40     nothing
          -> the fault "modem.absent" stands
          -> the light is fault
          -> the state is fault
          -> nobody gets anything

14:02     the button "salon" is pressed

14:02:10  nothing
          -> the state is alerting
          -> nobody gets anything

14:10     the modem is plugged in
          -> no fault stands
          -> Marie gets "Mme Martin: le modem est rebranché (14h10). Les SMS partent de nouveau"
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:11     Anne texts "1"
          -> Anne gets "Clé: 4321"
          -> the voice says "Anne va venir"
          -> the light turns coming
