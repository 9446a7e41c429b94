Nobody is alerted who did not agree
===================================
Anne is on the list, but has not said yes. She gets nothing, whatever happens; a plan that counts on her goes on with the
others.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true

    [[person]]
    id = "anne"
    name = "Anne"
    phone = "+33644444444"

    [[wave]]
    people = ["anne", "paul"]

    [[wave]]
    people = ["all"]

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets nothing

14:05:10  nothing
          -> wave 2 begins
          -> Paul gets "PERSONNE n'a répondu"
          -> Anne gets nothing

14:06     Paul texts "1"
          -> Anne gets nothing
