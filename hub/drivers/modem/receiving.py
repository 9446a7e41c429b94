"""Texts and delivery reports that arrive: read, told, and only then deleted.

A text stays in the modem's memory until the hub says that its fact is on disk (`forget`). Until
then it may be read any number of times: it is told under the same key. What cannot be read is
read once more and then left alone, so that one broken slot blocks nothing. A full memory stops
reception silently, so it is looked at.
"""

import logging
from collections import OrderedDict, deque
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from hub.drivers.modem.at import Info, prefix_of
from hub.drivers.modem.deliveries import Deliveries
from hub.drivers.modem.ladder import Ladder, SickError
from hub.drivers.modem.parts import LongText, PartsBox, Slot
from hub.drivers.modem.pdu import Deliver, StatusReport, decode_incoming, join
from hub.drivers.modem.responses import Storage, StoredText, TextArrived, decode
from hub.drivers.modem.script import Ask, Pause, Script
from hub.drivers.modem.situation import Reports, Situation
from hub.errors import PduError

T = TypeVar("T")

log = logging.getLogger(__name__)

READ_S = 10.0
# Huawei sticks have hung here for 20 minutes: no answer means the modem hangs.
LIST_S = 30.0
# SIM800 takes up to 25 s.
DELETE_S = 25.0
SELECT_S = 10.0
READ_AGAIN_S = 1.0
# Announcements that wait to be read; the modem's memories hold fewer.
WAITING_LIMIT = 512
# Keys remembered to tell a repeat; more than any memory holds.
KEYS_LIMIT = 1024
# A text that the hub has not taken yet is told again, but not at every look.
TOLD_AGAIN_S = 600.0
# Where a modem keeps delivery reports (3GPP TS 27.005, 3.2.3); full, it reports nothing more.
REPORTS = "SR"
# Received texts are 0 (new) and 1 (read before); 2 and 3 were written here.
_RECEIVED = (0, 1)
# A text that shows nothing and is for the phone itself (3GPP TS 23.040, 9.2.3.9: short message type 0).
_TYPE_0 = 0x40


class Receiving:
    """What arrives."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, deliveries: Deliveries) -> None:
        self._situation = situation
        self._reports = reports
        self._ladder = ladder
        self._deliveries = deliveries
        self.parts = PartsBox()
        self._waiting: deque[TextArrived] = deque(maxlen=WAITING_LIMIT)
        self._to_forget: deque[str] = deque(maxlen=KEYS_LIMIT)
        self._rubbish: deque[tuple[str, int]] = deque(maxlen=WAITING_LIMIT)
        self._slots: OrderedDict[str, set[tuple[str, int]]] = OrderedDict()
        self._told_at: OrderedDict[str, float] = OrderedDict()
        self._forgotten: OrderedDict[str, None] = OrderedDict()
        self._unreadable: dict[tuple[str, int], str] = {}
        self._has_complained = False
        self._is_full = False
        self._is_doubtful = False  # a slot was read wrongly, perhaps for the line's sake
        self.wants_drain = False

    # What the machine tells

    def announced(self, arrived: TextArrived) -> None:
        """The modem says that something lies in a slot."""
        if arrived not in self._waiting:
            self._waiting.append(arrived)

    def came_directly(self, line: str, payload: str | None) -> None:
        """A text or report that the modem hands over without storing it (+CMT, +CDS)."""
        try:
            self._take(decode_incoming(payload or ""), None)
        except PduError as error:
            # Once a connection: a bad line may bring thousands, and the card is small.
            level = logging.DEBUG if self._has_complained else logging.WARNING
            self._has_complained = True
            log.log(level, "modem: what came with %r cannot be read: %s", line, error)

    def forget(self, key: str) -> None:
        """The fact of text ``key`` is on disk: its slots may be emptied."""
        if key not in self._to_forget:
            self._to_forget.append(key)

    def tell_expired(self, now: float) -> None:
        """Tell long texts whose missing parts do not come, as far as they came."""
        for text in self.parts.take_expired(now):
            self._tell(text)

    def forget_connection(self) -> None:
        """What lies where is read again when the modem is back: it may be another SIM."""
        self._waiting.clear()
        self._rubbish.clear()
        self._slots.clear()
        self._unreadable.clear()
        self._has_complained = False
        self.parts.forget_slots()

    # What the machine plays

    @property
    def has_work(self) -> bool:
        """Whether something is to be read or deleted."""
        return bool(self._waiting or self._to_forget or self._rubbish or self.wants_drain)

    def next_script(self) -> Script[None]:
        """Return what to do next; delete before reading more, for a full memory receives nothing."""
        if self._rubbish:
            return self._delete(self._rubbish.popleft())
        if self._to_forget:
            return self._forget(self._to_forget.popleft())
        if self._waiting:
            return self._read(self._waiting.popleft())
        return self.drain()

    def drain(self) -> Script[None]:
        """Read everything that is stored, in every memory."""
        self.wants_drain = False
        # Reports that came while nobody listened first: they are short, and the texts' memory is selected at the end.
        reports = (REPORTS,) if self._situation.keeps_reports else ()
        for memory in (*reports, *reversed(self._situation.memories)):
            storage = yield from self._select(memory)
            if storage is None:
                continue
            if self._situation.may_list:
                yield from self._list(memory)
            else:
                yield from self._read_all(memory, storage)
        yield from self._restore_memories()

    def check_storage(self) -> Script[None]:
        """See whether there is room to receive; read everything where there is none."""
        answer = yield from self._ladder.ask("AT+CPMS?", SELECT_S)
        storage = answer.value(Storage)
        if storage is None:
            return
        if any(name and name != self._situation.memory for name, _, _ in storage.memories):
            yield from self._restore_memories()
        full = [name or "memory" for name, used, total in storage.memories if 0 < total <= used]
        if full:
            self.tell_full(f"{full[0]} is full")
            return
        self._reports.clear("modem.storage_full")
        self._is_full = False
        # More than what nobody can read: a text whose announcement was lost on the line, or that was spoilt on it.
        unreadable = sum(memory == self._situation.memory for memory, _ in self._unreadable)
        if self._is_doubtful or any(used > unreadable for _, used, _ in storage.memories):
            self._is_doubtful = False
            self.wants_drain = True

    def tell_full(self, detail: str) -> None:
        """No more texts arrive: read all there is, and throw away what nobody can read, and reads so again."""
        self._reports.fault("modem.storage_full", f"{detail}: no text can be received until slots are emptied")
        self.wants_drain = self._is_full = True

    def _select(self, memory: str) -> Script[Storage | None]:
        """Make ``memory`` the one that is read and deleted from; None if the modem has no such memory."""
        answer = yield from self._ladder.ask(f'AT+CPMS="{memory}"', SELECT_S)
        if not answer.ok:
            return None
        self._situation.reads_from = memory
        return answer.value(Storage) or Storage((("", 0, 0),))

    def _restore_memories(self) -> Script[None]:
        memory = self._situation.memory
        answer = yield from self._ladder.ask(f'AT+CPMS="{memory}","{memory}","{memory}"', SELECT_S)
        if answer.ok:
            self._situation.reads_from = memory

    def _list(self, memory: str) -> Script[None]:
        answer = yield Ask("AT+CMGL=4", LIST_S)
        if answer.silent:
            # From now on slot by slot; and this modem's SMS task hangs, whatever it answers to AT.
            self._situation.may_list = False
            self.wants_drain = True
            raise SickError("AT+CMGL=4 was never answered", reset=True)
        for info in answer.lines:
            header = decode(info.line)
            if isinstance(header, StoredText) and header.index is not None and header.status in _RECEIVED:
                self._open(info, (memory, header.index))

    def _read_all(self, memory: str, storage: Storage) -> Script[None]:
        _, used, total = storage.memories[0]
        found = 0
        # Some count slots from 0, most from 1.
        for index in range(min(total, WAITING_LIMIT) + 1):
            if found >= used:
                return
            found += yield from self._read_slot((memory, index))

    def _read(self, arrived: TextArrived) -> Script[None]:
        if self._situation.reads_from != arrived.memory and (yield from self._select(arrived.memory)) is None:
            return
        slot = (arrived.memory, arrived.index)
        yield from self._read_slot(slot)
        if slot in self._rubbish:
            self._rubbish.remove(slot)
            yield from self._delete(slot)
        if arrived.memory != self._situation.memory and not self._waiting:
            yield from self._restore_memories()

    def _read_slot(self, slot: tuple[str, int]) -> Script[bool]:
        """Read one slot; False if it is empty."""
        for is_last in (False, True):
            answer = yield from self._ladder.ask(f"AT+CMGR={slot[1]}", READ_S)
            infos = [info for info in answer.lines if prefix_of(info.line) == "+CMGR"]
            if not infos or infos[0].payload is None:
                return False
            if self._open(infos[0], slot, is_last=is_last):
                return True
            yield Pause(READ_AGAIN_S)
        return True

    def _delete(self, slot: tuple[str, int]) -> Script[None]:
        """Empty a slot. That may fail for ever; the text is told apart by its key when it is read again."""
        if self._situation.reads_from != slot[0] and (yield from self._select(slot[0])) is None:
            return
        yield from self._ladder.ask(f"AT+CMGD={slot[1]}", DELETE_S)

    def _forget(self, key: str) -> Script[None]:
        _remember(self._forgotten, key, None)
        for slot in sorted(self._slots.pop(key, ())):
            yield from self._delete(slot)

    # What was read

    def _open(self, info: Info, slot: tuple[str, int], *, is_last: bool = True) -> bool:
        """Take what stands in a slot; False if it cannot be read and is worth another try."""
        payload = info.payload or ""
        if self._unreadable.get(slot) == payload:
            if self._is_full:
                del self._unreadable[slot]
                self._throw_away(slot)
            return True
        try:
            self._take(decode_incoming(payload), slot)
        except PduError as error:
            if is_last:
                # Noise is never the same twice: only what reads the same again is left alone for good.
                self._is_doubtful = True
                self._unreadable[slot] = payload
                log.warning("modem: slot %s %d cannot be read now: %s (%r)", *slot, error, payload)
            return False
        self._unreadable.pop(slot, None)
        return True

    def _take(self, message: Deliver | StatusReport, slot: Slot) -> None:
        if isinstance(message, StatusReport):
            self._deliveries.take(message, self._situation.now)
            self._throw_away(slot)
        elif message.protocol == _TYPE_0 or message.body.header.ports is not None:
            # For a machine, not for us: what it fills is wanted for people's texts.
            self._throw_away(slot)
        elif (text := self.parts.add(message, slot, self._situation.now)) is not None:
            self._tell(text)

    def _throw_away(self, slot: Slot) -> None:
        if slot is not None and slot not in self._rubbish:
            self._rubbish.append(slot)

    def _tell(self, text: LongText) -> None:
        delivers = [deliver for deliver, _ in text.in_order()]
        slots = {slot for _, slot in text.in_order() if slot is not None}
        words, first = join(delivers), delivers[0]
        key = _key(first.sender, first.sent_at, words, slots)
        if key in self._forgotten:
            self._rubbish.extend(slots)
            return
        _remember(self._slots, key, self._slots.get(key, set()) | slots)
        if key not in self._told_at or self._situation.now - self._told_at[key] >= TOLD_AGAIN_S:
            _remember(self._told_at, key, self._situation.now)
            self._reports.received(key, first.sender, words, first.sent_at)


def _key(sender: str, sent_at: datetime | None, words: str, slots: set[tuple[str, int]]) -> str:
    """Name a text so that it has the same name however often it is read.

    Without a time stamp the slot tells two equal texts apart.
    """
    when = sent_at.isoformat() if sent_at else repr(sorted(slots))
    return sha256(f"{sender}\0{when}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _remember(kept: "OrderedDict[str, T]", key: str, value: "T") -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > KEYS_LIMIT:
        kept.popitem(last=False)
