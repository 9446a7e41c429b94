The modem hangs for good, and its power key brings it back
==========================================================
hub.toml says which pin presses the modem's power key. A modem that has answered nothing for a minute and a half is turned
off and on; whatever is still true goes out then.

    [modem]
    pwrkey = "gpio:4"

14:02     the modem hangs until its power key is pressed

14:03     the button "salon" is pressed

14:03:40  nothing
          -> the fault "modem.mute" stands
          -> the fault "modem.sick" stands
          -> the state is alerting
          -> nobody gets anything

14:04:50  nothing
          -> Paul gets "ALERTE Mme Martin"

14:06     Paul texts "1"
          -> Paul gets "Merci Paul"
          -> no fault stands
