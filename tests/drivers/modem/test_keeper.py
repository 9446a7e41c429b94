"""What becomes of texts and faults when a bug ends the conversation with the modem, and another begins."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from modem_bench import outgoing

from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState, SmsReceived
from hub.drivers.modem.conversation import CHECK_EVERY_S, AnyPort
from hub.drivers.modem.keeper import Keeper
from hub.drivers.modem.remedies import Remedy
from hub.drivers.modem.simcard import PinFile
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import SilenceAfterCtrlZ
from hub.sim.modem_road import SimulatedPort

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = "+33612345678"
T = TypeVar("T", bound=Input)


class Home:
    """A keeper on a simulated modem, in a time turned by hand."""

    def __init__(self, modem: SimulatedModem | None = None, **settings: object) -> None:
        self.seconds = 0.0
        self.modem = modem or SimulatedModem()
        self.posted: list[Input] = []
        self.asked: list[tuple[str, int]] = []
        self.is_there = True
        self._port: SimulatedPort | None = None
        self.keeper = Keeper(
            "/dev/modem",
            self,
            self.posted.append,
            open_port=self._open,
            monotonic=lambda: self.seconds,
            check_every_s=CHECK_EVERY_S,
            **settings,  # type: ignore[arg-type]
        )
        self.conversation = self.keeper.begin()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def _open(self, name: str, speed: int) -> AnyPort:
        self.asked.append((name, speed))
        if not self.is_there:
            raise FileNotFoundError(2, "No such file or directory")
        self._port = SimulatedPort(self.modem, lambda: self.seconds, lambda: self.is_there)
        return self._port

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> "Home":
        end = self.seconds + seconds
        while self.seconds <= end and not until():
            self.modem.handle_timer(self.seconds)
            self.conversation.begin_turn()
            self.conversation.end_turn(heard=self._port is not None and self._port.has_bytes)
            self.seconds = round(self.seconds + 0.05, 2)
        return self

    def ready(self) -> "Home":
        return self.wait(20, until=lambda: any(seen.up for seen in self.of(LinkChanged)))

    def of(self, kind: type[T]) -> list[T]:
        return [seen for seen in self.posted if isinstance(seen, kind)]

    def states(self, message: int) -> list[SendState]:
        return [seen.state for seen in self.of(SendReported) if seen.message == message]

    def break_off(self) -> None:
        self.conversation.close()
        self.keeper.tell_of_crash(ValueError("a bug"))


@pytest.fixture
def home() -> Home:
    return Home().ready()


def test_a_text_goes_out_by_the_conversation(home: Home) -> None:
    home.keeper.send(outgoing(1))
    home.wait(5)

    assert home.states(1) == [SendState.ACCEPTED]


def test_a_text_that_was_told_may_be_forgotten_and_leaves_the_modem(home: Home) -> None:
    home.modem.network.deliver(ANNA, "1")
    home.wait(5)
    (told,) = home.of(SmsReceived)
    home.keeper.forget(told.key)
    home.wait(5)

    assert home.modem.network.sent == []
    fresh = home.keeper.begin()
    home.conversation.close()
    home.conversation = fresh
    home.wait(20)
    assert len(home.of(SmsReceived)) == 1


def test_a_bug_is_a_fault_and_shuts_the_road(home: Home) -> None:
    home.break_off()

    assert home.posted[-3:] == [
        FaultSeen(home.now(), "modem.crashed", "ValueError: a bug"),
        LinkChanged(home.now(), "sms", False, "the modem's driver broke off"),
        LinkChanged(home.now(), "call", False, "the modem's driver broke off"),
    ]


def test_what_the_modem_had_in_hand_is_uncertain_and_what_it_spoke_of_is_not_told_again(home: Home) -> None:
    home.keeper.send(outgoing(1))
    home.wait(5)
    home.modem.suffer(SilenceAfterCtrlZ())
    for message in (9, 3, 7):
        home.keeper.send(outgoing(message))
    home.wait(1)
    home.keeper.send(outgoing(4))  # nobody took this order yet
    home.break_off()

    uncertain = [seen for seen in home.of(SendReported) if seen.state is SendState.UNCERTAIN]
    assert [(seen.message, seen.reason) for seen in uncertain] == [
        (message, "the modem's driver broke off") for message in (3, 7, 9)
    ]
    assert home.states(4) == []


def test_texts_told_of_at_one_crash_are_not_told_at_the_next(home: Home) -> None:
    home.modem.suffer(SilenceAfterCtrlZ())
    home.keeper.send(outgoing(1))
    home.wait(1).break_off()
    home.keeper.tell_of_crash(ValueError("another"))

    assert home.states(1) == [SendState.UNCERTAIN]


def test_an_order_that_nobody_took_is_done_by_the_next_conversation(home: Home) -> None:
    home.break_off()
    home.keeper.send(outgoing(4))
    home.conversation = home.keeper.begin()
    home.wait(5)

    assert home.states(4) == [SendState.FAILED], "said at once, of a modem that is only starting"


def cleared(home: Home) -> int:
    return sum(seen.fault == "modem.crashed" for seen in home.of(FaultCleared))


def test_the_fault_is_over_when_the_road_is_open_again_and_not_before(home: Home) -> None:
    assert cleared(home) == 1, "an earlier run may have told of one"
    home.break_off()
    home.is_there = False
    home.conversation = home.keeper.begin()
    home.wait(10)
    assert cleared(home) == 1

    home.is_there = True
    home.wait(20)
    assert cleared(home) == 2
    home.is_there = False
    home.wait(5)
    home.is_there = True
    home.wait(20)
    assert [seen.up for seen in home.of(LinkChanged)][-1]
    assert cleared(home) == 2


def test_the_port_is_opened_by_its_name_at_the_first_of_its_speeds() -> None:
    assert Home(speeds=[57600, 9600]).wait(0).asked == [("/dev/modem", 57600)]
    assert Home().wait(0).asked == [("/dev/modem", 115200)]


def test_a_pin_that_was_refused_is_not_tried_again_by_the_next_conversation() -> None:
    modem = SimulatedModem(pin="1234")
    home = Home(modem, sim_pin="9999").wait(20)
    assert modem.card.pin_tries == 2
    home.break_off()
    home.conversation = home.keeper.begin()
    home.wait(20)

    assert modem.card.pin_tries == 2


def test_nor_by_the_next_process_which_has_the_same_memory() -> None:
    memory = PinFile(None)
    modem = SimulatedModem(pin="1234")
    for _ in range(2):
        Home(modem, sim_pin="9999", pin_memory=memory).wait(20)

    assert modem.card.pin_tries == 2


def test_a_pin_that_is_right_opens_the_road() -> None:
    home = Home(SimulatedModem(pin="1234"), sim_pin="1234").ready()

    assert home.of(LinkChanged)[-1].up


def test_a_modem_of_a_named_kind_is_taken_for_one() -> None:
    home = Home(profile="huawei")
    asked: list[str] = []
    home.keeper.orders.append(lambda machine: asked.append(machine.situation.profile.name))
    home.wait(0)

    assert asked == ["huawei"]


def test_a_wired_supply_is_cut_for_a_modem_that_is_not_there() -> None:
    class Wires:
        wired = (Remedy.SUPPLY,)

        def __init__(self) -> None:
            self.begun: list[Remedy] = []

        def begin(self, remedy: Remedy) -> None:
            self.begun.append(remedy)

    wires = Wires()
    home = Home(power=wires)
    home.is_there = False
    home.wait(95)

    assert wires.begun == [Remedy.SUPPLY]
