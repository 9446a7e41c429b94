An alert by mail, and what it does not promise
==============================================
Denise has no mobile, and is alerted by mail. Nobody can say that she reads it, and the waves go on. Where one way
fails (Paul's mailbox is gone) the next one is tried at once.

    [mail]
    server = "mail.lan"
    from = "hub@mail.lan"

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true
    channels = ["mail:paul@example.org", "sms"]

    [[person]]
    id = "denise"
    name = "Denise"
    consent = true
    channels = ["mail:denise@example.org"]

    [[wave]]
    people = ["all"]

14:00     the mailbox "paul@example.org" does not exist
14:02     the button "salon" is pressed

14:02:10  nothing
          -> a mail to "denise@example.org" says "ALERTE Mme Martin: bouton d'appel à 14h02"
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02"

14:05:09  nothing
          -> a mail to "denise@example.org" says "PERSONNE n'a répondu"
          -> Paul gets "PERSONNE n'a répondu"

14:06     Paul texts "1"
          -> a mail to "denise@example.org" says "Paul y va"
          -> Paul gets "Clé: 4321"
