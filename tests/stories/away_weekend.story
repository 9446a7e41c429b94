A weekend at her daughter's
===========================
Marie fetches her mother on Saturday morning and says so. Nobody asks why the house is silent. The button works all the
same: her sister, who waters the plants, may need help too.
On 2026-03-07.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

09:00     somebody walks through "chambre"

09:30     Marie sets away for 2d
          -> the answer to the order is "done"
          -> the state is away
          -> no alert would come

09:35     somebody walks through "cuisine"
          -> the state is away

10:00     nothing
          -> nobody gets anything

# Sunday
10:05     nothing
          -> nobody gets anything
          -> the state is away
          -> the light is ready

15:00     the button "salon" is pressed

15:00:10  nothing
          -> Paul gets "ALERTE Mme Martin: bouton d'appel"
