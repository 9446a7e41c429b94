"""How much may be sent to a page: little, but for whoever of the family restores a backup.

waitress has one limit for all pages, and spools what is below it to the disk before anybody asks who sent it. So the
large limit is given per request, when its headers are there: for one address, and to a session of the family.

And how long it may take: waitress lets go of who sends nothing, and waits for ever for who sends a byte now and then.
"""

import copy
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

# Where a backup is sent to, and the largest one, in bytes: of ten years of a home.
RESTORE = "/data/restore"
BACKUP_AT_MOST = 64 * 1024 * 1024
# From a request's first byte to its last, in seconds. A form is sent at once; 64 MB through two walls take minutes.
FORM_WITHIN_S = 60.0
BACKUP_WITHIN_S = 1800.0


def channel_for(may_restore: Callable[[str], bool], cookie: str) -> type[HTTPChannel]:
    """Return waitress's channel with our limit; ``may_restore`` says whether the session in ``cookie`` may."""

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        """Waitress's own, with more room for one address."""

        adj: Any
        within_s = 0.0  # none of its own

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.path == RESTORE and self.command == "POST" and may_restore(_secret(self.headers, cookie)):
                self.adj = copy.copy(self.adj)
                self.adj.max_request_body_size = BACKUP_AT_MOST
                self.within_s = BACKUP_WITHIN_S

    class Channel(HTTPChannel):  # type: ignore[misc]
        """Waitress's own, with that parser, and an end to its patience."""

        parser_class = Parser
        begun_at = 0.0

        def received(self, data: bytes) -> bool:
            """Take what came; False where it came too slowly."""
            now, before = time.monotonic(), self.request
            if before is not None and now - self.begun_at > (before.within_s or FORM_WITHIN_S):
                self.will_close = True
                return False
            is_taken: bool = super().received(data)
            if self.request is not before:
                self.begun_at = now
            return is_taken

    return Channel


def _secret(headers: dict[str, Any], cookie: str) -> str:
    """The session's secret of these headers; "" where there is none."""
    try:
        found = SimpleCookie(str(headers.get("COOKIE", ""))).get(cookie)
    except CookieError:
        return ""
    return found.value if found is not None else ""
