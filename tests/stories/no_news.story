Away, and then forgotten
========================
An absence of twenty days was noted, and nobody thinks of it any more. After three days without the least sign from
there the family is told: nothing is wrong with the hub, but somebody should know how she is.

    [no_news]
    after = "3d"

09:00     somebody walks through "cuisine"

09:01     Marie sets away for 20d
          -> the state is away

+2d       nothing
          -> nobody gets anything

09:00     nothing
          -> Marie gets "Mme Martin: aucun signe de vie à la maison depuis 3 jours. Merci de l'appeler ou de passer"
          -> nobody else gets anything
          -> no incident is open
