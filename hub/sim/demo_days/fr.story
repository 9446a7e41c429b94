Un jour comme les autres
========================
Mme Martin est chez elle. Sans mouvement pendant quatre heures, on lui demandera si tout va bien ; sans réponse, on
prévient ses voisins.

    [[sensor]]
    id = "cuisine"
    kind = "motion"
    room = "cuisine"
    source = "gpio:27"

    [[sensor]]
    id = "chambre"
    kind = "motion"
    room = "chambre"
    source = "gpio:23"

    [[sensor]]
    id = "entree"
    kind = "door"
    room = "entrée"
    source = "mqtt:zigbee2mqtt/front_door"

    [[sensor]]
    id = "fumee"
    kind = "smoke"
    room = "cuisine"
    source = "mqtt:zigbee2mqtt/smoke"

    [[silence]]
    longest = "4h"
    between = "08:00-22:00"

    [[window]]
    name = "matin"
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
