Not home by nine
================
She goes out in the afternoon and is not back at nine in the evening. Nobody is asked at home, where nobody is: she gets a
text, and when she does not reply the neighbours hear it. The evening before, her daughter had said that she would be late.

    [[home_by]]
    name = "le soir"
    at = "21:00"

16:00     the door "entree" opens

16:01     the door "entree" closes

17:00     Marie sets away until "22:30"
          -> the next alert would be at 22:55

22:20     the door "entree" opens

22:21     the door "entree" closes

22:22     somebody walks through "cuisine"

23:30     nothing
          -> nobody gets anything

16:00     the door "entree" opens

16:01     the door "entree" closes
          -> the next alert would be at 21:10

20:59     nothing
          -> nobody gets anything

21:00     nothing
          -> the voice says "Êtes-vous de retour ?"
          -> Mme Martin gets "Bonjour, tout va bien ?"

21:10     nothing
          -> Paul gets "pas encore de retour, sans nouvelles depuis"
