"""One text after the other, step by step: what the modem is told, for how long it is waited for, what is reported."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from modem_bench import ANNA, outgoing

from hub.domain.inputs import DeliveryReported, FaultSeen, SendReported, SendState
from hub.drivers.modem.at import Info
from hub.drivers.modem.deliveries import Deliveries
from hub.drivers.modem.ladder import Ladder, SickError
from hub.drivers.modem.pdu import StatusReport
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.responses import Network, Registration, Sent
from hub.drivers.modem.script import Answer, Ask, Body, Pause, Script, Step, TalkEndedError, Write
from hub.drivers.modem.sending import Sending
from hub.drivers.modem.situation import Reports, Situation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCEPTED, FAILED, UNCERTAIN = SendState.ACCEPTED, SendState.FAILED, SendState.UNCERTAIN
LONG = "Un texte assez long pour ne pas tenir en un seul SMS, car il dit tout deux fois. " * 3
OK, SILENCE, PROMPT = Answer("OK"), Answer(), Answer(prompted=True)


def taken(reference: int) -> Answer:
    return Answer("OK", (Info(f"+CMGS: {reference}"),))


def refused(code: int) -> Answer:
    return Answer(f"+CMS ERROR: {code}")


class Desk:
    """A `Sending` whose modem gives the verdicts it is told, one for each text that is handed over."""

    def __init__(self) -> None:
        self.situation = Situation(load(GENERIC), now=100.0, is_open=True, is_ready=True)
        self.situation.note(Network("+CREG", Registration.HOME))
        self.reports = Reports(lambda: NOON)
        self.deliveries = Deliveries(self.reports)
        self.sending = Sending(self.situation, self.reports, Ladder(self.situation), self.deliveries)
        self.prompts: list[Answer] = []
        self.verdicts: list[Answer] = []
        self.answers: dict[str, Answer] = {}
        self.told: list[SendReported] = []
        self.faults: list[FaultSeen] = []

    def add(self, message: int, text: str = "ALERTE", *, to: str = ANNA, urgent: bool = True) -> "Desk":
        self.sending.add(outgoing(message, text, to=to, urgent=urgent))
        return self.listen()

    def send(self, *verdicts: Answer) -> list[Step]:
        """Send the next text, of which the modem thinks ``verdicts``; return the steps."""
        self.verdicts += verdicts
        return self.play(self.sending.send_next())

    def play(self, script: Script[None], until: Callable[[Step], bool] = lambda _: False) -> list[Step]:
        steps: list[Step] = []
        came: Answer | None = None
        try:
            while not steps or not until(steps[-1]):
                steps.append(script.send(came))  # type: ignore[arg-type]  # None starts a generator
                came = self._answer(steps[-1])
        except StopIteration:
            pass
        finally:
            self.listen()
        return steps

    def _answer(self, step: Step) -> Answer:
        if isinstance(step, Body):
            return self.verdicts.pop(0)
        if isinstance(step, Ask) and step.prompts:
            return self.prompts.pop(0) if self.prompts else PROMPT
        return self.answers.get(step.command, OK) if isinstance(step, Ask) else Answer()

    def listen(self) -> "Desk":
        seen = self.reports.take()
        self.told += [report for report in seen if isinstance(report, SendReported)]
        self.faults += [fault for fault in seen if isinstance(fault, FaultSeen)]
        return self

    def late(self, reference: int) -> "Desk":
        self.sending.heard_late(Sent(reference))
        return self.listen()

    def states(self, message: int) -> list[SendState]:
        return [report.state for report in self.told if report.message == message]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def bodies(steps: list[Step]) -> list[str]:
    return [step.text for step in steps if isinstance(step, Body)]


def asked(steps: list[Step]) -> list[str]:
    return [step.command for step in steps if isinstance(step, Ask)]


# How long is waited


def test_a_prompt_is_waited_for_ten_seconds_and_the_network_thirty_for_an_alarm(desk: Desk) -> None:
    prompt, body = desk.add(1).send(taken(5))

    assert prompt == Ask("AT+CMGS=20", 10.0, prompts=True)
    assert isinstance(body, Body)
    assert body.timeout_s == 30.0


def test_what_is_no_alarm_may_take_the_network_as_long_as_it_needs_unless_an_alarm_waits(desk: Desk) -> None:
    _, body = desk.add(1, urgent=False).send(taken(5))
    assert isinstance(body, Body)
    assert body.timeout_s == 125.0

    desk.add(2, urgent=False)
    script = desk.sending.send_next()
    next(script)
    desk.add(3)
    body = script.send(PROMPT)
    assert isinstance(body, Body)
    assert body.timeout_s == 30.0


def test_an_alarm_waits_fifteen_seconds_for_the_network_or_until_it_is_there(desk: Desk) -> None:
    desk.situation.networks.clear()
    pause, *rest = desk.add(1).send(taken(5))

    assert isinstance(pause, Pause)
    assert pause.seconds == 15.0
    assert not pause.until()
    desk.situation.note(Network("+CREG", Registration.HOME))
    assert pause.until()
    assert len(rest) == 2
    assert desk.states(1) == [ACCEPTED]


def test_what_is_no_alarm_fails_at_once_without_a_network(desk: Desk) -> None:
    desk.situation.networks.clear()

    assert desk.add(1, urgent=False).send() == []
    assert [(report.state, report.reason) for report in desk.told] == [(FAILED, "not registered with a network")]


def test_an_error_in_place_of_the_prompt_is_left_by_escape(desk: Desk) -> None:
    desk.prompts = [refused(38)]

    assert desk.add(1).send()[1:] == [Write(b"\x1b\r"), Pause(0.3)]
    assert desk.told[0].reason == "+CMS ERROR: Network out of order (38)"


def test_ok_in_place_of_the_prompt_is_no_refusal_of_the_number(desk: Desk) -> None:
    desk.prompts = [OK]
    desk.add(1).send()

    assert (desk.told[0].state, desk.told[0].permanent) == (FAILED, False)
    assert desk.told[0].reason == "the modem gave no prompt"


def test_without_any_answer_the_modem_is_asked_whether_it_listens(desk: Desk) -> None:
    desk.prompts = [SILENCE]

    assert asked(desk.add(1).send()) == ["AT+CMGS=20", "AT"]
    assert (desk.told[0].state, desk.told[0].reason) == (FAILED, "the modem gave no prompt")


# Who is next


def test_alarms_go_first_each_in_the_order_in_which_they_came(desk: Desk) -> None:
    for message, urgent in ((1, False), (2, True), (3, False), (4, True)):
        assert desk.sending.has_work is (message > 1)
        desk.add(message, urgent=urgent)
        assert desk.sending.has_alarm_waiting is (message > 1)
    for reference in range(4):
        desk.send(taken(reference))

    assert [report.message for report in desk.told] == [2, 4, 1, 3]
    assert not desk.sending.has_work
    assert not desk.sending.has_alarm_waiting


def test_thirty_two_texts_wait_and_no_more(desk: Desk) -> None:
    for message in range(32):
        desk.add(message, urgent=False)
    assert desk.told == []

    desk.add(32)
    assert [(report.message, report.state, report.reason) for report in desk.told] == [
        (32, FAILED, "32 texts wait for the modem already")
    ]


def test_a_modem_that_is_not_ready_refuses_with_its_reason(desk: Desk) -> None:
    desk.situation.forget_connection("it restarted")
    desk.add(1)

    assert [(report.state, report.reason, report.permanent) for report in desk.told] == [
        (FAILED, "it restarted", False)
    ]
    assert not desk.sending.has_work


def test_when_the_road_is_closed_everything_that_waits_is_refused(desk: Desk) -> None:
    desk.add(1).add(2).sending.refuse_all("the port is gone")
    desk.listen()

    assert [(report.message, report.state, report.reason) for report in desk.told] == [
        (1, FAILED, "the port is gone"),
        (2, FAILED, "the port is gone"),
    ]
    assert not desk.sending.has_work


# Long texts


def test_a_long_text_is_accepted_with_its_last_part_and_its_last_reference(desk: Desk) -> None:
    steps = desk.add(1, LONG).send(taken(5), taken(6))

    assert len(bodies(steps)) == 2
    assert [(report.state, report.reference) for report in desk.told] == [(ACCEPTED, 6)]
    for reference in (5, 6):
        desk.deliveries.take(StatusReport(reference, ANNA, None, None, 0), 100.0)
    assert [seen.message for seen in desk.reports.take() if isinstance(seen, DeliveryReported)] == [1]


def test_parts_of_different_texts_can_be_told_apart(desk: Desk) -> None:
    numbers = []
    for message in range(257):
        first = bodies(desk.add(message, LONG).send(taken(1), taken(2)))[0]
        at = first.index("050003") + 6
        numbers.append(int(first[at : at + 2], 16))

    assert numbers == [*range(1, 256), 0, 1]


def test_a_long_text_ends_with_the_part_that_is_refused(desk: Desk) -> None:
    steps = desk.add(1, LONG).send(taken(5), refused(38))

    assert len(bodies(steps)) == 2
    assert [(report.state, report.permanent) for report in desk.told] == [(FAILED, False)]


# Refused, and what can be put right


@pytest.mark.parametrize(("code", "permanent"), [(1, True), (69, True), (38, False), (500, False), (310, False)])
def test_only_a_number_or_a_tariff_is_hopeless(desk: Desk, code: int, permanent: bool) -> None:
    steps = desk.add(1).send(refused(code))

    assert len(bodies(steps)) == 1
    assert [(report.state, report.permanent) for report in desk.told] == [(FAILED, permanent)]
    assert [fault.fault for fault in desk.faults] == (["sim.tariff"] if code == 69 else [])


def test_a_damaged_text_is_sent_once_more_and_only_once(desk: Desk) -> None:
    steps = desk.add(1).send(refused(304), refused(304))

    assert len(bodies(steps)) == 2
    assert len(steps) == 4
    assert desk.states(1) == [FAILED]


def test_each_thing_is_put_right_once(desk: Desk) -> None:
    steps = desk.add(1).send(refused(304), refused(314), refused(304))

    assert len(bodies(steps)) == 3
    assert Pause(2.0) in steps
    assert desk.states(1) == [FAILED]


def test_a_lost_service_centre_is_written_back_as_the_sim_has_it(desk: Desk) -> None:
    desk.answers["AT+CSCA?"] = Answer("OK", (Info('+CSCA: "+33689004000",145'),))

    assert asked(desk.add(1).send(refused(330), taken(5))) == [
        "AT+CMGS=20",
        "AT+CSCA?",
        'AT+CSCA="+33689004000",145',
        "AT+CMGS=20",
    ]
    assert desk.states(1) == [ACCEPTED]


def test_or_as_it_was_at_the_start(desk: Desk) -> None:
    desk.situation.note_smsc('"+33689004000",145')
    for answer in (Answer("OK", (Info('+CSCA: "",129'),)), Answer("ERROR", (Info("+CSCA: nonsense"),))):
        desk.answers["AT+CSCA?"] = answer
        assert 'AT+CSCA="+33689004000",145' in asked(desk.add(1).send(refused(330), taken(5)))


def test_where_nobody_knows_it_the_text_fails(desk: Desk) -> None:
    assert asked(desk.add(1).send(refused(330))) == ["AT+CMGS=20", "AT+CSCA?"]
    assert desk.states(1) == [FAILED]


def test_a_duplicate_has_been_sent_already(desk: Desk) -> None:
    desk.add(1).send(refused(197))
    desk.add(2, LONG).send(taken(5), refused(197))

    assert [(report.state, report.reference) for report in desk.told] == [(ACCEPTED, None), (ACCEPTED, 5)]
    desk.deliveries.take(StatusReport(5, ANNA, None, None, 0), 100.0)
    assert [seen.message for seen in desk.reports.take() if isinstance(seen, DeliveryReported)] == [2]


def test_two_refusals_in_a_row_without_a_reason_call_for_another_radio(desk: Desk) -> None:
    desk.add(1).send(refused(500))
    assert not desk.sending.wants_other_radio
    desk.add(2).send(taken(5))
    desk.add(3).send(refused(500))
    assert not desk.sending.wants_other_radio
    desk.add(4).send(refused(500))
    assert desk.sending.wants_other_radio

    desk.sending.wants_other_radio = False
    desk.add(5).send(refused(500))
    assert not desk.sending.wants_other_radio, "it begins to count anew"


def test_refusals_with_a_reason_call_for_nothing_of_the_kind(desk: Desk) -> None:
    for message in range(5):
        desk.add(message).send(refused(38))

    assert not desk.sending.wants_other_radio


def test_a_tariff_is_told_with_the_network_s_words(desk: Desk) -> None:
    desk.add(1).send(refused(69))

    assert desk.faults[0].detail == (
        "the network refuses texts from this SIM: +CMS ERROR: Requested facility not implemented (69); see its contract"
    )


# Uncertain, and late


def test_silence_after_the_text_is_uncertain_and_the_modem_is_asked_whether_it_listens(desk: Desk) -> None:
    assert asked(desk.add(1).send(SILENCE)) == ["AT+CMGS=20", "AT"]
    assert [(report.state, report.reason) for report in desk.told] == [
        (UNCERTAIN, "no answer after the text was handed over")
    ]


def test_ok_without_a_reference_is_uncertain_and_the_modem_listens(desk: Desk) -> None:
    assert asked(desk.add(1).send(OK)) == ["AT+CMGS=20"]
    assert [(report.state, report.reason) for report in desk.told] == [(UNCERTAIN, "OK without a reference")]


@pytest.mark.parametrize(("after_s", "states"), [(600.0, [UNCERTAIN, ACCEPTED]), (600.1, [UNCERTAIN])])
def test_a_reference_counts_for_ten_minutes(desk: Desk, after_s: float, states: list[SendState]) -> None:
    desk.add(1).send(refused(332))
    desk.situation.now += after_s

    assert desk.late(5).states(1) == states


def test_it_counts_once_and_for_the_text_that_was_given_up_last(desk: Desk) -> None:
    desk.add(1).send(OK)
    desk.add(2).send(OK)
    desk.late(5).late(6)

    assert desk.states(1) == [UNCERTAIN]
    assert desk.states(2) == [UNCERTAIN, ACCEPTED]
    assert desk.told[-1].reference == 5


def test_a_reference_of_no_text_is_nothing(desk: Desk) -> None:
    assert desk.late(5).told == []


def test_a_modem_that_restarted_will_not_answer_what_it_was_asked_before(desk: Desk) -> None:
    desk.add(1).send(OK)
    desk.sending.forget_late()

    assert desk.late(5).states(1) == [UNCERTAIN]


def test_a_long_text_is_accepted_late_only_if_that_was_its_last_part(desk: Desk) -> None:
    desk.add(1, LONG).send(taken(5), OK)
    assert desk.late(6).states(1) == [UNCERTAIN, ACCEPTED]

    desk.add(2, LONG * 2).send(taken(7), OK)
    assert desk.late(8).states(2) == [UNCERTAIN], "two parts of four"


# The talk ends


def test_what_was_not_handed_over_yet_has_failed_when_the_talk_ends(desk: Desk) -> None:
    desk.add(1)
    script = desk.sending.send_next()
    next(script)
    with pytest.raises(TalkEndedError):
        script.throw(TalkEndedError("the modem restarted"))

    assert [(report.state, report.reason) for report in desk.listen().told] == [(FAILED, "the modem restarted")]


def test_what_was_handed_over_is_uncertain_when_the_talk_ends(desk: Desk) -> None:
    desk.add(1)
    script = desk.sending.send_next()
    next(script)
    script.send(PROMPT)
    with pytest.raises(TalkEndedError):
        script.throw(TalkEndedError("the modem restarted"))

    assert [(report.state, report.reason) for report in desk.listen().told] == [(UNCERTAIN, "the modem restarted")]


def test_after_a_verdict_nothing_is_at_stake_until_the_next_part_is_handed_over(desk: Desk) -> None:
    desk.add(1, LONG)
    script = desk.sending.send_next()
    next(script)
    script.send(PROMPT)
    assert script.send(taken(5)) == Ask("AT+CMGS=99", 10.0, prompts=True)
    with pytest.raises(TalkEndedError):
        script.throw(TalkEndedError("the modem restarted"))

    assert desk.listen().states(1) == [FAILED]


def test_a_text_that_was_given_up_is_told_once_though_the_modem_is_sick(desk: Desk) -> None:
    desk.answers["AT"] = SILENCE
    desk.add(1)
    with pytest.raises(SickError):
        desk.send(SILENCE)

    assert desk.states(1) == [UNCERTAIN]


def test_without_a_prompt_of_a_sick_modem_the_text_certainly_did_not_go_out(desk: Desk) -> None:
    desk.prompts, desk.answers["AT"] = [SILENCE], SILENCE
    desk.add(1)
    with pytest.raises(SickError):
        desk.send()

    assert desk.states(1) == [FAILED]
