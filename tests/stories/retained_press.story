An old press is no press
========================
Brokers keep the last message of a device and hand it to whoever comes. A press from last week must not call the
neighbours out tonight, and a cancel from last week must not end a call.

14:00     the broker hands over a retained "single" of the pendant "pendant"
          -> the state is ok
          -> no incident is open
          -> the voice says nothing
          -> nobody gets anything

14:02     the button "pendant" is pressed
          -> the state is warning

14:02:05  the broker hands over a retained "double" of the pendant "pendant"
          -> the state is warning

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
