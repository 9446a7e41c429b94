A fall in the bathroom
======================
She wears no pendant in the bath, but the detector there sees her fall. The hub asks her first; she takes nothing back.
Paul comes, sees that she is hurt and calls an ambulance, as the notes say: the hub itself never calls one.

    [[sensor]]
    id = "cuisine"
    kind = "motion"
    room = "cuisine"
    source = "gpio:27"

    [[sensor]]
    id = "chute"
    kind = "fall"
    room = "salle d'eau"
    source = "mqtt:zigbee2mqtt/fall"

07:50     somebody walks through "cuisine"

08:12     the detector "chute" sounds
          -> the light turns heard
          -> the state is warning

08:12:10  nothing
          -> Paul gets "ALERTE Mme Martin: chute détectée à 08h12 (salle d'eau)"
          -> nobody else gets anything
          -> the incident is alerting

08:14     Paul texts "1"
          -> Paul gets "Clé: 4321"
          -> the light turns coming

08:20     Paul texts "3"
          -> the incident is attended

08:50     the detector "chute" falls silent
          Paul texts "Réglé, secours appelés"
          -> the incident is closed as emergency
          -> the state is ok
