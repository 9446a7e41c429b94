"""What the network's coming and going, the signal and the supply mean: to the second and to the decibel."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.inputs import FaultCleared, FaultSeen, LinkChanged, Observed, TimeTold
from hub.drivers.modem.at import Info
from hub.drivers.modem.health import Health
from hub.drivers.modem.ladder import Ladder, SettingsLostError
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.responses import Network, NetworkTime, PowerTrouble, Registration, Signal
from hub.drivers.modem.script import Answer, Ask, Script
from hub.drivers.modem.simcard import PinFile, SimCard
from hub.drivers.modem.situation import Reports, Situation
from hub.drivers.modem.startup import Startup

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NO_DEAD_SPOT = "network lost although it was heard well a moment ago: an outage, or somebody jams it"
NOTHING_FOUND = "no network is found: antenna, place, and whether the operator still runs this kind of network"


def is_road(seen: object) -> bool:
    return isinstance(seen, LinkChanged) and seen.link == "sms"


class Look:
    """A `Health` of a modem that is ready, and what it told."""

    def __init__(self) -> None:
        self.situation = Situation(load(GENERIC), now=100.0, is_open=True, is_ready=True)
        self.reports = Reports(lambda: NOON + timedelta(seconds=self.situation.now))
        ladder = Ladder(self.situation)
        sim = SimCard(self.situation, self.reports, ladder, PinFile(None), "")
        startup = Startup(self.situation, self.reports, ladder, sim, answered=lambda: None)
        self.health = Health(self.situation, self.reports, ladder, startup)

    def registers(self, state: Registration = Registration.HOME, *, at: float | None = None) -> "Look":
        if at is not None:
            self.situation.now = at
        self.health.note_network(Network("+CREG", state))
        return self

    def judged(self, at: float) -> "Look":
        self.situation.now = at
        self.health.judge()
        return self

    def links(self) -> list[tuple[bool, str]]:
        return [(seen.up, seen.detail) for seen in self.reports.take() if is_road(seen)]

    def hears(self, *dbm: int | None) -> "Look":
        for strength in dbm:
            self.health.note_signal(Signal(strength))
        return self


@pytest.fixture
def look() -> Look:
    return Look().registers()


# The road for texts


def test_a_modem_that_is_ready_and_registered_is_a_road(look: Look) -> None:
    seen = look.reports.take()

    assert [change.up for change in seen if is_road(change)] == [True]
    assert Observed(NOON + timedelta(seconds=100), "gsm_registered", True) in seen
    assert {cleared.fault for cleared in seen if isinstance(cleared, FaultCleared)} == {"gsm.no_network", "modem.sick"}
    assert look.health.without_network_since is None
    assert look.health.next_judgement() is None


def test_a_lost_network_shuts_the_road_after_fifteen_seconds_and_is_a_fault_after_sixty(look: Look) -> None:
    look.registers(Registration.SEARCHING, at=200.0)
    assert look.health.next_judgement() == 215.0
    assert look.judged(214.9).links() == [(True, "")]

    assert look.judged(215.0).links() == [(False, NOTHING_FOUND)]
    assert look.health.next_judgement() == 260.0
    assert look.reports.faults == frozenset()
    look.judged(259.9)
    assert look.reports.faults == frozenset()

    look.judged(260.0)
    assert look.reports.take()[-1] == FaultSeen(NOON + timedelta(seconds=260), "gsm.no_network", NOTHING_FOUND)
    assert look.health.next_judgement() is None
    assert look.health.without_network_since == 200.0


def test_while_the_network_is_gone_that_is_what_is_observed(look: Look) -> None:
    look.reports.take()
    look.registers(Registration.SEARCHING)

    assert Observed(NOON + timedelta(seconds=100), "gsm_registered", False) in look.reports.take()


def test_a_network_that_came_back_and_went_again_is_lost_since_it_went_again(look: Look) -> None:
    look.registers(Registration.SEARCHING, at=200.0).registers(at=210.0).registers(Registration.SEARCHING, at=212.0)

    assert look.health.next_judgement() == 227.0
    assert look.judged(226.0).links() == [(True, "")]


def test_a_modem_that_is_not_ready_is_no_road_and_has_lost_no_network(look: Look) -> None:
    look.registers(Registration.SEARCHING, at=200.0).reports.take()
    look.situation.forget_connection("it restarted")
    look.judged(201.0)

    seen = look.reports.take()
    look.judged(202.0)
    assert look.reports.take() == [], "each thing once"
    assert [(change.up, change.detail) for change in seen if is_road(change)] == [(False, "it restarted")]
    assert look.health.without_network_since is None


def test_a_modem_that_stops_being_ready_while_it_is_registered_is_no_longer_observed_to_be(look: Look) -> None:
    look.reports.take()
    look.situation.forget_connection("it restarted")
    look.judged(201.0)

    assert Observed(NOON + timedelta(seconds=201), "gsm_registered", False) in look.reports.take()


def test_a_sim_that_is_refused_is_told_as_such(look: Look) -> None:
    look.hears(-60).registers(Registration.DENIED, at=200.0)

    assert look.judged(215.0).links()[-1] == (
        False,
        "the network refuses this SIM: is its contract active and paid?",
    )


@pytest.mark.parametrize(("dbm", "why"), [(-85, NO_DEAD_SPOT), (-86, NOTHING_FOUND)])
def test_good_reception_until_a_moment_ago_is_no_dead_spot(look: Look, dbm: int, why: str) -> None:
    look.hears(dbm, None).registers(Registration.SEARCHING, at=200.0)

    assert look.judged(215.0).links()[-1] == (False, why)


# The signal


@pytest.mark.parametrize(
    ("readings", "is_weak"),
    [
        ([-108, -108], False),
        ([-108, -108, -108], True),
        ([-107, -107, -107], False),
        ([-108, -108, -107, -108, -108], False),
        ([-108, -108, None, -108], True),
        ([-108, -108, -108, -104], True),
        ([-108, -108, -108, -103], False),
    ],
)
def test_a_signal_is_weak_at_the_third_reading_below_107_dbm_and_strong_again_at_103(
    look: Look, readings: list[int | None], is_weak: bool
) -> None:
    look.hears(*readings)

    assert ("gsm.weak" in look.reports.faults) is is_weak


def test_the_signal_is_told_whatever_it_is(look: Look) -> None:
    look.reports.take()
    look.hears(-70, None)

    assert [seen.value for seen in look.reports.take() if isinstance(seen, Observed)] == [-70, None]
    assert look.situation.signal_dbm is None


# The supply


def test_trouble_with_the_supply_has_passed_an_hour_after_the_last_complaint(look: Look) -> None:
    look.situation.now = 1000.0
    look.health.note_power(PowerTrouble("UNDER-VOLTAGE WARNNING"))
    look.situation.now = 2000.0
    look.health.note_power(PowerTrouble("UNDER-VOLTAGE WARNNING"))
    assert look.health.power_settles_at == 5600.0
    look.judged(5599.9)
    assert "modem.power" in look.reports.faults

    look.judged(5600.0)
    assert "modem.power" not in look.reports.faults
    assert look.health.power_settles_at is None


def test_an_earlier_run_s_trouble_with_the_supply_is_over_in_an_hour_too(look: Look) -> None:
    look.judged(3699.9).reports.take()
    look.judged(3700.0).judged(9000.0)

    assert [seen.fault for seen in look.reports.take() if isinstance(seen, FaultCleared)] == ["modem.power"]


# The clock


def test_a_plausible_clock_is_told_and_any_other_is_not(look: Look) -> None:
    look.reports.take()
    look.health.note_clock(NetworkTime(datetime(1980, 1, 6, tzinfo=UTC)))
    assert look.reports.take() == []

    look.health.note_clock(NetworkTime(NOON))
    stamp = NOON + timedelta(seconds=100)
    assert look.reports.take() == [Observed(stamp, "network_time", NOON.isoformat()), TimeTold(stamp, NOON)]


# What the modem is asked


def play(script: Script[None], answers: dict[str, Answer]) -> list[str]:
    """Return what a modem is asked that gives ``answers``, and OK to everything else."""
    asked: list[str] = []
    came: Answer | None = None
    try:
        while True:
            step = script.send(came)  # type: ignore[arg-type]  # None starts a generator
            assert isinstance(step, Ask)
            asked.append(step.command)
            came = answers.get(step.command, Answer("OK"))
    except StopIteration:
        return asked


def says(line: str, final: str = "OK") -> Answer:
    return Answer(final, (Info(line),))


CLOCK = says('+CCLK: "26/03/01,13:00:00+04"')
REGISTRATION = ["AT+CREG?", "AT+CEREG?", "AT+CGREG?"]


def test_a_look_asks_signal_network_and_manners_and_the_time_until_it_was_told_twice(look: Look) -> None:
    unset = says('+CCLK: "80/01/06,00:00:00+00"')
    usual = ["AT+CSQ", *REGISTRATION, "AT+CMGF?"]
    for clock, asked in (
        (unset, [*usual, "AT+CCLK?"]),
        (CLOCK, [*usual, "AT+CCLK?"]),
        (CLOCK, [*usual, "AT+CCLK?"]),
        (CLOCK, usual),
    ):
        assert play(look.health.look(), {"AT+CCLK?": clock, "AT+CMGF?": says("+CMGF: 0")}) == asked


def test_a_look_takes_in_what_it_is_told(look: Look) -> None:
    play(look.health.look(), {"AT+CSQ": says("+CSQ: 20,99"), "AT+CREG?": says("+CREG: 2,2")})

    assert look.situation.signal_dbm == -73
    assert look.health.without_network_since == 100.0


def test_a_modem_in_text_mode_is_not_as_it_was_left(look: Look) -> None:
    with pytest.raises(SettingsLostError, match="text mode"):
        play(look.health.look(), {"AT+CMGF?": says("+CMGF: 1")})


@pytest.mark.parametrize(
    "answer",
    [says("+CPIN: SIM PIN"), *(Answer(f"+CME ERROR: {code}") for code in (10, 11, 12)), Answer("+CMS ERROR: 310")],
)
def test_a_sim_that_is_gone_or_locked_again_is_no_longer_what_it_was(look: Look, answer: Answer) -> None:
    with pytest.raises(SettingsLostError, match=r"AT\+CPIN\? says (SIM PIN|\+CM)"):
        play(look.health.look_around(), {"AT+CPIN?": answer})


@pytest.mark.parametrize("answer", [says("+CPIN: READY"), Answer("ERROR"), Answer("+CME ERROR: 14"), Answer("OK")])
def test_a_sim_that_is_ready_or_only_busy_is_left_in_peace(look: Look, answer: Answer) -> None:
    look.reports.take()
    asked = play(look.health.look_around(), {"AT+CPIN?": answer, "AT+CCLK?": CLOCK})

    assert asked == ["AT+CPIN?", "AT+COPS?", "AT+CCLK?"]
    assert TimeTold(NOON + timedelta(seconds=100), NOON) in look.reports.take()
