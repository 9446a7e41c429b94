News for all, by mail as well
=============================
What Paul writes to all comes to Anne by text and by mail, and to Denise, who reads no texts, by mail. A mail server that
is gone for a moment loses nothing.

    [mail]
    server = "mail.lan"
    from = "hub@mail.lan"

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true
    channels = ["sms", "mail:paul@example.org"]

    [[person]]
    id = "denise"
    name = "Denise"
    consent = true
    channels = ["mail:denise@example.org"]

    [[wave]]
    people = ["all"]

10:00     Mme Martin texts "TOUS galette dimanche à 15h"
          -> Paul gets "Mme Martin, à tous (Mme Martin): galette dimanche"
          -> a mail to "paul@example.org" says "Mme Martin, à tous (Mme Martin): galette"
          -> a mail to "denise@example.org" says "galette dimanche à 15h"

12:00     the mail server is gone
12:01     Paul texts "TOUS j'apporte le cidre"
          -> Paul gets "Merci Paul: à tous (1)"
12:03     the mail server is back
12:03:30  nothing
          -> a mail to "denise@example.org" says "j'apporte le cidre"
