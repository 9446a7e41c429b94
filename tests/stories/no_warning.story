A home without a warning
========================
Mme Martin's family wants no ten seconds of grace: she never presses by mistake. Paul has his text within the second.

    [delays]
    panic_warning = "0s"

14:02     the button "salon" is pressed
          -> the light turns calling
          -> the voice says "J'appelle Paul"
          -> the voice says "Restez tranquille, je vous dirai qui vient"
          -> Paul gets "ALERTE Mme Martin: bouton d'appel à 14h02 (salon)"
          -> nobody else gets anything

14:02:05  the button "salon" is held for 4s
          -> the incident is closed as cancelled
          -> Paul gets "Fausse alerte: Mme Martin a annulé à 14h02"
