In a home without internet the mobile network tells the time
============================================================
A Raspberry Pi has no clock of its own, and here nobody tells it the time but the mobile network, through the modem. Said
once it is a hint; said twice the hub goes by it, though the Pi itself still believes that it is last June.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:20     the mobile network tells the time

06:30     the power is cut for 10min

06:40:40  nothing
          -> the state is unknown
          -> no alert would come

06:41     nothing
          -> the state is ok
          -> no fault stands
          -> the next alert would be at 10:10

09:59     nothing
          -> nobody gets anything

10:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "sinon nous prévenons Paul"
