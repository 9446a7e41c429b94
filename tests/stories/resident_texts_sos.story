She calls for help with her phone
=================================
The button is out of reach, the phone is not. A call for help in words is never a mistake, so nobody waits for ten
seconds; and she is told that it has arrived.

14:02     Mme Martin texts "Au secours je suis tombée"
          -> Paul gets "ALERTE Mme Martin"
          -> Mme Martin gets "Mme Martin, votre appel est bien arrivé. Nous prévenons Paul. Restez près du téléphone"
          -> the voice says "J'appelle Paul"
          -> the state is alerting

14:03     Mme Martin texts "AIDE"
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"

14:04     Paul texts "aide"
          -> Paul gets "1=j'y vais 2=je ne peux pas"
          -> the state is alerting
          -> no wave begins

14:05     Anne texts "1"
          -> the voice says "Anne va venir"
