She presses again: the next people are asked at once
====================================================
Nobody has come, and she presses once more. That is a plea, so the next wave does not wait for its three minutes. But
not oftener than once a minute: a finger that trembles must not wake the whole street.

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> nobody else gets anything

14:02:40  the button "salon" is pressed
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"
          -> the voice says "Personne n'a encore répondu. Je continue d'appeler"

14:03     the button "salon" is pressed
          -> no wave begins
          -> nobody gets anything
          -> the voice says "Je continue d'appeler"

14:04     the button "salon" is pressed
          -> wave 3 begins
          -> Marie gets "ALERTE Mme Martin"

14:05     Marie texts "1"
          -> the incident is answered

14:06     the button "salon" is pressed
          -> no wave begins
          -> the voice says "Marie va venir"
          -> nobody gets anything
