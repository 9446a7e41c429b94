The family sets a time by text
==============================
Marie has no computer at hand: she texts from when until when a sign of life is expected. A forged sender never reads the
code. What the household has is told once it has it, to her and to the rest of the family.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "09:00"

10:00     Marie texts "PLAGE MATIN 8h 10h30"
          -> Marie gets "désormais de 08:00 à 10:30"
          -> nobody else gets anything

10:01     Marie texts "OUI 4821"
          -> Marie gets "un signe de vie est attendu de 08:00 à 10:30"

10:10     somebody walks through "cuisine"

10:30     nothing
          -> the voice says nothing

10:35     Marie texts "plage soir de 18h à 20h"
          -> Marie gets "Nouveau"

10:36     Marie texts "OUI 4821"
          -> Marie gets "un signe de vie est attendu de 18:00 à 20:00"

20:00     nothing
          -> the voice says "tout va bien"
