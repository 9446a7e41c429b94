Two presses: there is no time to lose
=====================================
Whoever presses a second time during the warning means it. The rest of the ten seconds is not waited for.

14:02     the button "salon" is pressed
          -> the state is warning
          -> nobody gets anything

14:02:04  the button "salon" is pressed
          -> the light turns calling
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02 (salon)"
          -> the voice says "J'appelle Paul"
          -> 1 incident is open

14:02:10  nothing
          -> nobody gets anything
