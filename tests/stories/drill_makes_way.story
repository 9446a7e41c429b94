A real call in the middle of a drill
====================================
The drill ends at once, and nobody who texts a 1 from then on can mean the drill.

10:00     Marie asks for a drill
          -> Paul gets "TEST"

10:30     the button "salon" is pressed
          -> Paul gets "ALERTE Mme Martin"

10:31     Paul texts "1"
          -> Paul gets "12 rue des Lilas"
          -> the incident is answered

10:32     Marie asks for a drill
          -> the answer to the order is "may need help"

10:50     Paul texts "9"
          -> the incident is closed as helped
