Who may say that all is well
============================
Anne thinks that it must be over by now and texts a 9. But she did not go, so she is asked whether she is there. Whoever
went, the family and Mme Martin herself may end an alert.

14:02     the button "salon" is pressed

14:05:10  nothing
          -> Anne gets "ALERTE Mme Martin"

14:06     Paul texts "1"
          -> the incident is answered

14:10     Anne texts "9"
          -> Anne gets "Merci Anne. Qui est sur place peut dire que tout va bien. Si c'est vous: répondez 3, puis 9"
          -> the incident is answered

14:15     Anne texts "3"
          -> the incident is attended

14:20     Anne texts "9"
          -> the incident is closed as helped
          -> Anne gets "C'était : FAUSSE ALERTE, AIDÉE ou SECOURS APPELÉS ?"

14:21     Anne texts "aidée"
          -> Anne gets "Merci Anne, c'est noté. Et merci d'avoir été là"

18:00     the button "salon" is pressed

18:01     Marie texts "fausse alerte, tout va bien"
          -> the incident is closed as false_alarm
          -> Paul gets "Fin d'alerte Mme Martin: c'était une fausse alerte (dit par Marie à 18h01)"
