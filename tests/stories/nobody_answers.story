Nobody answers, and the hub does not give up
============================================
All phones are silent. Everybody is asked, then asked again: after five minutes, after five more, after ten, and from then
on every fifteen, until somebody goes. Mme Martin is told the truth, and what she can do herself.

14:02     the button "salon" is pressed

14:08:10  nothing
          -> wave 3 begins
          -> Paul gets "PERSONNE n'a répondu pour Mme Martin depuis 14h02"
          -> Tom gets "NOBODY has answered for Mme Martin since 14:02"
          -> Marie gets "ALERTE Mme Martin"
          -> the voice says "Personne n'a encore répondu. Je continue d'appeler"
          -> the next alert would be at 14:13

14:13:10  nothing
          -> Marie gets "PERSONNE n'a répondu"

14:18:10  nothing
          -> the next alert would be at 14:28

14:28:10  nothing
          -> wave 3 begins
          -> the next alert would be at 14:43

14:43:10  nothing
          -> Anne gets "PERSONNE n'a répondu pour Mme Martin depuis 14h02"

14:58:10  nothing
          -> wave 3 begins

19:00     nothing
          -> the state is alerting
          -> the light is calling

19:01     Anne texts "1"
          -> the voice says "Anne va venir"
          -> the light turns coming
