"""HTTP out: for now the outside watcher, which notices when the hub itself died.

A healthchecks-style address (docs/configuration.md, `[watch] ping_url`) hears from us while the audit passes, and
`/fail` with the complaints when it does not. When nothing arrives, it tells the family by its own means.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import requests

log = logging.getLogger(__name__)

# For the connection and then for the answer; the next ping is due in minutes.
DEADLINE_S = (5.0, 10.0)


class Pinger:
    """Pings one address. It is a secret: whoever has it could keep a dead hub looking alive."""

    EVERY: ClassVar = timedelta(minutes=5)

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._is_failing = False

    def ping(self, complaints: Sequence[str]) -> bool:
        """Say that the hub is well, or what is wrong; whether that was heard. Never raises."""
        url = f"{self._url}/fail" if complaints else self._url
        try:
            answer = requests.post(url, data="; ".join(complaints).encode(), timeout=DEADLINE_S, allow_redirects=False)
        except requests.RequestException as error:
            # The type only: the message of the library carries the address.
            self._say_once(is_failing=True, why=type(error).__name__)
            return False
        # A watcher that sends us elsewhere (to a page for people to log in) has counted nothing either.
        is_heard = answer.status_code // 100 == 2
        self._say_once(is_failing=not is_heard, why=f"it answers {answer.status_code}")
        return is_heard

    def _say_once(self, *, is_failing: bool, why: str) -> None:
        if is_failing is self._is_failing:
            return
        self._is_failing = is_failing
        if is_failing:
            log.warning("watch: the outside watcher does not hear us (%s); trying again every %s", why, self.EVERY)
        else:
            log.info("watch: the outside watcher hears us again")
