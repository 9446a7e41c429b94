"""The forms in which people write values in our TOML files: names, ids, "+33612345678", one of a few words.

A `Form` knows its name for the documentation, an example, and how to turn what was written into
a value; it raises `FormError`, which says what to write, and nothing else whatever it is given.
Where a value stands in a file, and what becomes of a mistake, is `hub.reading`'s business; forms
of time are in `hub.time_forms`, of places and addresses in `hub.place_forms`.
"""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from hub.errors import FormError

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

# In characters. Longer names than a text message has room for (18 for the resident, 12 for others)
# are allowed: hub.messages shortens them. Sixty covers every name on a French identity card line.
LONGEST_NAME = 60
# In characters: push addresses carry a topic and a token; no server asks for more.
LONGEST_URL = 500
# In characters: what of a wrong value is repeated in a mistake; one line of a terminal holds it.
LONGEST_SHOWN = 40
# 2^63 and more is no number of ours, and Python refuses to print the very long ones at all.
LARGEST_SHOWN = 2**63
# E.164 (ITU-T, 2010): at most 15 digits, none of them a leading 0; below 7 there are only short codes.
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_ID = re.compile(r"[a-z0-9_-]{1,32}")
# What follows the host of an address is often a token, and what stands before an @ a password.
_ADDRESS = re.compile(r"^([A-Za-z]+://)(?:[^/?#]*@)?([^/?#]*)(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """One form of value. ``kind`` names it, bounds included; ``example`` is written in it.

    ``secret``: what was written is shown to nobody, not even in a mistake.
    """

    kind: str
    example: object
    read: Callable[[object], T]
    secret: bool = False


def shown(written: object) -> str:
    """Show what was found in a file, in one short line, without the tokens of an address."""
    if isinstance(written, dict):
        return "a table"
    if isinstance(written, list):
        return f"a list of {len(written)}"
    if isinstance(written, int) and abs(written) >= LARGEST_SHOWN:
        return "a huge number"
    if not isinstance(written, str):
        return str(written).lower() if isinstance(written, bool) else str(written)
    safe = _ADDRESS.sub(lambda found: found[1] + found[2] + ("…" if found[3] else ""), written[:LONGEST_URL])
    return ascii_controls(safe if len(safe) <= LONGEST_SHOWN else safe[:LONGEST_SHOWN] + "…")


def ascii_controls(text: str) -> str:
    """Put ``text`` in single quotes with whatever a terminal would obey written out."""
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text) + "'"


def nearest(written: str, known: Iterable[str]) -> str | None:
    """Return what was probably meant, if anything known comes near."""
    return next(iter(difflib.get_close_matches(written[:LONGEST_NAME].lower(), list(known), n=1)), None)


def meant(written: str, known: Iterable[str]) -> str:
    """Return '; did you mean "phone"?', or nothing."""
    near = nearest(written, known)
    return f'; did you mean "{near}"?' if near else ""


def hint(written: str, known: Iterable[str]) -> str:
    """Say what was probably meant, or else what is known, if anything is."""
    words = list(known)
    return meant(written, words) or (f"; known are {quoted(words)}" if words else "")


def quoted(words: Iterable[str]) -> str:
    """Join words for a sentence, each as TOML wants it."""
    return ", ".join(f'"{word}"' for word in words)


def matched(pattern: re.Pattern[str], written: object, advice: str) -> re.Match[str]:
    """Match the whole of a text, or refuse it with ``advice``."""
    found = pattern.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise FormError(advice)
    return found


def text(longest: int, example: str, *, empty: bool = True, secret: bool = False) -> Form[str]:
    """A line of text without characters that a screen or a modem would obey; spaces around it go."""
    size = f"{'at most' if empty else '1 to'} {longest} characters"
    advice = f"write a text in quotes, {size}"

    def read(written: object) -> str:
        if not isinstance(written, str) or len(written) > longest:
            raise FormError(advice)
        clean = written.strip(" ")
        odd = next((c for c in clean if not c.isprintable()), None)
        if odd is not None:
            named = "" if secret else f" (character {ord(odd):#06x})"
            raise FormError(f"write it on one line, without control characters{named}")
        if not clean and not empty:
            raise FormError(advice)
        return clean

    return Form(f"text, {size}", example, read, secret)


def name(example: str) -> Form[str]:
    """A name that people read."""
    return text(LONGEST_NAME, example, empty=False)


def identifier(example: str, reserved: tuple[str, ...] = ()) -> Form[str]:
    """An id of our own: it stands in topics, commands and tables, and never changes."""

    def read(written: object) -> str:
        matched(_ID, written, f'write 1 to 32 of a-z, 0-9, "_" and "-", such as "{example}"')
        if written in reserved:
            raise FormError(f'"{written}" has a meaning of its own; choose another id')
        return str(written)

    return Form("id, 1 to 32 of `a-z 0-9 _ -`", example, read)


def phone(example: str) -> Form[str]:
    """A telephone number as the network knows it everywhere, E.164."""

    def read(written: object) -> str:
        return matched(_PHONE, written, 'write it as "+<country><number>", digits only')[0]

    return Form("phone number, E.164", example, read)


def choice(words: tuple[str, ...], example: str) -> Form[str]:
    """One of a few words."""

    def read(written: object) -> str:
        if not isinstance(written, str):
            raise FormError(f"write one of {quoted(words)}")
        if written not in words:
            raise FormError(f"write one of {quoted(words)}{meant(written, words)}")
        return written

    return Form(f"one of {quoted(words)}", example, read)


def member(kinds: type[E], example: str) -> Form[E]:
    """One of the words of an enumeration."""
    words = choice(tuple(kinds), example)
    return Form(words.kind, example, lambda written: kinds(words.read(written)))


def whole(low: int, high: int, example: int) -> Form[int]:
    """A whole number within bounds. TOML's true and false are none, though Python's are."""

    def read(written: object) -> int:
        if not isinstance(written, int) or isinstance(written, bool) or not low <= written <= high:
            raise FormError(f"write a whole number from {low} to {high}, without quotes")
        return written

    return Form(f"whole number, {low} to {high}", example, read)


def yes_no(*, example: bool) -> Form[bool]:
    """True or false."""

    def read(written: object) -> bool:
        if not isinstance(written, bool):
            raise FormError("write true or false, without quotes")
        return written

    return Form("true or false", example, read)


def list_of(item: Form[T], most: int, example: list[object], *, least: int = 0) -> Form[tuple[T, ...]]:
    """A list of values of one form, none of them twice."""
    size = f"{least} to {most}"

    def read(written: object) -> tuple[T, ...]:
        if not isinstance(written, list) or not least <= len(written) <= most:
            raise FormError(f"write a list of {size}, such as {listed(example)}")
        values = tuple(_item(item, one) for one in written)
        for one, value in zip(written, values, strict=True):
            if values.count(value) > 1:
                raise FormError(f"{shown(one)} stands in it twice")
        return values

    return Form(f"list of {size}: {item.kind}", example, read, item.secret)


def listed(example: list[object]) -> str:
    """Write an example of a list of texts as TOML has it."""
    return f"[{quoted(map(str, example))}]"


def _item(item: Form[T], written: object) -> T:
    try:
        return item.read(written)
    except FormError as wrong:
        raise FormError(f"of {shown(written)}: {wrong}") from wrong


def one_or_more(item: Form[str], most: int, example: object) -> Form[tuple[str, ...]]:
    """A text, or a list of such texts."""
    several = list_of(item, most, [item.example], least=1)

    def read(written: object) -> tuple[str, ...]:
        return several.read(written) if isinstance(written, list) else (item.read(written),)

    return Form(f"{item.kind}, or a list of them", example, read)
