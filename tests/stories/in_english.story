A home where English is spoken
==============================
Mrs Brown hears the voice in English, and Tom reads English. Paul has French as ever: each person's language is their
own.

    [hub]
    language = "en"

    [resident]
    name = "Mrs Brown"
    language = "en"

    [[wave]]
    people = ["paul", "tom"]

14:02     the button "salon" is pressed
          -> the voice says "I heard your call. To cancel, press for three seconds"

14:02:10  nothing
          -> Tom gets "ALERT Mrs Brown: help button at 14:02 (salon). Reply 1 = I am going, 2 = I can't. No 10"
          -> Paul gets "ALERTE Mrs Brown: bouton d'appel à 14h02 (salon). Répondez 1 = j'y vais"
          -> the voice says "I am calling Paul and Tom. Stay calm"

14:03     Tom texts "I'm going, 5 minutes"
          -> Tom gets "Thank you Tom. The others know you are going"
          -> Tom gets "Home of Mrs Brown: 12 rue des Lilas, Rennes. Key: 4321"
          -> Paul gets "Tom y va (réponse à 14h03, sur place dans 5 min)"
          -> the voice says "Tom is coming, in about 5 minutes"

14:20     Tom texts "all clear"
          -> Paul gets "Fin d'alerte Mrs Brown: tout va bien (dit par Tom à 14h20)"
          -> the voice says "It is over"
