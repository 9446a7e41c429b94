"""What a person wrote in a text, as plain words: no accents, no capitals, no decoration, no quoted message.

Knows Unicode, how telephones quote a message, and how the hub's own messages (docs: MESSAGES, `hub/locales`)
begin and end. Knows nothing of what the words mean; that is `hub.domain.replies`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# A reply is read up to this many characters. Telephones turn a text of more than some ten parts (1,530
# characters) into an MMS, so a longer one is no reply; and the bound keeps the deciding thread free: the
# worst text of this length took 0.14 s on a desktop, one of 255 parts (the standard's limit) 1.2 s.
LONGEST_TEXT = 4_000

# Signs that change what is said. Every other sign is decoration and reads as a space.
SIGNIFICANT = frozenset("?#+/%:€$£")

# Signs and emoji that stand for a word. A skin tone is a sign of its own, and reads as a space.
_SIGN_WORDS = {
    **dict.fromkeys("👍👌🙏❤♥✅✔☑🙂😊😀😉👏🫡🤝💪", "thumbsup"),
    **dict.fromkeys("👎❌🚫🙅⛔✖🤷", "thumbsdown"),
    **dict.fromkeys("❓❔¿؟", "?"),
    "🆗": "ok",
    "🆘": "sos",
}
# What Unicode's compatibility decomposition leaves as it is, though every keyboard writes it in letters.
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "⁄": "/"}

# A word, a number or a sign. Letters and digits part even where they touch: "5mn" is "5 mn". A colon
# counts in a time of day only ("14:02"), not in "27:1" or "Paul: oui".
_WORDS = re.compile(r"[^\W\d_]+|\d+|[?#+/%€$£]|(?<=\d):(?=\d\d(?!\d))")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")  # "ouiiii", "nooon"

_QUOTE_HEADER = re.compile(
    r"(?:le|on) .*(?:a ecrit|wrote)|original message|message d origine|message transfere|forwarded message"
)
_SIGNATURE = "--"  # RFC 3676, 4.3: what follows is a signature

_SOME_WORDS = r".{0,200}?"
_NUMBER = r"(?: no (\d{1,6}))?"
_NEXT = r"(?: sans reponse on appelle la suite| with no answer we call the next person)?"
# The hub's own texts that a telephone may hand back with a reply. Each is cut out from its first to its last words.
_HUB_TEXTS = tuple(
    re.compile(rf"\b{start}\b{_SOME_WORDS}\b{end}\b")
    for start, end in (
        (
            "(?:technical )?alerte?",
            rf"(?:repondez 1 j y vais 2 je ne peux pas|reply 1 i am going 2 i can t){_NUMBER}{_NEXT}",
        ),
        ("personne n a repondu pour", rf"si vous pouvez y aller 1 sinon pensez au \d+(?: ou \d+)?{_NUMBER}"),
        ("nobody has answered for", rf"if you can go 1 otherwise think of \d+{_NUMBER}"),
        ("merci", rf"les autres savent que vous y allez{_SOME_WORDS}appelez le \d+(?: ou le \d+)?{_NUMBER}"),
        ("thank you", rf"the others know you are going{_SOME_WORDS}call \d+{_NUMBER}"),
        ("test de l appareil", rf"repondez 1 pour confirmer que vous recevez bien ces messages{_NUMBER}"),
        ("test of the box", rf"reply 1 to confirm that you get these messages{_NUMBER}"),
        (r"bonjour tout va bien(?: \?)? repondez ok", "repondez aide"),
        (r"hello is everything all right(?: \?)? reply ok", "reply help"),
        (r"1 j y vais 2 je ne peux pas 9", "lang en"),
        (r"1 going 2 can t 9", "lang fr"),
    )
)
_QUOTED_NUMBER = re.compile(r"\bno (\d{1,6})\b")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words a person wrote, and the incident's number in the message they handed back with them."""

    words: str
    quoted_incident: int | None = None


def own_words(text: str) -> OwnWords:
    """Return what the person wrote, without what they quoted. Never raises; its time grows with the length."""
    own, quoted = _part_lines(text[:LONGEST_TEXT].splitlines())
    words = plain_words("\n".join(own))
    numbers = set(map(int, _QUOTED_NUMBER.findall(plain_words("\n".join(quoted)))))
    for hub_text in _HUB_TEXTS:
        numbers.update(int(number) for match in hub_text.finditer(words) for number in match.groups() if number)
        words = hub_text.sub(" ", words)
    # "No 0" is a number that was torn: no incident has it, and an answer with it would be nobody's.
    numbers.discard(0)
    return OwnWords(" ".join(words.split()), numbers.pop() if len(numbers) == 1 else None)


def own_lines(text: str) -> list[str]:
    """Return the lines the person wrote, as they stand, without what they quoted and without a signature below "--"."""
    return _part_lines(text[:LONGEST_TEXT].splitlines())[0]


def plain_words(text: str) -> str:
    """Return the words, numbers and significant signs of ``text``, a space between them: "14:02" is "14 : 02".

    Plain words stay as they are, but for the colon of a time: one between spaces is punctuation ("1 : 20 min").
    """
    folded = "".join(map(_fold, text))
    return _DRAWN_OUT.sub(r"\1", " ".join(_WORDS.findall(folded)))


def _part_lines(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    own: list[str] = []
    quoted: list[str] = []
    for line in lines:
        bare = line.strip()
        if bare == _SIGNATURE:
            break
        is_quote = bare.startswith(">") or _QUOTE_HEADER.fullmatch(plain_words(bare))
        (quoted if is_quote else own).append(bare)
    return own, quoted


@lru_cache(maxsize=1024)
def _fold(sign: str) -> str:
    """Return ``sign`` in small unaccented letters.

    One character at a time: to put a long run of accents into canonical order, as `normalize` does
    with a whole text, takes a time that grows with the square of its length.
    """
    if sign in _SIGN_WORDS:
        return f" {_SIGN_WORDS[sign]} "
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    folded = "".join(map(_fold_part, unicodedata.normalize("NFKD", sign)))
    # "1½" is one and a half, not 11/2.
    return f" {folded} " if unicodedata.category(sign) == "No" else folded


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category.startswith("M") or category == "Cf":
        return ""  # an accent, a keycap, a joiner, a mark of direction
    if part.isalnum() or part in SIGNIFICANT:
        folded = part.casefold()
        return _LETTERS.get(folded, folded)
    return _LETTERS.get(part, " ")
