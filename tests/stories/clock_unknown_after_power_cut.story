After a power cut nobody knows what time it is
==============================================
A Raspberry Pi has no clock of its own. Until somebody tells it the time, the hub does not pretend to watch over the
mornings, and says so. The button works at once.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:30     the power is cut for 10min
          -> the hub is off

06:39     nothing

06:42     nothing
          -> the state is unknown
          -> no alert would come

06:50     the button "salon" is pressed

06:50:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel"

06:55     the pendant "pendant" says "double"
          -> the incident is closed as cancelled

07:00     the network tells the time
          -> the state is ok
          -> no fault stands
          -> the next alert would be at 10:10
