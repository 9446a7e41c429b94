A second call for help cuts a telephone call short
==================================================
The hub is telling Paul about the first press when the alarm of smoke comes. The texts of that do not wait for the end of
the call; Paul is rung again afterwards.

    [[wave]]
    people = ["paul", "anne"]
    wait = "5min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:00     Paul picks up after 5s

14:02     the button "salon" is pressed

14:02:40  the detector "fumee" sounds
          -> Paul gets "FUMÉE"
          -> Anne gets "FUMÉE"

14:02:50  Anne picks up no call

14:03:20  nothing
          -> Paul's phone rings
