A power cut in the middle of a silence
======================================
The neighbours were about to be told that nobody moves, and the power went. When it is back, an hour later, Mme Martin is
asked once more before anybody comes running: she may well be up by now.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:00     nothing

10:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ?"

10:05     the power is cut for 1h, and the machine keeps its clock
          -> the hub is off

11:05:30  nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ? Répondez OK ou passez devant un détecteur avant 11h15"
          -> Paul gets nothing

11:15:30  nothing
          -> Paul gets "ALERTE Mme Martin: aucun mouvement depuis"
