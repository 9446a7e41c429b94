The program is killed in the middle of an alarm
===============================================
Whatever ends the program, it is started again within seconds and knows all it had promised: nobody is asked twice for
nothing, and the next wave comes when it was due.

14:02     the button "salon" is pressed

14:02:05  the hub is killed
          -> the hub is off

14:02:08  nothing
          -> the state is warning

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Paul gets 1 text

14:03     the hub is killed
          -> nobody gets anything

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"

14:06     Anne texts "1"
          -> the incident is answered

14:07     the hub is killed
          -> nobody gets anything

14:20     Anne texts "9"
          -> the incident is closed as helped
