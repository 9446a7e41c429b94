"""What the pages know of the hub: the state as the loop hands it out, the settings in force, the desk for orders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.desk import Desk
from hub.domain.policy import Policy
from hub.domain.records import State
from hub.messages import Catalogue
from hub.settings import InForce
from hub.web.accounts import DATABASE


@dataclass(frozen=True, slots=True)
class House:
    """One home, asked anew at each request. ``audit``: what is wrong inside the hub (nothing: it may be trusted).

    ``restart``: ends the hub where something starts it again; whether it will. ``watcher_heard_at``: when the outside
    watcher last took our ping, since this start.
    """

    remembered: Callable[[], tuple[int, State]]
    policy: Callable[[], Policy]
    settings: Callable[[], InForce]
    now: Callable[[], datetime]
    desk: Desk
    words: Catalogue
    audit: Callable[[State], tuple[str, ...]]
    restart: Callable[[], bool] = lambda: False
    watcher_heard_at: Callable[[], datetime | None] = lambda: None

    @property
    def state(self) -> State:
        """The state after the last decision."""
        return self.remembered()[1]

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.settings().config.hub.journal

    @property
    def accounts(self) -> Path:
        """The file of accounts, sessions and tokens."""
        return self.settings().config.hub.data_dir / DATABASE
