He cannot come after all
========================
Paul was on his way, and his car does not start. The alert goes on at once where it was, with the people who have not
been asked yet; Mme Martin is told.

14:02     the button "salon" is pressed

14:03     Paul texts "1"
          -> the light turns coming
          -> the voice says "Paul va venir"

14:08     Paul texts "Désolé, je ne peux pas venir"
          -> Paul gets "Merci Paul, c'est noté. Nous demandons à d'autres"
          -> the voice says "La personne attendue n'a pas pu venir. J'appelle de nouveau"
          -> the light turns calling
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"
          -> Tom gets "ALERT Mme Martin"

14:09     Tom texts "on my way"
          -> Tom gets "Thank you Tom"
          -> Tom gets "Key: 4321"
          -> the voice says "Tom va venir"
