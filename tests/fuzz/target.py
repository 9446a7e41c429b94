"""What a fuzz target is. A harness takes any bytes and returns how the product took them.

A harness returns `TAKEN`, or the name of the error by which the product refused; whatever else it raises is a finding.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

TAKEN = "taken"
ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLES = ROOT / "firmware_config" / "examples"
# Parts the pieces of one input; no UTF-8 text and no line of a modem has this byte.
CUT = b"\xfe"
# Of what is put into a seed.
TOKENS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """One door by which bytes of others come in.

    ``seeds``: inputs that lead far into it, made of the fixtures. ``tokens``: words that mean something there.
    ``longest``: in bytes, as long as an input of use. ``refusals``: the errors it declares. ``drawn``: makes an input
    of parts that fit together, where changed bytes would hardly ever do. ``holds``: how many inputs stand in what is
    fed at once; a whole story has many.
    """

    name: str
    what: str
    feed: Callable[[bytes], str]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...]
    longest: int
    refusals: frozenset[str] = frozenset()
    drawn: Callable[[Random], bytes] | None = None
    holds: Callable[[bytes], int] = lambda _: 1

    def altered(self, seed: bytes, draw: Random) -> bytes:
        """Return the seed with up to three changes: some bytes go, and a word of the target's or any bytes come."""
        for _ in range(draw.randint(0, 3)):
            at, gone = draw.randrange(len(seed) + 1), draw.randint(0, 12)
            put = draw.choice(self.tokens) if draw.random() < TOKENS_SHARE else draw.randbytes(draw.randint(0, 4))
            seed = seed[:at] + put + seed[at + gone :]
        return seed[: self.longest]


def distinct(found: Iterable[bytes]) -> tuple[bytes, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(found))


def pieces(data: bytes, at_most: int) -> list[bytes]:
    """Return the pieces of an input; what is left over stays in the last."""
    return data.split(CUT, at_most - 1)


# Begins bytes that are no JSON but edits of an example; no JSON and no file of ours begins so.
EDITS = b"\x01"
EDITS_AT_MOST = 8


def edited(data: bytes, examples: Sequence[bytes]) -> bytes:
    """Return the JSON that ``data`` stands for: itself, or an example with edits.

    Random bytes are hardly ever JSON, and what is behind its reader would see little of them. After `EDITS` come the
    number of an example (one byte) and pieces: the number of a value in it, however deep (two bytes), and what stands
    in its place, JSON or else a text.
    """
    if data[:1] != EDITS:
        return data
    content = json.loads(examples[(data[1] if len(data) > 1 else 0) % len(examples)])
    for edit in pieces(data[2:], EDITS_AT_MOST):
        places = list(_places(content))
        if edit and places:
            holder, key = places[int.from_bytes(edit[:2]) % len(places)]
            holder[key] = _value(edit[2:])
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every value in ``content``, by what holds it and its key there."""
    keys = content.keys() if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    for key in list(keys):
        yield content, key
        yield from _places(content[key])


def _value(written: bytes) -> Any:
    text = written.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def edits_of(examples: Sequence[bytes], values: Sequence[bytes]) -> list[bytes]:
    """Seeds: each example with each of its first values replaced, by one or another of ``values``."""
    return [
        EDITS + bytes([number, 0, place]) + values[(number + place) % len(values)]
        for number, example in enumerate(examples[:256])
        for place in range(min(len(list(_places(json.loads(example)))), 8))
    ]


def drawn_edits(draw: Random, values: Sequence[bytes]) -> bytes:
    """Return some example with up to three edits, for `edited`."""
    places = (draw.randbytes(2).replace(CUT, b"\0") for _ in range(draw.randint(0, 3)))
    return EDITS + bytes([draw.randrange(256)]) + CUT.join(place + draw.choice(values) for place in places)
