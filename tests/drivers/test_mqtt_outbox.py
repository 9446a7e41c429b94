"""What waits for the broker: its order, its bounds, and what a lost connection does to it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.mqtt_outbox import EVENTS_AT_MOST, LIVE_AT_MOST, RETAINED_AT_MOST, Outbox
from hub.drivers.mqtt_topics import Lane, Publish


def event(number: int) -> Publish:
    return Publish("event", str(number).encode(), Lane.EVENT)


def live(number: int) -> Publish:
    return Publish("hb", str(number).encode(), Lane.LIVE)


def retained(topic: str, payload: bytes = b"{}") -> Publish:
    return Publish(topic, payload, Lane.RETAINED)


def drained(outbox: Outbox) -> list[Publish]:
    taken = []
    while (publish := outbox.take()) is not None:
        taken.append(publish)
    return taken


def test_live_ones_go_first_then_events_in_order_then_the_newest_of_each_topic() -> None:
    outbox = Outbox()
    outbox.open()
    for publish in (retained("state", b"1"), event(1), retained("state", b"2"), event(2), live(1)):
        outbox.put(publish)
    assert drained(outbox) == [live(1), event(1), event(2), retained("state", b"2")]


def test_what_is_true_only_now_is_dropped_while_there_is_no_broker() -> None:
    outbox = Outbox()
    outbox.put(live(1))
    outbox.open()
    outbox.put(live(2))
    outbox.close(())
    outbox.open()
    assert drained(outbox) == []


def test_a_full_queue_drops_its_oldest_events_and_counts_them() -> None:
    outbox = Outbox()
    for number in range(EVENTS_AT_MOST + 7):
        outbox.put(event(number))
    assert outbox.waiting == EVENTS_AT_MOST
    assert outbox.take_lost() == 7
    assert outbox.take_lost() == 0
    assert outbox.take() == event(7)


def test_what_was_not_acknowledged_goes_first_again_and_in_its_order() -> None:
    outbox = Outbox()
    for number in range(4):
        outbox.put(event(number))
    sent = [outbox.take(), outbox.take()]
    outbox.close([p for p in sent if p])
    assert drained(outbox) == [event(0), event(1), event(2), event(3)]


def test_everything_retained_is_said_again_on_a_new_connection() -> None:
    outbox = Outbox()
    outbox.put(retained("state"))
    assert drained(outbox) == [retained("state")]
    outbox.close(())
    outbox.open()
    assert drained(outbox) == [retained("state")]


def test_the_same_state_is_not_said_twice_on_one_connection() -> None:
    outbox = Outbox()
    outbox.put(retained("state"))
    outbox.take()
    outbox.put(retained("state"))
    assert outbox.take() is None


def test_a_cleared_topic_is_forgotten_once_the_broker_has_cleared_it() -> None:
    outbox = Outbox()
    outbox.put(retained("incident/27", b""))
    cleared = outbox.take()
    assert cleared is not None
    outbox.close(())
    outbox.open()
    assert outbox.take() == cleared
    outbox.delivered(cleared)
    outbox.open()
    assert outbox.is_empty


def test_of_too_many_topics_the_one_that_changed_longest_ago_is_dropped() -> None:
    outbox = Outbox()
    for number in range(RETAINED_AT_MOST + 5):
        outbox.put(retained(f"incident/{number}", b""))
        outbox.put(retained("state", str(number).encode()))
    taken = drained(outbox)
    assert len(taken) == RETAINED_AT_MOST
    assert any(publish.topic == "state" for publish in taken)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("EERLtoc"), max_size=60))
def test_no_event_overtakes_another_nor_vanishes_whatever_the_broker_does(story: list[str]) -> None:
    outbox, unacknowledged = Outbox(), list[Publish]()
    for number, step in enumerate(story, 1):
        if step == "E":
            outbox.put(event(number))
        elif step == "R":
            outbox.put(retained("state", str(number).encode()))
        elif step == "L":
            outbox.put(live(number))
        elif step == "t" and (taken := outbox.take()):
            unacknowledged.append(taken)
        elif step == "o":
            outbox.open()
        elif step == "c":
            outbox.close(unacknowledged)
            unacknowledged.clear()
    arrived = [p for p in (*unacknowledged, *drained(outbox)) if p.lane is Lane.EVENT]
    assert arrived == [event(n) for n, step in enumerate(story, 1) if step == "E"]


def test_a_choking_broker_costs_no_memory() -> None:
    outbox = Outbox()
    outbox.open()
    for number in range(LIVE_AT_MOST * 3):
        outbox.put(live(number))
    assert len(drained(outbox)) == LIVE_AT_MOST
