The nights are thin
===================
Paul may be called by day only. On the hub's second day Marie is told from when to when she is alone, and then not every
day again.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true
    hours = ["daily 07:00-22:00"]

    [[person]]
    id = "marie"
    name = "Marie"
    phone = "+33633333333"
    role = "admin"
    consent = true

    [[wave]]
    people = ["all"]

09:00     nothing
          -> Marie gets "du 22h00 au 04/03 07h00, une seule personne"
          -> nobody else gets anything

+30h      nothing
          -> nobody gets anything

+2d       nothing
          -> nobody gets anything
