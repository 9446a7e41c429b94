"""Texts, and parts of texts, that are known by their shape: reactions, machines, commands, signatures.

Knows how telephones and mailboxes word what they send by themselves, and the first words of the
family's commands. All patterns read words as `hub.domain.reply_words.respelled` spells them.
"""

import re

from hub.domain.reply_words import KNOWN_WORDS

# Two words of one machine's sentence stand no farther apart than this; and a bound keeps the search linear.
_NEAR = r" (?:.{0,200} )?"


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join(patterns)})(?!\S)")


# Only machines write these: a mailbox, a telephone in a car.
AUTOMATIC = _any_of(
    r"(?:reponse|message|texte) automatique",
    r"repondeur|messagerie vocale|voice ?mail",
    r"(?:automatic|automated) (?:reply|response|message)",
    r"auto ?(?:reply|response|reponse)",
    r"out of (?:the )?office",
    r"absente? du bureau",
    r"actuellement (?:absente?|en conges?|indisponible)",
    r"mode conduite|mode ne pas deranger|driving mode|driving with (?:focus|do not disturb)",
    r"vous avez (?:essaye|tente) de (?:me )?joindre",
    r"(?:don t|not) reply|no ?reply|pas repondre a ce (?:message|mail|sms)",
)
# These stand ready in a telephone that declines a call; but people write them too.
BRUSH_OFF = _any_of(
    rf"j conduis{_NEAR}(?:reponds|repondrai|rappelle|rappellerai|verrai|tard)",
    rf"i m driving{_NEAR}(?:see|get back|call|reply|text|later)",
    r"au volant",
    r"(?:vous|te) (?:rappelle|rappellerai|reponds|repondrai|recontacte|recontacterai)",
    r"i ll (?:call|text|get back to) you",
    r"(?:puis j|pouvez vous) (?:vous|me) rappeler|can i call you|call me later",
    r"(?:peux|puis) pas (?:parler|repondre|decrocher|prendre (?:votre|ton|l) appel)",
    r"can t (?:talk|speak|answer|take your call)",
)

# How telephones spell a reaction to a message when they must send it as a text. It comes first in the text.
TAPBACK = re.compile(
    r"(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{0,40}to|removed an? .{0,40}from"
    r"|a aime|a adore|n a pas aime|a ri (?:de|a)|a mis en evidence|a souligne|a pose une question sur"
    r"|s est interroge(?: e)? sur|a reagi|a (?:supprime|retire|ajoute) une? .{0,40}|j aime"
    r"|thumbs(?:up|down) (?:to|a))(?!\S)"
)

_DEVICE = (
    r"(?:iphone|ipad|mac|outlook|yahoo|gmail|mail|ios|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|pixel|nokia"
    r"|smartphone|mobile|telephone|phone|portable|tablette|orange|appareil|device"
    r"|pour|for|via|pro|max|plus|mini|ultra|(?:s|a|note|p) \d+|\d [gj])"
)
# "Envoyé de mon iPhone", "Sent from my Galaxy S23", "Get Outlook for iOS".
SIGNATURE = _any_of(
    rf"(?:envoye|sent) (?:de|depuis|a partir de|avec|from|via|with)(?: (?:mon|ma|my|un|une|a|l))?(?: {_DEVICE}){{1,8}}",
    rf"(?:get|obtenez|obtenir|telecharger|telechargez) outlook(?: {_DEVICE}){{1,3}}",
)

_SPAN_WORDS = (
    r"(?: (?:\d+|/|:|h|j|d|w|m|mn|min|am|pm|jours?|days?|heures?|hours?|semaines?|weeks?|du|au|a|to|from|until"
    r"|pour|pendant|for|une?|one|le|on|jusqu))+"
)
_HOURS_OF_DAY = r"(?: (?:\d+|:|h|heures?|am|pm|de|a|entre|et|from|to|between|and))+"
# Who is asked first, who is not at all for some days, and the end of either.
GUARD, HOLIDAY = r"(?:garde|on ?call)", r"(?:conges?|vacances|holidays?|vacation)"
OVER = r"(?:fin|finie?s?|terminee?s?|annule(?: ?e)?s?|end|ends|over|off|cancel|cancelled)"
# "tous va bien", "all is calm now" and "all yours" are talk, not news for the circle.
_TALK = r"(?:va|vont|sont|yours|set|done|gone|is|are|s|good|ok|okay|fine|clear|safe|well|right|calm|quiet|sorted)(?!\S)"
# The family's commands (BEHAVIOUR, section 6), by their shape only: `hub.domain.orders` reads them.
COMMAND = _any_of(
    r"(?:journal|log)(?: \d+)?|credit|solde|balance|retour|back",
    rf"(?:absente?|absence|away|sortie|out){_SPAN_WORDS}",
    rf"(?:demain|tomorrow)(?: pas| not)?(?: avant| before| by)?{_SPAN_WORDS}",
    rf"{GUARD}(?: [^\W\d]+){{1,3}}{_SPAN_WORDS}",
    rf"{HOLIDAY}{_SPAN_WORDS}",
    rf"(?:{GUARD}|{HOLIDAY}) {OVER}",
    rf"(?:plage|window)(?: [^\W\d]+){{1,3}}{_HOURS_OF_DAY}",
    r"(?:oui|yes) \d{4}",  # with the one-time code that confirms
    rf"(?:tous|all) (?!{_TALK}).+",
)

# Before and after a command, people are polite.
_POLITE = r"bonjour|bonsoir|salut|hello|hi|merci(?: beaucoup)?|thanks|thank you|svp|stp|s il (?:vous|te) plait|please"
_COURTESY = re.compile(rf"^(?:{_POLITE}) | (?:{_POLITE})$")

LANGUAGE = re.compile(r"(?:lang|langue|language) ([^\W\d]+)")
LANGUAGE_NAMES = {"francais": "fr", "french": "fr", "anglais": "en", "english": "en"}

# Sent alone, these are whom one has called: France, the European Union, Britain, North America.
EMERGENCY_NUMBERS = frozenset({"15", "17", "18", "112", "911", "999"})

_AT_NAME = re.compile(
    r"(?<!\S)(chez|pour|to|at|with|for) (?:mme|madame|mlle|mr|m|monsieur|mrs|ms|miss)"
    r" ([^\W\d]+)(?: s(?: place| house)?)?(?!\S)"
)
_AT_HERS = {
    "chez": "chez elle",
    "pour": "pour elle",
    "to": "to her place",
    "at": "at her place",
    "with": "with her",
    "for": "for her",
}


def without_courtesy(words: str) -> str:
    """Leave out one polite word before, and one after."""
    return _COURTESY.sub("", words)


def without_names(words: str) -> str:
    """Put "elle" and "her" for "Mme Martin" where the words say to whom one goes; never for who goes."""
    return _AT_NAME.sub(lambda match: match[0] if match[2] in KNOWN_WORDS else _AT_HERS[match[1]], words)
