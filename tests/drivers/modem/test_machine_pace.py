"""When the machine does what nobody asked it for: to the second, on a modem that is well, and on one that is not."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from modem_bench import Bench

from hub.domain.inputs import FaultSeen, LinkChanged, Observed, SendState
from hub.drivers.modem.remedies import Remedy
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import DeafTo, HangsOn, Refuses, forget_settings, hang, insert_sim, remove_sim, set_coverage


def started(modem: SimulatedModem, **settings: object) -> Bench:
    return Bench(modem, **settings).start()  # type: ignore[arg-type]


def times(bench: Bench, command: bytes, count: int) -> list[float]:
    """When ``command`` is said, the next so many times."""
    said: list[float] = []
    for _ in range(count):
        mark = len(bench.said)
        bench.wait(2000, until=lambda mark=mark: command in bench.said[mark:])  # type: ignore[misc]
        said.append(bench.now)
        bench.wait(0.01)
    return said


def gaps(bench: Bench, command: bytes, count: int = 4) -> list[float]:
    return [round(later - earlier, 1) for earlier, later in pairwise(times(bench, command, count))]


# A modem that is well


@pytest.mark.parametrize(("command", "every_s"), [(b"AT+CSQ\r", 45), (b"AT+CPIN?\r", 300), (b"AT+COPS?\r", 300)])
def test_it_is_looked_at_now_and_then(command: bytes, every_s: int) -> None:
    bench = started(SimulatedModem())
    times(bench, command, 1)

    assert gaps(bench, command) == pytest.approx([every_s] * 3, abs=0.5)


def test_the_first_look_is_at_the_start_and_the_first_round_five_minutes_later() -> None:
    bench = Bench(SimulatedModem())
    bench.machine.port_opened(bench.now)
    bench.wait(20, until=lambda: bench.machine.is_ready)
    ready = bench.now
    bench.wait(1)
    assert b"AT+CSQ\r" in bench.said

    mark = len(bench.said)
    bench.wait(ready + 299 - bench.now)
    assert b"AT+CPIN?" not in bench.said[mark:]
    bench.wait(3)
    assert b"AT+CPIN?" in bench.said[mark:]


def test_where_texts_are_not_announced_they_are_looked_for_every_thirty_seconds() -> None:
    modem = SimulatedModem()
    modem.suffer(Refuses(command="+CNMI", final="ERROR"))
    bench = started(modem)
    began, mark = bench.now - 20, len(bench.said)
    bench.wait(9)
    assert b"AT+CMGL" not in bench.said[mark:]
    assert times(bench, b"AT+CMGL", 1) == pytest.approx([began + 30], abs=0.5)

    assert gaps(bench, b"AT+CMGL") == pytest.approx([30] * 3, abs=0.5)


def test_where_they_are_they_are_only_looked_for_at_the_start() -> None:
    bench = started(SimulatedModem())
    mark = len(bench.said)
    bench.wait(280)

    assert b"AT+CMGL" not in bench.said[mark:]


def test_after_a_restart_nothing_of_the_old_pace_is_left() -> None:
    modem = SimulatedModem()
    cnmi = modem.suffer(Refuses(command="+CNMI", final="ERROR"))
    bench = started(modem)
    modem.recover(cnmi)  # type: ignore[arg-type]
    modem.restart(1.0)
    bench.wait(20)
    mark = len(bench.said)
    bench.wait(100)

    assert b"AT+CMGL" not in bench.said[mark:]


def test_the_next_turn_is_when_the_next_thing_is_due() -> None:
    bench = started(SimulatedModem())
    (last,) = times(bench, b"AT+CSQ\r", 1)
    bench.wait(5)

    assert bench.machine.next_timer() == pytest.approx(last + 45, abs=0.5)


def test_a_closed_port_has_no_times_but_those_that_pass_without_it() -> None:
    bench = started(SimulatedModem())
    assert bench.machine.next_timer() is not None
    bench.machine.port_closed(bench.now)

    # The trouble with the supply that an earlier run may have told of is over an hour after the start.
    assert bench.machine.next_timer() == 3600.0


# A modem without a network


def without_network(**settings: object) -> tuple[Bench, float]:
    modem = SimulatedModem()
    bench = started(modem, **settings)
    set_coverage(modem, 2)
    bench.wait(5, until=lambda: not bench.machine.situation.is_registered)
    return bench, bench.now


def test_every_ten_minutes_comes_the_next_step() -> None:
    bench, lost = without_network()
    bench.wait(599.4)
    assert b"AT+CFUN=4" not in bench.said
    assert [seen.fault for seen in bench.of(FaultSeen)] == ["gsm.no_network"]

    bench.wait(1.2)
    assert b"AT+CFUN=4" in bench.said
    told = bench.of(FaultSeen)[-1]
    assert (told.fault, told.detail) == (
        "modem.sick",
        "no network for 10 minutes: the radio is switched off and on",
    )
    bench.wait(lost + 1195 - bench.now)
    assert b"AT+CRESET" not in bench.said
    bench.wait(8)
    assert b"AT+CRESET" in bench.said


def test_the_steps_begin_anew_with_each_loss() -> None:
    bench, _ = without_network()
    bench.wait(700)
    modem = bench.far
    assert isinstance(modem, SimulatedModem)
    set_coverage(modem, 1)
    bench.wait(60)
    assert bench.faults() == set()
    modem.restart(1.0)
    bench.wait(60)

    set_coverage(modem, 2)
    mark = len(bench.said)
    bench.wait(590)
    assert b"AT+CFUN=4" not in bench.said[mark:]
    bench.wait(20)
    assert b"AT+CFUN=4" in bench.said[mark:]
    assert b"AT+CRESET" not in bench.said[mark:]


def test_what_is_done_to_a_modem_is_told_with_its_reason() -> None:
    bench, _ = without_network()
    bench.wait(1300)

    assert bench.of(LinkChanged)[-1].detail != ""
    assert b"AT+CRESET" in bench.said
    bench.wait(300)
    assert bench.faults() == {"modem.sick", "gsm.no_network"}


# A modem that is not ready


def test_what_was_missing_is_looked_for_every_minute() -> None:
    modem = SimulatedModem()
    remove_sim(modem)
    bench = started(modem)
    bench.wait(100, until=lambda: bool(bench.faults()))
    assert bench.faults() == {"sim.absent"}
    assert bench.link() is False
    assert "no SIM" in bench.of(FaultSeen)[-1].detail
    assert "no SIM" in bench.send(1).reports(1)[0].reason
    mark, absent = len(bench.said), bench.now
    bench.wait(59)
    assert bench.said[mark:] == b""
    bench.wait(2)
    assert b"AT" in bench.said[mark:]
    assert bench.now - absent < 62


def test_and_at_once_when_it_comes() -> None:
    modem = SimulatedModem()
    remove_sim(modem)
    bench = started(modem)
    bench.wait(100, until=lambda: bool(bench.faults()))
    insert_sim(modem)
    bench.wait(20, until=lambda: bench.machine.is_ready)

    assert bench.machine.is_ready
    assert bench.wait(5).faults() == set()


def to_text_mode(modem: SimulatedModem) -> None:
    modem.settings.text_mode = True


@pytest.mark.parametrize("forgets", [forget_settings, to_text_mode])
def test_a_modem_that_forgot_what_it_was_told_is_told_again_at_the_next_look(
    forgets: Callable[[SimulatedModem], None],
) -> None:
    modem = SimulatedModem()
    bench = started(modem)
    forgets(modem)
    mark = len(bench.said)
    bench.wait(50, until=lambda: not bench.machine.is_ready)
    bench.wait(20, until=lambda: bench.machine.is_ready)

    assert b"AT+CMGF=0\r" in bench.said[mark:]
    assert bench.machine.is_ready
    bench.wait(1)
    assert bench.changes() == [False, True, False, True]
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


# A modem that is switched


def test_a_modem_that_was_switched_is_asked_again_after_ten_seconds() -> None:
    bench, _ = without_network(wired=(Remedy.SUPPLY,))
    bench.wait(3000, until=lambda: bool(bench.remedies))
    switched, mark = bench.now, len(bench.said)
    bench.wait(9.8)
    assert b"AT" not in bench.said[mark:]
    bench.wait(1.0)
    assert b"AT" in bench.said[mark:]
    assert bench.remedies == [(switched, Remedy.SUPPLY)]


def test_a_modem_that_says_that_it_restarts_and_nothing_more_is_switched_after_ninety_seconds() -> None:
    modem = SimulatedModem()
    bench = started(modem, wired=(Remedy.SUPPLY,))
    hang(modem)
    bench.machine.receive(b"\r\nRDY\r\n", bench.now)
    fell_silent = bench.now
    bench.wait(89)
    assert bench.remedies == []
    bench.wait(2)

    assert [round(at - fell_silent) for at, _ in bench.remedies] == [90]


def test_a_restart_is_told_to_whoever_waits() -> None:
    bench = started(SimulatedModem())
    bench.send(1)
    bench.send(2)
    bench.machine.receive(b"\r\nRDY\r\n", bench.now)
    bench.inputs += bench.machine.take_inputs()

    assert [report.reason for report in bench.reports(2)] == ["the modem is starting"]
    assert "the modem restarted (RDY)" in [report.reason for report in bench.reports(1)]
    assert bench.of(LinkChanged)[-1].detail == "the modem is starting"


def test_a_sick_modem_is_told_with_what_is_done_to_it() -> None:
    modem = SimulatedModem()
    bench = started(modem)
    hang(modem)
    bench.wait(100, until=lambda: "modem.sick" in bench.faults())

    told = next(seen for seen in bench.of(FaultSeen) if seen.fault == "modem.sick")
    assert told.detail == "no answer to AT+CSQ, nor to AT: its port is opened again"


@pytest.mark.parametrize(("wired", "ends"), [((), "it is restarted"), ((Remedy.SUPPLY,), "it is restarted")])
def test_a_deaf_modem_is_first_restarted(wired: tuple[Remedy, ...], ends: str) -> None:
    modem = SimulatedModem()
    bench = started(modem, wired=wired)
    modem.suffer(DeafTo(command="+CSQ", times=1))
    modem.suffer(DeafTo(command="+CREG?", times=1))
    bench.wait(100, until=lambda: b"AT+CRESET" in bench.said)

    told = next(seen for seen in bench.of(FaultSeen) if seen.fault == "modem.sick")
    assert told.detail == f"no answer to AT+CREG?, the 2nd in a row, though AT works: {ends}"
    assert bench.reopened == 0


def test_silences_on_either_side_of_a_new_connection_are_not_in_a_row() -> None:
    modem = SimulatedModem()
    bench = started(modem)
    modem.suffer(DeafTo(command="+CSQ", times=1))
    bench.wait(100, until=lambda: b"AT+CSQ\r\x1b\rAT\r" in bench.said)
    bench.machine.port_closed(bench.now)
    bench.machine.port_opened(bench.now)
    modem.suffer(DeafTo(command="+CMEE=1", times=1))
    bench.wait(60)

    assert bench.link() is True
    assert b"AT+CRESET" not in bench.said


def test_the_road_is_open_as_soon_as_texts_can_be_sent_whatever_else_is_still_to_be_asked() -> None:
    modem = SimulatedModem()
    modem.suffer(HangsOn(command="+CLIP", seconds=5.0))
    bench = Bench(modem).start(20)
    opened = next(seen for seen in bench.of(LinkChanged) if seen.up)
    first_look = next(seen for seen in bench.of(Observed) if seen.what == "signal_dbm")

    assert opened.at < first_look.at
