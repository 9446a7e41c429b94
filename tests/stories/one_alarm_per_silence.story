One silence, one alarm
======================
Paul looked in at half past ten: she is at the hairdresser's and had told nobody. The house stays silent, and that is no news
any more. Only when somebody has moved again does the next silence count.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

    [[silence]]
    name = "jour"
    longest = "4h"
    between = "07:00-22:00"

06:00     nothing

10:10     nothing
          -> Paul gets "ALERTE Mme Martin: aucun mouvement"

10:15     Paul texts "1"
10:30     Paul texts "9, fausse alerte"
          -> the incident is closed as false_alarm

16:00     nothing
          -> the voice says nothing
          -> nobody gets anything

17:00     somebody walks through "cuisine"
          -> the next alert would be at 21:10

21:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"
