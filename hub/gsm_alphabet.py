"""The alphabet of GSM 03.38: which characters a text may hold, and how to spell the others.

Knows the two tables of 3GPP TS 23.038 (6.2.1 and 6.2.1.1) and what each character costs in septets;
nothing of packing, PDUs or words. One character outside the alphabet (ê, ç, ’) would turn a whole
text into UCS-2 and its 160 characters into 70, so `to_gsm7` spells such characters with what there is.
"""

import unicodedata

# The basic table: a character's place is its code. 0x1B is the escape to the extension table, no character.
ESCAPE = "\x1b"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# The extension table: each of these costs two septets, the escape and its code.
EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}

# Septets that fit in one SMS, and in each part of a longer one (6 octets go to the header that joins them).
SEGMENT = 160
JOINED_SEGMENT = 153

_COST = {character: 1 for character in BASIC if character != ESCAPE} | dict.fromkeys(EXTENSION, 2)

# What Unicode's own decomposition (ê is e and a circumflex) does not spell for us.
_SPELLINGS = {
    **dict.fromkeys("’‘‚‛′`´ʼ‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−•", "-"),
    **dict.fromkeys("\u2028\u2029", "\n"),
    "·": ".",
    "⁄": "/",
    "©": "(c)",
    "®": "(r)",
    "→": "->",
    "←": "<-",
    "œ": "oe",
    "Œ": "OE",
    "°": "o",  # "n° 12" is how addresses are written
    "×": "x",
    "÷": "/",
    "¢": "c",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "ħ": "h",
    "Ħ": "H",
    "ŋ": "n",
    "Ŋ": "N",
    "ŧ": "t",
    "Ŧ": "T",
    "ı": "i",
    "ẞ": "SS",
    "\t": " ",
}
# Marks, joiners, pictures and lone surrogates: leaving them out loses no word.
_DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Sk", "So"})


def septets(text: str) -> int | None:
    """Return what ``text`` costs in septets, or None when it holds a character that GSM 03.38 lacks."""
    costs = [_COST.get(character) for character in text]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def to_gsm7(text: str) -> str:
    """Return ``text`` in the alphabet: ê as e, œ as oe, ’ as ', « as "; pictures are dropped.

    A letter of another script becomes "?": the reader must see that something stood there.
    """
    return "".join(_spelled(character) for character in unicodedata.normalize("NFC", text))


def _spelled(character: str) -> str:
    if character in _COST:
        return character
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    return "".join(_bare(piece) for piece in unicodedata.normalize("NFKD", character))


def _bare(piece: str) -> str:
    if piece in _COST:
        return piece
    if piece in _SPELLINGS:
        return _SPELLINGS[piece]
    return "" if unicodedata.category(piece) in _DROPPED else "?"
