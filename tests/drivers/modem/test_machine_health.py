"""Signal and network, the road that opens and closes, and the ladder of a modem that is sick."""

from datetime import UTC, datetime, timedelta

import pytest
from modem_bench import Bench

from hub.domain.inputs import FaultCleared, FaultSeen, LinkChanged, Observed, SendState, TimeTold
from hub.drivers.modem.health import HEALTH_EVERY_S
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import DeafTo, Refuses, hang, restart, set_coverage, set_signal, storm


def ready() -> tuple[Bench, SimulatedModem]:
    modem = SimulatedModem()
    return Bench(modem).start(), modem


@pytest.mark.parametrize("registration", [1, 5, 6, 7, 9, 10])
def test_a_network_that_carries_texts_opens_the_road(registration: int) -> None:
    modem = SimulatedModem()
    modem.registration = modem.coverage = registration

    assert Bench(modem).start(2).link() is True


@pytest.mark.parametrize("registration", [0, 2, 3, 4, 8, 11])
def test_a_network_that_does_not_keeps_it_closed_and_is_a_fault_after_a_minute(registration: int) -> None:
    modem = SimulatedModem()
    modem.registration = modem.coverage = registration
    bench = Bench(modem).start(50)
    assert bench.link() is False
    assert bench.faults() == set()

    bench.wait(20)
    assert bench.faults() == {"gsm.no_network"}


def test_a_network_that_is_lost_for_ten_seconds_was_not_lost() -> None:
    bench, modem = ready()
    set_coverage(modem, 2)
    bench.wait(10)
    set_coverage(modem, 1)
    bench.wait(30)

    assert bench.changes() == [False, True]


def test_a_lost_network_is_told_and_so_is_its_return() -> None:
    bench, modem = ready()
    set_coverage(modem, 2)
    bench.wait(61)
    assert bench.link() is False
    assert bench.observed("gsm_registered") is False
    assert bench.faults() == {"gsm.no_network"}

    set_coverage(modem, 1)
    bench.wait(1)
    assert bench.link() is True
    assert bench.faults() == set()


def test_a_network_lost_with_a_good_signal_may_be_jammed() -> None:
    bench, modem = ready()
    set_signal(modem, 25)
    bench.wait(50)
    set_coverage(modem, 2)
    bench.wait(20)

    assert "jams" in bench.of(LinkChanged)[-1].detail


def test_a_sim_that_the_network_refuses_is_told_as_such() -> None:
    bench, modem = ready()
    set_coverage(modem, 3)
    bench.wait(20)

    assert "contract" in bench.of(LinkChanged)[-1].detail


def test_an_unknown_signal_is_neither_weak_nor_a_number() -> None:
    bench, modem = ready()
    set_signal(modem, 99)
    bench.wait(200)

    assert bench.observed("signal_dbm") is None
    assert bench.faults() == set()


def test_a_weak_signal_is_a_fault_after_three_looks_and_clears_when_it_is_better() -> None:
    bench, modem = ready()
    set_signal(modem, 1)
    bench.wait(100)
    assert bench.faults() == set()
    bench.wait(60)
    assert bench.faults() == {"gsm.weak"}

    set_signal(modem, 10)
    bench.wait(50)
    assert bench.faults() == set()


def test_a_weak_supply_is_a_fault_for_an_hour() -> None:
    bench, modem = ready()
    modem.unsolicited("UNDER-VOLTAGE WARNNING")
    bench.wait(5)
    assert bench.faults() == {"modem.power"}

    bench.wait(3600)
    assert bench.faults() == set()


def test_the_network_s_clock_is_told_each_time_it_is_said() -> None:
    bench, modem = ready()
    mark = len(bench.of(TimeTold))
    for _ in range(2):
        modem.unsolicited('*PSUTTZ: 2026,11,23,1,50,0,"+4",0')
        bench.wait(1)

    assert bench.observed("network_time") == "2026-11-23T01:50:00+00:00"
    assert [told.time for told in bench.of(TimeTold)[mark:]] == [datetime(2026, 11, 23, 1, 50, tzinfo=UTC)] * 2


def test_a_modem_that_changes_its_zone_tells_the_time_as_well() -> None:
    bench, modem = ready()
    modem.unsolicited('+CTZE: "+04",0,"2026/11/23,02:50:00"')
    bench.wait(1)

    assert bench.of(TimeTold)[-1].time == datetime(2026, 11, 23, 1, 50, tzinfo=UTC)


@pytest.mark.parametrize("year", [1970, 1980, 2004, 2080])
def test_a_clock_that_was_never_set_is_none(year: int) -> None:
    bench, modem = ready()
    mark = len(bench.inputs)
    modem.unsolicited(f'*PSUTTZ: {year},1,6,1,50,0,"+4",0')
    bench.wait(1)

    assert bench.inputs[mark:] == []


def test_a_modem_that_has_not_been_told_the_time_says_so_in_the_words_of_1980() -> None:
    modem = SimulatedModem(network=MobileNetwork(tells_time=False))
    bench = Bench(modem).start().wait(600)

    assert b'+CCLK: "80/01/06' in bench.heard
    assert bench.of(TimeTold) == []
    assert bench.observed("network_time") is None


def test_the_time_is_asked_on_the_first_two_looks_for_a_hub_believes_what_is_said_twice() -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start(60)

    first, second = (told.at for told in bench.of(TimeTold))
    assert timedelta(seconds=HEALTH_EVERY_S) <= second - first < timedelta(seconds=HEALTH_EVERY_S + 5)

    bench.wait(180)
    assert len(bench.of(TimeTold)) == 2, "then only now and then"
    bench.wait(200)
    assert len(bench.of(TimeTold)) == 3


def test_a_modem_that_restarts_forgets_the_time_until_the_network_tells_it_again() -> None:
    bench, modem = ready()
    modem.restart()
    assert not modem.clock_is_set
    bench.wait(60)

    assert modem.clock_is_set


def test_what_an_earlier_run_told_of_is_taken_back_once_it_is_seen_to_be_in_order() -> None:
    bench, _ = ready()
    bench.wait(4000).send(1).wait(5)
    cleared = [seen.fault for seen in bench.of(FaultCleared)]

    assert len(cleared) == len(set(cleared))
    assert {
        "modem.mute",
        "modem.no_sms",
        "modem.sick",
        "modem.power",
        "modem.storage_full",
        "sim.absent",
        "sim.pin_missing",
        "sim.pin_wrong",
        "sim.puk",
        "sim.tariff",
        "gsm.no_network",
        "gsm.weak",
    } == set(cleared)


# The ladder


def test_one_lost_answer_costs_nothing() -> None:
    bench, modem = ready()
    modem.suffer(DeafTo(command="+CSQ", times=1))
    bench.wait(120)

    assert bench.faults() == set()
    assert bench.changes() == [False, True]
    assert b"AT+CRESET" not in bench.said


def test_two_commands_in_a_row_without_an_answer_restart_the_modem_though_at_works() -> None:
    bench, modem = ready()
    modem.suffer(DeafTo(command="+CSQ", times=1))
    modem.suffer(DeafTo(command="+CREG?", times=1))
    bench.wait(75)
    assert b"AT+CRESET\r" in bench.said
    assert [seen.fault for seen in bench.of(FaultSeen)] == ["modem.sick"]

    bench.wait(60)
    assert bench.link() is True
    assert bench.faults() == set()


def test_a_modem_that_does_not_even_answer_at_has_its_port_opened_again() -> None:
    bench, modem = ready()
    hang(modem)
    bench.wait(100)
    assert bench.reopened == 1
    assert bench.link() is False
    assert bench.faults() == {"modem.sick", "modem.mute"}

    restart(modem, 1.0)
    bench.wait(20)
    assert bench.link() is True
    assert bench.faults() == set()


def test_ten_minutes_without_a_network_switch_the_radio_off_and_on_and_ten_more_restart_the_modem() -> None:
    bench, modem = ready()
    set_coverage(modem, 2)
    bench.wait(590)
    assert b"AT+CFUN=4" not in bench.said
    bench.wait(30)
    assert b"AT+CFUN=4\r" in bench.said
    assert b"AT+CFUN=1\r" in bench.said
    assert b"AT+CRESET" not in bench.said

    bench.wait(600)
    assert b"AT+CRESET\r" in bench.said
    set_coverage(modem, 1)
    bench.wait(60)
    assert bench.link() is True
    assert bench.faults() == set()


def test_a_restart_that_does_not_happen_is_not_waited_for_for_ever() -> None:
    bench, modem = ready()
    modem.suffer(Refuses(command="+CRESET", final="ERROR"))
    modem.suffer(DeafTo(command="+CSQ", times=1))
    modem.suffer(DeafTo(command="+CREG?", times=1))
    bench.wait(200)

    assert bench.link() is True
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_a_storm_of_lines_starves_nobody() -> None:
    bench, modem = ready()
    storm(modem, count=5000)
    bench.send(1).wait(5)

    assert bench.states(1) == [SendState.ACCEPTED]


def test_an_hour_of_nothing_is_an_hour_of_quiet() -> None:
    bench, _ = ready()
    bench.wait(4000)
    mark = len(bench.inputs)
    bench.wait(3600)

    assert {type(seen) for seen in bench.inputs[mark:]} == {Observed, TimeTold}
    assert b"AT+COPS=?" not in bench.said
