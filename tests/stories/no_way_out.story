The voice does not promise what cannot be held
==============================================
The modem has been unplugged for half an hour when she presses. "Stay calm, I am calling Paul" would be a lie that may cost
her the minutes in which she could still reach the telephone: she is told what is, and what she can do.

13:30     the modem is unplugged

14:02     the button "salon" is pressed
          -> the light turns heard

14:02:10  nothing
          -> the voice says "Je n'arrive pas à joindre quelqu'un pour le moment. J'essaie encore"
          -> the voice says "faites le 15 ou le 112"
          -> nobody gets anything

14:04     the modem is plugged in
          -> Paul gets "ALERTE Mme Martin"
