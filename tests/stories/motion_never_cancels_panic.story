Movement does not take a call for help back
===========================================
She pressed, and then dragged herself past the detector in the kitchen. Or it was the cat. A call for help goes on until
a person ends it.

14:02     the button "salon" is pressed

14:02:05  somebody walks through "cuisine"
          -> the state is warning

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"

14:03     somebody walks through "chambre"
          -> the state is alerting
          -> nobody gets anything

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"
