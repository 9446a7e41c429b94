The battery of the front door's sensor runs out
===============================================
First it is low, and Marie has a week. Nobody changes it: the sensor falls silent, and a day later Marie hears of that
too. What it says of its battery is no sign of life.

09:00     the battery of "entree" is at 12 %
          -> the fault "device.battery/entree" stands
          -> Marie gets "pile faible, entree (12 %)"
          -> nobody else gets anything

10:00     the battery of "entree" is at 0 %
          -> Marie gets "entree est muet"

+30h      the battery of "entree" is at 95 %
          -> Marie gets "entree répond de nouveau"
          -> Marie gets "entree a une bonne pile"
          -> no fault stands
