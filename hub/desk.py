"""What is asked of the running hub, answered: status, commands about incidents, a new household.

By the command line, on the control socket's thread (`Desk.handle`), and by the pages, on theirs. It reads the state,
which is frozen, and posts inputs like everyone else.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.control import Settlements
from hub.dispatch import ignore
from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded, PolicyReplaced
from hub.errors import ConfigError, HubError
from hub.household import Household, export, parse
from hub.household_store import HouseholdStore
from hub.loop import Loop
from hub.ports import Clock, Post
from hub.settings import InForce, strangers
from hub.status import report

Answer = dict[str, Any]


class Desk:
    """Answers requests. ``settings``: what the hub runs on; ``taken_up`` hears what it runs on from now on."""

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        post: Post,
        settlements: Settlements,
        settings: Callable[[], InForce],
        taken_up: Callable[[InForce], None] = ignore,
    ) -> None:
        self._loop, self._clock, self._post = loop, clock, post
        self._settlements, self._settings, self._taken_up = settlements, settings, taken_up
        # Two changes at once, each of the household as it was before either, would lose one of them.
        self.changing = threading.RLock()
        self._requests: Mapping[str, Callable[[Answer], Answer]] = {
            "status": self._status,
            "command": self._command,
            "household": self._household,
        }

    def handle(self, request: Answer) -> Answer:
        """Answer one request: `{"do": "status" | "command" | "household", ...}`; never raises for its content."""
        what = self._requests.get(str(request.get("do")))
        if what is None:
            return {"ok": False, "text": f"do: one of {', '.join(self._requests)}"}
        try:
            return what(request)
        except (HubError, ValueError, TypeError, OverflowError) as error:
            return {"ok": False, "text": str(error)}

    def _status(self, _request: Answer) -> Answer:
        found = self._settings()
        return {"ok": True, **report(self._loop.state, self._loop.policy, found.config.hub.id, running=True)}

    def _command(self, request: Answer) -> Answer:
        outcome, until, number = request.get("outcome"), request.get("until"), request.get("incident")
        return self.command(
            Commanded(
                at=self._clock.now(),
                action=Action(str(request.get("action"))),
                via="cli",
                by=None if request.get("by") is None else str(request["by"]),
                incident=None if number is None else int(number),
                outcome=None if outcome is None else Outcome(outcome),
                until=None if until is None else _instant(str(until)),
            )
        )

    def command(self, command: Commanded) -> Answer:
        """Post ``command`` and wait for what becomes of it: {"ok": ..., "text": ...}."""
        asked = replace(command, request=secrets.token_hex(8))
        settled = self._settlements.wait_for(str(asked.request), lambda: self._post(asked))
        if settled is None:
            return {"ok": False, "text": "the hub did not decide in time; look at its log"}
        return {"ok": settled.ok, "text": settled.text}

    def _household(self, request: Answer) -> Answer:
        file = str(request.get("file", "household.toml"))
        self.take_up(parse(str(request.get("toml", "")), file), "cli", file)
        return {"ok": True, "text": "taken up; incidents already open keep their plan"}

    def change(self, make: Callable[[Household], Household], by: str) -> None:
        """Take up what ``make`` makes of the household in force; nothing where it is the same. Raises as `take_up`."""
        with self.changing:
            before = self._settings().household
            changed = make(before)
            if changed != before:
                self.take_up(changed, by)

    def take_up(self, household: Household, by: str, file: str = "household.toml") -> None:
        """Store a new household of ``by`` and take it up at once; open incidents keep the plan they began with.

        :raises ConfigError: it expects sensors that are not there, or could end in silence; ``file`` is what is named.
        :raises JournalError: it cannot be stored.
        """
        with self.changing:
            running = self._settings()
            config = running.config
            unknown = strangers(config, household, Path(file))
            if unknown:
                raise ConfigError(unknown)
            HouseholdStore(config.hub.households).add(export(household), by, self._clock.now())
            found = running.with_household(household)
            self._post(PolicyReplaced(self._clock.now(), found.policy))
            self._taken_up(found)


def _instant(text: str) -> datetime:
    """Read an instant; one without its zone would be compared with the hub's aware ones, in the deciding thread."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"until = {text}: write it in UTC, with Z at its end")
    return at
