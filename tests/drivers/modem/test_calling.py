"""Telephone calls, machine against simulated modem, for each kind of modem: one report a call, and no alert waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modem_bench import ANNA, Bench

from hub.domain.inputs import KeyHeard, SendReported, SendState
from hub.domain.outbox_state import REPORT_DEADLINE
from hub.drivers.modem.calling import CLOSING_S, CUT, CUT_S, DIAL_S, LONGEST_S, NOT_WANTED, QUEUE_LIMIT, RING_S, TALK_S
from hub.drivers.modem.phrases import FIRST_AFTER_S
from hub.ports import Outgoing
from hub.sim.dialects import DIALECTS
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_calls import pick_up, press_key, put_down, ring
from hub.sim.modem_device import Device, Fault
from hub.sim.modem_faults import (
    DeafTo,
    HangsOn,
    LostOk,
    Refuses,
    insert_sim,
    remove_sim,
    restart,
    set_coverage,
)
from hub.sim.modem_wire import Utterance
from hub.sim.phone_voice import say

BEN = "+33612345679"
FIRST, SECOND, BYE = "Alerte chez Madame Martin.", "Appuyez sur 1 si vous y allez.", "Merci, au revoir."
PHRASES = (("fr", FIRST), ("fr", SECOND), ("fr", BYE))
SPEAKING = {"sim7600", "ec25"}


def outgoing(message: int, text: str = f"{FIRST}\n{SECOND}", *, to: str = ANNA) -> Outgoing:
    return Outgoing(message, to, text, urgent=True, validity=timedelta(hours=1), language="fr", is_alert=True)


def alert(message: int) -> Outgoing:
    return outgoing(message, "ALERTE", to=BEN)


class CallBench(Bench):
    """A bench that calls, and speaks."""

    far: SimulatedModem

    def exchange(self) -> None:
        super().exchange()
        while (wish := self.machine.take_wish()) is not None:
            self.machine.rendered(*wish, say(*wish), self.now)
            super().exchange()

    def call(self, message: int = 1, **reach: object) -> "CallBench":
        """Call Anna, whose telephone does as ``reach`` has it."""
        self.far.network.reach[ANNA] = Reach(**reach)  # type: ignore[arg-type]
        self.machine.call(outgoing(message), self.now)
        self.exchange()
        return self

    def end(self, text: str = BYE, message: int = 1) -> "CallBench":
        self.machine.end_call(message, text, self.now)
        self.exchange()
        return self

    def alert(self, message: int = 9) -> "CallBench":
        self.machine.send(alert(message), self.now)
        return self

    def keys(self) -> list[str]:
        return [seen.key for seen in self.of(KeyHeard)]

    def phone_heard(self) -> list[str]:
        return [words for ring in self.far.network.rings for words in ring.heard]

    def until_picked_up(self) -> "CallBench":
        self.wait(RING_S, until=lambda: self.far.call is not None and self.far.call.state == 0)
        self.wait(1.5)
        return self


@pytest.fixture(params=sorted(DIALECTS))
def bench(request: pytest.FixtureRequest) -> CallBench:
    return ready(request.param)


def ready(dialect: str) -> CallBench:
    """A modem that is well, with its phrases in it where it keeps some."""
    found = CallBench(SimulatedModem(dialect))
    found.machine.keep(PHRASES, found.now)
    found.start(FIRST_AFTER_S + 30)
    assert len(found.far.files) == (3 if dialect in SPEAKING else 0)
    return found


def verdict(bench: Bench, message: int = 1) -> tuple[SendState, bool, str]:
    (report,) = bench.reports(message)
    return report.state, report.permanent, report.reason


def is_fit(bench: CallBench) -> bool:
    """Whether the modem is in no call, and takes a text."""
    bench.send(99, to=BEN).wait(20)
    return bench.far.call is None and bench.states(99) == [SendState.ACCEPTED]


# How a call ends


def test_who_picks_up_hears_the_phrases_presses_a_key_and_hears_the_last_words(bench: CallBench) -> None:
    speaks = bench.far.dialect.name in SPEAKING
    bench.call(answers_after_s=5, presses="1", having_heard="1" if speaks else "tone")
    bench.wait(60, until=lambda: bool(bench.keys()))
    assert bench.keys() == ["1"]
    assert bench.reports(1) == []

    began = bench.now
    bench.end().wait(10, until=lambda: bool(bench.reports(1)))

    assert verdict(bench) == (SendState.ACCEPTED, False, "")
    assert bench.now - began <= CLOSING_S + 1
    assert bench.phone_heard() == ([FIRST, SECOND, BYE] if speaks else ["tone A"])
    assert bench.far.network.rings[0].ended == "ended"
    assert is_fit(bench)


def test_a_voice_mail_hears_the_phrases_again_and_again_for_a_minute(bench: CallBench) -> None:
    bench.call(answers_after_s=10)
    bench.wait(120, until=lambda: bool(bench.reports(1)))

    assert verdict(bench) == (SendState.ACCEPTED, False, "")
    assert bench.keys() == []
    assert bench.now - bench.far.network.rings[0].at == pytest.approx(11 + TALK_S, abs=2)
    assert len(bench.phone_heard()) > 6
    assert is_fit(bench)


def test_an_engaged_telephone_is_a_final_failure_at_once(bench: CallBench) -> None:
    began = bench.now
    bench.call(is_busy=True).wait(10, until=lambda: bool(bench.reports(1)))

    assert verdict(bench) == (SendState.FAILED, True, "engaged")
    assert bench.now - began < 3
    assert is_fit(bench)


def test_nobody_picks_up_within_45_seconds(bench: CallBench) -> None:
    began = bench.now
    bench.call(answers_after_s=None).wait(60, until=lambda: bool(bench.reports(1)))

    assert verdict(bench) == (SendState.FAILED, True, "not answered")
    assert bench.now - began == pytest.approx(RING_S, abs=1)
    assert is_fit(bench)


def test_who_hangs_up_in_the_middle_was_reached(bench: CallBench) -> None:
    bench.call(answers_after_s=5, hangs_up_after_s=3).wait(15, until=lambda: bool(bench.reports(1)))

    assert verdict(bench) == (SendState.ACCEPTED, False, "")
    assert is_fit(bench)


def test_who_refuses_the_call_was_not_reached(bench: CallBench) -> None:
    bench.call(answers_after_s=None).wait(5)
    put_down(bench.far)
    bench.wait(3)

    assert verdict(bench) == (SendState.FAILED, True, "engaged")


def test_a_call_that_is_not_wanted_any_more_is_ended_before_it_is_picked_up(bench: CallBench) -> None:
    bench.call(answers_after_s=20).wait(5)
    bench.end().wait(1)

    assert verdict(bench) == (SendState.FAILED, True, NOT_WANTED)
    assert bench.phone_heard() == []
    assert is_fit(bench)


def test_a_call_that_waits_can_be_taken_back(bench: CallBench) -> None:
    bench.call(answers_after_s=20)
    bench.machine.call(outgoing(2), bench.now)
    bench.end(message=2).wait(1)

    assert verdict(bench, 2) == (SendState.FAILED, True, NOT_WANTED)
    assert bench.reports(1) == []
    put_down(bench.far)
    bench.wait(5)
    assert len(bench.reports(2)) == 1
    assert bench.said.count(b"ATD") == 1


def test_the_end_of_a_call_that_is_over_is_nothing(bench: CallBench) -> None:
    bench.call(is_busy=True).wait(3)
    mark = len(bench.said)
    bench.end().wait(1)

    assert bench.said_since(mark) == ""
    assert len(bench.reports(1)) == 1


# Keys


def test_each_key_is_told_once_and_the_talk_goes_on_until_somebody_makes_use_of_it(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    for key in "1121":
        press_key(bench.far, key)
        bench.wait(0.5)
    assert bench.keys() == ["1", "2"]

    heard = len(bench.phone_heard())
    bench.wait(30)
    assert len(bench.phone_heard()) > heard
    bench.wait(40)
    assert verdict(bench) == (SendState.ACCEPTED, False, "")


def test_whoever_presses_key_after_key_is_let_go_before_the_report_is_overdue(bench: CallBench) -> None:
    bench.call(answers_after_s=30.0).until_picked_up()
    began = bench.now
    for key in "34567":
        press_key(bench.far, key)
        bench.exchange()
        bench.wait(50.0, until=lambda: bool(bench.of(SendReported)))

    assert verdict(bench) == (SendState.ACCEPTED, False, "")
    assert bench.now - began < LONGEST_S
    assert timedelta(seconds=DIAL_S + LONGEST_S + CLOSING_S) < REPORT_DEADLINE


def test_a_key_that_crosses_the_hanging_up_is_told(bench: CallBench) -> None:
    bench.call(answers_after_s=1.0).until_picked_up()
    with bench.far.suffering(DeafTo(command="+CHUP", times=1)):
        bench.alert()
        bench.exchange()
        press_key(bench.far, "1")
        bench.wait(5)

    assert bench.keys() == ["1"]
    assert verdict(bench) == (SendState.ACCEPTED, False, ""), "whoever pressed a key was reached"


def test_a_key_stops_what_is_being_said() -> None:
    bench = ready("sim7600").call(answers_after_s=5).until_picked_up()
    assert bench.far.playing is not None
    press_key(bench.far, "1")
    bench.wait(0.05)

    assert bench.far.playing is None
    bench.end().wait(10)
    assert bench.phone_heard() == [BYE]


@pytest.mark.parametrize("dialect", sorted(SPEAKING))
def test_the_last_words_do_not_wait_for_the_end_of_a_phrase(dialect: str) -> None:
    bench = ready(dialect).call(answers_after_s=5).until_picked_up()
    assert bench.far.playing is not None
    bench.end().wait(0.05)
    assert bench.far.playing is None
    bench.wait(10)

    assert bench.phone_heard() == [BYE]
    assert verdict(bench) == (SendState.ACCEPTED, False, "")


@pytest.mark.parametrize(("dialect", "command"), [("sim7600", "+CCMXPLAY"), ("ec25", "+QPSND")])
def test_phrases_that_the_modem_does_not_play_end_no_call(dialect: str, command: str) -> None:
    bench = ready(dialect)
    bench.far.suffer(Refuses(command=command, final="ERROR"))
    bench.call(answers_after_s=5, presses="1", after_seconds=20)
    bench.wait(40, until=lambda: bool(bench.keys()))
    bench.end().wait(10)

    assert bench.said.count(f"AT{command}=1".encode() if dialect == "ec25" else b"AT+CCMXPLAY=") > 6
    assert verdict(bench) == (SendState.ACCEPTED, False, "")


# Texts and calls


def test_a_text_that_is_no_alert_waits_until_the_call_is_over(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    bench.machine.send(replace(alert(2), is_alert=False), bench.now)
    bench.wait(10)
    assert bench.reports(2) == []
    put_down(bench.far)
    bench.wait(3)

    assert (bench.states(1), bench.states(2)) == ([SendState.ACCEPTED], [SendState.ACCEPTED])


@pytest.mark.parametrize("seconds", [0.0, 0.5, 3.0, 10.0])
def test_an_alert_cuts_the_call_in_the_same_turn(bench: CallBench, seconds: float) -> None:
    bench.call(answers_after_s=5).wait(seconds)
    mark = len(bench.said)
    bench.alert()
    assert bench.machine.take_bytes() == b"AT+CHUP\r"
    bench.said += b"AT+CHUP\r"
    bench.far.receive(b"AT+CHUP\r", bench.now)
    began = bench.now
    bench.exchange()

    assert bench.now == began
    assert [line.split("=")[0] for line in bench.said_since(mark).split("\r")[:2]] == ["AT+CHUP", "AT+CMGS"]
    bench.wait(2)
    assert verdict(bench) == (SendState.FAILED, False, CUT)
    assert bench.states(9) == [SendState.ACCEPTED]


def test_an_alert_during_the_last_words_cuts_them_and_the_call_was_one(bench: CallBench) -> None:
    bench.call(answers_after_s=5, presses="1", after_seconds=2)
    bench.wait(20, until=lambda: bool(bench.keys()))
    bench.end().alert().wait(2)

    assert verdict(bench) == (SendState.ACCEPTED, False, "")
    assert bench.states(9) == [SendState.ACCEPTED]


def test_an_alert_goes_before_a_call_that_waits(bench: CallBench) -> None:
    bench.alert()
    bench.machine.call(outgoing(1), bench.now)
    bench.wait(2)

    said = bench.said.decode("latin-1")
    assert said.rindex("AT+CMGS") < said.rindex("ATD")


def test_an_alert_waits_for_a_modem_that_leaves_a_look_without_an_answer_for_a_moment_only(bench: CallBench) -> None:
    bench.call(answers_after_s=5).wait(3)
    bench.far.suffer(DeafTo(command="+CLCC"))
    bench.wait(1.5, until=lambda: bench.said.endswith(b"AT+CLCC\r"))
    began = bench.now
    bench.alert().wait(5, until=lambda: b"AT+CMGS" in bench.said)

    assert bench.now - began <= CUT_S + 0.3
    bench.wait(3)
    assert verdict(bench) == (SendState.FAILED, False, CUT)
    assert bench.states(9) == [SendState.ACCEPTED]


def test_a_reply_is_read_while_the_call_goes_on(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    bench.far.network.deliver(BEN, "1")
    bench.wait(2)

    assert bench.texts() == [(BEN, "1")]
    assert bench.reports(1) == []


def test_nothing_else_is_asked_of_the_modem_during_a_call(bench: CallBench) -> None:
    bench.call(answers_after_s=5).wait(3)
    mark = len(bench.said)
    bench.wait(55)

    assert {line.split("=")[0] for line in bench.said_since(mark).split("\r") if line} <= {
        "AT+CLCC",
        "AT+VTS",
        "AT+CCMXPLAY",
        "AT+QPSND",
    }


# The modem fails


def test_a_restart_before_the_pick_up_is_a_passing_failure(bench: CallBench) -> None:
    bench.call(answers_after_s=20).wait(5)
    restart(bench.far)
    bench.wait(60)

    state, permanent, _ = verdict(bench)
    assert (state, permanent) == (SendState.FAILED, False)
    assert bench.call_link() is True
    assert is_fit(bench)


def test_a_restart_after_the_pick_up_leaves_it_uncertain(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    restart(bench.far)
    bench.wait(60)

    assert bench.states(1) == [SendState.UNCERTAIN]
    assert is_fit(bench)


def test_a_port_that_vanishes_ends_the_call_once_and_the_line_is_hung_up_when_it_is_back(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    bench.machine.port_closed(bench.now)
    bench.exchange()
    assert bench.states(1) == [SendState.UNCERTAIN]
    assert bench.call_link() is False

    bench.machine.port_opened(bench.now)
    bench.wait(20)
    assert bench.far.call is None
    assert is_fit(bench)


def test_a_sim_that_is_pulled_out_ends_the_call_once(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    remove_sim(bench.far)
    bench.wait(5)
    assert len(bench.reports(1)) == 1
    insert_sim(bench.far)
    bench.wait(60)

    assert is_fit(bench)


def test_a_network_that_is_lost_in_a_call_ends_it(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    set_coverage(bench.far, 2)
    bench.wait(3)

    assert verdict(bench) == (SendState.ACCEPTED, False, "")


@pytest.mark.parametrize(
    ("final", "permanent"),
    [("NO CARRIER", True), ("NO DIALTONE", False), ("ERROR", False), ("+CME ERROR: 30", False), ("BUSY", True)],
)
def test_a_call_that_is_not_even_dialled_is_told_at_once(bench: CallBench, final: str, permanent: bool) -> None:
    bench.far.suffer(Refuses(command="D", final=final))
    bench.call().wait(1)

    state, is_final, reason = verdict(bench)
    assert (state, is_final) == (SendState.FAILED, permanent)
    assert reason
    assert is_fit(bench)


@pytest.mark.parametrize("command", ["D", "+CLCC", "+CHUP"])
def test_an_ok_that_is_lost_costs_a_call_nothing_but_time(bench: CallBench, command: str) -> None:
    bench.far.suffer(LostOk(command=command, times=1))
    bench.call(answers_after_s=5, presses="1", after_seconds=4)
    bench.wait(90, until=lambda: bool(bench.keys()))
    bench.end().wait(30)

    assert bench.keys() == ["1"]
    assert bench.states(1) == [SendState.ACCEPTED]
    assert is_fit(bench)


def test_a_modem_that_hangs_in_a_call_ends_it_once(bench: CallBench) -> None:
    bench.far.suffer(HangsOn(command="+CLCC", seconds=20.0, times=1))
    bench.call(answers_after_s=5).wait(90)

    assert len(bench.reports(1)) == 1
    assert is_fit(bench)


def test_a_modem_that_does_not_list_calls_is_followed_by_what_it_says(bench: CallBench) -> None:
    bench.far.suffer(Refuses(command="+CLCC", final="ERROR"))
    bench.call(is_busy=True).wait(3)

    assert verdict(bench) == (SendState.FAILED, True, "engaged")


class SpoilsListings(Fault):
    """The cable eats the state of each call."""

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        return [replace(utterance, data=utterance.data.replace(b"+CLCC: 1,0,", b"+CLCC: \xff,0,"))]


def test_noise_in_a_listing_ends_no_call(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    bench.far.suffer(SpoilsListings())
    bench.machine.receive(b"\r\n+CLCC: 1,0,\xff\xff\r\n+CLCC\r\n", bench.now)
    bench.wait(10)

    assert bench.reports(1) == []


# Somebody rings in


def test_somebody_who_rings_in_before_the_call_makes_it_fail_for_now(bench: CallBench) -> None:
    ring(bench.far, BEN)
    bench.wait(1)
    bench.call().wait(2)

    state, permanent, _ = verdict(bench)
    assert (state, permanent) == (SendState.FAILED, False)


def test_a_ring_during_the_call_changes_nothing(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    bench.machine.receive(b'\r\nRING\r\n\r\n+CLIP: "+33611111111",145\r\n\r\n+CLCC: 2,1,5,0,0\r\n', bench.now)
    bench.wait(3)
    bench.machine.receive(b"\r\nNO CARRIER\r\n", bench.now)
    bench.wait(3)

    assert bench.reports(1) == []
    press_key(bench.far, "1")
    bench.end().wait(10)
    assert bench.states(1) == [SendState.ACCEPTED]


@pytest.mark.parametrize("line", [b"+CLCC: 2,1,0,0,0", b"+CLCC: 2,1,6,0,0"])
def test_what_becomes_of_another_call_is_nothing_to_ours(bench: CallBench, line: bytes) -> None:
    bench.call(answers_after_s=None).wait(5)
    bench.machine.receive(b"\r\n" + line + b"\r\n", bench.now)
    bench.wait(10)
    assert bench.reports(1) == []

    bench.wait(40)
    assert verdict(bench) == (SendState.FAILED, True, "not answered")


# What cannot be called


@pytest.mark.parametrize("number", ["", "abc", "+33;AT+CMGD=1,4", "*#06#", "+33612345678;", "1" * 30])
def test_what_is_no_number_is_not_dialled(bench: CallBench, number: str) -> None:
    mark = len(bench.said)
    bench.machine.call(outgoing(1, to=number), bench.now)
    bench.wait(1)

    assert verdict(bench)[:2] == (SendState.FAILED, True)
    assert "ATD" not in bench.said_since(mark)


def test_a_modem_without_a_voice_has_no_link_and_calls_nobody() -> None:
    bench = CallBench(SimulatedModem("ec25"), profile="bg96")
    bench.start()
    assert (bench.link(), bench.call_link()) == (True, False)
    bench.machine.call(outgoing(1), bench.now)
    bench.wait(1)

    assert verdict(bench) == (SendState.FAILED, True, "this modem has no voice")
    assert b"ATD" not in bench.said


def test_a_network_for_texts_only_closes_the_road_for_calls(bench: CallBench) -> None:
    assert bench.call_link() is True
    set_coverage(bench.far, 6)
    bench.wait(60)
    assert (bench.link(), bench.call_link()) == (True, False)
    bench.machine.call(outgoing(1), bench.now)
    bench.wait(1)

    assert verdict(bench)[:2] == (SendState.FAILED, False)


def test_a_modem_that_is_not_ready_calls_nobody() -> None:
    bench = CallBench(SimulatedModem())
    bench.machine.call(outgoing(1), bench.now)
    bench.exchange()

    assert verdict(bench)[:2] == (SendState.FAILED, False)


def test_more_calls_than_anybody_could_make_are_refused(bench: CallBench) -> None:
    for message in range(1, QUEUE_LIMIT + 4):
        bench.machine.call(outgoing(message), bench.now)
    bench.exchange()

    assert [seen for message in range(1, QUEUE_LIMIT + 4) for seen in bench.states(message)] == [SendState.FAILED] * 2


def test_a_call_left_over_by_another_run_is_hung_up(bench: CallBench) -> None:
    bench.call(answers_after_s=5).until_picked_up()
    later = CallBench(bench.far)
    later.start()

    assert bench.far.call is None


# Whatever the modem says

SAID = st.sampled_from(
    [
        b"\r\nOK\r\n",
        b"\r\nERROR\r\n",
        b"\r\nNO CARRIER\r\n",
        b"\r\nBUSY\r\n",
        b"\r\nVOICE CALL: BEGIN\r\n",
        b"\r\nVOICE CALL: END: 000001\r\n",
        b'\r\n+CLCC: 1,0,0,0,0,"1",129\r\n',
        b'\r\n+CLCC: 1,0,6,0,0,"1",129\r\n',
        b"\r\n+CLCC: 1,1,4,0,0\r\n",
        b"\r\n+DTMF: 1\r\n",
        b"\r\nRING\r\n",
        b"\r\n> ",
        b"\r\nCONNECT\r\n",
        b"\r\n+AUDIOSTATE: audio play stop\r\n",
        b"\r\n+CME ERROR: 3\r\n",
        b"\xff\x00\x1a",
    ]
)
EVENTS = st.one_of(SAID, st.floats(0.01, 8.0), st.sampled_from(["key", "restart", "end", "put down", "pick up"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENTS, max_size=12), st.booleans())
def test_whatever_the_modem_says_there_is_one_report_and_an_alert_is_written_soon(events: list, is_cut: bool) -> None:
    bench = CallBench(SimulatedModem("sim7600")).start()
    bench.call(answers_after_s=3)
    for event in events:
        if isinstance(event, float):
            bench.wait(event)
        elif isinstance(event, bytes):
            bench.machine.receive(event, bench.now)
        elif event == "restart":
            restart(bench.far)
        else:
            {"key": lambda: press_key(bench.far, "1"), "end": bench.end}.get(
                event, lambda event=event: (put_down if event == "put down" else pick_up)(bench.far)
            )()
    if is_cut and bench.machine.is_ready and not bench.far.is_silent:
        mark = len(bench.said)
        bench.alert().wait(3.0, until=lambda: "AT+CMGS" in bench.said_since(mark))
        assert "AT+CMGS" in bench.said_since(mark)
    bench.wait(200)

    assert len(bench.reports(1)) == 1
