She texts that all is well
==========================
She is out in the garden, and the house is silent. The hub's question reaches her phone: an OK is enough. But an OK
never takes back a call for help that is under way, for it might be the answer to anything.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

06:00     nothing

10:00     nothing
          -> Mme Martin gets "Bonjour, tout va bien ? Répondez OK"

10:03     Mme Martin texts "Ok, ça va !"
          -> Mme Martin gets "C'est annulé, Mme Martin. Nous n'appelons plus personne"
          -> the incident is closed as cancelled
          -> nobody else gets anything

14:02     the button "salon" is pressed

14:03     Mme Martin texts "ok"
          -> the state is alerting

14:04     Mme Martin texts "Tout va bien, fausse alerte"
          -> the incident is closed as cancelled
          -> Paul gets "Fausse alerte: Mme Martin a annulé à 14h04"
