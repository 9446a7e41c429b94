Orders from Home Assistant
==========================
The house's own programs may help: report a press, note that somebody goes. What lowers protection they may not do, for a
password of the broker is no proof of who asks.

14:02     Home Assistant orders {"cmd": "TRIGGER"}
          -> the answer to the order is "done"
          -> Paul gets "ALERTE Mme Martin"

14:03     Home Assistant orders {"cmd": "CLOSE", "by": "anne"}
          -> the answer to the order is "only whoever answered, the family or the resident may end this"
          -> the state is alerting

14:04     Home Assistant orders {"cmd": "ANSWER", "incident": 10, "by": "anne"}
          -> the answer to the order is "done"
          -> the voice says "Anne va venir"
          -> Anne gets "Clé: 4321"

14:20     Home Assistant orders {"cmd": "CLOSE", "incident": 10, "by": "anne", "outcome": "helped"}
          -> the incident is closed as helped

15:00     Home Assistant orders {"cmd": "AWAY", "until": "2026-03-04T12:00:00Z"}
          -> the answer to the order is "this lowers protection and needs a confirmation"
          -> the state is ok
