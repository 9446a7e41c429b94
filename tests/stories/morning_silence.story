Nobody stirs in the morning
===========================
Every morning between seven and ten somebody should move in this home. Today nobody does. The hub asks Mme Martin first,
at home and on her phone, again and again for ten minutes; only then are the neighbours told.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

22:00     somebody walks through "chambre"

09:59     nothing
          -> nobody gets anything
          -> the state is ok
          -> the next alert would be at 10:10

10:00     nothing
          -> the light turns asked
          -> the voice says "Est-ce que tout va bien ? Si oui, passez devant un détecteur"
          -> Mme Martin gets "Bonjour, tout va bien ? Répondez OK ou passez devant un détecteur avant 10h10"
          -> Mme Martin gets "sinon nous prévenons Paul"
          -> nobody else gets anything
          -> the state is warning

10:00:30  nothing
          -> the voice says "Est-ce que tout va bien"
          -> nobody gets anything

10:10     nothing
          -> the light turns calling
          -> Paul gets "ALERTE Mme Martin: aucun mouvement depuis 02/03 22h00 (chambre), prévu avant 10h00"
          -> nobody else gets anything

10:12     Paul texts "1"
          -> the voice says "Paul va venir"
