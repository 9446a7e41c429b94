"""Whoever said yes by text is written into the household: consent is the household's, the "yes" is the journal's.

A mirror of the core, for it hears every fact; but a household is synced to a card, which may take seconds, so that the
writing is done by a thread that lives as long as it takes. What could not be written is tried at the next start: an
agreement stays open in the state until the household has it (`hub.domain.invitations`).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from hub.domain.facts import Fact, HubStarted, InvitationAnswered
from hub.domain.invitations import agreed
from hub.domain.records import State
from hub.domain.view import View
from hub.errors import HubError
from hub.household import Household

log = logging.getLogger(__name__)

# By whom the revision is.
BY_TEXT = "sms"
Change = Callable[[Callable[[Household], Household], str], None]


class Joining:
    """A `hub.ports.Mirror`. ``change`` takes up what a function makes of the household in force, in somebody's name."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def show(self, facts: tuple[Fact, ...], _last_seq: int, state: State, _now: View) -> None:
        """Write down who joined, where these facts say so, or the hub has just started."""
        if any(
            isinstance(fact, HubStarted) or (isinstance(fact, InvitationAnswered) and fact.agreed) for fact in facts
        ):
            self._begin(agreed(state))

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


def joined(household: Household, who: Mapping[str, str]) -> Household:
    """Return the household in which these people (numbers by id) have agreed; a number that is another's has not."""
    people = tuple(
        replace(person, consent=True) if who.get(person.id) == person.phone else person for person in household.people
    )
    return replace(household, people=people)
