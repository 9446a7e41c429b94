A day like any other, from coffee to bed
========================================
She gets up, goes out for bread, cooks, sleeps a little. Every movement moves the next question further away. Nobody
hears anything all day: that the hub watches is to be seen on its light, and on the pages that Marie looks at.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

    [[silence]]
    longest = "4h"
    between = "08:00-22:00"

07:40     somebody walks through "chambre"
          -> the light is ready
          -> the next alert would be at 12:10

08:05     somebody walks through "cuisine"
          -> nobody gets anything

09:30     the door "entree" opens
09:31     the door "entree" closes
10:15     the door "entree" opens
10:16     the door "entree" closes
          -> the state is ok
          -> the next alert would be at 14:26

12:20     somebody walks through "cuisine"
          -> the next alert would be at 16:30

15:10     somebody walks through "chambre"
18:30     somebody walks through "cuisine"
20:40     somebody walks through "cuisine"
22:15     somebody walks through "chambre"
          -> nobody gets anything
          -> no incident is open
          -> the state is ok
