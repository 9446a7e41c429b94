"""What the command line asks of the running hub, answered: status, commands about incidents, a new household.

Runs on the control socket's thread. It reads the state, which is frozen, and posts inputs like everyone else.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.control import Settlements
from hub.dispatch import ignore
from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded, PolicyReplaced
from hub.errors import ConfigError, HubError
from hub.household import export, parse
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
        token = secrets.token_hex(8)
        command = Commanded(
            at=self._clock.now(),
            action=Action(str(request.get("action"))),
            via="cli",
            by=None if request.get("by") is None else str(request["by"]),
            incident=None if number is None else int(number),
            outcome=None if outcome is None else Outcome(outcome),
            until=None if until is None else _instant(str(until)),
            request=token,
        )
        settled = self._settlements.wait_for(token, lambda: self._post(command))
        if settled is None:
            return {"ok": False, "text": "the hub did not decide in time; look at its log"}
        return {"ok": settled.ok, "text": settled.text}

    def _household(self, request: Answer) -> Answer:
        """Take up a new household at once; incidents that are open keep the plan they began with."""
        running = self._settings()
        config = running.config
        household = parse(str(request.get("toml", "")), str(request.get("file", "household.toml")))
        unknown = strangers(config, household, Path(str(request.get("file", "household.toml"))))
        if unknown:
            raise ConfigError(unknown)
        HouseholdStore(config.hub.households).add(export(household), "cli", self._clock.now())
        found = running.with_household(household)
        self._post(PolicyReplaced(self._clock.now(), found.policy))
        self._taken_up(found)
        return {"ok": True, "text": "taken up; incidents already open keep their plan"}


def _instant(text: str) -> datetime:
    """Read an instant; one without its zone would be compared with the hub's aware ones, in the deciding thread."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"until = {text}: write it in UTC, with Z at its end")
    return at
