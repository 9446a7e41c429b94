"""From an open port to a modem that takes texts: the six steps of initialisation, top to bottom.

What sending needs comes first and is waited for; what is only useful (`comforts`) is asked for
afterwards, so that an alert that waits for the modem is on its way within a second or two of the
modem's return. Every part ends in time, or raises `NotReadyError` with what a person must do.
"""

from collections.abc import Callable, Sequence

from hub.drivers.modem import causes
from hub.drivers.modem.at import ESCAPE
from hub.drivers.modem.ladder import ANSWER_S, AT_ANSWER_S, CFUN_S, Ladder
from hub.drivers.modem.profiles import Profile, choose
from hub.drivers.modem.responses import Network, Operator
from hub.drivers.modem.script import Answer, Ask, Pause, Script, Write
from hub.drivers.modem.simcard import NotReadyError, SimCard
from hub.drivers.modem.situation import Reports, Situation

# The usual one first. A modem that sets itself to the speed it hears (autobaud) may lose the first AT.
SPEEDS = (115200, 9600, 57600, 38400, 19200, 230400, 460800)
# Where a modem answered before, it will again; only after so many rounds of silence are other speeds tried.
ROUNDS_AT_KNOWN_SPEED = 5
# Between ESC and the first AT.
HUSH_S = 0.1
# A modem left in data mode takes "+++" as "listen", if a second passes without a byte before and after it.
ESCAPE_GUARD_S = 1.2
ESCAPE_DATA_MODE = b"+++"
# A modem that boots is silent for up to 25 s (SIM7600); longer is a fault.
MUTE_S = 25.0

# SMS storage is there up to 60 s after the SIM is.
SMS_SETTLES_S = 60.0
ASKED_AGAIN_S = 1.0
NO_SMS_AGAIN_S = 600.0
CPMS_S = 10.0
CSCA_S = 10.0

_COMFORTS = (
    "AT+CLIP=1",
    "AT+CLCC=1",
    "AT+CVHU=0",
    "AT+CMMS=2",  # keeps the link for a burst of texts
    "AT+COPS=3,0",  # the operator's name in letters
)
OPERATOR_S = 10.0


class Startup:
    """Scripts that make a modem ready, in their order. ``answered``: is told that somebody is there."""

    def __init__(
        self,
        situation: Situation,
        reports: Reports,
        ladder: Ladder,
        sim: SimCard,
        *,
        answered: Callable[[], None],
        speeds: Sequence[int] = SPEEDS,
        fixed_profile: Profile | None = None,
    ) -> None:
        self._situation = situation
        self._reports = reports
        self._ladder = ladder
        self._sim = sim
        self._answered = answered
        self._speeds = tuple(speeds)
        self._known_speed: int | None = None
        self._fixed_profile = fixed_profile

    def run(self) -> Script[None]:
        """Make the modem ready for texts, or raise `NotReadyError` or `SickError`."""
        self._situation.startup_began = self._situation.now
        yield from self._find()
        yield from self._agree_on_manners()
        yield from self._identify()
        yield from self._switch_on()
        yield from self._sim.unlock()
        yield from self._open_sms_service()
        yield from self._announce_texts()
        yield from self._watch_network()
        self._reports.clear("modem.no_sms")

    # Step 1: somebody answers

    def _find(self) -> Script[None]:
        rounds = 0
        while True:
            for speed in self._speeds_of(rounds):
                self._situation.speed = speed
                if (yield from self._answers()):
                    self._known_speed = speed
                    self._reports.clear("modem.mute")
                    self._answered()
                    return
            rounds += 1
            if self._situation.now - self._situation.startup_began >= MUTE_S:
                self._reports.fault(
                    "modem.mute", "the port is open, but nothing answers AT: is it the modem's, and is the modem on?"
                )

    def _speeds_of(self, rounds: int) -> tuple[int, ...]:
        if self._known_speed is None:
            return self._speeds
        if rounds < ROUNDS_AT_KNOWN_SPEED:
            return (self._known_speed,)
        return (self._known_speed, *(speed for speed in self._speeds if speed != self._known_speed))

    def _answers(self) -> Script[bool]:
        heard = self._situation.bytes_heard
        yield Write(ESCAPE)
        yield Pause(HUSH_S)
        # The second brings back result codes and words to a modem that was told to leave them out.
        for command in ("AT", "ATE0V1Q0", "AT"):
            answer = yield Ask(command, AT_ANSWER_S)
            if answer.ok:
                return True
        if self._situation.bytes_heard != heard:
            return (yield from self._leave_data_mode())
        return False

    def _leave_data_mode(self) -> Script[bool]:
        """Something is said, but no answer: a call may have been left open on this port."""
        yield Pause(ESCAPE_GUARD_S)
        yield Write(ESCAPE_DATA_MODE)
        yield Pause(ESCAPE_GUARD_S)
        for _ in range(2):
            answer = yield Ask("AT", AT_ANSWER_S)
            if answer.ok:
                return True
        return False

    # Step 2: manners and identity

    def _agree_on_manners(self) -> Script[None]:
        answer = yield from self._ladder.ask("ATE0V1Q0")
        if not answer.ok:
            for command in ("ATV1", "ATQ0", "ATE0"):
                answer = yield from self._ladder.ask(command)
        self._situation.is_echo_off = answer.ok
        yield from self._ladder.ask("AT+CMEE=1")
        yield from self._ladder.ask("ATS0=0")

    def _identify(self) -> Script[None]:
        words = []
        for command in ("AT+CGMI", "AT+CGMM", "AT+CGMR"):
            answer = yield from self._ladder.ask(command)
            words.append(answer.words())
        self._situation.identity = " ".join(word for word in words if word)
        self._situation.profile = self._fixed_profile or choose(self._situation.identity)
        self._situation.may_list = self._situation.may_list and self._situation.profile.lists
        if not self._situation.profile.sms:
            raise NotReadyError(
                "modem.no_sms", f"{self._situation.identity}: {self._situation.profile.note}", NO_SMS_AGAIN_S
            )

    # Step 3: power (the SIM is `simcard`'s)

    def _switch_on(self) -> Script[None]:
        answer = yield from self._ladder.ask("AT+CFUN?")
        if answer.ok and answer.lines and not answer.words().startswith("1"):
            yield from self._ladder.ask("AT+CFUN=1", CFUN_S)

    # Steps 4 and 5: texts

    def _open_sms_service(self) -> Script[None]:
        """Wait until the modem can do texts: plain ERROR is what many say while they load the SIM's memory."""
        yield from self._insist("AT+CMGF=0", ANSWER_S)
        yield from self._ladder.ask('AT+CSCS="GSM"')
        yield from self._ladder.ask("AT+CSMS=0")
        yield from self._insist("AT+CPMS?", CPMS_S)
        yield from self._choose_memory()

    def _insist(self, command: str, timeout_s: float) -> Script[Answer]:
        patience = self._situation.now + SMS_SETTLES_S
        while True:
            answer = yield from self._ladder.ask(command, timeout_s)
            if answer.ok:
                return answer
            if self._situation.now >= patience:
                raise NotReadyError("modem.no_sms", self._refusal(command, answer), NO_SMS_AGAIN_S)
            self._situation.has_sms_service = False
            yield Pause(ASKED_AGAIN_S, until=self._has_sms_service)

    def _has_sms_service(self) -> bool:
        return self._situation.has_sms_service

    def _refusal(self, command: str, answer: Answer) -> str:
        cause = causes.cause_of(answer.final)
        return f"{self._situation.identity} has no texts: it answers {command} with {cause}; its firmware may lack them"

    def _choose_memory(self) -> Script[None]:
        """Keep texts in one memory, for reading, writing and receiving alike: else the third fills up unseen."""
        there: list[str] = []
        for memory in reversed(self._situation.profile.memories):
            answer = yield from self._ladder.ask(f'AT+CPMS="{memory}","{memory}","{memory}"', CPMS_S)
            if answer.ok:
                there.insert(0, memory)
        if there:
            # The last one that was taken is the first of the profile: no further command is needed.
            self._situation.memory = self._situation.reads_from = there[0]
            self._situation.memories = tuple(there)

    def _announce_texts(self) -> Script[None]:
        self._situation.announces = self._situation.keeps_reports = False
        for setting in self._situation.profile.cnmi:
            answer = yield from self._ladder.ask(f"AT+CNMI={setting}")
            if answer.ok:
                self._situation.keeps_reports = setting.split(",")[3] == "2"
                self._situation.announces = yield from self._reads_back(setting)
                return

    def _reads_back(self, setting: str) -> Script[bool]:
        """Some say OK and do something else; one that cannot be asked is believed."""
        answer = yield from self._ladder.ask("AT+CNMI?")
        if not answer.ok or not answer.lines:
            return True
        return answer.words().replace(" ", "").startswith(setting[:3])

    # Step 6: the network

    def _watch_network(self) -> Script[None]:
        for domain in ("+CREG", "+CGREG", "+CEREG"):
            yield from self._ladder.ask(f"AT{domain}=2")
        yield from self.ask_registration()
        answer = yield from self._ladder.ask("AT+CSCA?", CSCA_S)
        self._situation.note_smsc(answer.words() if answer.ok else "")

    def ask_registration(self) -> Script[None]:
        """Ask both domains that carry texts, and a third that tells the installer more."""
        for domain in ("+CREG", "+CEREG", "+CGREG"):
            answer = yield from self._ladder.ask(f"AT{domain}?")
            if (network := answer.value(Network)) is not None:
                self._situation.note(network)

    def comforts(self) -> Script[None]:
        """Ask for what helps and is not needed: who rings, keys, the network's time, the operator's name."""
        for command in (*_COMFORTS, *self._situation.profile.extras):
            yield from self._ladder.ask(command)
        yield from self.ask_operator()

    def ask_operator(self) -> Script[None]:
        """Ask whose network it is; never AT+COPS=?, which blocks the port for minutes."""
        answer = yield from self._ladder.ask("AT+COPS?", OPERATOR_S)
        if (operator := answer.value(Operator)) is not None:
            self._reports.observe("operator", operator.name)
