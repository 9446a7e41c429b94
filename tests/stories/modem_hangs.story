The modem does not listen
=========================
Modems hang now and then. The hub notices within seconds, begins again from the start and sends what had to be sent; nobody has to
press twice.

14:02     the button "salon" is pressed

14:02:08  the modem hangs for 30s

14:02:10  nothing
          -> nobody gets anything

14:02:38  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets "ALERTE Mme Martin"
          -> the state is alerting

14:04     the modem restarts
          -> nobody gets anything

14:05     Anne texts "1"
          -> Anne gets "Merci Anne"
          -> no fault stands
