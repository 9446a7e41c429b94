He comes back while she is calling
==================================
Paul was the last one, and had said STOP. He reads his own mind again in the middle of an alarm that reaches nobody: from its next
round on he is asked like anybody else, by this very alarm.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true

    [[wave]]
    people = ["all"]

10:00     Paul texts "STOP"
          -> the light turns fault

14:02     the button "salon" is pressed

14:02:10  nothing
          -> the voice says "Je n'arrive pas à joindre quelqu'un"
          -> nobody gets anything

14:04     Paul texts "Reprise"
          -> Paul gets "Merci Paul ! Vous recevrez de nouveau les alertes"

14:05:10  nothing
          -> Paul gets "ALERTE Mme Martin"
