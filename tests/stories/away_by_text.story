The family says by text that nobody is at home
==============================================
What lowers protection waits for a one-time code, which only the number on the list gets: a forged sender never reads it.
The button works all the while.

10:00     Marie texts "ABSENT 3j"
          -> Marie gets "Pour confirmer répondez OUI 4821 (10 min)"
          -> nobody else gets anything

# A forger guesses.
10:01     Marie texts "OUI 1234"
          -> Marie gets "Ce code n'est pas le bon, rien n'est changé"

10:02     Marie texts "Oui 4821, merci"
          -> Marie gets "C'est noté: absence jusqu'au 05/03 10h00"

10:10     Paul texts "ETAT"
          -> Paul gets "absence jusqu'au 05/03 10h00. Alertes d'inactivité suspendues, le bouton marche"

10:11     Paul texts "ABSENT 10j"
          -> Paul gets "seule la famille (Marie) peut faire cela"

10:12     Paul texts "LANG EN"
          -> Paul gets "our texts will be in English"

10:13     Paul texts "QUI"
          -> Paul gets "On call for Mme Martin: Paul"

10:14     +33799999999 texts "RETOUR"
          -> nobody gets anything

18:00     Marie texts "retour"
          -> Marie gets "Bon retour ! Surveillance reprise à 18h00"

18:10     Marie texts "ETAT"
          -> Marie gets "Mme Martin: tout va bien"
