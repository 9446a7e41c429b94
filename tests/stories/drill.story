Every phone is tried
====================
Marie asks for a drill. It says that it is none but a test; whoever answers has shown that their phone works. Tom says
nothing, and a day later Marie is asked, kindly, to see why.

10:00     Marie asks for a drill
          -> the answer to the order is "done"
          -> Paul gets "TEST de l'appareil de Mme Martin, ce n'est pas une alerte"
          -> Tom gets "this is not an alert"
          -> the state is ok

10:05     Paul texts "1"
          -> Paul gets "test réussi"
10:06     Anne texts "ok bien reçu"
          -> Anne gets "test réussi"
10:07     Marie texts "1"

09:30     nothing
          -> the fault "drill.unanswered/tom" stands
          -> Marie gets "Tom n'a pas encore répondu au petit essai"
          -> Marie gets "3 sur 4 ont répondu. Les plus rapides: Paul 5 min"
          -> Marie gets "Pas encore: Tom"
          -> nobody else gets anything

+2h       Tom texts "sorry, was away"
          -> Marie gets "Tom a répondu"
          -> no fault stands
