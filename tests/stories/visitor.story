Grandchildren for the afternoon
===============================
Marie says that they are there. The house is full of movement, and the hub learns nothing of it; but when nothing moves at
all, in the middle of the visit, she is asked as on any other day.

    [[silence]]
    name = "jour"
    longest = "2h"
    between = "08:00-22:00"

13:55     somebody walks through "cuisine"

14:00     Marie sets visitor for 6h
          -> the state is ok
          -> the next alert would be at 16:05

15:00     somebody walks through "chambre"
          -> the next alert would be at 17:10

17:00     nothing
          -> the voice says "Est-ce que tout va bien ?"

17:02     somebody walks through "cuisine"
          -> the incident is closed as cancelled

18:00     the button "salon" is pressed

18:00:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel"
