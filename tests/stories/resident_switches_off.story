The one at home does not want to be watched
===========================================
Nobody can be made to be watched over: on her page Mme Martin switches the watch of silence off. Her daughter is told, and
cannot undo it. The button calls for help as ever.

    [[silence]]
    longest = "4h"

10:00     Mme Martin switches the watch off
          -> Marie gets "Mme Martin a coupé la surveillance des mouvements à 10h00. Le bouton marche"
          -> nobody else gets anything

+8h       Marie ends the absence
          -> nobody gets anything

+1d       the button "salon" is pressed

+10s      nothing
          -> Paul gets "ALERTE Mme Martin"

+1min     Paul texts "1"
          -> Paul gets "Merci Paul"

+10min    Paul texts "9"
          -> the incident is closed as helped

+1h       Mme Martin ends the absence
          -> Marie gets "Mme Martin a remis en marche la surveillance"
