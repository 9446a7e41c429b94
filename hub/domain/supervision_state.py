"""How facts change what is known of devices, links and people's phones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from hub.domain import facts as f
from hub.domain.records import (
    Ask,
    Awaited,
    Credit,
    Heard,
    Link,
    Movements,
    Notice,
    Reach,
    Span,
    State,
    Thermometer,
)
from hub.domain.replacing import changed, replace
from hub.domain.trouble import LINK_FAULTS
from hub.domain.unsent_state import KEPT_FOR, kept_of

T = TypeVar("T")
Change = Callable[[State, Any], State]

# Texts whose delivery report is still waited for; networks that report do so within a day.
AWAITED_AT_MOST = 64
# Times a person was asked, for the medians; at one drill a month more than a year.
ASKS_REMEMBERED = 20
# Texts without a report that say something of a phone.
UNREPORTED_REMEMBERED = 3
# A detector that changes more often within a minute has a loose contact: nobody moves like that.
FLAPS_A_MINUTE = 60
# Spans without a working source that still matter for one rule: as for the hub's own. No rule looks back further than
# a silence may last, which is a week.
UNSEEN_REMEMBERED = 64
UNSEEN_KEPT = timedelta(days=14)
# After a start devices get so long to say how they are, before they are looked at.
FIRST_ROUND = timedelta(minutes=5)
# What drills and alerts have in common: an answer is waited for.
ASKING = frozenset({f.Purpose.ALERT, f.Purpose.DRILL})

DEVICE, PERSON, SIM = "device/", "person/", "sim"
# Whose deliveries are told.
ROAD = "sms"


def change_supervision(state: State, fact: f.Fact) -> State:
    """Return ``state`` with what ``fact`` says of devices, links and phones; to be asked before the outbox changes."""
    change = _CHANGES.get(type(fact))
    return state if change is None else change(state, fact)


def _proven(state: State, link: str, at: datetime) -> State:
    known = state.links.get(link)
    if known is None:
        return state
    return replace(state, links=changed(state.links, link, replace(known, proven_at=at)))


def _expected(state: State, fact: f.LinksExpected) -> State:
    links = {link: state.links.get(link, Link(fact.at)) for link in fact.links}
    reach = {who: known for who, known in state.reach.items() if PERSON + who in links}
    return replace(state, links=MappingProxyType(links), reach=MappingProxyType(reach))


def _link_proven(state: State, fact: f.LinkProven) -> State:
    return _proven(state, fact.link, fact.at)


def _life_seen(state: State, fact: f.LifeSeen) -> State:
    return _proven(state, DEVICE + fact.source, fact.at)


def _started(state: State, fact: f.HubStarted) -> State:
    # Of what was read before nothing is on record, but what the neighbours were told.
    told = {
        who: Thermometer(alarmed=t.alarmed, is_told=t.is_told) for who, t in state.thermometers.items() if t.alarmed
    }
    return replace(
        state,
        movements=MappingProxyType({}),
        thermometers=MappingProxyType(told),
        heard=MappingProxyType({}),
        off_since=fact.blind_since,
        round_due=fact.at + FIRST_ROUND,
    )


def _round_made(state: State, fact: f.RoundMade) -> State:
    return replace(state, round_due=fact.due)


def _family_told(state: State, fact: f.FamilyTold) -> State:
    return replace(state, notices=changed(state.notices, fact.notice, Notice(fact.at, fact.detail)))


def _opened(state: State, fact: f.IncidentOpened) -> State:
    return replace(state, drilled_at=fact.at) if fact.kind is f.Kind.DRILL else state


def _fault_ended(state: State, fact: f.FaultEnded) -> State:
    resumed = {link: fact.at for link, faults in LINK_FAULTS.items() if fact.fault in faults}
    return replace(state, resumed=MappingProxyType({**state.resumed, **resumed})) if resumed else state


def _blinded(state: State, fact: f.RulesBlinded) -> State:
    watch = state.watch
    unseen = {rule: spans for rule, spans in watch.unseen.items() if spans[-1].end > fact.at - UNSEEN_KEPT}
    for rule, since in watch.blinded.items():
        if rule not in fact.rules:
            # The last one says since when it watches; a short one is time that does not count.
            unseen[rule] = (*unseen.get(rule, ()), Span(since, fact.at))[-UNSEEN_REMEMBERED:]
    blinded = {rule: watch.blinded.get(rule, fact.at) for rule in fact.rules}
    return replace(state, watch=replace(watch, blinded=MappingProxyType(blinded), unseen=MappingProxyType(unseen)))


# --- devices ------------------------------------------------------------------------------------------


def _device_told(state: State, fact: f.DeviceTold) -> State:
    now = replace(state.heard.get(fact.device, Heard(fact.at)), at=fact.at)
    if fact.battery is not None:
        now = replace(now, battery=fact.battery, battery_at=fact.at)
    if fact.link_quality is not None:
        now = replace(now, link_quality=fact.link_quality, link_quality_at=fact.at)
    return replace(state, heard=changed(state.heard, fact.device, now))


def _moved(state: State, fact: f.SensorMoved) -> State:
    before = state.movements.get(fact.sensor, Movements())
    is_same_minute = before.minute_from is not None and fact.at - before.minute_from < timedelta(minutes=1)
    changes = before.changes + 1 if is_same_minute else 1
    now = Movements(
        active_since=fact.at if fact.active else None,
        moved_at=fact.at,
        minute_from=before.minute_from if is_same_minute else fact.at,
        changes=changes,
        flapped_at=fact.at if changes > FLAPS_A_MINUTE else before.flapped_at,
    )
    return replace(state, movements=changed(state.movements, fact.sensor, now))


def _read(state: State, fact: f.TemperatureRead) -> State:
    before = state.thermometers.get(fact.sensor, Thermometer())
    now = replace(before, celsius=fact.celsius, read_at=fact.at, beyond=fact.beyond, since=fact.since)
    return replace(state, thermometers=changed(state.thermometers, fact.sensor, now))


def _credit_read(state: State, fact: f.CreditRead) -> State:
    return replace(state, credit=Credit(fact.amount_c, fact.currency, fact.expires, fact.at))


def _kept(state: State, fact: f.TemperatureSeen) -> State:
    before = state.thermometers.get(fact.sensor, Thermometer())
    now = replace(before, kept_at=fact.at, kept_c=fact.celsius)
    return replace(state, thermometers=changed(state.thermometers, fact.sensor, now))


def _alarmed(state: State, fact: f.TemperatureAlarmed) -> State:
    before = state.thermometers.get(fact.sensor, Thermometer())
    now = replace(before, alarmed=fact.extreme, is_told=True)
    return replace(state, thermometers=changed(state.thermometers, fact.sensor, now))


def _settled(state: State, fact: f.TemperatureSettled) -> State:
    before = state.thermometers.get(fact.sensor, Thermometer())
    return replace(state, thermometers=changed(state.thermometers, fact.sensor, replace(before, is_told=False)))


# --- people's phones ------------------------------------------------------------------------------------


def _person_changed(state: State, who: str, change: Callable[[Reach], Reach]) -> State:
    if PERSON + who not in state.links:
        return state
    return replace(state, reach=changed(state.reach, who, change(state.reach.get(who, Reach()))))


def _accepted(state: State, fact: f.MessageAccepted) -> State:
    message = state.outbox.get(fact.message)
    if message is None:
        return state
    if message.purpose in ASKING and message.incident is not None:
        ask = Ask(message.incident, fact.at)
        state = _person_changed(state, message.person, lambda reach: _asked(reach, ask))
    if message.road != ROAD:
        return state
    awaited = {**state.awaiting, fact.message: Awaited(message.person, message.incident, fact.at, kept_of(message))}
    # What is older than that is sent again by nobody: its words need not be known any longer.
    known = {n: a if fact.at - a.at <= KEPT_FOR else replace(a, message=None) for n, a in awaited.items()}
    newest = dict(sorted(known.items())[-AWAITED_AT_MOST:])
    state = _proven(replace(state, awaiting=MappingProxyType(newest), text_out_at=fact.at), SIM, fact.at)
    return _person_changed(state, message.person, lambda reach: _unreported(reach, fact.at))


def _asked(reach: Reach, ask: Ask) -> Reach:
    if any(known.incident == ask.incident for known in reach.asks):
        return reach
    return replace(reach, asks=(*reach.asks, ask)[-ASKS_REMEMBERED:])


def _unreported(reach: Reach, at: datetime) -> Reach:
    # The oldest ones: that is since when nothing is known.
    return replace(reach, refused=0, unreported=(*reach.unreported, at)[:UNREPORTED_REMEMBERED])


def _delivered(state: State, fact: f.MessageDelivered) -> State:
    state, text = _take_awaited(state, fact.message)
    if text is None:
        return state
    delivered = fact.at - text.at
    state = _person_changed(
        state,
        text.person,
        lambda reach: _reached(_with_ask(reach, text.incident, delivered_after=delivered)),
    )
    return _proven(state, PERSON + text.person, fact.at)


def _undelivered(state: State, fact: f.MessageUndelivered) -> State:
    state, text = _take_awaited(state, fact.message)
    if text is None:
        return state
    return _person_changed(state, text.person, lambda reach: replace(reach, undelivered=reach.undelivered + 1))


def _take_awaited(state: State, message: int) -> tuple[State, Awaited | None]:
    waiting = dict(state.awaiting)
    text = waiting.pop(message, None)
    return replace(state, awaiting=MappingProxyType(waiting)), text


def _reached(reach: Reach) -> Reach:
    return replace(reach, refused=0, undelivered=0, unreported=())


def _with_ask(reach: Reach, incident: int | None, **more: timedelta) -> Reach:
    """Note what came of having been asked about this incident; the first time counts."""
    asks = tuple(
        replace(ask, **more)  # type: ignore[arg-type]
        if ask.incident == incident and all(getattr(ask, name) is None for name in more)
        else ask
        for ask in reach.asks
    )
    return replace(reach, asks=asks)


def _failed(state: State, fact: f.MessageFailed) -> State:
    message = state.outbox.get(fact.message)
    if message is None or fact.retry_at is not None or message.road != ROAD:
        return state
    return _person_changed(state, message.person, lambda reach: replace(reach, refused=reach.refused + 1))


def _wrote(state: State, fact: f.SmsKept) -> State:
    state = _proven(replace(state, text_in_at=fact.at), SIM, fact.at)
    if fact.person is None:
        return state
    return _proven(_person_changed(state, fact.person, _reached), PERSON + fact.person, fact.at)


def _replied(state: State, fact: Any) -> State:
    asks = state.reach.get(fact.person, Reach()).asks
    asked = next((ask for ask in asks if ask.incident == fact.incident), None)
    if asked is None:
        return state
    after = fact.at - asked.at
    return _person_changed(state, fact.person, lambda reach: _with_ask(reach, fact.incident, answered_after=after))


_CHANGES: dict[type[f.Fact], Change] = {
    f.LinksExpected: _expected,
    f.LinkProven: _link_proven,
    f.LifeSeen: _life_seen,
    f.HubStarted: _started,
    f.RoundMade: _round_made,
    f.FamilyTold: _family_told,
    f.IncidentOpened: _opened,
    f.FaultEnded: _fault_ended,
    f.RulesBlinded: _blinded,
    f.DeviceTold: _device_told,
    f.SensorMoved: _moved,
    f.CreditRead: _credit_read,
    f.TemperatureRead: _read,
    f.TemperatureSeen: _kept,
    f.TemperatureAlarmed: _alarmed,
    f.TemperatureSettled: _settled,
    f.MessageAccepted: _accepted,
    f.MessageDelivered: _delivered,
    f.MessageUndelivered: _undelivered,
    f.MessageFailed: _failed,
    f.SmsKept: _wrote,
    f.DrillAnswered: _replied,
    f.IncidentAnswered: _replied,
    f.IncidentAttended: _replied,
    f.IncidentDeclined: _replied,
}
