"""The resident's consent: that it was given, and the switch by which the one at home takes the watch back.

To be watched over is the resident's own to allow. Switched off, no silence is judged, for as long as it pleases; only
the same person switches it on again, and the family is told. The button, smoke and falls call for help all the same.
"""

from hub.domain import watch
from hub.domain.draft import Draft
from hub.domain.facts import ConsentRecorded, Purpose, Whereabouts, WhereaboutsChanged, Words
from hub.domain.incident import RESIDENT, explain_silence
from hub.domain.policy import Person

# Who agreed: the one at home, or somebody who may decide for them (a guardian).
OWN, GUARDIAN = "resident", "guardian"
HOWS = (OWN, GUARDIAN)


def record(draft: Draft, by: Person, how: str) -> str:
    """Note that the one at home was told what the hub does, and agreed; return why not."""
    if how not in HOWS:
        return f'"text" must be one of {", ".join(HOWS)}: who agreed'
    draft.note(ConsentRecorded(draft.at, by.id, by.name, how))
    return ""


def is_off(draft: Draft) -> bool:
    """Whether the resident has switched the watch off."""
    return draft.state.presence.whereabouts is Whereabouts.OFF


def switch_off(draft: Draft) -> None:
    """Judge no silence until the resident says so; a question that is being asked is answered by this."""
    if not is_off(draft):
        draft.note(WhereaboutsChanged(draft.at, Whereabouts.OFF, None, RESIDENT))
        explain_silence(draft)
        _tell_family(draft, "watch.off")


def switch_on(draft: Draft, source: str) -> None:
    """Watch again. That the resident says so, by ``source``, is a sign of life."""
    draft.note(WhereaboutsChanged(draft.at, Whereabouts.HOME, None, RESIDENT))
    watch.hear(draft, source)
    _tell_family(draft, "watch.on")


def _tell_family(draft: Draft, key: str) -> None:
    words = Words(key, (("resident", draft.policy.resident.name), ("time", draft.at)))
    for admin in draft.policy.family():
        if admin.id not in draft.state.stopped:
            draft.write(admin, Purpose.STATUS, words)
