An absence that nobody ended
============================
She was to be back by the evening, and nobody has said whether she is. An absence always has an end: from then on the
mornings count again.
On 2026-03-07.

    [[window]]
    name = "matin"
    from = "07:00"
    to = "10:00"

08:00     Marie sets away until "20:00"
          -> the state is away

10:00     nothing
          -> nobody gets anything

19:59     nothing
          -> the state is away

20:00     nothing
          -> the state is ok
          -> the next alert would be at 10:10
          -> nobody gets anything

10:00     nothing
          -> the voice says "Est-ce que tout va bien"
          -> Mme Martin gets "Bonjour, tout va bien ?"
