The power goes in the middle of an alarm
========================================
Paul has been asked, and the lights go out for two minutes. What was written down before it was done is still known: the
alarm goes on by itself, and nobody waits longer than one wave.

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"

14:03     the power is cut for 2min, and the machine keeps its clock
          -> the hub is off
          -> nobody gets anything

14:05:30  nothing
          -> the state is alerting
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin: bouton d'appel à 14h02 (salon)"
          -> the voice says "Personne n'a encore répondu"

14:07     Anne texts "1"
          -> Anne gets "Clé: 4321"
          -> Paul gets "Anne y va"
