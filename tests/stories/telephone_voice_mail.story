A voice mail is no answer
=========================
Paul's voice mail picks up and lets itself be talked to. Only a key is an answer: after a minute Anne is rung, and then
the next wave comes.

    [[wave]]
    people = ["paul", "anne"]
    wait = "5min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:00     Paul picks up after 20s
          Anne picks up after 5s and hangs up after 3s

14:02     the button "salon" is pressed
          -> Paul hears "Si vous ne pouvez pas, tapez 2."
          -> the incident is alerting

14:03:20  nothing
          -> Anne's phone rings
          -> the incident is alerting

14:07     nothing
          -> wave 2 begins
          -> Tom gets "ALERT Mme Martin"
