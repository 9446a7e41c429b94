"""What people decide by text is written into the household: who said yes, and the hours that a window shall have.

A mirror of the core, for it hears every fact; but a household is synced to a card, which may take seconds, so that the
writing is done by a thread that lives as long as it takes. What was not written when the power went is written at the
next start: it stays open in the state until the household has it (`hub.domain.invitations`, `windows_by_text`).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from hub.domain.facts import Fact, HubStarted, InvitationAnswered, WindowWanted
from hub.domain.invitations import agreed
from hub.domain.policy import EVERY_DAY, Window
from hub.domain.records import State, WindowWish
from hub.domain.view import View
from hub.errors import ConfigError, HubError, Mistake
from hub.household import Household, export, parse

log = logging.getLogger(__name__)

# By whom the revision is.
BY_TEXT = "sms"
Change = Callable[[Callable[[Household], Household], str], None]


class Joining:
    """A `hub.ports.Mirror`. ``change`` takes up what a function makes of the household in force, in somebody's name.

    ``refused`` hears the name of each window that the household could not have, and the wish.
    """

    def __init__(self, change: Change, refused: Callable[[str, WindowWish], None]) -> None:
        self._change, self._refused = change, refused
        self._wanted: Mapping[str, WindowWish] = {}

    def show(self, facts: tuple[Fact, ...], _last_seq: int, state: State, _now: View) -> None:
        """Write down what these facts say, or what is still open where the hub has just started."""
        has_started = any(isinstance(fact, HubStarted) for fact in facts)
        if has_started or any(isinstance(fact, InvitationAnswered) and fact.agreed for fact in facts):
            self._begin(agreed(state))
        self._wanted = state.windows_wanted
        wanted = {fact.name for fact in facts if isinstance(fact, WindowWanted)}
        for name, wish in state.windows_wanted.items():
            if has_started or name in wanted:
                threading.Thread(target=self._set, args=(name, wish), name="joining", daemon=True).start()

    def beat(self) -> None:
        """Nobody listens for that here."""

    def _begin(self, who: Mapping[str, str]) -> None:
        if who:
            threading.Thread(target=self._write, args=(who,), name="joining", daemon=True).start()

    def _write(self, who: Mapping[str, str]) -> None:
        try:
            self._change(lambda household: joined(household, who), BY_TEXT)
        except HubError as error:
            log.error("joining: the agreement of %s is not in the household yet: %s", ", ".join(who), error)  # noqa: TRY400 -- the sentence says it all

    def _set(self, name: str, wish: WindowWish) -> None:
        try:
            self._change(lambda household: self._with(household, name, wish), BY_TEXT)
        except HubError as error:
            log.error("joining: the window %s stays as it was: %s", name, error)  # noqa: TRY400 -- the sentence says it all
            self._refused(name, wish)
        except Exception:
            # The top of this thread: whatever bug it is, whoever wished it must hear of it.
            log.exception("joining: the window %s stays as it was", name)
            self._refused(name, wish)

    def _with(self, household: Household, name: str, wish: WindowWish) -> Household:
        """The household with it; as it is where a newer wish has taken its place, and a thread of its own."""
        return with_window(household, name, wish) if self._wanted.get(name) == wish else household


def joined(household: Household, who: Mapping[str, str]) -> Household:
    """Return the household in which these people (numbers by id) have agreed; a number that is another's has not."""
    people = tuple(
        replace(person, consent=True) if who.get(person.id) == person.phone else person for person in household.people
    )
    return replace(household, people=people)


def with_window(household: Household, name: str, wish: WindowWish) -> Household:
    """Return the household whose window ``name`` is as it was wished; one that is new holds every day, for any sign.

    :raises ConfigError: no household can have it so: its name is too long, there are too many, or it is gone.
    """
    windows = tuple(
        replace(each, opens=wish.opens, closes=wish.closes) if each.name == name else each for each in household.windows
    )
    if all(each.name != name for each in windows):
        if not wish.is_new:
            raise ConfigError([Mistake("household", f"there is no window {name} any more")])
        windows = (*windows, Window(name, EVERY_DAY, wish.opens, wish.closes))
    return parse(export(replace(household, windows=windows)))
