The front door stands open at night
===================================
A door that is left open at night lets the cold in, or somebody has gone out and not come back. She is asked first; when the
door stays open and nobody moves, the neighbours hear why.

    [[door]]
    name = "porte la nuit"
    sensor = "entree"
    longest = "20min"
    between = "22:00-07:00"

21:00     the door "entree" closes

21:30     the door "entree" opens

21:55     nothing
          -> nobody gets anything
          -> the next alert would be at 22:30

22:20     nothing
          -> the voice says "Une porte est restée ouverte"
          -> Mme Martin gets "Bonjour, tout va bien ?"

22:23     the door "entree" closes
          -> the incident is closed as cancelled

02:00     the door "entree" opens

02:20     nothing
          -> the voice says "Une porte est restée ouverte"

02:30     nothing
          -> Paul gets "porte ouverte trop longtemps (entree)"
