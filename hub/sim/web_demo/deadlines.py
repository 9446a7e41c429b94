"""What waits in the demo's house, each with its countdown: the instants that `hub.domain.state.next_wake` looks at, as
far as people would notice them, and the next step of a story.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.records import Incident, MessageStatus, State
from hub.sim import demo_words
from hub.sim.demo_house import DemoHouse
from hub.sim.demo_telling import next_step, when
from hub.sim.web_demo.words import PageWords

Due = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that waits: what it is ("... in"), in how long, and when that is."""

    what: str
    wait: str
    at: str


def deadlines(demo: DemoHouse, words: demo_words.Words, page: PageWords) -> list[Deadline]:
    """Return everything that waits, the next first; last the story, which keeps another time than the hub."""
    found = [_deadline(demo, words, due) for due in sorted(_all(demo, words, page), key=lambda due: due[0])]
    script = demo.script
    second = script.next_second() if script is not None and not script.is_over else None
    if second is not None:
        wait = timedelta(seconds=second - demo.house.world.seconds)
        at = (demo.house.now() + wait).astimezone(demo.house.zone)
        found.append(Deadline(page.story_goes_on, words.span(wait), f"{at:%H:%M}"))
    return found


def _deadline(demo: DemoHouse, words: demo_words.Words, due: Due) -> Deadline:
    at, what = due
    return Deadline(what, words.span(demo.wait_for(at) or timedelta(0)), when(demo, at))


def _all(demo: DemoHouse, words: demo_words.Words, page: PageWords) -> Iterator[Due]:
    house, state = demo.house, demo.house.state
    if house.hub is None or house.view is None:
        return
    for incident in state.open_incidents():
        yield from _of_incident(incident, words, page)
    if house.view.incident is None and house.view.next_alert_at is not None:
        yield house.view.next_alert_at, page.if_no_movement
    if state.presence.until is not None:
        yield state.presence.until, page.watched_again
    yield from _of_faults(demo, state, page)
    for message in state.outbox.values():
        if message.status is MessageStatus.WAITING and message.due is not None:
            yield message.due, page.text_waits.format(house.name_of(message.address))


def _of_incident(incident: Incident, words: demo_words.Words, page: PageWords) -> Iterator[Due]:
    if incident.due is not None and incident.is_call:
        yield incident.due, next_step(incident, words)
    if incident.ask_due is not None:
        yield incident.ask_due, page.asked_again


def _of_faults(demo: DemoHouse, state: State, page: PageWords) -> Iterator[Due]:
    for code, fault in state.faults.items():
        if fault.tell_at is not None:
            yield fault.tell_at, page.told_of_fault.format(demo.fault_in_words(code))
