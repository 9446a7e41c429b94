A false alarm, taken back with the pendant
==========================================
Two short presses on the pendant take the call back, whichever button it came from.

14:02     the button "salon" is pressed
          -> the state is warning

14:02:06  the pendant "pendant" says "double"
          -> the incident is closed as cancelled
          -> the voice says "C'est annulé"
          -> nobody gets anything

14:03     nothing
          -> the state is ok
          -> nobody gets anything
