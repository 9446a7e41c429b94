"""The alphabets of GSM-7: 3GPP TS 23.038, sections 6.2.1 and annex A.

Knows which character a septet means in each national language's tables; `gsm7` knows how to use
them. A locking table takes the default alphabet's place, a single shift table is what the escape
septet reaches. A language number that names no table means the default one, as the standard asks.
"""

from typing import Final, TypeAlias

from hub.drivers.modem import gsm7_indic
from hub.drivers.modem.gsm7_indic import Runs

Alphabet: TypeAlias = dict[int, str]

DEFAULT, TURKISH, SPANISH, PORTUGUESE = range(4)

# The septet that announces a character of the single shift table; in no table a character itself.
ESCAPE: Final = 0x1B


def _spread(runs: Runs) -> Alphabet:
    return {first + at: character for first, run in runs.items() for at, character in enumerate(run)}


def _whole(table: str) -> Alphabet:
    alphabet = dict(enumerate(table))
    del alphabet[ESCAPE]
    return alphabet


_DEFAULT_LOCKING = _whole(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TURKISH_LOCKING = _DEFAULT_LOCKING | _spread(
    {0x04: "€", 0x07: "ı", 0x0B: "Ğğ", 0x1C: "Şş", 0x40: "İ", 0x60: "ç"},
)
_PORTUGUESE_LOCKING = _DEFAULT_LOCKING | _spread(
    {
        0x04: "êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|",
        0x1C: "ÂâÊ",
        0x24: "º",
        0x40: "Í",
        0x5B: "ÃÕÚÜ§~",
        0x7B: "ãõ`üà",
    }
)
_INDIC_LOCKING = _spread(
    {
        0x0A: "\n",
        0x0D: "\r",
        0x20: " !",
        0x28: ")(",
        0x2C: ",",
        0x2E: ".",
        0x30: "0123456789:;",
        0x3F: "?",
        0x61: "abcdefghijklmnopqrstuvwxyz",
    }
)

_DEFAULT_SINGLE = _spread({0x0A: "\f", 0x14: "^", 0x28: "{}", 0x2F: "\\", 0x3C: "[~]", 0x40: "|", 0x65: "€"})
_TURKISH_SINGLE = _DEFAULT_SINGLE | _spread(
    {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş"},
)
_SPANISH_SINGLE = _DEFAULT_SINGLE | _spread(
    {0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú"},
)
_PORTUGUESE_SINGLE = _DEFAULT_SINGLE | _spread(
    {
        0x05: "ê",
        0x09: "ç",
        0x0B: "Ôô",
        0x0E: "Áá",
        0x12: "ΦΓ^ΩΠΨΣΘ",
        0x1F: "Ê",
        0x41: "À",
        0x49: "Í",
        0x4F: "Ó",
        0x55: "Ú",
        0x5B: "ÃÕ",
        0x61: "Â",
        0x69: "í",
        0x6F: "ó",
        0x75: "ú",
        0x7B: "ãõ",
        0x7F: "â",
    }
)
_INDIC_SINGLE = _spread(
    {
        0x00: "@£$¥¿\"¤%&'\f*+",
        0x0E: "-/<=>¡^¡_#*",
        0x28: "{}",
        0x2F: "\\",
        0x3C: "[~]",
        0x40: "|ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        0x65: "€",
    }
)

LOCKING: Final[dict[int, Alphabet]] = {
    DEFAULT: _DEFAULT_LOCKING,
    TURKISH: _TURKISH_LOCKING,
    PORTUGUESE: _PORTUGUESE_LOCKING,
} | {language: _INDIC_LOCKING | _spread(own) for language, own in gsm7_indic.LOCKING.items()}

SINGLE: Final[dict[int, Alphabet]] = {
    DEFAULT: _DEFAULT_SINGLE,
    TURKISH: _TURKISH_SINGLE,
    SPANISH: _SPANISH_SINGLE,
    PORTUGUESE: _PORTUGUESE_SINGLE,
} | {language: _INDIC_SINGLE | _spread(own) for language, own in gsm7_indic.SINGLE.items()}
