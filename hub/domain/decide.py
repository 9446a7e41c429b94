"""What follows from an input: routing only; the rules are in the modules named here.

    facts = decide(state, seen, policy)
    for fact in facts: state = evolve(state, fact)

Pure: the same three always give the same facts, whatever the clock on the wall says.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hub.domain import (
    button,
    calls,
    circle,
    climate,
    commands,
    conversation,
    credit,
    devices,
    drills,
    incident,
    invitations,
    one_off,
    outbox,
    people,
    presence,
    proof,
    rounds,
    sources,
    supervision,
    watch,
    windows_by_text,
)
from hub.domain.draft import Draft
from hub.domain.facts import ClockCorrected, Fact, HubStarted, ReadingTaken
from hub.domain.inputs import (
    Booted,
    ButtonCancelled,
    ButtonEdge,
    ButtonPressed,
    CallCame,
    CallOver,
    ClockStepped,
    Commanded,
    CreditTold,
    DeliveryReported,
    DeviceHeard,
    FaultCleared,
    FaultSeen,
    Input,
    KeyHeard,
    LinkChanged,
    Observed,
    PolicyReplaced,
    SendReported,
    SensorChanged,
    SmsReceived,
    TemperatureMeasured,
    Tick,
    TimeTold,
    WindowRefused,
)
from hub.domain.policy import Policy
from hub.domain.records import State

# Readings kept for the status page; a driver that invents names must not fill the memory.
READINGS_AT_MOST = 64


def decide(state: State, seen: Input, policy: Policy) -> tuple[Fact, ...]:
    """Return the facts that follow from ``seen`` in ``state`` under ``policy``.

    First what was seen, then whatever has come due (so that an answer in the last second still counts), then
    what may be sent, and at last when to look again.
    """
    draft = Draft(state, policy, seen.at)
    _ON_INPUT[type(seen)](draft, seen)
    devices.take_sign(draft, state, seen)
    proof.settle(draft)
    for run_due in (button.run_due, presence.run_due, sources.look, watch.run_due, one_off.run_due, incident.run_due):
        run_due(draft)
    for run_due in (drills.run_due, rounds.run_due, supervision.run_due, circle.run_due):
        run_due(draft)
    calls.run_due(draft)
    outbox.run_due(draft)
    outbox.advance(draft)
    watch.plan_check(draft)
    return tuple(draft.facts)


def _on_boot(draft: Draft, seen: Booted) -> None:
    """Take up where the journal ends: what is overdue runs at once, but a silence asks the resident afresh."""
    if draft.state.at is not None:
        # A start comes after whatever was before it, even where the clock says they are the same instant: what
        # came before does not move when that clock is corrected, and what comes after does.
        draft.at = max(draft.at, draft.state.at + timedelta.resolution)
    draft.note(HubStarted(draft.at, seen.rebooted, seen.clock_trusted, seen.watched_until, seen.boot))
    proof.revise(draft)
    invitations.revise(draft)
    windows_by_text.revise(draft)
    supervision.watch_the_clock(draft)
    if seen.rebooted and not seen.clock_trusted:
        # Nobody knows how long the power was off: a call for help is taken to be overdue.
        incident.hurry_after_a_power_cut(draft)
    outbox.after_a_start(draft)
    watch.ask_afresh(draft)


def _on_clock(draft: Draft, seen: ClockStepped) -> None:
    draft.note(ClockCorrected(draft.at, seen.by, seen.trusted))
    draft.at += seen.by
    supervision.watch_the_clock(draft)


def _on_observed(draft: Draft, seen: Observed) -> None:
    supervision.watch_the_mains(draft, seen)
    readings = draft.state.readings
    is_news = seen.what not in readings or readings[seen.what] != seen.value
    if is_news and (seen.what in readings or len(readings) < READINGS_AT_MOST):
        draft.note(ReadingTaken(draft.at, seen.what, seen.value))


def _on_policy(draft: Draft, _seen: PolicyReplaced) -> None:
    proof.revise(draft)
    invitations.revise(draft)
    windows_by_text.revise(draft)


def _on_text(draft: Draft, seen: SmsReceived) -> None:
    conversation.on_text(draft, seen)
    people.look(draft)


def _on_delivery(draft: Draft, seen: DeliveryReported) -> None:
    outbox.on_delivery(draft, seen)
    people.look(draft)


def _on_time(_draft: Draft, _seen: Input) -> None:
    """Only the time is new; what is due is looked at after every input anyway."""


_ON_INPUT: dict[type[Input], Callable[[Draft, Any], None]] = {
    Tick: _on_time,
    Booted: _on_boot,
    ClockStepped: _on_clock,
    PolicyReplaced: _on_policy,
    CreditTold: credit.on_told,
    WindowRefused: windows_by_text.on_refused,
    ButtonEdge: button.on_edge,
    ButtonPressed: button.on_pressed,
    ButtonCancelled: button.on_cancelled,
    SensorChanged: watch.on_sensor,
    TemperatureMeasured: climate.on_reading,
    DeviceHeard: devices.on_heard,
    SmsReceived: _on_text,
    SendReported: outbox.on_report,
    DeliveryReported: _on_delivery,
    KeyHeard: calls.on_key,
    CallCame: calls.on_ring,
    CallOver: calls.on_over,
    LinkChanged: outbox.on_link,
    FaultSeen: supervision.on_fault,
    FaultCleared: supervision.on_cleared,
    Observed: _on_observed,
    Commanded: commands.on_command,
    TimeTold: _on_time,
}
