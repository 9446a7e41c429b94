"""The inbox: two lanes, both bounded; a flood of movements delays no press."""

import threading
import time

from hub.domain.inputs import (
    ButtonPressed,
    FaultCleared,
    FaultSeen,
    Input,
    LinkChanged,
    Observed,
    SensorChanged,
    SmsReceived,
)
from hub.inbox import ORDINARY_AT_MOST, URGENT_AT_MOST, Inbox
from tests.domain.house import START

PRESS = ButtonPressed(START, "salon")
MOVE = SensorChanged(START, "cuisine", active=True)


def taken(inbox: Inbox) -> list[Input]:
    found = []
    while (seen := inbox.take(0.0)) is not None:
        found.append(seen)
    return found


def test_what_was_left_is_taken_in_its_order():
    inbox = Inbox()
    text = SmsReceived(START, "1", "+33600000001", "1")
    for seen in (PRESS, text):
        inbox.post(seen)

    assert len(inbox) == 2
    assert taken(inbox) == [PRESS, text]


def test_a_press_goes_ahead_of_movements_faults_and_readings():
    inbox = Inbox()
    ordinary = [MOVE, Observed(START, "signal_dbm", -70), FaultSeen(START, "x.y"), FaultCleared(START, "x.y")]
    for seen in (*ordinary, PRESS, LinkChanged(START, "sms", up=True)):
        inbox.post(seen)

    assert taken(inbox) == [PRESS, LinkChanged(START, "sms", up=True), *ordinary]


def test_a_signal_that_is_a_call_for_help_is_urgent_and_its_end_is_not():
    inbox = Inbox(frozenset({"fumee"}))
    smoke, clear = (SensorChanged(START, "fumee", active=active) for active in (True, False))
    for seen in (MOVE, clear, smoke):
        inbox.post(seen)

    assert taken(inbox) == [smoke, MOVE, clear]


def test_a_detector_gone_mad_loses_its_own_oldest_and_no_press():
    inbox = Inbox()
    inbox.post(PRESS)
    for number in range(ORDINARY_AT_MOST + 5):
        inbox.post(Observed(START, "reading", number))

    assert inbox.dropped == 5
    first, *readings = taken(inbox)
    assert first is PRESS
    assert [reading.value for reading in readings] == list(range(5, ORDINARY_AT_MOST + 5))


def test_of_too_many_urgent_ones_the_oldest_are_kept():
    inbox = Inbox()
    inbox.post(PRESS)
    for number in range(URGENT_AT_MOST + 3):
        inbox.post(SmsReceived(START, str(number), "+33600000001", "1"))

    assert inbox.dropped == 4
    kept = taken(inbox)
    assert len(kept) == URGENT_AT_MOST
    assert kept[0] is PRESS


def test_who_waits_is_woken_by_an_input_of_another_thread():
    inbox = Inbox()
    poster = threading.Timer(0.05, inbox.post, [PRESS])
    poster.start()

    assert inbox.take(10.0) is PRESS
    poster.join()


def test_who_was_woken_before_it_waited_does_not_wait_once():
    inbox = Inbox()
    inbox.wake()
    began = time.monotonic()
    assert inbox.take(10.0) is None
    assert time.monotonic() - began < 5.0

    began = time.monotonic()
    assert inbox.take(0.05) is None
    assert time.monotonic() - began >= 0.05


def test_who_waits_is_woken_to_look_around_with_nothing_in_hand():
    inbox = Inbox()
    waker = threading.Timer(0.05, inbox.wake)
    waker.start()
    began = time.monotonic()

    assert inbox.take(10.0) is None
    assert time.monotonic() - began < 5.0
    waker.join()
