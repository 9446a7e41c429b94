"""Long texts arrive in parts, in any order, several at once, some of them never.

Parts are kept until the text is whole, or ten minutes; then it is told as far as it came. Pure:
time is passed in.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from hub.drivers.modem.pdu import Deliver

# The network delivers the parts of a text within seconds, or after the phone was off, minutes.
PARTS_KEPT_S = 600.0
# Of so many half texts the oldest is told as it is; a flood of first parts must not fill the memory.
LONG_TEXTS_LIMIT = 50

# A memory of the modem and the number of a place in it; None for a text that came without being stored.
Slot: TypeAlias = tuple[str, int] | None


@dataclass(slots=True)
class LongText:
    """The parts of one text that have come, each with the slot that it lies in."""

    since: float
    total: int
    parts: dict[int, tuple[Deliver, Slot]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.parts) >= self.total

    def in_order(self) -> list[tuple[Deliver, Slot]]:
        """Return what came, first part first."""
        return [self.parts[number] for number in sorted(self.parts)]


class PartsBox:
    """The long texts that are not whole yet."""

    def __init__(self) -> None:
        self._texts: dict[tuple[object, ...], LongText] = {}

    def add(self, deliver: Deliver, slot: Slot, now: float) -> LongText | None:
        """Keep a part; return its text when that is whole, or one that had to make room."""
        part = deliver.part
        if part is None:
            return LongText(now, 1, {1: (deliver, slot)})
        key = (deliver.sender, part.reference, part.wide, part.total)
        text = self._texts.setdefault(key, LongText(now, part.total))
        text.parts[part.number] = (deliver, slot)
        if text.is_whole:
            return self._texts.pop(key)
        if len(self._texts) > LONG_TEXTS_LIMIT:
            return self._texts.pop(next(iter(self._texts)))
        return None

    def next_expiry(self) -> float | None:
        """Return when the oldest half text is told as it is."""
        return min((text.since + PARTS_KEPT_S for text in self._texts.values()), default=None)

    def take_expired(self, now: float) -> list[LongText]:
        """Return the texts whose missing parts are no longer waited for."""
        expired = [key for key, text in self._texts.items() if now >= text.since + PARTS_KEPT_S]
        return [self._texts.pop(key) for key in expired]

    def forget_slots(self) -> None:
        """The port is gone; what lies where will be read again."""
        for text in self._texts.values():
            text.parts = {number: (deliver, None) for number, (deliver, _) in text.parts.items()}
