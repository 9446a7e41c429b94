The modem restarts just as it sends
===================================
In the middle of a text the modem goes dark, and wakes again seconds later. Nobody knows whether the text went out; an
alert is sent again rather than lost, as soon as the modem is back.

13:50     the modem restarts in the middle of the next text

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets nothing

14:02:14  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02"
          -> the state is alerting
          -> no fault stands

14:02:40  Paul texts "1"
          -> Paul gets "Merci Paul"
          -> the incident is answered
