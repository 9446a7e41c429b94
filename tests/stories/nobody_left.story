Everybody has said STOP
=======================
When there is nobody any more whom a call could reach, the light must not say that all is well, and the voice says what
she can do herself.

    [[person]]
    id = "paul"
    name = "Paul"
    phone = "+33622222222"
    consent = true

    [[wave]]
    people = ["all"]

10:00     Paul texts "STOP"
          -> Paul gets "C'est noté: plus d'alertes pour Mme Martin. Pour revenir, répondez REPRISE"
          -> the light turns fault
          -> the state is fault

14:02     the button "salon" is pressed

14:02:10  nothing
          -> nobody gets anything
          -> the voice says "Je n'arrive pas à joindre quelqu'un pour le moment. J'essaie encore"
          -> the voice says "faites le 15 ou le 112"

15:00     the pendant "pendant" says "double"
          -> the incident is closed as cancelled

15:10     Paul texts "Reprise"
          -> Paul gets "Merci Paul ! Vous recevrez de nouveau les alertes"
          -> the light turns ready
