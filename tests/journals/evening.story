An evening that is not over
===========================
Played by each release whose journal is kept here: movements, a call that was answered and ended, one that was taken
back, texts, and one to which somebody is on the way when the record ends.

08:00     somebody walks through "cuisine"

10:00     the button "salon" is pressed

10:02     Paul texts "1"

10:10     Paul texts "3"

10:20     Paul texts "9"

12:00     the button "salon" is pressed

12:00:05  the pendant "pendant" says "double"

13:00     somebody walks through "cuisine"

13:30     Marie's phone is switched off

18:00     the button "salon" is pressed

18:01     Paul texts "2"

18:05     Anne texts "1"
