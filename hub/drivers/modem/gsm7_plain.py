"""Text rewritten so that it fits the default GSM-7 alphabet, and a part holds 160 characters and not 70.

Knows what a reader takes for the same letter: "ê" becomes "e", "’" becomes "'", while "é", "è", "à"
and "ù" stay, for the alphabet has them. Emoji go; a letter of another script becomes "?".
"""

import unicodedata
from functools import lru_cache

from hub.drivers.modem.gsm7 import gsm7_septets

# As many as people of several languages use; each costs some 100 bytes.
CHARACTERS_REMEMBERED = 256

# What Unicode's own decomposition does not know.
_SUBSTITUTES = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "′": "'",
        "´": "'",
        "`": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "″": '"',
        "«": '"',
        "»": '"',
        "‹": "'",
        "›": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "•": "-",
        "·": ".",
        "⁄": "/",
        "×": "x",
        "÷": "/",
        "°": "o",  # "n° 5" reads as "no 5"; the decomposition leaves it as it is
        "©": "(c)",
        "®": "(r)",
        "→": "->",
        "←": "<-",
        "¢": "c",
        "\t": " ",
        "\u2028": "\n",
        "\u2029": "\n",
        "œ": "oe",
        "Œ": "OE",
        "ẞ": "SS",
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
        "ı": "i",
        "ŋ": "n",
        "Ŋ": "N",
        "ŧ": "t",
        "Ŧ": "T",
    }
)

# Unicode categories that say nothing to a reader without their picture: symbols, marks, joiners,
# controls, private and unassigned characters, halves of a pair.
_SILENT = {"So", "Sk", "Mn", "Me", "Mc", "Cf", "Cc", "Co", "Cn", "Cs"}


def to_gsm7_text(text: str) -> str:
    """Return ``text`` in characters of the default alphabet, as near to the original as a reader needs.

    The result always has a length in septets (`gsm7_septets` is never None), and rewriting it again
    changes nothing.
    """
    # Composed first: an "e" and a combining acute are the alphabet's own "é".
    composed = unicodedata.normalize("NFC", text)
    return "".join(_plain(character) for character in composed)


@lru_cache(CHARACTERS_REMEMBERED)
def _plain(character: str) -> str:
    if gsm7_septets(character) is not None:
        return character
    decomposed = unicodedata.normalize("NFKD", character.translate(_SUBSTITUTES)).translate(_SUBSTITUTES)
    return "".join(_nearest(piece) for piece in decomposed)


def _nearest(piece: str) -> str:
    if gsm7_septets(piece) is not None:
        return piece
    return "" if unicodedata.category(piece) in _SILENT else "?"
