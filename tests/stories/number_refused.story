A number that does not exist any more
=====================================
Paul has a new number, and nobody told the hub. The network refuses the text: nobody waits for Paul, the next people are
asked in the same minute.

13:50     Paul's number is refused

14:02     the button "salon" is pressed

14:02:10  nothing
          -> wave 2 begins
          -> Paul gets nothing
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:02:50  Anne texts "2"
          -> no wave begins

14:03     Tom texts "2"
          -> wave 3 begins
          -> Marie gets "ALERTE Mme Martin"

14:04     Marie texts "1"
          -> the incident is answered
          -> the voice says "Marie va venir"
