"""Bad modems: each fault is one thing that has been seen to go wrong, small, and works together with others.

    modem.suffer(LatePrompt(8.0))
    with modem.suffering(CmsErrors(38, times=2), Noise(0.01)):
        ...

A fault here is of the modem; those of the cable are in `cable_faults`. What simply happens to a modem (a
SIM pulled, no network, a restart, a hang) is at the end: functions that any thread may call, and that
`later` plans ahead. A port that vanishes is `hub.sim.pty_modem.PtyModem.unplug`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf

from hub.sim.mobile_network import Outcome
from hub.sim.modem_device import Device, Fault
from hub.sim.modem_memory import StoredText
from hub.sim.modem_messages import answer_submit
from hub.sim.modem_wire import Kind, Utterance

# "Until the end of the test": no fault strikes as often.
ALWAYS = 1_000_000


@dataclass(slots=True, eq=False)
class CountedFault(Fault):
    """A fault that strikes so many ``times``, and is over."""

    times: int = field(default=ALWAYS, kw_only=True)

    def strikes(self) -> bool:
        """Whether it strikes now; counts down."""
        self.times -= 1
        return self.times >= 0


# Between AT+CMGS and the prompt


@dataclass(slots=True, eq=False)
class DeafTo(CountedFault):
    """Ignores one command, without a word, while it obeys others (a Huawei whose SMS task died)."""

    command: str = "+CMGL"

    def obey(self, modem: Device, line: str) -> bool:  # noqa: ARG002 -- a hook's shape
        """Take any line but that one."""
        return not (line.upper().startswith(f"AT{self.command}") and self.strikes())


@dataclass(slots=True, eq=False)
class NoPrompt(DeafTo):
    """Ignores AT+CMGS: no prompt comes, and no error."""

    command: str = "+CMGS"


@dataclass(slots=True, eq=False)
class LostPrompt(CountedFault):
    """Waits for a body, but its prompt never reached the host: only ESC leads out."""

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Say anything but a prompt."""
        return [] if utterance.kind is Kind.PROMPT and self.strikes() else [utterance]


@dataclass(slots=True, eq=False)
class LatePrompt(CountedFault):
    """Takes its time for the prompt."""

    delay_s: float = 8.0

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Say a prompt later, even after the host gave up."""
        if utterance.kind is Kind.PROMPT and self.strikes():
            return [replace(utterance, delay_s=utterance.delay_s + self.delay_s)]
        return [utterance]


# Between the body and "+CMGS: n"


@dataclass(slots=True, eq=False)
class RestartMidSend(CountedFault):
    """Loses power over a text, as a weak supply makes it: silence, then boot lines. ``was_sent``: it got out."""

    silent_s: float | None = None  # None: as long as this kind of modem takes to boot
    was_sent: bool = False

    def submit(self, modem: Device, hand_over: Callable[[], None]) -> None:
        """Restart instead of an answer."""
        if not self.strikes():
            hand_over()
            return
        if self.was_sent:
            hand_over()
        modem.restart(self.silent_s)


@dataclass(slots=True, eq=False)
class SilenceAfterCtrlZ(CountedFault):
    """Never says what became of a text; answers other commands. ``was_sent``: the network has it.

    ``deaf_s``: it does not answer other commands either for so long.
    """

    was_sent: bool = True
    deaf_s: float = 0.0
    _silent: bool = field(default=False, init=False)

    def submit(self, modem: Device, hand_over: Callable[[], None]) -> None:
        """Hand over, or not, and remember to keep silent about it."""
        self._silent = self.strikes()
        if not self._silent or self.was_sent:
            hand_over()
        if self._silent and self.deaf_s:
            modem.hang(self.deaf_s)
        self._silent = False

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Say nothing of the text just handed over."""
        return [] if self._silent and utterance.about == "+CMGS" else [utterance]


@dataclass(slots=True, eq=False)
class LateReference(CountedFault):
    """Says "+CMGS: n" and OK long after; other commands are answered meanwhile."""

    delay_s: float = 65.0
    _late: bool = field(default=False, init=False)

    def submit(self, modem: Device, hand_over: Callable[[], None]) -> None:  # noqa: ARG002 -- a hook's shape
        """Hand over, and remember to be late about it."""
        self._late = self.strikes()
        hand_over()
        self._late = False

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Put off what is said of the text just handed over."""
        if self._late and utterance.about == "+CMGS":
            return [replace(utterance, delay_s=utterance.delay_s + self.delay_s)]
        return [utterance]


@dataclass(slots=True, eq=False)
class LostReference(CountedFault):
    """Says OK after a text, without "+CMGS: n"."""

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Say anything but a reference."""
        is_reference = utterance.kind is Kind.ANSWER and utterance.about == "+CMGS"
        return [] if is_reference and self.strikes() else [utterance]


@dataclass(slots=True, eq=False)
class LostOk(CountedFault):
    """Ends a command without OK. ``command``: only that one, as "+CMGS"."""

    command: str = ""

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        """Say anything but that OK."""
        is_it = utterance.kind is Kind.RESULT and b"OK" in utterance.data
        meant = self.command in {"", utterance.about}
        return [] if is_it and meant and self.strikes() else [utterance]


@dataclass(slots=True, eq=False)
class CmsErrors(CountedFault):
    """Refuses texts with ``+CMS ERROR: code`` (see tests/fixtures/gsm/cms_errors.json)."""

    code: int = 38
    after_s: float = 0.2

    def submit(self, modem: Device, hand_over: Callable[[], None]) -> None:
        """Refuse, and hand nothing over."""
        if self.strikes():
            answer_submit(modem, Outcome(self.after_s, cms_error=self.code))
        else:
            hand_over()


# Any command


@dataclass(slots=True, eq=False)
class Refuses(CountedFault):
    """Answers one command with ``final``, whatever it should say ("+CME ERROR: 515", "ERROR")."""

    command: str = "+CPMS"
    final: str = "ERROR"

    def obey(self, modem: Device, line: str) -> bool:
        """Refuse that command, take any other."""
        if not line.upper().startswith(f"AT{self.command}") or not self.strikes():
            return True
        modem.result(self.final, self.command)
        return False


@dataclass(slots=True, eq=False)
class HangsOn(CountedFault):
    """A command that kills: from then on nothing is heard or said, for ``seconds`` or until a restart."""

    command: str = "+CMGL"
    seconds: float = inf

    def obey(self, modem: Device, line: str) -> bool:
        """Hang at that command."""
        if line.upper().startswith(f"AT{self.command}") and self.strikes():
            modem.hang(self.seconds)
            return False
        return True


# What happens to a modem. Any thread may call these; they happen at the modem's next turn.


def later(modem: Device, delay_s: float, mishap: Callable[[Device], None]) -> None:
    """Let ``mishap`` happen after ``delay_s``, even if the modem restarts before."""
    modem.soon(lambda: modem.after(delay_s, lambda: mishap(modem), lasting=True))


def restart(modem: Device, silent_s: float | None = None) -> None:
    """It loses power and comes back, with its boot lines."""
    modem.soon(lambda: modem.restart(silent_s))


def hang(modem: Device, seconds: float = inf) -> None:
    """It neither hears nor speaks, and then goes on; `restart` ends it too."""
    modem.soon(lambda: modem.hang(seconds))


def hang_until_switched(modem: Device, *, key_is_dead: bool = False) -> None:
    """It hangs until its PWRKEY turns it off and on; with ``key_is_dead`` only a cut of its supply helps."""

    def hang_for_good() -> None:
        modem.hang()
        modem.key_is_dead = key_is_dead

    modem.soon(hang_for_good)


def forget_settings(modem: Device) -> None:
    """It restarts too fast for anybody to see: echo is on, text mode is back, nothing is announced."""

    def forget() -> None:
        modem.forget_settings()
        modem.settings.text_mode = True

    modem.soon(forget)


def echo_again(modem: Device) -> None:
    """Echo is on again, nobody knows why."""
    modem.soon(lambda: setattr(modem.settings, "echo", True))


def remove_sim(modem: Device) -> None:
    """The card loses contact."""
    modem.soon(modem.remove_sim)


def insert_sim(modem: Device) -> None:
    """The card is back."""
    modem.soon(modem.insert_sim)


def set_coverage(modem: Device, registration: int) -> None:
    """What `AT+CREG?` says from now on: 1 home, 2 searching, 3 denied, 5 roaming, 6 texts only."""
    modem.soon(lambda: modem.set_coverage(registration))


def set_signal(modem: Device, signal: int) -> None:
    """What `AT+CSQ` says from now on: 0 to 31, 99 unknown.

    A text that needs long then is `LateReference`, and one that fails `CmsErrors`.
    """
    modem.soon(lambda: setattr(modem, "signal", signal))


def storm(modem: Device, line: str = "+ZEND", count: int = 500, every_s: float = 0.0) -> None:
    """It says the same line again and again."""

    def say_all() -> None:
        for turn in range(count):
            modem.unsolicited(line, turn * every_s)

    modem.soon(say_all)


def fill_store(modem: Device, name: str | None = None) -> None:
    """Every free slot of the store that receives (or of ``name``) is taken by an old text of nobody's."""

    def fill() -> None:
        store = modem.memories[name or modem.settings.stores[2]]
        while store.put(StoredText(OLD_TEXT, len(OLD_TEXT) // 2 - 1)) is not None:
            pass

    modem.soon(fill)


# "old" from +33600000009 in 2024, without a service centre.
OLD_TEXT = "00040B913306000000F9000042101000000000036F3619"
