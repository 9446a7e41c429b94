A telephone that answers by itself
==================================
Paul is on holiday, and a machine answers for him, whatever it is sent. The hub recognises most of these. And should it
not: after five answers to the same person it says nothing more, so that no two machines talk all night.

14:02     the button "salon" is pressed

14:02:20  Paul texts "Réponse automatique : je suis absent jusqu'au 15 mars"
          -> Paul gets nothing
          -> no wave begins

14:03     Paul texts "Merci de votre message"
14:03:01  Paul texts "ok"
14:03:02  Paul texts "ok"
14:03:03  Paul texts "ok"
14:03:04  Paul texts "ok"
14:03:05  Paul texts "ok"
14:03:06  Paul texts "ok"
          -> Paul gets nothing

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"
          -> Paul gets "ALERTE Mme Martin"
