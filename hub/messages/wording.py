"""Templates: filling them in, and making the result fit a text.

A template is plain words with three signs, none of which GSM 03.38 has at the price of one septet, so that
no text wants them for itself:

    {name}           the value of that name
    {name|words}     the value, or these words where there is none
    [, ({name})]     left out where a value in it is missing

Knows how long names may be and how to shorten them; knows nothing of languages but how they join a list.
"""

import re
from collections.abc import Iterable, Mapping
from textwrap import shorten as shorten_prose

from hub.gsm_alphabet import septets, to_gsm7
from hub.messages.tongue import FROM_COUNTRY, Tongue

# A value in a text has at most so many characters; the names are as MESSAGES.md measured them. "Paul, Marie":
# a list; one of two names as long as they may be is told in full.
LONGEST = {
    "resident": 18,
    "person": 12,
    "other": 12,
    "by": 12,
    "room": 12,
    "device": 14,
    "names": 28,
    "others": 28,
    "family": 28,
    "times": 42,
    "window": 24,
    "detail": 30,
    "address": 120,
    "notes": 300,
}
# Where the text is still too long, they shrink as far as this; less, and nobody knows who is meant. What is not
# listed (a time, a number, a key code) is never cut: half of it would be a lie.
SHORTEST = {
    "resident": 8,
    "person": 4,
    "other": 4,
    "by": 4,
    "room": 4,
    "device": 6,
    "names": 8,
    "others": 8,
    "family": 8,
    "times": 19,
    "window": 8,
    "detail": 8,
    "address": 80,
    "notes": 40,
}
LISTS = frozenset({"names", "others", "family", "times"})  # "Paul, Marie" reads "Paul et Marie", or "Paul +3"
CHOICES = frozenset({"numbers"})  # "1 27, 1 28" reads "1 27 ou 1 28"
PROSE = frozenset({"address", "notes", "detail"})  # cut between words, with "..." to show that something is missing
# Above what anybody writes; it bounds the work of a value gone wrong.
LONGEST_VALUE = 1000
# What stands where a value is missing that the words cannot do without.
MISSING = "?"

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^}]*))?\}(\.?)")
_SIGNS = re.compile(r"[\[\]{}|]")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return ``template`` with ``values`` in their places. Never raises; a value is never read as a template."""
    kept = _OPTIONAL.sub(lambda part: part[1] if _is_complete(part[1], values) else "", template)
    return _PLACEHOLDER.sub(lambda place: _value_at(place, values), kept)


def placeholders(template: str) -> frozenset[str]:
    """Every name that ``template`` asks for."""
    return frozenset(place[1] for place in _PLACEHOLDER.finditer(template))


def indispensable(template: str) -> frozenset[str]:
    """The names without which ``template`` would show a "?"."""
    places = _PLACEHOLDER.finditer(_OPTIONAL.sub("", template))
    return frozenset(place[1] for place in places if place[2] is None) - FROM_COUNTRY


def bare(key: str, values: Mapping[str, str]) -> str:
    """Return a template for a key that has none: the key itself and every value there is; a "?" for no key at all."""
    parts = "".join(f"[, {name} {{{name}}}]" for name in values if name.isidentifier())
    return f"{_SIGNS.sub(' ', key) or '?'}{parts}"


def clean(value: object) -> str:
    """Return ``value`` on one line, without signs that do not print."""
    text = str(value)[:LONGEST_VALUE]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def joined(items: Iterable[str], last: str) -> str:
    """Return "Paul, Marie et Anne"."""
    *first, end = [item for item in items if item] or [""]
    return f"{', '.join(first)}{last}{end}" if first else end


def in_full(values: Mapping[str, str], tongue: Tongue) -> dict[str, str]:
    """Return ``values`` as they are said aloud: nothing is shortened, lists read as lists."""
    return {name: _as_list(name, value, tongue) for name, value in values.items()}


def fitted(template: str, values: Mapping[str, str], tongue: Tongue, most: int) -> str:
    """Return ``template`` filled in, in GSM 03.38 and at most ``most`` septets long.

    Names shrink, the longest first, as far as `SHORTEST`. Words are never cut: a text that is still too
    long takes a further segment.
    """
    written = {name: to_gsm7(value) for name, value in values.items()}
    used = placeholders(template)
    shown = {name: _shown(name, value, LONGEST.get(name), tongue) for name, value in written.items()}
    while True:
        text = to_gsm7(fill(template, shown))
        spare = {name: len(shown[name]) - SHORTEST[name] for name in used & SHORTEST.keys() & shown.keys()}
        widest = max(spare, key=lambda name: (spare[name], name), default="")
        if (septets(text) or 0) <= most or not widest or spare[widest] <= 0:
            return text
        shown[widest] = _shown(widest, written[widest], len(shown[widest]) - 1, tongue)


def shortened(name: str, longest: int) -> str:
    """Return ``name`` in at most ``longest`` characters: "Mme Bertrandeau L.", "salle de bai".

    Cut between words, with the next one's initial where there is room; but within a word when that would lose a
    third of the room there is.
    """
    if len(name) <= longest:
        return name
    whole, _, rest = name[: longest + 1].rpartition(" ")
    if 3 * len(whole) <= 2 * longest:
        return name[:longest].rstrip(" -'.,")
    initial = f" {rest[:1]}."
    return whole + initial if rest[:1].isalpha() and len(whole + initial) <= longest else whole


def _is_complete(part: str, values: Mapping[str, str]) -> bool:
    return all(values.get(name) for name in placeholders(part))


def _value_at(place: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(place[1]) or place[2] or MISSING
    # "Mme Bertrandeau L." ends a sentence with its own full stop.
    return value if value.endswith(".") else value + place[3]


def _as_list(name: str, value: str, tongue: Tongue) -> str:
    if name in LISTS:
        return joined(value.split(", "), tongue.both)
    if name in CHOICES:
        return joined((_choice(item) for item in value.split(", ")), tongue.either)
    return value


def _choice(item: str) -> str:
    """A number alone is asked for with the 1 that means "I'm going"."""
    return f"1 {item}" if item.isdigit() else item


def _shown(name: str, value: str, longest: int | None, tongue: Tongue) -> str:
    if longest is None:
        return _as_list(name, value, tongue)
    if name in LISTS:
        # "Paul 5 min": a name with a time has room for both.
        each = SHORTEST["times"] if name == "times" else LONGEST["person"]
        return _shown_list(value.split(", "), longest, each, tongue)
    if name in PROSE:
        return shorten_prose(value, longest, placeholder="...")
    return shortened(value, longest)


def _shown_list(items: list[str], longest: int, each: int, tongue: Tongue) -> str:
    """Return as many names as there is room for, and the number of the others: "Paul, Marie +3"."""
    short = [shortened(item, each) for item in items]
    whole = joined(short, tongue.both)
    parts = (f"{', '.join(short[:kept])} +{len(short) - kept}" for kept in range(len(short) - 1, 0, -1))
    fitting = (text for text in (whole, *parts) if len(text) <= longest)
    return next(fitting, shortened(short[0], longest))
