A neighbour goes
================
The thread of texts in README.md is what the phones of this house show.

    [hub]
    language = "en"

    [resident]
    name = "Mrs Martin"
    language = "en"
    address = "12 Lilac Road"
    notes = "do not lift her, call 112"

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    language = "en"
    consent = true

    [[person]]
    id = "marie"
    name = "Marie"
    phone = "+33633333333"
    role = "admin"
    language = "en"
    consent = true

    [[wave]]
    people = ["paul", "marie"]

    [[wave]]
    people = ["all"]

14:02     the button "salon" is pressed
14:04     Paul texts "1, 10 min"
14:13     Paul texts "3"
14:20     Paul texts "9 helped"
