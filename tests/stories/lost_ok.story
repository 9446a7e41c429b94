The modem's OK is lost on the line
==================================
The text went out and the modem's last word about it never arrived. Nobody is held up by that: neither the next alert
nor the answer of who goes.

    [[wave]]
    people = ["paul", "anne", "tom"]

13:50     the OK to the next text is lost

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"
          -> Paul gets 1 text

14:02:30  Anne texts "1"
          -> Anne gets "Merci Anne"
          -> Paul gets "Anne y va"
          -> Tom gets "Anne is going"
