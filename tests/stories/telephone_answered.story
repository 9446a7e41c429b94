The telephone rings, and a key is the answer
============================================
Paul sees no texts at work. The wave rings: the text first, then the telephone. He hears who needs what, presses 1, hears
that the others know, and is hung up on. Nobody else is rung.

    [[wave]]
    people = ["paul", "anne"]
    wait = "5min"
    ring = true

    [[wave]]
    people = ["all"]
    wait = "5min"

14:00     Paul picks up after 10s and presses 1

14:02     the button "salon" is pressed
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets "ALERTE Mme Martin"
          -> Paul's phone rings

14:02:20  nothing
          -> Paul hears "Ici le boîtier de téléassistance de Mme Martin"
          -> Paul hears "Si vous y allez, tapez 1."
          -> Paul hears "Merci. Les autres savent que vous y allez."
          -> no phone rings
          -> Anne gets "Paul"
          -> the incident is answered
          -> the voice says "Paul"

14:03:30  nothing
          -> the light is coming
