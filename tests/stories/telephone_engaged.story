Engaged, and not answered: the next one is rung
===============================================
Paul is on the telephone, Anne does not pick up. Neither is waited for longer than it takes to know it.

    [[wave]]
    people = ["paul", "anne", "tom"]
    wait = "5min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:00     Paul's line is engaged
          Anne picks up no call
          Tom picks up after 4s and presses 2

14:02     the button "salon" is pressed
          -> Paul's phone does not ring
          -> Anne's phone rings

14:02:50  nothing
          -> Tom's phone rings
          -> Tom hears "Thank you, that is noted. We ask the others."

14:03:40  nothing
          -> the incident is alerting
