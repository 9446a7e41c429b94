A press by mistake, taken back by holding
=========================================
Dusting, she pressed the button. During the ten seconds of the warning she holds it for three seconds: the call is taken
back, and nobody is ever troubled. It stays in the log. One long press from the start comes to the same.

14:02     the button "salon" is pressed
          -> the voice says "Pour annuler, appuyez trois secondes"

14:02:04  the button "salon" is held for 4s
          -> the voice says "C'est annulé. Je n'appelle plus personne"
          -> the light turns ready
          -> the incident is closed as cancelled
          -> nobody gets anything

14:10     the button "salon" is held for 5s
          -> the light turns heard
          -> the incident is closed as cancelled
          -> nobody gets anything

14:30     nothing
          -> the state is ok
          -> no incident is open
          -> nobody gets anything
