"""The phrases that calls say: which are wanted, which the modem has, and the quiet work in between.

A modem that is given a file listens to nothing else, for up to 14 s on a serial line at 115200 baud; so it is given one
only when nobody has sent anything for a minute, each file once in the modem's life. Whoever renders them is asked by
`take_wish`. A phrase that is not there when a call is made is not said.
"""

import logging
from collections.abc import Iterable

from hub.drivers.modem.ladder import ANSWER_S, Ladder
from hub.drivers.modem.rendering import is_ours, name_of
from hub.drivers.modem.script import Answer, Ask, LastBytes, Pause, Script, Write
from hub.drivers.modem.situation import Situation
from hub.drivers.modem.speaking import MANNERS, Manner

log = logging.getLogger(__name__)

# After a text or a call: the next one may follow, and is not to find the modem busy.
QUIET_S = 60.0
# After the start: what waited for the modem goes first.
FIRST_AFTER_S = 15.0
# More than all phrases of both languages; a modem keeps a few megabytes.
KEPT_LIMIT = 150
# In bits a second: at this speed the longest phrase takes some 15 s, in which no alert can go; slower, minutes.
SLOWEST = 115_200
LIST_S = 15.0
PROMPT_S = 3.0
# After the last byte the file is written to flash.
STORED_S = 10.0
# To the NULs that fill up a file whose prompt was lost.
FILLED_S = 2.0
# Half a second's worth at the port's speed: a write that takes over two seconds is taken for a port that is gone.
PIECES_A_SECOND = 2
BITS_A_BYTE = 10
# Lets the port write one piece before the next one comes.
BETWEEN_PIECES_S = 0.01
# Where files are refused again and again there is no point.
REFUSED_AT_MOST = 3
# Files have been seen to hang modems: after so many that were left without an answer no more are given to it.
HUNG_AT_MOST = 2


class Phrases:
    """``wanted`` by `keep`, in the order in which they are put into the modem."""

    def __init__(self, situation: Situation, ladder: Ladder, first_after_s: float = FIRST_AFTER_S) -> None:
        self._situation, self._ladder, self._first_after_s = situation, ladder, first_after_s
        self._wanted: dict[str, tuple[str, str]] = {}
        self._was_told = False
        self._there: set[str] | None = None  # None: not asked yet
        self._asked = ""  # being rendered
        self._ready: tuple[str, bytes] | None = None
        self._hopeless: set[str] = set()
        self._refused = self._hung = 0
        self._not_before = 0.0

    # What others tell

    def keep(self, phrases: Iterable[tuple[str, str]]) -> None:
        """These, (language, phrase) each, and no others."""
        wanted = [(name_of(*phrase), phrase) for phrase in phrases if phrase[1].strip()]
        if len(wanted) > KEPT_LIMIT:
            log.warning("modem: %d phrases are wanted for calls; the first %d are kept", len(wanted), KEPT_LIMIT)
        self._wanted = dict(wanted[:KEPT_LIMIT])
        self._was_told = True

    def rendered(self, language: str, phrase: str, wav: bytes) -> None:
        """What was wished is here, or cannot be had."""
        name = name_of(language, phrase)
        self._asked = ""
        if not wav:
            self._hopeless.add(name)
        elif name in self._wanted:
            self._ready = (name, wav)

    def wait_for_quiet(self) -> None:
        """A text or a call goes out."""
        self._not_before = max(self._not_before, self._situation.now + QUIET_S)

    def forget_connection(self) -> None:
        """It may be another modem that comes back."""
        self._there, self._ready, self._refused = None, None, 0
        self._hopeless.clear()
        self._not_before = self._situation.now + self._first_after_s

    # What others ask

    @property
    def manner(self) -> Manner:
        """How this modem keeps and says phrases."""
        return MANNERS[self._situation.profile.voice]

    def path_of(self, language: str, phrase: str) -> str:
        """Return what the modem calls ``phrase``, "" if it is not in the modem."""
        name = name_of(language, phrase)
        return self._path(name) if self._there and name in self._there else ""

    def take_wish(self) -> tuple[str, str] | None:
        """Return the phrase that should be rendered next, once."""
        if self._there is None or self._asked or self._ready or self._has_given_up:
            return None
        missing = (name for name in self._wanted if name not in self._there and name not in self._hopeless)
        if (name := next(missing, "")) == "":
            return None
        self._asked = name
        return self._wanted[name]

    def next_time(self) -> float | None:
        """Return when there is quiet work, None for none."""
        return self._not_before if self._has_work else None

    def next_script(self) -> Script[None] | None:
        """Return the next piece of quiet work, if its time has come; it must not be put aside."""
        if not self._has_work or self._situation.now < self._not_before:
            return None
        if self._there is None:
            return self._list()
        if self._ready is not None:
            return self._upload(*self._ready)
        return self._remove(next(iter(self._stale())))

    @property
    def _has_given_up(self) -> bool:
        return self._refused >= REFUSED_AT_MOST or self._hung >= HUNG_AT_MOST

    @property
    def _has_work(self) -> bool:
        # Where nobody is called any more, what was kept is taken away: a name is in it.
        if not self._was_told or not self.manner.keeps_files or self._has_given_up:
            return False
        if self._situation.speed < SLOWEST:
            return False
        return self._there is None or self._ready is not None or bool(self._stale())

    def _stale(self) -> set[str]:
        return (self._there or set()) - self._wanted.keys()

    def _path(self, name: str) -> str:
        return f"{self._situation.profile.drive}{name}"

    # The work

    def _list(self) -> Script[None]:
        manner, drive = self.manner, self._situation.profile.drive
        answer = Answer()
        for command in manner.lists:
            answer = yield from self._ladder.ask(command.format(drive=drive.rstrip("/")), LIST_S)
        # An empty directory is an error to some: then nothing is there.
        self._there = {name for info in answer.lines if is_ours(name := manner.names_in(info.line))}

    def _remove(self, name: str) -> Script[None]:
        if self._there is not None:
            self._there.discard(name)
        yield from self._ladder.ask(self.manner.remove.format(name=name, path=self._path(name)), ANSWER_S)

    def _upload(self, name: str, wav: bytes) -> Script[None]:
        self._ready = None
        # Until it is there: what breaks off is not tried again on this connection, nor too often on others.
        self._hopeless.add(name)
        self._hung += 1
        command = self.manner.upload.format(path=self._path(name), length=len(wav))
        answer = yield Ask(command, PROMPT_S, prompts=True)
        if answer.silent:
            yield from self._fill_up(name, len(wav), command)
            return
        if answer.prompted:
            answer = yield from self._pour(wav, STORED_S)
        if answer.silent:
            yield from self._ladder.recover(command)
            return
        self._hung -= 1
        if answer.ok and self._there is not None:
            self._there.add(name)
            self._hopeless.discard(name)
            self._refused = 0
        else:
            self._refused += 1
            log.warning("modem: it does not take a phrase for calls: %s", answer.final)

    def _fill_up(self, name: str, length: int, command: str) -> Script[None]:
        """End what may wait for a file although its prompt was lost: with NULs, which are no command, and no phrase."""
        answer = yield from self._pour(bytes(length), FILLED_S)
        if answer.ok:
            yield from self._remove(name)
        else:
            yield from self._ladder.recover(command)

    def _pour(self, data: bytes, stored_s: float) -> Script[Answer]:
        size = max(256, self._situation.speed // BITS_A_BYTE // PIECES_A_SECOND)
        last = (len(data) - 1) // size * size
        for start in range(0, last, size):
            yield Write(data[start : start + size])
            yield Pause(BETWEEN_PIECES_S)
        return (yield LastBytes(data[last:], stored_s))
