Back home sooner than planned
=============================
She was to be away for three days and comes home on the first evening. The door tells the hub; no one has to remember
it. Only the first quarter of an hour does not count, while she still looks for her keys.

09:00     Marie sets away for 3d
          -> the state is away

09:05     somebody walks through "cuisine"
          -> the state is away

18:00     the door "entree" opens
          the door "entree" closes
          -> the state is ok
          -> nobody gets anything

18:01     Marie sets away for 3d
          -> the state is away

19:00     Marie ends the absence
          -> the answer to the order is "done"
          -> the state is ok
