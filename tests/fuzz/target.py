"""What a fuzz target is. A harness takes any bytes and returns how the product took them.

A harness returns `TAKEN`, or the name of the error by which the product refused; whatever else it raises is a finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TAKEN = "taken"
ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLES = ROOT / "firmware_config" / "examples"
# Parts the pieces of one input; no UTF-8 text and no line of a modem has this byte.
CUT = b"\xfe"


@dataclass(frozen=True, slots=True)
class Target:
    """One door by which bytes of others come in.

    ``seeds``: inputs that lead far into it, made of the fixtures. ``tokens``: words that mean something there.
    ``longest``: in bytes, as long as an input of use. ``refusals``: the errors it declares.
    """

    name: str
    what: str
    feed: Callable[[bytes], str]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...]
    longest: int
    refusals: frozenset[str] = frozenset()


def distinct(found: Iterable[bytes]) -> tuple[bytes, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(found))


def pieces(data: bytes, at_most: int) -> list[bytes]:
    """Return the pieces of an input; what is left over stays in the last."""
    return data.split(CUT, at_most - 1)
