"Ok" is not an answer
=====================
Ok, thanks, a thumb: polite, and nobody is on the way. The hub says so and goes on asking. A reaction that a phone
sends as a text, with the whole alert in it, is none either.

14:02     the button "salon" is pressed

14:03     Paul texts "ok"
          -> Paul gets "Répondez 1 si vous y allez, 2 si vous ne pouvez pas. No 10"
          -> the state is alerting

14:03:30  Paul texts "👍"
          -> Paul gets "Répondez 1 si vous y allez"
          -> the state is alerting

14:05:10  nothing
          -> wave 2 begins
          -> Anne gets "ALERTE Mme Martin"

14:06     Anne texts "A aimé « ALERTE Mme Martin: bouton d'appel. Répondez 1 = j'y vais, 2 = je ne peux pas. No 10 »"
          -> Anne gets "Répondez 1 si vous y allez"
          -> the state is alerting

14:07     Anne texts "Vu, merci"
          -> the state is alerting

14:08:10  nothing
          -> wave 3 begins
          -> Marie gets "ALERTE Mme Martin"
