Somebody sets the clock
=======================
Delays are counted by a clock that nobody can set. When the time of day jumps, the ten seconds stay ten seconds, and the
next wave comes after three minutes.

14:02     the button "salon" is pressed

14:02:05  the clock jumps 6h ahead
          -> the state is warning
          -> nobody gets anything

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Paul gets 1 text

14:03     the clock jumps 8h back
          -> nobody gets anything
          -> the state is alerting

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"
