A number that nobody knows
==========================
Somebody has the wrong number, or the wrong intentions. Unknown numbers never get an answer and change nothing; what
they wrote is kept for the family to see.

10:00     +33799999999 texts "Bonjour, c'est pour la livraison"
          -> nobody gets anything
          -> the state is ok

14:02     the button "salon" is pressed

14:02:30  +33799999999 texts "1"
          -> the state is alerting
          -> +33799999999 gets nothing
          -> nobody gets anything

14:03     +33799999999 texts "9"
          -> the state is alerting
          -> nobody gets anything

14:05:10  nothing
          -> wave 2 begins
          -> +33799999999 gets nothing
