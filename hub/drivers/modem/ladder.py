"""What to do with a modem that falls silent or finds no network: one step at a time, each of them told.

A command without an answer: ESC and AT. No answer to that either: the port is opened again. Two
commands in a row without an answer although AT works (an SMS task that hangs, seen on Huawei):
the modem is restarted. Ten minutes without a network: the radio is switched off and on, then the
modem restarted. Knows how each step is done; `machine` knows when the time has come.
"""

from hub.drivers.modem.at import ESCAPE
from hub.drivers.modem.script import Answer, Ask, Pause, Script, Write
from hub.drivers.modem.situation import Situation
from hub.errors import DriverError

# Most commands answer in milliseconds; the makers' manuals allow 5 s (SIM800) to 9 s (A76XX).
ANSWER_S = 9.0
# AT touches neither SIM nor radio.
AT_ANSWER_S = 1.0
AT_TRIES = 3
# What a modem still had to say when it was interrupted by ESC.
DRAIN_S = 0.2
# One command may be lost on the line; two in a row are no accident.
SILENCES_BEFORE_RESET = 2
# Radio off and on: SIM800 10 s, A76XX 9 s; between the two the network must notice.
CFUN_S = 15.0
RADIO_REST_S = 3.0
# A restart that takes longer than this did not happen: SIM7600 boots in 15 to 25 s, and says RDY by itself.
RESET_S = 30.0


class SickError(DriverError):
    """The modem does not do what a modem does. ``reset``: it listens, so it can be told to restart."""

    def __init__(self, message: str, *, reset: bool) -> None:
        super().__init__(message)
        self.reset = reset


class SettingsLostError(DriverError):
    """The modem, or its SIM, is not as we left it: it restarted unheard."""


class Ladder:
    """Asks, and knows what to do when no answer comes."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._silences = 0

    def ask(self, command: str, timeout_s: float = ANSWER_S) -> Script[Answer]:
        """Ask ``command``; a silent modem is seen to before the answer, which is then empty, is returned."""
        answer = yield Ask(command, timeout_s)
        if answer.silent:
            yield from self.recover(command)
        else:
            self._silences = 0
        return answer

    def ask_mode(self) -> Script[str]:
        """Return "0" where the modem reads PDUs, as it was told; what else it says where noise spoilt that.

        :raises SettingsLostError: it reads text.
        """
        answer = yield from self.ask("AT+CMGF?")
        if answer.words() == "1":
            raise SettingsLostError("AT+CMGF? says text mode")
        return answer.words()

    def recover(self, command: str) -> Script[None]:
        """Find out whether the modem still listens after it left ``command`` without an answer."""
        self._silences += 1
        yield Write(ESCAPE)
        yield Pause(DRAIN_S)
        for _ in range(AT_TRIES):
            answer = yield Ask("AT", AT_ANSWER_S)
            if answer.final:
                break
        else:
            raise SickError(f"no answer to {command}, nor to AT", reset=False)
        # The late answer to what was given up comes now, or it comes to nobody.
        yield Pause(DRAIN_S)
        if self._silences >= SILENCES_BEFORE_RESET:
            raise SickError(f"no answer to {command}, the {self._silences}nd in a row, though AT works", reset=True)

    def start_afresh(self) -> None:
        """A new connection: what was silent before says nothing of it."""
        self._silences = 0

    def reset(self) -> Script[None]:
        """Restart the modem; it says RDY, or its port goes away, or `machine` starts it up when this ends."""
        self._silences = 0
        yield Ask(self._situation.profile.reset, CFUN_S)
        yield Pause(RESET_S)

    def cycle_radio(self, off: int = 4) -> Script[None]:
        """Switch the radio (4) or everything with the SIM (0) off and on."""
        yield from self.ask(f"AT+CFUN={off}", CFUN_S)
        yield Pause(RADIO_REST_S)
        yield from self.ask("AT+CFUN=1", CFUN_S)
        self._situation.networks.clear()
        yield Pause(RADIO_REST_S)

    def change_radio_access(self) -> Script[None]:
        """Make the modem look for another kind of network, where its profile knows how; else let it look again."""
        if not self._situation.profile.radio:
            yield from self.cycle_radio()
        for command in self._situation.profile.radio:
            yield from self.ask(command, CFUN_S)
            yield Pause(RADIO_REST_S)
