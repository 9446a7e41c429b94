The key code is for whoever goes, and only as long as it matters
================================================================
Paul was to get the address, but the network was gone; meanwhile Marie ended the alert. What was true then is not true
now: the code of the key box stays where it is.

14:00     the mobile network is lost

14:10     the button "salon" is pressed

14:10:30  nothing
          -> nobody gets anything

14:12     Paul answers at the console
          -> the incident is answered

14:15     Marie closes at the console as false_alarm
          -> the incident is closed as false_alarm

14:20     the mobile network is back
          -> Paul is not told "4321"
          -> Paul is not told "Lilas"
          -> Paul gets "Fin d'alerte Mme Martin: c'était une fausse alerte (dit par Marie à 14h15)"
          -> Anne gets nothing
