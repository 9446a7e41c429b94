"""A voice for simulated calls: a WAV as espeak-ng's would be, silent, that says in a comment what it says.

So a simulated phone hears words and not noise, and a phrase lasts about as long as it would when spoken.
"""

import struct

from hub.drivers.modem.rendering import RATE_HZ, wav_of

# espeak-ng at 140 words a minute: 13 s for 200 characters of French.
CHARACTERS_A_SECOND = 15


def say(_language: str, phrase: str) -> bytes:
    """Return the WAV of ``phrase``."""
    plain = wav_of(bytes(2 * (RATE_HZ * len(phrase) // CHARACTERS_A_SECOND)))
    comment = phrase.encode()
    comment += b"\0" * (len(comment) % 2)
    inner = b"INFO" + b"ICMT" + struct.pack("<I", len(comment)) + comment
    body = plain[8:] + b"LIST" + struct.pack("<I", len(inner)) + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body
