"""What facts ask of the world: who is handed what, in which order, and what is shown."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from hub.dispatch import ALERT_VALIDITY, OTHER_VALIDITY, Outlets, ignore
from hub.domain import facts as f
from hub.domain.inputs import (
    Action,
    ButtonCancelled,
    ButtonPressed,
    Commanded,
    FaultCleared,
    FaultSeen,
    LinkChanged,
    SensorChanged,
    SmsReceived,
)
from hub.domain.policy import Silence
from hub.ports import Pattern
from tests.domain.house import ANNE, HOME, PAUL, PHONES
from tests.shell import AT_ONCE, Bench


@dataclass
class Mirror:
    shown: list[tuple] = field(default_factory=list)
    beats: int = 0

    def show(self, facts, last_seq, state, now) -> None:
        self.shown.append((facts, last_seq, state, now))

    def beat(self) -> None:
        self.beats += 1


@pytest.fixture
def hub(tmp_path):
    with Bench(tmp_path) as bench:
        yield bench


def press(hub: Bench) -> None:
    hub.tell(ButtonPressed(hub.now, "salon"))


def patterns(hub: Bench) -> list[Pattern]:
    return [shown.pattern for shown in hub.light.shown]


# --- messages -----------------------------------------------------------------------------------------


def test_an_alert_is_urgent_and_lives_an_hour_and_news_is_neither(hub):
    press(hub)
    hub.pass_time(minutes=4)
    hub.tell(SmsReceived(hub.now, "1", PHONES[PAUL], "1"))

    urgent = {outgoing.text[:6]: outgoing for outgoing in hub.road.taken}
    alert = urgent["ALERTE"]
    assert (alert.urgent, alert.validity) == (True, ALERT_VALIDITY)
    news = next(outgoing for outgoing in hub.road.taken if outgoing.address == PHONES[ANNE] and "Paul" in outgoing.text)
    assert (news.urgent, news.validity) == (False, OTHER_VALIDITY)
    thanks = next(outgoing for outgoing in hub.road.taken if "Merci Paul" in outgoing.text)
    assert thanks.urgent


def test_each_message_has_its_number_of_the_journal(hub):
    press(hub)

    sending = [fact.message for fact in hub.on_disk() if isinstance(fact, f.MessageSending)]
    assert [outgoing.message for outgoing in hub.road.taken] == sending


def test_a_way_that_this_hub_has_no_driver_for_is_told_at_once_and_the_next_people_are_tried(tmp_path, caplog):
    mail_only = replace(HOME.people[0], channels=("mail:paul@example.org",))
    with Bench(tmp_path, replace(AT_ONCE, people=(mail_only, *HOME.people[1:]))) as hub:
        hub.tell(LinkChanged(hub.now, "mail", up=True))
        press(hub)

        refused = [fact for fact in hub.on_disk() if isinstance(fact, f.MessageFailed)]
        assert not refused or 'no driver for channel "mail' in refused[0].reason
        hub.pass_time(seconds=30)
        assert hub.road.texts_to(PHONES[ANNE]), "nobody waits out a wave for it"


# --- the home -----------------------------------------------------------------------------------------


def test_the_light_tells_of_the_call_the_answer_and_the_end(hub):
    press(hub)
    hub.tell(SmsReceived(hub.now, "1", PHONES[PAUL], "1"))
    hub.tell(SmsReceived(hub.now, "2", PHONES[PAUL], "3"))
    hub.tell(SmsReceived(hub.now, "3", PHONES[PAUL], "9"))

    assert patterns(hub) == [Pattern.READY, Pattern.CALLING, Pattern.COMING, Pattern.READY]


def test_a_press_that_can_still_be_cancelled_blinks_and_a_silence_asks(tmp_path):
    policy = replace(HOME, silences=(Silence("sieste", timedelta(hours=2)),))
    with Bench(tmp_path, policy) as hub:
        press(hub)
        assert hub.light.pattern is Pattern.HEARD
        hub.tell(ButtonCancelled(hub.now, "salon"))
        assert hub.light.pattern is Pattern.READY
        hub.tell(SensorChanged(hub.now, "cuisine", active=True))
        hub.pass_time(hours=2, minutes=1, step=timedelta(seconds=20))
        assert hub.light.pattern is Pattern.ASKED


def test_without_a_way_out_the_light_says_that_the_hub_cannot_do_its_work(hub):
    hub.tell(FaultSeen(hub.now, "modem.absent", "unplugged"))
    assert hub.light.pattern is Pattern.FAULT

    hub.tell(FaultCleared(hub.now, "modem.absent"))
    assert hub.light.pattern is Pattern.READY


def test_what_is_said_at_home_is_in_the_resident_s_language(tmp_path):
    with Bench(tmp_path, replace(AT_ONCE, resident=replace(HOME.resident, language="en"))) as hub:
        press(hub)

        assert (hub.voice.said[-1].language, "I am calling" in hub.voice.said[-1].text) == ("en", True)


def test_a_home_without_light_voice_or_modem_loses_no_decision(hub):
    hub.outlets.indicator = hub.outlets.speaker = None
    hub.outlets.channels.clear()
    press(hub)

    assert hub.state.incidents[10].is_open
    assert hub.road.taken == []


# --- mirrors and commands -----------------------------------------------------------------------------


def test_a_mirror_is_shown_every_decision_with_its_number_and_what_follows(hub):
    mirror = Mirror()
    hub.outlets.mirrors.append(mirror)
    press(hub)

    facts, last_seq, state, now = mirror.shown[0]
    opened = next(fact for fact in facts if isinstance(fact, f.IncidentOpened))
    assert last_seq <= hub.scribe.last_seq
    assert state.incidents[opened.incident].is_open
    assert str(now.condition) == "alerting"


def test_a_mirror_is_shown_nothing_where_nothing_was_decided(hub):
    mirror = Mirror()
    hub.outlets.mirrors.append(mirror)
    hub.outlets.dispatch((), 7, hub.state, hub.state)

    assert mirror.shown == []


def test_who_gave_a_command_hears_what_became_of_it(hub):
    results = []
    hub.outlets.settled = results.append
    hub.tell(Commanded(hub.now, Action.CLOSE, "cli", incident=99, request="mine"))

    (result,) = results
    assert (result.request, result.ok) == ("mine", False)


def test_nobody_listens_unless_somebody_was_put_there(hub):
    outlets = Outlets(HOME, hub.outlets.words, hub.clock, hub.inbox.post)

    assert outlets.settled is outlets.forget is ignore
    assert ignore("anything") is None
