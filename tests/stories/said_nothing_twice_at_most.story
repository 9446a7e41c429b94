The modem says nothing at all of a text
=======================================
The text went out, and the modem never says so. After half a minute the alert is sent once more: twice
is better than never. But not three times.

13:50     the modem says nothing of the next text, though it goes out

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Paul gets "ALERTE Mme Martin"
          -> Paul gets 1 text

14:02:35  nothing
          -> Paul gets 1 text

14:03     nothing
          -> nobody gets anything

14:05:10  nothing
          -> wave 2 begins

14:10     Anne texts "1"
          -> Anne gets "Merci Anne"
          -> the incident is answered
