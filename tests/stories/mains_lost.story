The house is without current, and the hub runs on
=================================================
A power cut: after five minutes Marie is told, at any hour, for a battery does not last for ever. The button works.

02:00     the mains fail
          -> the fault "power.mains_lost" stands

02:04:30  nothing
          -> Marie gets "coupure de courant depuis 02h00"
          -> nobody else gets anything
          -> the state is fault

02:10     the button "salon" is pressed
          -> Paul gets "ALERTE Mme Martin"

02:11     Paul texts "1"
02:20     Paul texts "9"

02:40     the mains are back
          -> Marie gets "le courant est revenu"
          -> no fault stands
