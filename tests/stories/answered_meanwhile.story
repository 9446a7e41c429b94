Before each text: is it still true?
===================================
The network is away while Paul, who was asked by word of mouth, is entered at the hub as going. When the network returns,
nobody is alerted for nothing.

14:00     the mobile network is lost

14:10     the button "salon" is pressed

14:10:30  nothing
          -> the state is alerting
          -> nobody gets anything

14:12     Paul answers at the console
          -> the incident is answered
          -> the voice says "Paul va venir"
          -> the light turns coming

14:20     the mobile network is back
          -> Paul is not told "ALERTE"
          -> Paul gets "12 rue des Lilas"
          -> Anne gets nothing
          -> Tom gets nothing

14:25     Paul arrives at the console
          -> the incident is attended

14:40     Paul closes at the console as emergency
          -> the incident is closed as emergency
          -> the voice says "C'est terminé"
