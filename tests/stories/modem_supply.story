Only without power does the modem come to its senses
====================================================
Neither a restart nor its power key helps a modem whose inside has locked up. Where hub.toml says what cuts its supply, the
hub cuts it for five seconds.

    [modem]
    pwrkey = "GPIO4"
    usb_power = "/sys/bus/usb/devices/1-1.2/authorized"

14:02     the modem hangs until its supply is cut

14:05     the button "salon" is pressed

14:05:30  nothing
          -> the fault "modem.mute" stands
          -> nobody gets anything

14:05:50  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> no fault stands
