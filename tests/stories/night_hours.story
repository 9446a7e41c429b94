At half past two in the morning
===============================
Paul may be called by day, Anne at any hour. At night nobody waits for Paul: the next wave begins at once. Only the last
wave asks everybody, whatever the hour, for then it is Mme Martin or their sleep.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true
    hours = ["daily 07:00-22:00"]

    [[person]]
    id = "anne"
    name = "Anne"
    phone = "+33644444444"
    consent = true

    [[wave]]
    people = ["paul"]

    [[wave]]
    people = ["paul", "anne"]

    [[wave]]
    people = ["all"]

02:30     the button "salon" is pressed

02:30:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin: bouton d'appel à 02h30"
          -> nobody else gets anything

02:33:10  nothing
          -> wave 3 begins
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 02h30"

07:01     Paul texts "1"
          -> the incident is answered
