"""Buttons and sensors: which of them have gone silent, run low, are stuck, or chatter.

Every message of a device is a sign of the device and none of life. A wireless one that says nothing for a day is out of
order; a wire is silent by nature, but a contact that never comes to rest, or changes faster than anybody moves, tells
nothing either.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hub.domain import proof, supervision
from hub.domain.draft import Draft
from hub.domain.facts import DeviceTold
from hub.domain.inputs import (
    ButtonCancelled,
    ButtonEdge,
    ButtonPressed,
    DeviceHeard,
    Input,
    LinkChanged,
    Observed,
    SensorChanged,
)
from hub.domain.policy import Button, Sensor, SensorKind
from hub.domain.records import State
from hub.domain.spans import after_watching
from hub.domain.supervision import GRACE
from hub.domain.supervision_state import DEVICE, FLAPS_A_MINUTE
from hub.domain.trouble import (
    BATTERY,
    FLAPPING,
    LINK_FAULTS,
    OFFLINE,
    SILENT,
    STUCK,
    TAMPERED,
    UNPROVEN_DEVICE,
    named,
)

# A battery is worth a word from here down, and new from there up: an old one recovers a little in the warmth.
LOW_PERCENT, NEW_PERCENT = 15, 25
# Nobody moves for half a day without a pause, and no front door stands open so long.
STUCK_AFTER = timedelta(hours=12)
STICKS = frozenset({SensorKind.MOTION, SensorKind.DOOR})
# A loose contact that was quiet for so long is believed again.
CALM = timedelta(minutes=10)


def on_heard(draft: Draft, seen: DeviceHeard) -> None:
    """A wireless device told something of itself, or its bridge of it."""
    if draft.policy.device(seen.device) is None:
        return
    if seen.battery is not None and seen.battery <= LOW_PERCENT:
        _raise(draft, BATTERY, seen.device, f"{seen.battery} %")
    elif seen.battery is not None and seen.battery >= NEW_PERCENT:
        supervision.end_fault(draft, BATTERY, seen.device)
    _set(draft, TAMPERED, seen.device, is_so=seen.tampered)
    _set(draft, OFFLINE, seen.device, is_so=None if seen.online is None else not seen.online)


def _set(draft: Draft, code: str, device: str, *, is_so: bool | None) -> None:
    """Note whether this is so; nothing where the device does not say."""
    if is_so:
        _raise(draft, code, device)
    elif is_so is not None:
        supervision.end_fault(draft, code, device)


def _raise(draft: Draft, code: str, device: str, detail: str = "") -> None:
    supervision.raise_fault(draft, code, detail, draft.at + GRACE, device)


def take_sign(draft: Draft, before: State, seen: Input) -> None:
    """Note which link showed by this input that it works. ``before``: the state in which the input came."""
    sign = _SIGNS.get(type(seen))
    link = sign(before, seen) if sign is not None else None
    if link is not None:
        proof.prove(draft, link)
        _note_sign(draft, link, seen)
    if isinstance(seen, SensorChanged):
        _look_at_movements(draft, seen.sensor)


def _note_sign(draft: Draft, link: str, seen: Input) -> None:
    """Each sign is noted, for somebody may be trying the device now; none of them is written."""
    device = draft.policy.device(link.removeprefix(DEVICE)) if link.startswith(DEVICE) else None
    if device is not None:
        heard = (seen.battery, seen.link_quality) if isinstance(seen, DeviceHeard) else (None, None)
        draft.note(DeviceTold(draft.at, device.id, *heard))


def _look_at_movements(draft: Draft, sensor: str) -> None:
    moves = draft.state.movements.get(sensor)
    if moves is None:
        return
    if moves.active_since is None:
        supervision.end_fault(draft, STUCK, sensor)
    if moves.changes > FLAPS_A_MINUTE:
        _raise(draft, FLAPPING, sensor)


def _of_button(_before: State, seen: ButtonPressed | ButtonCancelled) -> str:
    return DEVICE + seen.button


def _of_edge(before: State, seen: ButtonEdge) -> str | None:
    # The level at a start is where the contact stands, and no press.
    return DEVICE + seen.button if seen.down or seen.button in before.contacts else None


def _of_sensor(before: State, seen: SensorChanged) -> str | None:
    return DEVICE + seen.sensor if seen.active or seen.sensor in before.watch.active else None


def _of_device(_before: State, seen: DeviceHeard) -> str | None:
    return DEVICE + seen.device if seen.online is None else None


def _of_reading(_before: State, seen: Observed) -> str | None:
    return None if seen.value in (None, False) else proof.OF_READING.get(seen.what)


def _of_road(_before: State, seen: LinkChanged) -> str | None:
    return proof.OF_ROAD.get(seen.link)


_SIGNS: dict[type[Input], Callable[[State, Any], str | None]] = {
    ButtonPressed: _of_button,
    ButtonCancelled: _of_button,
    ButtonEdge: _of_edge,
    SensorChanged: _of_sensor,
    DeviceHeard: _of_device,
    Observed: _of_reading,
    LinkChanged: _of_road,
}


def look(draft: Draft) -> None:
    """Look after every device, some times an hour."""
    for device in draft.policy.devices:
        _look_for_silence(draft, device)
        if isinstance(device, Sensor):
            _look_for_sticking(draft, device)
            _look_for_calm(draft, device.id)


def _look_for_silence(draft: Draft, device: Button | Sensor) -> None:
    due = _silent_from(draft.state, device)
    if due is None or due > draft.at:
        return
    _raise(draft, SILENT, device.id)
    # That nobody heard it for a month says no more than that.
    supervision.end_fault(draft, UNPROVEN_DEVICE, device.id)


def _silent_from(state: State, device: Button | Sensor) -> datetime | None:
    """When this device will have said nothing for too long; None while it could not be heard, or need not."""
    link = state.links.get(DEVICE + device.id)
    is_gone = any(code in state.faults for code in LINK_FAULTS.get(device.link, ()))
    if link is None or device.silent_after is None or is_gone:
        return None
    heard = max(link.last, state.resumed.get(device.link, link.last))
    return after_watching(heard, device.silent_after, [span for span in state.watch.blind if not span.away])


def _look_for_sticking(draft: Draft, sensor: Sensor) -> None:
    moves = draft.state.movements.get(sensor.id)
    if moves is None or moves.active_since is None or sensor.kind not in STICKS:
        return
    if draft.at - moves.active_since >= STUCK_AFTER:
        _raise(draft, STUCK, sensor.id)


def _look_for_calm(draft: Draft, sensor: str) -> None:
    if named(FLAPPING, sensor) not in draft.state.faults:
        return
    moves = draft.state.movements.get(sensor)
    if moves is None or moves.flapped_at is None or draft.at - moves.flapped_at >= CALM:
        supervision.end_fault(draft, FLAPPING, sensor)
