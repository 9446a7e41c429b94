A text answers while the telephone rings
========================================
Paul's telephone rings when Anne texts that she goes. It is read at once, and Paul's telephone falls silent.

    [[wave]]
    people = ["paul", "anne"]
    wait = "5min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:02     the button "salon" is pressed
          -> Paul's phone rings

14:02:35  Anne texts "1"
          -> no phone rings
          -> Anne gets "12 rue des Lilas"
          -> Paul gets "Anne"
          -> the incident is answered
