The SIM card is pulled out
==========================
Somebody wanted to look at it. Without it nobody could be reached, so the light never shows that all is well, at
any hour. When it is back, so are the texts.

22:00     the SIM card is pulled out

22:15     nothing
          -> the fault "sim.absent" stands
          -> the light is fault
          -> the state is fault
          -> nobody gets anything

22:20     the SIM card is put back

22:25     nothing
          -> the light is ready
          -> no fault stands

22:30     the button "salon" is pressed

22:30:10  nothing
          -> Paul gets "ALERTE Mme Martin"
