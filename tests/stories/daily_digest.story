One line a day
==============
Marie wants to hear each evening that the hub is there, and whether anything was. Neighbours get none of it.

    [digest]
    at = "19:00"

11:58     somebody walks through "cuisine"
12:00     the button "salon" is pressed
12:00:05  the button "salon" is held for 4s

18:30     nothing
          -> Marie gets "message du jour. Dernier mouvement 12h00. Alertes: 1."
          -> nobody else gets anything

19:30     nothing
          -> nobody gets anything

+23h      nothing
          -> Marie gets "message du jour. Dernier mouvement 02/03 12h00. L'appareil veille."

+1h       nothing
          -> nobody gets anything
