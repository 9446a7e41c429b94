A telephone that answers by itself
==================================
Paul is on holiday, and a machine answers for him, whatever it is sent. The hub recognises most of these. And should it
not: after five answers it says nothing more until something real happens, so that no two machines talk all night.

08:00     Paul texts "Réponse automatique : je suis absent jusqu'au 15 mars"
          -> Paul gets nothing

09:00     Paul texts "Merci de votre message"
          -> Paul gets "Merci Paul. Il n'y a pas d'alerte en cours pour Mme Martin"
09:10     Paul texts "Merci de votre message"
09:20     Paul texts "Merci de votre message"
09:30     Paul texts "Merci de votre message"
09:40     Paul texts "Merci de votre message"
          -> Paul gets 1 text

09:50     Paul texts "Merci de votre message"
          -> Paul gets nothing

10:00     Paul texts "Merci de votre message"
          -> Paul gets nothing

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"

14:03     Paul texts "ok"
          -> Paul gets "Répondez 1 si vous y allez"
          -> the state is alerting
