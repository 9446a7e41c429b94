"""Bad cables, mad modems and stories nobody thought of: nothing raises, nothing hangs, nothing is said twice."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modem_bench import ANNA, Bench, outgoing

from hub.domain.inputs import SendReported, SendState
from hub.drivers.modem.machine import Machine
from hub.sim.cable_faults import Chopped, CutAt, Harm, Noise, slow_line
from hub.sim.modem import SimulatedModem
from hub.sim.modem_device import Fault
from hub.sim.modem_faults import (
    CmsErrors,
    DeafTo,
    HangsOn,
    LateReference,
    LostOk,
    LostPrompt,
    LostReference,
    NoPrompt,
    Refuses,
    RestartMidSend,
    SilenceAfterCtrlZ,
    echo_again,
    forget_settings,
    hang,
    remove_sim,
    restart,
)

LINES = st.sampled_from(
    [
        b"OK",
        b"ERROR",
        b"RDY",
        b"SMS Ready",
        b"> ",
        b"+CMGS: 5",
        b"+CPIN: NOT READY",
        b"+CPIN: READY",
        b'+CMTI: "ME",3',
        b'+CDSI: "SR",1',
        b"+CMGR: 0,,20",
        b"+CMT: ,20",
        b"+CREG: 2",
        b"+CREG: 1",
        b"+CMS ERROR: 500",
        b"+CME ERROR: 10",
        b"NO CARRIER",
        b'^SMMEMFULL:"SM"',
        b"UNDER-VOLTAGE WARNNING",
        b'+CUSD: 1,"',
        b"0791132604",
        b"AT",
    ]
)


@given(
    st.lists(
        st.one_of(
            LINES.map(lambda line: b"\r\n" + line + b"\r\n"),
            st.binary(max_size=20),
            st.floats(0.01, 200.0),
            st.sampled_from(["send", "forget", "closed", "opened"]),
        ),
        max_size=40,
    )
)
@settings(deadline=None, max_examples=150)
def test_whatever_a_modem_says_every_text_is_reported_and_time_goes_on(story: list[bytes | float | str]) -> None:
    bench = Bench(SimulatedModem())
    machine, now, message = bench.machine, 0.0, 0
    machine.port_opened(now)
    for move in story:
        if isinstance(move, bytes):
            machine.receive(move, now)
        elif isinstance(move, float):
            now = pass_time(machine, now, move)
        elif move == "send":
            message += 1
            machine.send(outgoing(message), now)
        elif move == "forget":
            machine.forget("no such key", now)
        elif move == "closed":
            machine.port_closed(now)
        else:
            machine.port_opened(now)
        assert len(machine.take_bytes()) < 5000
        reopen(machine, now)
    machine.port_closed(now)

    reports = [seen for seen in machine.take_inputs() if isinstance(seen, SendReported)]
    said = Counter(report.message for report in reports)
    assert set(said) == set(range(1, message + 1))
    for report in reports:
        # More than one: uncertain, and accepted after all.
        assert said[report.message] == 1 or report.state is not SendState.FAILED


def reopen(machine: Machine, now: float) -> None:
    if machine.wants_reopen:
        machine.port_closed(now)
        machine.port_opened(now)


def pass_time(machine: Machine, now: float, seconds: float) -> float:
    end, turns = now + seconds, 0
    while (due := machine.next_timer()) is not None and due <= end:
        turns += 1
        assert turns < 5000, "the machine spins"
        now = max(now, due)
        machine.handle_timer(now)
        machine.take_bytes()
        reopen(machine, now)
    return end


@pytest.mark.parametrize("harm", list(Harm))
@pytest.mark.parametrize("seed", range(3))
def test_noise_on_the_line_is_survived_and_when_it_ends_a_text_goes_out(harm: Harm, seed: int) -> None:
    modem = SimulatedModem()
    noise = modem.suffer(Noise(0.02, harm, seed, to_modem=True))
    bench = Bench(modem).start(100)
    for message in range(1, 11):
        modem.network.deliver(ANNA, f"text {message}")
        bench.send(message, f"alert {message}").wait(60)
    modem.recover(noise)
    bench.wait(700, until=lambda: bench.link() is True)
    bench.wait(60).send(99).wait(30)

    assert bench.states(99) == [SendState.ACCEPTED]
    for message in range(1, 11):
        states = bench.states(message)
        assert len(states) == 1 or states == [SendState.UNCERTAIN, SendState.ACCEPTED]


@pytest.mark.parametrize("fault", [Chopped(1, 0.0), Chopped(3, 0.002), slow_line(9600), CutAt(range(0, 5000, 7))])
@pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25", "huawei"])
def test_a_cable_that_cuts_and_slows_changes_nothing(dialect: str, fault: Fault) -> None:
    modem = SimulatedModem(dialect)
    modem.suffer(fault)
    bench = Bench(modem).start(30)
    modem.network.deliver(ANNA, "j'y vais")
    bench.send(1).wait(20)
    modem.recover(fault)

    assert bench.states(1) == [SendState.ACCEPTED]
    assert bench.deliveries(1) == ["delivered"]
    assert bench.texts() == [(ANNA, "j'y vais")]


MISHAPS = st.sampled_from(
    [
        lambda modem: modem.suffer(CmsErrors(38, times=1)),
        lambda modem: modem.suffer(NoPrompt(times=1)),
        lambda modem: modem.suffer(LostPrompt(times=1)),
        lambda modem: modem.suffer(LostReference(times=1)),
        lambda modem: modem.suffer(LostOk(times=1)),
        lambda modem: modem.suffer(LateReference(40.0, times=1)),
        lambda modem: modem.suffer(SilenceAfterCtrlZ(times=1, deaf_s=20.0)),
        lambda modem: modem.suffer(RestartMidSend(times=1)),
        lambda modem: modem.suffer(DeafTo(command="+CREG", times=1)),
        lambda modem: modem.suffer(HangsOn(command="+CSQ", seconds=40.0, times=1)),
        lambda modem: modem.suffer(Refuses(command="+CPMS", times=1)),
        lambda modem: restart(modem, 2.0),
        lambda modem: hang(modem, 15.0),
        forget_settings,
        echo_again,
        remove_sim,
    ]
)


@given(
    st.lists(st.tuples(MISHAPS, st.floats(0.0, 80.0)), max_size=4),
    st.sampled_from(["sim7600", "sim800", "ec25", "huawei"]),
)
@settings(deadline=None, max_examples=40)
def test_after_any_mishaps_the_next_alarm_goes_out(mishaps: list, dialect: str) -> None:  # type: ignore[type-arg]
    modem = SimulatedModem(dialect)
    bench = Bench(modem).start(30)
    for number, (mishap, then_s) in enumerate(mishaps):
        mishap(modem)
        bench.send(number).wait(then_s)
    modem.faults.clear()
    if not modem.card.inserted:
        modem.insert_sim()
    bench.wait(400)
    bench.send(99).wait(60)

    assert bench.states(99) == [SendState.ACCEPTED]
    for number in range(len(mishaps)):
        assert bench.states(number) in (
            [SendState.ACCEPTED],
            [SendState.FAILED],
            [SendState.UNCERTAIN],
            [SendState.UNCERTAIN, SendState.ACCEPTED],
        )
