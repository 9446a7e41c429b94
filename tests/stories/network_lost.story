A storm takes the mobile network away
=====================================
With no network, a press is not forgotten: the waves keep their pace, and everything that is still true goes out when the
network is back. Nobody's phone gets the same alert four times.

14:00     the mobile network is lost

14:06     nothing
          -> the fault "gsm.no_network" stands
          -> the light is fault

14:10     the button "salon" is pressed
          -> the light turns heard

14:10:10  nothing
          -> nobody gets anything
          -> the state is alerting

14:15     the mobile network is back
          -> Paul gets 1 text
          -> Anne gets 1 text
          -> Tom gets 1 text
          -> no fault stands

14:16     Tom texts "On my way"
          -> Tom gets "Thank you Tom"
          -> Paul gets "Tom y va"
          -> Anne gets "Tom y va"
