Her daughter rings and is put through
=====================================
A loudspeaker and a microphone are wired to the modem, and the household allows it: during an alert whoever of the circle
rings is put through to the room, and it is said aloud before. Whoever goes need not wait for that to know where. A
stranger is not put through, and nobody is when all is well.

    [modem]
    audio = true

    [hands_free]
    allowed = true

13:30     Marie rings the hub
          -> Marie is not put through
          -> the voice says nothing

13:40     nothing

14:02     the button "salon" is pressed
          -> Paul gets "ALERTE Mme Martin"

14:03     Marie rings the hub
          -> the voice says "Marie est au téléphone et vous entend"
          -> Marie is put through

14:04     Paul texts "1"
          -> the incident is answered
          -> Paul gets "12 rue des Lilas"
          -> Marie is not put through

14:05     Marie rings the hub
          -> Marie is put through

14:06     Marie hangs up
          -> Marie is not put through

14:07     +33799999999 rings the hub
          -> +33799999999 is not put through
