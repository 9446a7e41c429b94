One way fails, the next one works
=================================
Paul wants to be phoned rather than texted, and his line is engaged. What fails is not waited for: his next way, the
text, is tried within the second.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true
    channels = ["call", "sms"]

    [[person]]
    id = "anne"
    name = "Anne"
    phone = "+33644444444"
    consent = true

    [[wave]]
    people = ["paul"]

    [[wave]]
    people = ["all"]

14:00     Paul's line is engaged

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02"
          -> Paul gets 1 text
          -> nobody else gets anything

14:02:40  Paul texts "1"
          -> the voice says "Paul va venir"
          -> Paul gets "Clé: 4321"
