"""The top of the ladder: a modem that only its PWRKEY, or a cut of its supply, brings back."""

from itertools import pairwise

import pytest
from modem_bench import Bench

from hub.domain.inputs import FaultSeen, SendState
from hub.drivers.modem.remedies import (
    ROUND_AGAIN_AT_MOST_S,
    ROUND_AGAIN_S,
    SETTLES_S,
    SILENT_S,
    Remedies,
    Remedy,
)
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import DeafTo, hang, hang_until_switched, insert_sim, remove_sim, restart, set_coverage

KEY, SUPPLY = (Remedy.PWRKEY,), (Remedy.SUPPLY,)
BOTH = KEY + SUPPLY


def ready(*wired: Remedy, dialect: str = "sim7600") -> tuple[Bench, SimulatedModem]:
    modem = SimulatedModem(dialect)
    return Bench(modem, wired=wired).start(), modem


def wait_for_return(bench: Bench, seconds: float) -> None:
    """Let time pass until the hub has lost the modem and found it again."""
    bench.wait(seconds, until=lambda: not bench.machine.is_ready)
    bench.wait(seconds, until=lambda: bench.machine.is_ready)


def done(bench: Bench) -> list[Remedy]:
    return [remedy for _, remedy in bench.remedies]


@pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25", "huawei"])
def test_a_hung_modem_is_turned_off_and_on_by_its_key_and_sends_again(dialect: str) -> None:
    bench, modem = ready(*BOTH, dialect=dialect)
    hang_until_switched(modem)
    wait_for_return(bench, 400)

    assert done(bench) == [Remedy.PWRKEY, Remedy.PWRKEY]
    assert bench.wait(20).faults() == set()
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_a_modem_that_was_off_comes_on_at_the_first_press() -> None:
    modem = SimulatedModem()
    modem.switch_off()
    bench = Bench(modem, wired=BOTH).start(SILENT_S + 40)

    assert done(bench) == [Remedy.PWRKEY]
    assert bench.link() is True
    assert bench.faults() == set()


def test_a_modem_whose_key_does_nothing_has_its_supply_cut() -> None:
    bench, modem = ready(*BOTH)
    hang_until_switched(modem, key_is_dead=True)
    wait_for_return(bench, 600)

    assert done(bench) == [Remedy.PWRKEY, Remedy.PWRKEY, Remedy.SUPPLY]
    assert bench.wait(20).faults() == set()


def test_with_only_the_supply_wired_that_is_the_first_thing_done() -> None:
    bench, modem = ready(*SUPPLY)
    hang_until_switched(modem, key_is_dead=True)
    wait_for_return(bench, 300)

    assert done(bench) == [Remedy.SUPPLY]


def test_each_step_is_told() -> None:
    bench, modem = ready(*KEY)
    modem.switch_off()
    bench.wait(400)
    told = [seen.fault for seen in bench.of(FaultSeen)]

    assert told == ["modem.sick", "modem.mute"]
    bench = Bench(SimulatedModem(), wired=KEY)
    bench.far.switch_off()
    bench.start(100)
    assert bench.of(FaultSeen)[-1].detail == "the modem says nothing: its PWRKEY is pressed"


def test_without_wires_a_hung_modem_is_asked_for_ever_and_nothing_is_pressed() -> None:
    bench, modem = ready()
    hang(modem)
    bench.wait(20_000)

    assert bench.remedies == []
    restart(modem, 1.0)
    assert bench.wait(60).link() is True


def test_a_modem_that_restarts_in_its_own_time_is_not_switched_off_by_a_press() -> None:
    bench, modem = ready(*BOTH)
    for _ in range(5):
        restart(modem, 55.0)
        bench.wait(120)

    assert bench.remedies == []
    assert bench.link() is True


def test_nor_is_one_that_answers_and_has_no_sim_for_hours() -> None:
    bench, modem = ready(*BOTH)
    remove_sim(modem)
    bench.wait(8000)

    assert bench.remedies == []


def test_a_port_that_is_gone_is_no_reason_not_to_press() -> None:
    bench, modem = ready(*KEY)
    modem.switch_off()
    bench.machine.port_closed(bench.now)
    bench.wait(SILENT_S + 1)
    assert done(bench) == [Remedy.PWRKEY]

    bench.machine.port_opened(bench.now)
    bench.wait(40)
    assert bench.link() is True
    assert done(bench) == [Remedy.PWRKEY]


def test_no_network_for_long_climbs_from_restart_to_key_to_supply() -> None:
    bench, modem = ready(*BOTH)
    set_coverage(modem, 2)
    bench.wait(3 * 3600)
    steps = [(round(at / 60), remedy) for at, remedy in bench.remedies]

    assert b"AT+CRESET\r" in bench.said
    # Every other twenty minutes or so; after the key turned it off, the key turns it on.
    assert [remedy for _, remedy in steps][:3] == [Remedy.PWRKEY, Remedy.PWRKEY, Remedy.SUPPLY]
    assert 38 <= steps[0][0] <= 45
    assert steps[1][0] - steps[0][0] <= 2
    assert 18 <= steps[2][0] - steps[1][0] <= 25
    set_coverage(modem, 1)
    assert bench.wait(60).link() is True
    assert bench.faults() == set()


def test_a_deaf_modem_whose_restart_did_not_help_is_switched() -> None:
    bench, modem = ready(*SUPPLY)

    def deaf() -> None:
        modem.suffer(DeafTo(command="+CSQ", times=1))
        modem.suffer(DeafTo(command="+CREG?", times=1))

    deaf()
    bench.wait(700)
    assert b"AT+CRESET\r" in bench.said
    assert bench.remedies == []
    deaf()
    bench.wait(120)
    assert done(bench) == [Remedy.SUPPLY]
    assert bench.link() is True


class TestRounds:
    def test_in_vain_they_come_again_after_ten_twenty_forty_minutes_and_then_every_hour(self) -> None:
        remedies = Remedies(BOTH)
        remedies.silent(0.0)
        at: list[float] = []
        while len(at) < 24:
            now = remedies.next_time()
            assert now is not None
            assert remedies.for_silent(now - 0.5) is None
            assert remedies.for_silent(now) is not None
            at.append(now)
        gaps = [after - before for before, after in pairwise(at)]

        assert at[0] == SILENT_S
        assert gaps[:4] == [SETTLES_S, SETTLES_S, SETTLES_S, ROUND_AGAIN_S]
        assert gaps[3::4] == [600.0, 1200.0, 2400.0, ROUND_AGAIN_AT_MOST_S, ROUND_AGAIN_AT_MOST_S]

    def test_each_turns_it_off_and_on_then_cuts_the_supply_then_presses_once_more(self) -> None:
        remedies = Remedies(BOTH)
        remedies.silent(0.0)
        steps = [remedies.for_silent(remedies.next_time() or 0.0) for _ in range(5)]

        assert steps == [Remedy.PWRKEY, Remedy.PWRKEY, Remedy.SUPPLY, Remedy.PWRKEY, Remedy.PWRKEY]

    def test_an_answer_ends_them_and_the_next_silence_begins_anew(self) -> None:
        remedies = Remedies(BOTH)
        remedies.silent(0.0)
        remedies.for_silent(SILENT_S)
        remedies.answered()
        assert remedies.next_time() is None

        remedies.silent(1000.0)
        remedies.silent(1050.0)
        assert remedies.next_time() == 1000.0 + SILENT_S

    def test_with_nothing_wired_there_are_none(self) -> None:
        remedies = Remedies()
        remedies.silent(0.0)

        assert remedies.next_time() is None
        assert remedies.for_silent(1e6) is None

    def test_an_hour_without_trouble_begins_again_at_the_lowest_rung(self) -> None:
        remedies = Remedies(BOTH)
        times = [0.0, 300.0, 700.0, 1400.0, 5100.0]

        assert [remedies.for_sick(at) for at in times] == [
            Remedy.RESTART,
            None,
            Remedy.PWRKEY,
            Remedy.SUPPLY,
            Remedy.RESTART,
        ]


def test_a_modem_that_falls_silent_while_its_sim_is_gone_is_turned_off_and_on_too() -> None:
    """Found by the simulation (seed 5001789): nobody asked it anything then, and it was left alone for ever."""
    bench, modem = ready(*BOTH)
    remove_sim(modem)
    bench.wait(120, until=lambda: "sim.absent" in bench.faults())
    assert bench.faults() == {"sim.absent"}
    hang_until_switched(modem, key_is_dead=True)
    bench.wait(SILENT_S + 2 * SETTLES_S + 120)
    assert Remedy.SUPPLY in done(bench)

    insert_sim(modem)
    wait_for_return(bench, 400)
    assert bench.send(1).wait(10).states(1) == [SendState.ACCEPTED]
    assert bench.wait(60).faults() == set()
