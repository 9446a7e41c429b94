"""Whoever rings the hub, machine against simulated modem: told once, put through when wanted, cut by an alert."""

import pytest
from modem_bench import Bench
from test_calling import BEN, CallBench, alert, outgoing

from hub.domain.inputs import CallCame, CallOver, SendState
from hub.ports import TALKS_FOR
from hub.sim.dialects import DIALECTS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_calls import put_down, ring
from hub.sim.modem_faults import DeafTo, Refuses, restart

MARIE = "+33633333333"


@pytest.fixture(params=sorted(DIALECTS))
def bench(request: pytest.FixtureRequest) -> CallBench:
    found = CallBench(SimulatedModem(request.param))
    found.start()
    return found


def rung(bench: CallBench, number: str = MARIE) -> CallBench:
    ring(bench.far, number)
    bench.wait(1)
    return bench


def taken(bench: CallBench) -> CallBench:
    rung(bench).machine.take(bench.now)
    bench.wait(1)
    assert bench.far.call is not None
    assert bench.far.call.state == 0
    return bench


def came(bench: Bench) -> list[str]:
    return [seen.number for seen in bench.of(CallCame)]


def overs(bench: Bench) -> int:
    return len(bench.of(CallOver))


def test_a_ring_is_told_once_with_its_number(bench: CallBench) -> None:
    rung(bench).wait(30)

    assert came(bench) == [MARIE]


def test_who_gives_up_and_rings_again_is_told_again(bench: CallBench) -> None:
    rung(bench)
    put_down(bench.far)
    bench.wait(1)
    rung(bench)

    assert came(bench) == [MARIE, MARIE]


def test_who_hides_their_number_is_told_without_one(bench: CallBench) -> None:
    for _ in range(3):
        bench.machine.receive(b"\r\nRING\r\n", bench.now)
        bench.wait(5)

    assert came(bench) == [""]


def test_a_call_that_was_missed_is_none(bench: CallBench) -> None:
    bench.machine.receive(b"\r\nMISSED_CALL: 11:01AM 07712345678\r\n", bench.now)
    bench.wait(1)

    assert came(bench) == []


def test_nobody_is_picked_up_for_who_is_not_wanted(bench: CallBench) -> None:
    rung(bench).wait(30)

    assert b"ATA\r" not in bench.said
    assert bench.far.call is not None


def test_who_is_taken_talks_until_they_hang_up(bench: CallBench) -> None:
    taken(bench).wait(100)
    assert overs(bench) == 0
    put_down(bench.far)
    bench.wait(3)

    assert overs(bench) == 1
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_nobody_talks_for_longer_than_ten_minutes(bench: CallBench) -> None:
    taken(bench).wait(TALKS_FOR.total_seconds() - 5)
    assert overs(bench) == 0
    bench.wait(6)

    assert overs(bench) == 1
    assert bench.far.call is None


def test_an_alert_ends_the_talk_in_the_same_turn(bench: CallBench) -> None:
    taken(bench).wait(5.5)
    mark, began = len(bench.said), bench.now
    bench.machine.send(alert(9), bench.now)
    bench.exchange()

    assert bench.now == began
    assert [line.split("=")[0] for line in bench.said_since(mark).split("\r")[:2]] == ["AT+CHUP", "AT+CMGS"]
    bench.wait(2)
    assert (overs(bench), bench.states(9)) == (1, [SendState.ACCEPTED])


def test_nobody_is_put_through_before_an_alert_that_waits(bench: CallBench) -> None:
    bench.far.network.accept_after_s = 5.0
    rung(bench).machine.send(outgoing(1), bench.now)
    bench.machine.send(alert(9), bench.now)

    bench.machine.take(bench.now)
    bench.wait(30)

    assert overs(bench) == 1
    assert bench.states(9) == [SendState.ACCEPTED]


def test_an_alert_does_not_wait_for_a_modem_that_does_not_pick_up(bench: CallBench) -> None:
    bench.far.suffer(DeafTo(command="A"))
    rung(bench).machine.take(bench.now)
    bench.exchange()
    began = bench.now
    bench.machine.send(alert(9), bench.now)
    bench.wait(5, until=lambda: b"AT+CMGS" in bench.said)

    assert bench.now - began < 1
    bench.wait(5)
    assert overs(bench) == 1
    assert bench.states(9) == [SendState.ACCEPTED]


def test_other_texts_and_calls_wait_for_the_end_of_the_talk(bench: CallBench) -> None:
    taken(bench)
    bench.send(1)
    bench.machine.call(outgoing(2, to=BEN), bench.now)
    bench.wait(20)
    assert bench.reports(1) == bench.reports(2) == []
    put_down(bench.far)
    bench.wait(3)

    assert bench.states(1) == [SendState.ACCEPTED]
    bench.wait(3)
    assert b"ATD" + BEN.encode() in bench.said


def test_an_answer_by_text_is_read_during_the_talk(bench: CallBench) -> None:
    taken(bench).far.network.deliver(BEN, "1")
    bench.wait(3)

    assert bench.texts() == [(BEN, "1")]


def test_who_has_given_up_is_not_picked_up(bench: CallBench) -> None:
    rung(bench)
    put_down(bench.far)
    bench.wait(2)
    bench.machine.take(bench.now)
    bench.wait(2)

    assert overs(bench) == 1
    assert b"ATA\r" not in bench.said


def test_a_pick_up_that_is_refused_is_over_at_once(bench: CallBench) -> None:
    bench.far.suffer(Refuses(command="A", final="NO CARRIER"))
    rung(bench).machine.take(bench.now)
    bench.wait(2)

    assert overs(bench) == 1


def test_a_modem_that_restarts_ends_the_talk_once(bench: CallBench) -> None:
    restart(taken(bench).far)
    bench.wait(60)

    assert overs(bench) == 1
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_a_modem_that_lists_no_calls_is_believed_when_it_says_that_it_is_over(bench: CallBench) -> None:
    bench.far.suffer(Refuses(command="+CLCC", final="ERROR"))
    taken(bench).wait(10)
    assert overs(bench) == 0
    put_down(bench.far)
    bench.wait(3)

    assert overs(bench) == 1


def test_who_rings_while_the_hub_calls_somebody_is_told_only_afterwards(bench: CallBench) -> None:
    bench.call(answers_after_s=None).wait(3)
    bench.machine.receive(b'\r\nRING\r\n\r\n+CLIP: "+33611111111",145\r\n', bench.now)
    bench.machine.take(bench.now)
    bench.wait(1)

    assert came(bench) == []
    assert overs(bench) == 1
    assert b"ATA\r" not in bench.said


def test_a_talk_left_over_by_another_run_is_ended(bench: CallBench) -> None:
    taken(bench)
    CallBench(bench.far).start()

    assert bench.far.call is None
