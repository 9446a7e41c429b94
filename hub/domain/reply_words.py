"""The words that neighbours text, and what each says: the file to edit when a reply was not understood.

Knows French and English phrases and their spellings. How they add up to one meaning is in
`hub.domain.replies`; texts known by their shape are in `reply_shapes`. Write phrases as a person would:
accents, capitals and apostrophes are taken off when this file is read, and a phrase with "ne" or "n'"
is also known without it.

A phrase belongs here only if nobody could mean anything else by it. A reply in which any word is not
known is never acted on, so that a "pas" or a "not" nobody thought of cannot turn a no into a yes.
"""

import re
from collections.abc import Iterator
from enum import StrEnum, auto

from hub.domain.reply_text import plain_words


class Mark(StrEnum):
    """What one phrase says, before the whole reply is weighed."""

    ANSWER = auto()
    DECLINE = auto()
    NO = auto()
    EXCUSE = auto()  # a reason not to come: nothing by itself
    ATTEND = auto()
    CLOSE = auto()
    HELPED = auto()
    FALSE_ALARM = auto()
    EMERGENCY = auto()  # the emergency services are there, or coming, or called by somebody
    CALLED = auto()  # "I have called them": the same, and may stand beside "I am going"
    YES = auto()
    OK = auto()
    FINE = auto()  # "I am well"
    THANKS = auto()  # thanks, seen, a thumbs-up
    UNCLEAR = auto()  # about the matter, but decides nothing
    STOP = auto()
    RESUME = auto()
    HELP = auto()
    AIDE = auto()  # French for "help!", and, without its accent, for "helped"
    STATUS = auto()
    WHO = auto()
    TEST = auto()
    DRILL = auto()
    FILLER = auto()  # beside any reply, changes nothing


# The digits that every alert offers, in any language.
CHOICES = {1: Mark.ANSWER, 2: Mark.DECLINE, 3: Mark.ATTEND, 9: Mark.CLOSE}

# Other spellings of a word (an underscore for a space), put right before phrases are looked up. "g" is
# said like "j'ai", and is texted for "j'" too.
_SPELLINGS = {
    "j": "je g",
    "j y": "jy gy ji",
    "j y vais": "jyvais jivais gyvais",
    "y vais": "yvais y_vé y_ves",
    "vais": "vai vait",
    "j vais": "jvais jvai",
    "j arrive": "jarrive jarive garrive jariv jarriv",
    "arrive": "arive arivve arrivve ariv arriv arives arrives",
    "j suis": "jsuis chuis chui",
    "j peux": "jpeux jpe jpeu j_peut j_peu",
    "peux": "pe peu",
    "j peux pas": "jpeupa jpepa",
    "pas": "pa",
    "c est": "cest cé sé cait",
    "ca": "sa",
    "quelqu un": "quelquun kelkun quelqun qqn qqun",
    "qui": "ki",
    "occupe": "ocupe",
    "tout de suite": "toute_de_suite tt_de_suite tout_suite",
    "dans": "ds dan",
    "desole": "desolee dsl desoler",
    "d accord": "dac daccord dacc",
    "merci": "mci mrc merki",
    "thank you": "thx ty tks thnx",
    "i m": "im i_am",
    "i ll": "i_will i_shall",
    "i ll be": "ill_be",
    "i ve": "i_have ive",
    "can t": "cant cannot can_not",
    "don t": "dont do_not",
    "won t": "wont will_not",
    "it s": "its it_is",
    "she s": "she_is shes",
    "he s": "he_is hes",
    "who s": "who_is whos",
    "everything s": "everything_is",
    "on my way": "omw on_my_wya",
    "s il vous plait": "svp stp s_il_te_plait",
    "please": "pls plz",
    "sorry": "sry soz",
    "right now": "rn",
}

_PHRASES = {
    Mark.ANSWER: """
        j'y vais; j'y vas; j'y go; je fonce; je gère; oui j'y vais; je vais y aller; nous y allons
        on y va; j'y cours; j'y file
        j'y fonce; j'arrive; on arrive; nous arrivons; j'accours; je viens; je vais chez elle
        je vais chez lui; je vais la voir; je vais le voir; je passe la voir; je passe le voir
        je passe chez elle; je passe chez lui; je m'en occupe; je m'en charge; je m'y rends
        je me rends sur place; je me rends chez elle; je pars maintenant; je pars tout de suite
        je pars immédiatement; en route; je suis en route; je suis déjà en route; en chemin
        je suis en chemin; je me mets en route
        je serai là; je serai sur place; je serai chez elle; j'y serai; I'm going; I'm going there
        I'm going over; going; going there; going now; I'm coming; I'm coming over; coming; on my way
        I'm on my way; on the way; I'm on the way; I'm heading over; heading over; I'm heading there
        I'll go; I'll go there; I'll go over; I'll come; I'll come over; I'll be there; I'll be right there
        be there; be right there; I'm on it; I'm leaving now; leaving now; en route now; I'm en route
    """,
    Mark.DECLINE: """
        je n'y vais pas; je n'irai pas; je ne vais pas y aller; je ne vais pas pouvoir; je ne viens pas
        je ne viendrai pas; je ne peux pas; peux pas; je ne peux pas y aller; peux pas y aller
        je ne peux pas venir; peux pas venir; je ne peux pas me déplacer; je ne peux pas bouger
        je ne peux vraiment pas; je ne pourrai pas; je ne pourrais pas; je ne pourrai pas venir
        je ne pourrai pas y aller; impossible; c'est impossible; ce n'est pas possible; pas possible
        impossible pour moi; pas moi; impossible de venir; impossible d'y aller; pas dispo; pas disponible
        je ne suis pas dispo; je ne suis pas disponible; non dispo; non disponible; indisponible; indispo
        je suis indisponible; je ne suis pas là; je ne suis pas en mesure de venir; I'm not going; not going
        I'm not coming; not coming; I can't; can't; I can't come; can't come; I can't go; can't go
        I can't make it; can't make it; I can't get there; can't do it; I can't do it; no can do
        I can't attend; I won't; I won't come; I won't go; I won't make it; I won't be able
        I won't be able to come; I'm unable to come; I'm not able to come; I'm not available; not available
        unavailable; I'm unavailable; not possible; it's not possible; I'm not around; not me
    """,
    Mark.NO: "non; no; nan; nope; nop; no way; non non; not now; pas maintenant",
    Mark.EXCUSE: """
        ce soir; ce matin; cet après-midi; aujourd'hui; cette nuit; tonight; today; là maintenant; en ce moment
        pour le moment; at the moment; je suis au travail; je travaille; au travail; au boulot
        je suis au boulot; je bosse; en réunion
        je suis en réunion; je suis en vacances; en vacances; je suis en déplacement; en déplacement
        je suis en congés; en congés
        je suis absent; je suis absente; absent; absente; je suis loin; trop loin; je suis malade; malade
        je suis à l'étranger; je suis à l'hôpital; je suis au lit; je suis en weekend; je suis coincé
        je suis coincée; je garde les enfants; je n'ai pas de voiture; pas de voiture; je suis occupé
        je suis occupée; occupé; occupée; je ne suis pas chez moi; pas chez moi; I'm at work; at work
        I'm away; away; on holiday; I'm on holiday; on vacation; I'm on vacation; I'm abroad; abroad
        I'm sick; I'm ill; I'm busy; busy; too far; I'm too far; I'm not home; not at home; I'm in a meeting
        in a meeting; out of town; I'm out of town; no car
    """,
    Mark.ATTEND: """
        sur place; je suis sur place; je suis déjà sur place; j'y suis; j'y suis déjà
        je suis chez elle; je suis chez lui; je suis avec elle
        je suis avec lui; je suis arrivé; je suis arrivée; je suis bien arrivé; je suis bien arrivée
        bien arrivé; bien arrivée; arrivé sur place; arrivée sur place; je suis arrivé sur place
        je suis arrivée sur place; nous y sommes; nous sommes sur place; nous sommes arrivés; I'm there
        I'm there now; I'm on site; on site; I'm with her; I'm with him; arrived; I've arrived; just arrived
        I'm at her place; I'm at his place; I'm at her house; I'm at his house
    """,
    Mark.CLOSE: """
        tout va bien; tt va bien; tous va bien; tout va très bien; tout est ok; tout est en ordre
        tout est rentré dans l'ordre; c'est réglé; réglé; tout est réglé; problème réglé; c'est résolu
        résolu; problème résolu; c'est terminé; elle va bien; il va bien; elle va très bien; il va très bien
        elle se porte bien; all clear; all is well; all's well; all well; all good; all ok; all okay
        all fine; all safe; all sorted; everything's fine; everything's ok; everything's okay
        everything's well; everything ok; everything fine; it's sorted; sorted; solved; it's solved
        resolved; it's resolved; she's fine; he's fine; she's ok; he's ok; she's okay; he's okay; she's well
        he's well; she's all right; he's all right
    """,
    Mark.HELPED: """
        aidée; je l'ai aidé; je l'ai aidée; on l'a aidé; on l'a aidée; nous l'avons aidée; relevée
        je l'ai relevée; je l'ai relevé; on l'a relevée; helped; I helped; I helped her; I helped him
        I've helped her; I've helped him
    """,
    Mark.FALSE_ALARM: """
        fausse alerte; fausse alarme; c'est une fausse alerte; c'était une fausse alerte
        c'était une fausse alarme; fosse alerte; appui par erreur; false alarm; it's a false alarm
        it was a false alarm; just a false alarm; false alert; pressed by mistake
    """,
    Mark.EMERGENCY: """
        pompiers; les pompiers; pompiers appelés; pompiers prévenus; les pompiers sont là
        les pompiers arrivent; pompiers sur place; les pompiers sont sur place; pompiers en route
        les pompiers sont en route; samu; le samu; samu appelé; samu prévenu; le samu arrive; le samu est là
        samu sur place; le samu est sur place; le samu est en route; samu en route; ambulance
        l'ambulance arrive; ambulance appelée; les secours; secours appelés; les secours arrivent
        les secours sont là; les secours sont en route; 15 appelé; le 15 est prévenu; appel au 15
        112 appelé; 18 appelé; paramedics; ambulance called; ambulance is here; ambulance is coming
        ambulance is on the way; ambulance on its way; called 112; called 999; called 911
        emergency services; emergency services called; fire brigade; ambulance en route; ambulance sur place
        l'ambulance est là; l'ambulance est en route; secours en route; secours sur place
        ambulance on the way; ambulance coming; police; les pompiers l'emmènent; le samu l'emmène
    """,
    Mark.CALLED: """
        j'ai appelé les pompiers; j'appelle les pompiers; j'ai prévenu les pompiers; j'ai appelé le samu
        j'appelle le samu; j'ai appelé une ambulance; j'ai appelé l'ambulance; j'ai appelé les secours
        j'appelle les secours; j'ai appelé le 15; j'appelle le 15; j'ai fait le 15; j'ai appelé le 112
        j'appelle le 112; j'ai appelé le 18; j'appelle le 18; I called an ambulance
        I've called an ambulance; I called the ambulance; I called 112; I've called 112; I called 999
        I've called 999; I called 911; I called emergency services; I'm calling 112
        I'm calling an ambulance
    """,
    Mark.YES: "oui; yes; yep; yeah; yup; ouais; oui oui; si si",
    Mark.OK: """
        ok; okay; oki; okey; okai; d'accord; entendu; ok ok; k; ok pour moi; c'est bon; parfait
        pas de souci; pas de soucis; pas de problème; pas de pb; ça marche; compris; bien compris
        c'est noté; noté; bien noté; no problem; no worries; alright; all right; fine; great; perfect
        understood; got it; roger; cool; super
    """,
    Mark.FINE: """
        ça va; ça va bien; ça va très bien; je vais bien; je vais très bien; oui ça va; moi ça va
        je suis bien; pas besoin d'aide; je n'ai pas besoin d'aide; je n'ai besoin de rien; je me porte bien
        I'm ok; I'm okay; I'm fine; I'm well; I'm all right; I'm alright; I'm good; no help needed
        I don't need help; I don't need any help; don't need help
    """,
    Mark.THANKS: """
        thumbsup; merci; merci beaucoup; merci bcp; merci bien; merci à vous; merci à tous; mille merci; vu; bien vu
        lu; reçu; bien reçu; message reçu; alerte reçue; alerte bien reçue; test reçu; test ok; test réussi
        ok test; thank you; thanks; many thanks; thanks a lot; thank you very much; seen; received
        message received; noted; test received
    """,
    Mark.UNCLEAR: """
        thumbsdown; pas ok; not ok; not okay; arrive; arrivé; je suis là; je suis à la porte; je vais voir
        on verra; peut être; peut-être; maybe; perhaps; je ne sais pas; I don't know; I'm here; j'arrive pas
        je n'arrive pas; j'arrive plus; je peux; je peux y aller; je peux venir; I can go; I can come; I can
        y va; y vas; y aller
    """,
    Mark.STOP: """
        stop; stop stop; stop sms; sms stop; stop alertes; stop alerte; stop messages; arrêt; arrêt sms
        désabonner; désabonnement; désinscription; me désinscrire; désinscrire; unsubscribe; stop all
        stopall
    """,
    Mark.RESUME: "reprise; reprendre; start; restart; unstop",
    Mark.HELP: """
        help; help me; help help; I need help; need help; sos; au secours; secours; à l'aide; aidez-moi
        aide-moi; besoin d'aide; j'ai besoin d'aide; venez m'aider; à moi; je suis tombé; je suis tombée
        je suis par terre; I fell; I've fallen; I've had a fall
    """,
    Mark.AIDE: "aide; aide aide; aidé",
    Mark.STATUS: "état; etat; status; statut; situation",
    Mark.WHO: """
        qui est de garde; who is on call
        qui; who; qui y va; qui y est; qui vient; who's going; who's coming; quelqu'un y va; quelqu'un y est
        est-ce que quelqu'un y va; y a-t-il quelqu'un; is anybody going; is anyone going; is someone going
        anyone going; anybody going; is anybody there; is anyone there; is somebody going
    """,
    Mark.TEST: "test; test test; tests; essai",
    Mark.DRILL: """
        test tous; test à tous; test pour tous; test tout le monde; tester tout le monde; test all; test everyone
        test everybody; test them all; essai tous; essai pour tous
    """,
    Mark.FILLER: """
        bonjour; bonsoir; salut; coucou; hello; hi; hey; bonne journée; bonne soirée; bonne nuit; bises
        bisous; bien à vous; cordialement; à tout de suite; à bientôt; à plus; au revoir; bye; regards
        best regards; cheers; désolé; désolée; vraiment désolé; je suis désolé; pardon; excusez-moi
        malheureusement; hélas; sorry; I'm sorry; so sorry; very sorry; unfortunately; I'm afraid
        tout de suite; de suite; de ce pas; dans la foulée; déjà; already; maintenant; immédiatement
        vite; au plus vite; le plus vite possible
        dès que possible; à l'instant; now; right now; right away; immediately; straight away; quickly; soon
        asap; as fast as I can; bientôt; moi; aussi; moi aussi; alors; donc; bien sûr; évidemment; of course
        sure; me too; too; then; well; just; chez elle; chez lui; là-bas; over there; to her place
        to his place; la voir; le voir; s'il vous plaît; please; et; and; euh; ah; oh; hop; voilà; mdr; lol
        l'alerte; pour l'alerte; alerte; alert; incident; dans quelques minutes; in a few minutes; environ
        about; ici; je conduis; je suis en voiture; en voiture; à pied; à vélo; je cours; en courant
        je prends mes clés; je prends la voiture; je m'habille; le temps de m'habiller
        je mets mes chaussures; A+; c'est; pour elle; for her
    """,
}

_PARTICLES = frozenset({"ne", "n"})


def _spelling_table() -> dict[str, str]:
    return {
        plain_words(wrong.replace("_", " ")): right for right, wrongs in _SPELLINGS.items() for wrong in wrongs.split()
    }


_RIGHT = _spelling_table()
_WRONG = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(map(re.escape, _RIGHT), key=len, reverse=True))})(?!\S)")


def respelled(words: str) -> str:
    """Return the words of a `plain_words` string in the spelling of the phrase table."""
    # Twice: "je peut" is "j peut" first, and then "j peux".
    for _ in range(2):
        words = _WRONG.sub(lambda match: _RIGHT[match[0]], words)
    return words


def _variants(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the phrase, and as people say it: without "ne", "suis sur place", "g appelé" for "j'ai appelé"."""
    yield phrase
    spoken = tuple(word for word in phrase if word not in _PARTICLES)
    yield spoken
    if spoken[:2] == ("j", "suis") and len(spoken) > 2:
        yield spoken[1:]
    if spoken[:2] == ("j", "ai"):
        yield ("j", *spoken[2:])


def _phrase_table() -> dict[tuple[str, ...], Mark]:
    table: dict[tuple[str, ...], Mark] = {}
    for mark, block in _PHRASES.items():
        for phrase in re.split(r"[;\n]", block):
            for variant in _variants(tuple(respelled(plain_words(phrase)).split())):
                table[variant] = mark
    del table[()]  # the block's empty lines
    return table


# Every phrase, as words in the spelling of `respelled`.
PHRASES = _phrase_table()
LONGEST_PHRASE = max(map(len, PHRASES))
KNOWN_WORDS = frozenset(word for phrase in PHRASES for word in phrase)
