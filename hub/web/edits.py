"""A change of the household, as `telecare-hub household import` makes one: checked whole, stored, in force at once."""

import hashlib
from collections.abc import Callable

from flask import current_app, request

from hub.domain.policy import Wave
from hub.errors import ConfigError, HubError, JournalError
from hub.household import Household, export
from hub.web.guard import house, who
from hub.web.language import gettext as _

FIELD = "revision"


class RefusedError(Exception):
    """A change that cannot be made; the words are for the reader of the page."""


def household() -> Household:
    """The household in force."""
    return house().settings().household


def revision() -> str:
    """Name the household that a form was filled in for."""
    found, named = household(), current_app.extensions.get("revision")
    # Asked for by each form of a page, and it changes once a month.
    if named is None or named[0] is not found:
        named = (found, hashlib.sha256(export(found).encode()).hexdigest()[:16])
        current_app.extensions["revision"] = named
    return str(named[1])


def edit(change: Callable[[Household], Household]) -> None:
    """Take up the household that ``change`` makes of the present one.

    :raises RefusedError: somebody else changed it meanwhile, it could end in silence, or the card takes nothing.
    """
    with house().desk.changing:
        if request.form.get(FIELD) != revision():
            raise RefusedError(
                _("Somebody changed the settings meanwhile. Look at what stands here now, and try again.")
            )
        changed = change(household())
        _refuse_silence(changed)
        _take_up(changed)


def _take_up(changed: Household) -> None:
    try:
        house().desk.take_up(changed, who().id)
    except (ConfigError, JournalError) as error:
        raise RefusedError(why_not_taken(error)) from error


def why_not_taken(error: HubError) -> str:
    """Why the hub did not take up a household, in the reader's words; the log has the evidence."""
    current_app.logger.info("web: a change of the household was refused: %s", error)
    if isinstance(error, JournalError):
        return _("The box's card takes nothing now: nothing was changed.")
    return _("The box cannot take this: %s") % (error.mistakes[0].text if isinstance(error, ConfigError) else error)


def _refuse_silence(changed: Household) -> None:
    """Say it in the reader's words; `hub.household` would refuse it in the installer's."""
    told = {person.id for person in changed.people if person.can_be_alerted}
    if not told:
        raise RefusedError(_("Then nobody could be told. One person at least must agree and have a telephone."))
    for number, wave in enumerate(changed.waves, 1):
        if not _reaches(wave, told):
            raise RefusedError(_("Then nobody of call %d could be told. Add somebody to it, or take it away.") % number)
    if not changed.waves:
        raise RefusedError(_("Then nobody would be called. Keep one call at least."))


def _reaches(wave: Wave, told: set[str]) -> bool:
    return "all" in wave.people or bool(told & set(wave.people))
