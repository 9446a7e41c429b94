"""When each link last worked: buttons, sensors, the SIM, people's phones, the broker, the mains, the clock.

Nothing is believed to work because nobody complained. What has not been seen to work for thirty days counts as down
(BEHAVIOUR 7), and the family is asked to try it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hub.domain.draft import Draft
from hub.domain.facts import LinkProven, LinksExpected
from hub.domain.policy import Person, Policy
from hub.domain.records import State
from hub.domain.supervision import end_fault, raise_fault
from hub.domain.supervision_state import DEVICE, PERSON, SIM
from hub.domain.trouble import (
    OFFLINE,
    SILENT,
    UNANSWERED,
    UNPROVEN_DEVICE,
    UNPROVEN_PERSON,
    UNPROVEN_SIM,
    about,
    code_of,
    named,
)

# Older than this counts as down (BEHAVIOUR 7).
PROOF_LASTS = timedelta(days=30)
# A link that works all day is noted this often, to spare the card.
NOTED_EVERY = timedelta(hours=1)
BROKER, MAINS, BATTERY, CLOCK = "broker", "mains", "battery", "clock"
# Readings that say, as long as they come, that what they are about is there.
OF_READING = {"mains": MAINS, "battery_percent": BATTERY}
OF_ROAD = {"mqtt": BROKER}
# What a sign of the link itself brings to an end.
_ENDED_BY_A_SIGN = {
    OFFLINE: DEVICE,
    SILENT: DEVICE,
    UNPROVEN_DEVICE: DEVICE,
    UNPROVEN_PERSON: PERSON,
    UNANSWERED: PERSON,
    UNPROVEN_SIM: SIM,
}


def revise(draft: Draft) -> None:
    """Note what there is to supervise, where that has changed; what is gone has no faults any more."""
    links = _expected(draft.policy)
    if links == tuple(draft.state.links):
        return
    draft.note(LinksExpected(draft.at, links))
    for fault in tuple(draft.state.faults):
        what = about(fault)
        if what and not {DEVICE + what, PERSON + what} & set(links):
            end_fault(draft, code_of(fault), what)


def _expected(policy: Policy) -> tuple[str, ...]:
    devices = (DEVICE + device.id for device in policy.devices)
    people = (PERSON + person.id for person in policy.people if is_texted(person))
    return (*devices, *people, SIM, BROKER, MAINS, BATTERY, CLOCK)


def is_texted(person: Person) -> bool:
    """Whether texts go to this person."""
    return person.can_be_alerted and bool(person.phone) and "sms" in person.channels


def prove(draft: Draft, link: str) -> None:
    """Note that this link works; nothing where that is known since a moment ago."""
    known = draft.state.links.get(link)
    if known is None:
        return
    is_old = known.proven_at is None or draft.at - known.proven_at >= NOTED_EVERY
    if is_old or _is_doubted(draft.state, link):
        draft.note(LinkProven(draft.at, link))


def _is_doubted(state: State, link: str) -> bool:
    return any(_link_of(fault) == link for fault in state.faults)


def _link_of(fault: str) -> str | None:
    """The link whose sign would end this fault."""
    kind = _ENDED_BY_A_SIGN.get(code_of(fault))
    return None if kind is None else f"{kind}{about(fault)}"


def settle(draft: Draft) -> None:
    """End the faults whose link has worked since they were raised."""
    for fault, standing in tuple(draft.state.faults.items()):
        link = draft.state.links.get(_link_of(fault) or "")
        if link is not None and link.proven_at is not None and link.proven_at > standing.raised_at:
            end_fault(draft, code_of(fault), about(fault))


def look(draft: Draft) -> None:
    """Raise a fault for each link that has not been seen to work for thirty days."""
    for link, known in draft.state.links.items():
        if draft.at - known.last < PROOF_LASTS:
            continue
        kind, _, what = link.rpartition("/")
        # Whoever is known to be silent or unreachable is told of already.
        if kind == "device" and named(SILENT, what) not in draft.state.faults:
            raise_fault(draft, UNPROVEN_DEVICE, "", draft.at, what)
        elif kind == "person":
            raise_fault(draft, UNPROVEN_PERSON, "", draft.at, what)
        elif link == SIM:
            raise_fault(draft, UNPROVEN_SIM, "", draft.at)


def proven(state: State) -> Mapping[str, datetime]:
    """When each link last worked; those that never did are left out."""
    found = {link: known.proven_at for link, known in state.links.items() if known.proven_at is not None}
    # What is true at this moment is proven now.
    if state.at is not None:
        found |= {link: state.at for road, link in OF_ROAD.items() if state.roads.get(road)}
        found |= {link: state.at for what, link in OF_READING.items() if state.readings.get(what)}
        found |= {CLOCK: state.at} if state.clock_trusted else {}
    return found


def is_down(state: State, link: str) -> bool:
    """Whether this link was not seen to work for so long that it counts as down."""
    known, seen = state.links.get(link), proven(state).get(link)
    if known is None or state.at is None:
        return False
    return state.at - (seen or known.since) >= PROOF_LASTS
