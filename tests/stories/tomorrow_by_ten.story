Tomorrow she sleeps in
======================
There are guests until late. Marie says that a sign of life is due by noon tomorrow, and not by ten: on that day only.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

19:00     somebody walks through "cuisine"
          Marie expects a sign by "12:00"

10:00     nothing
          -> the voice says nothing

11:59     nothing
          -> the voice says nothing

12:00     nothing
          -> the voice says "tout va bien"

12:01     somebody walks through "cuisine"
          -> the incident is closed as cancelled

09:59     nothing
          -> the voice says nothing

10:00     nothing
          -> the voice says "tout va bien"
