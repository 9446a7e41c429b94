"""What a home needs before anybody may rely on it, each with when it was last proven: the end of the set-up, and later.

Nothing is ready because somebody ticked it: it reads what the hub has seen itself (`hub.domain.proof`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.domain.coverage import ENOUGH
from hub.domain.policy import Button, Policy, Sensor
from hub.domain.proof import CLOCK, is_down, is_texted, proven
from hub.domain.records import State
from hub.domain.supervision_state import DEVICE, PERSON, SIM
from hub.web.devices import kind_words
from hub.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Check:
    """One thing. ``words``: what it is; ``remedy``: what is missing ("": it is in order); ``where``: an endpoint.

    ``proven_at``: when it was last seen to work; None for what is no link.
    """

    words: str
    remedy: str
    where: str
    proven_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.remedy


def checks(state: State, policy: Policy, logged_in: frozenset[str]) -> list[Check]:
    """Return everything a home needs, in the order of the set-up. ``logged_in``: who has an account."""
    return [
        *_of_the_home(state, policy),
        *_of_people(state, policy, logged_in),
        *(_of_device(state, device) for device in policy.devices),
        *_of_the_box(state, policy),
    ]


def _of_the_home(state: State, policy: Policy) -> Iterator[Check]:
    resident = policy.resident
    has_way_in = bool(resident.address)
    yield Check(
        _("The way in for whoever comes"),
        "" if has_way_in else _("Write the address: whoever answers must find the door."),
        "setup.resident",
    )
    agreed = state.consent
    yield Check(
        _("%s agrees to be watched over") % resident.name,
        "" if agreed else _("Ask, and note who agreed."),
        "setup.resident",
        agreed.at if agreed else None,
    )


def _of_people(state: State, policy: Policy, logged_in: frozenset[str]) -> Iterator[Check]:
    family = [person for person in policy.family() if person.id in logged_in]
    yield Check(
        _("Somebody of the family can log in and is told of alerts"),
        "" if family else _("Nobody of the family has an account and has agreed."),
        "setup.people",
    )
    told = [person for person in policy.people if person.can_be_alerted and person.id not in state.stopped]
    yield Check(
        _("Two people at least have agreed to be told (so far: %d)") % len(told),
        "" if len(told) >= ENOUGH else _("Invite somebody: one person alone may be in the shower."),
        "setup.people",
    )
    for person in told:
        if is_texted(person):
            remedy = _("Send the test: %s answers 1.") % person.name
            yield _of_link(state, PERSON + person.id, _("The phone of %s") % person.name, remedy, "setup.test")


def _of_device(state: State, device: Button | Sensor) -> Check:
    name = device.room or device.id
    if isinstance(device, Button):
        words, remedy, where = _("Call button: %s") % name, _("Press it."), "setup.button"
    else:
        words = _("%(kind)s: %(place)s") % {"kind": kind_words(device.kind), "place": name}
        remedy, where = _("Walk past it, open it, or try it as its leaflet says."), "setup.sensors"
    return _of_link(state, DEVICE + device.id, words, remedy, where)


def _of_the_box(state: State, policy: Policy) -> Iterator[Check]:
    yield _of_link(state, SIM, _("Texts leave the home"), _("Send the test."), "setup.test")
    yield _of_link(state, CLOCK, _("The box knows the time"), _("Connect it to the internet, or wait."), "devices.show")
    has_times = bool(policy.windows or policy.silences or policy.learned)
    yield Check(
        _("A missing sign of life is noticed"),
        "" if has_times else _("Set times: without them only the button calls for help."),
        "windows.show",
    )
    yield Check(
        _("Nothing is out of order"),
        _("See what is wrong.") if state.faults else "",
        "devices.show",
    )


def _of_link(state: State, link: str, words: str, remedy: str, where: str) -> Check:
    seen = proven(state).get(link)
    return Check(words, "" if seen is not None and not is_down(state, link) else remedy, where, seen)
