A day like any other
====================
Mrs Martin is at home. After four hours without movement she will be asked whether all is well; without an answer her
neighbours are told.

    [hub]
    language = "en"
    country = "GB"
    timezone = "Europe/London"

    [[button]]
    id = "salon"
    room = "lounge"
    source = "gpio:17"

    [[button]]
    id = "pendant"
    source = "mqtt:zigbee2mqtt/pendant"
    panic = ["single", "hold"]
    cancel = ["double"]

    [[sensor]]
    id = "cuisine"
    kind = "motion"
    room = "kitchen"
    source = "gpio:27"

    [[sensor]]
    id = "chambre"
    kind = "motion"
    room = "bedroom"
    source = "gpio:23"

    [[sensor]]
    id = "entree"
    kind = "door"
    room = "hall"
    source = "mqtt:zigbee2mqtt/front_door"

    [[sensor]]
    id = "fumee"
    kind = "smoke"
    room = "kitchen"
    source = "mqtt:zigbee2mqtt/smoke"

    [resident]
    name = "Mrs Martin"
    phone = "+447700900111"
    language = "en"
    address = "12 Lilac Road, Bristol"
    key_code = "4321"
    notes = "Do not lift her, call 999"

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+447700900222"
    role = "neighbour"
    language = "en"
    consent = true

    [[person]]
    id = "anne"
    name = "Anne"
    phone = "+447700900444"
    role = "neighbour"
    language = "en"
    consent = true

    [[person]]
    id = "tom"
    name = "Tom"
    phone = "+447700900555"
    role = "neighbour"
    language = "en"
    consent = true

    [[person]]
    id = "marie"
    name = "Marie"
    phone = "+447700900333"
    role = "admin"
    language = "en"
    consent = true

    [[silence]]
    longest = "4h"
    between = "08:00-22:00"

    [[window]]
    name = "morning"
    days = "daily"
    from = "07:00"
    to = "10:00"
    sign = "any"

    [[wave]]
    people = ["paul"]
    wait = "3min"

    [[wave]]
    people = ["paul", "anne", "tom"]
    wait = "3min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:00     nothing
