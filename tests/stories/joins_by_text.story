A neighbour joins by a text of her own
======================================
Marie enters Anne's number. Anne is told of nothing before she said yes herself; "ok" is no yes to being woken at night.

    [[person]]
    id = "anne"
    name = "Anne"
    phone = "+33644444444"

    [[person]]
    id = "marie"
    name = "Marie"
    phone = "+33633333333"
    role = "admin"
    consent = true

    [[wave]]
    people = ["all"]

10:00     Marie invites Anne by text
          -> Anne gets "Marie souhaite que l'on vous prévienne si Mme Martin a besoin d'aide (rien d'urgent)"

10:20     Anne texts "ok"
          -> Anne gets "Pas compris, désolé. Faut-il vous prévenir si Mme Martin a besoin d'aide ?"
          -> Marie gets nothing

11:00     Anne texts "Oui !"
          -> Anne gets "Merci Anne ! Vous serez prévenu(e)"
          -> Marie gets "Bonne nouvelle: Anne a répondu OUI"

11:05     +33799999999 texts "oui"
          -> nobody gets anything

14:02     the button "salon" is pressed

14:02:10  nothing
          -> Anne gets "ALERTE Mme Martin"
