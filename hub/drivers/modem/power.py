"""The modem's PWRKEY and its supply: pressed, or cut, when the conversation with it asks for that.

When that is decides `remedies`; how a pin or a file is moved knows `levers`. A thread of its own looks whether they can
be moved, and tells beforehand when not; each move is made by a second, short-lived one, since a driver of the kernel
may hang in a write to its files for as long as it likes. One that hangs is told as a fault, and nothing more is begun
until it ends: at most one thread is ever lost.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

from hub.config import ModemConfig
from hub.domain.inputs import FaultCleared, Input
from hub.drivers.faults import StandingFaults
from hub.drivers.gpio_chip import GpioChip
from hub.drivers.modem.levers import FileLever, Lever, PinLever
from hub.drivers.modem.remedies import Remedy
from hub.errors import DriverError
from hub.place_forms import Active, GpioPin
from hub.ports import Clock, Post

log = logging.getLogger(__name__)

SWITCH = "modem.switch"
# A pin that was busy may be free, a device that was gone may be back.
LOOK_EVERY_S = 60.0
# Above the longest press or cut (5 s); a write to a file of the kernel takes milliseconds where nothing hangs.
HANGS_AFTER_S = 15.0
# Modem boards carry capacitors for the bursts of GSM (2 A): with less than a few seconds they bridge the cut.
CUT_S = 5.0
# `Source.stop` promises two seconds, and a lever that is pulled then must come back to rest first.
STOP_WITHIN_S = 1.7
_HANGS = "the modem's power is still being switched after 15 s: the kernel hangs, restart the machine"


@dataclass(frozen=True, slots=True)
class Pull:
    """A lever, and how long it is pulled, in seconds."""

    lever: Lever
    seconds: float


class ModemPower:
    """A `hub.ports.Source` and a `hub.drivers.modem.keeper.Power`. ``pulls``: what is wired, PWRKEY before the supply.

    ``before``: what an earlier run told of.
    """

    def __init__(
        self,
        pulls: Mapping[Remedy, Pull],
        post: Post,
        clock: Clock,
        *,
        before: Iterable[str] = (),
        look_every_s: float = LOOK_EVERY_S,
        hangs_after_s: float = HANGS_AFTER_S,
    ) -> None:
        self._pulls = dict(pulls)
        self._post = post
        self._faults = StandingFaults(self._post_unless_stopped, clock, before)
        self._look_every_s, self._hangs_after_s = look_every_s, hangs_after_s
        self._wanted: Queue[Remedy | None] = Queue()
        self._stopped = threading.Event()
        self._order = threading.Lock()
        self._hand: threading.Thread | None = None
        self._thread: threading.Thread | None = None

    @property
    def wired(self) -> tuple[Remedy, ...]:
        """What can be done."""
        return tuple(self._pulls)

    def begin(self, remedy: Remedy) -> None:
        """Do ``remedy``. The ladder leaves a minute between two: nothing piles up."""
        self._wanted.put(remedy)

    def start(self) -> None:
        """Bring every lever to rest, on a thread of its own, and keep it there."""
        self._thread = threading.Thread(target=self._run, name="modem power", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End within two seconds; what is pulled comes to rest. Nothing is posted after it returned."""
        with self._order:
            self._stopped.set()
        self._wanted.put(None)
        if self._thread is not None:
            self._thread.join(STOP_WITHIN_S)

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        self._tell(self._by_hand(self._rest))
        while not self._stopped.is_set():
            self._tell(self._by_hand(self._next()))
        self._by_hand(self._let_go)

    def _next(self) -> Callable[[], None]:
        """Wait for what is to be done next: what was asked for, or else a look."""
        try:
            remedy = self._wanted.get(timeout=self._look_every_s)
        except Empty:
            remedy = None
        return self._rest if remedy is None else lambda: self._pull(self._pulls[remedy])

    def _rest(self) -> None:
        wrong = []
        for pull in self._pulls.values():
            try:
                pull.lever.rest()
            except DriverError as error:
                wrong.append(str(error))
        if wrong:
            raise DriverError("; ".join(wrong))

    def _pull(self, pull: Pull) -> None:
        try:
            pull.lever.pull()
            # Cut short when the hub ends: it must not leave the modem without its supply.
            self._stopped.wait(pull.seconds)
        finally:
            pull.lever.rest()

    def _let_go(self) -> None:
        for pull in self._pulls.values():
            pull.lever.let_go()

    def _by_hand(self, deed: Callable[[], None]) -> str:
        """Let a thread that may hang do ``deed``; return what went wrong, "" for nothing."""
        if self._hand is not None and self._hand.is_alive():
            return _HANGS
        wrong: list[str] = []
        self._hand = threading.Thread(target=_attempt, args=(deed, wrong), name="modem power hand", daemon=True)
        self._hand.start()
        self._hand.join(self._hangs_after_s)
        return _HANGS if self._hand.is_alive() else "; ".join(wrong)

    def _tell(self, wrong: str) -> None:
        self._faults.tell({SWITCH: wrong} if wrong else {})

    def _post_unless_stopped(self, seen: Input) -> None:
        with self._order:
            if not self._stopped.is_set():
                self._post(seen)


def _attempt(deed: Callable[[], None], wrong: list[str]) -> None:
    try:
        deed()
    except DriverError as error:
        wrong.append(str(error))
    except Exception as bug:  # the top of a driver's thread: told, and tried again at the next look
        log.exception("modem: a mistake of ours while its power was switched")
        wrong.append(repr(bug))


def wired_power(
    config: ModemConfig, chip: GpioChip, post: Post, clock: Clock, stood: frozenset[str]
) -> ModemPower | None:
    """Return what can press the modem's PWRKEY or cut its supply; None where nothing is wired.

    ``stood``: the faults that an earlier run told of.
    """
    pulls = {}
    if config.pwrkey is not None:
        pulls[Remedy.PWRKEY] = Pull(
            _lever(config.pwrkey, chip, "the modem's PWRKEY"), config.pwrkey_hold.total_seconds()
        )
    if config.usb_power is not None:
        pulls[Remedy.SUPPLY] = Pull(_lever(config.usb_power, chip, "the modem's supply"), CUT_S)
    before = stood & {SWITCH}
    if pulls:
        return ModemPower(pulls, post, clock, before=before)
    # What is wired no longer is out of order no longer.
    for code in before:
        post(FaultCleared(clock.now(), code))
    return None


def _lever(wired: GpioPin | Path, chip: GpioChip, what: str) -> Lever:
    if isinstance(wired, GpioPin):
        return PinLever(chip, wired.number, what, active_high=wired.active is Active.HIGH)
    return FileLever(wired)
