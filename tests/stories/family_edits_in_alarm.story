The family takes somebody off the list during an alarm
======================================================
An alarm takes its plan with it: who is asked, in what order, by what number. An edit holds from the next alarm on. Tom,
who reads his text in the middle of it, is not turned away.

14:02     the button "salon" is pressed

14:03     the family takes Tom off the list
          -> nobody gets anything

14:05:10  nothing
          -> wave 2 begins
          -> Tom gets "ALERT Mme Martin"

14:06     Tom texts "on my way"
          -> Tom gets "Thank you Tom"
          -> the voice says "Tom va venir"

14:20     Tom texts "9"
          -> the incident is closed as helped

18:00     the button "salon" is pressed

18:03:10  nothing
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets nothing
