"""The thread of the pages: waitress on its port, after the alarm path is armed, and never in its way.

Flask and all the pages are imported on this thread, when the hub is armed already. Whatever fails there - a port that
is taken, a package that is missing, a bug - is the fault `web.broken` and is tried again; nobody else waits for it.
"""

import contextlib
import logging
import socket
import sys
import threading
from typing import Any

from hub.domain.inputs import FaultCleared, FaultSeen
from hub.place_forms import Listen
from hub.ports import Post
from hub.web.house import House

log = logging.getLogger(__name__)

# More would not be faster, for one interpreter makes all pages; and each that makes one is one more that the core waits
# for: with four the p99 of a press beside four clients was 63 ms, with two 33 (bench/pages.py).
THREADS = 2
# A page and its assets are asked for by six connections of one browser.
CONNECTIONS_AT_MOST = 60
# The longest form is a household of a hundred people; waitress would take a gigabyte.
BODY_AT_MOST = 64 * 1024
HEADERS_AT_MOST = 16 * 1024
# In seconds. Who sends a byte at a time is let go.
IDLE_AT_MOST_S = 20
CLEANED_EVERY_S = 5
TRY_AGAIN_AFTER_S = 60.0
# How long the thread sleeps while nobody asks; a stop wakes it.
TURN_S = 5.0
# How long a page that is being made keeps the interpreter from the core, in seconds. With Python's own 5 ms the p99 of
# a press beside four clients was 62 ms on two busy cores, with this 42 in the same run (docs/adr/0030).
SWITCH_EVERY_S = 0.0005


class WebServer:
    """A `Source` in form, though it posts nothing but its own fault. ``port``: the one in use, once it is."""

    def __init__(self, listen: Listen, house: House, post: Post, again_after_s: float = TRY_AGAIN_AFTER_S) -> None:
        self._listen, self._house, self._post, self._again_after_s = listen, house, post, again_after_s
        self._stopping = threading.Event()
        self._sockets: dict[int, Any] = {}
        self._is_broken: bool | None = None
        self.serving = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End within two seconds, whatever a client does."""
        self._stopping.set()
        for listener in tuple(self._sockets.values()):
            if hasattr(listener, "pull_trigger"):
                with contextlib.suppress(OSError):
                    listener.pull_trigger()
        self._thread.join(timeout=2.0)

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve()
            except (OSError, ImportError) as error:
                log.error("web: no pages on %s port %d: %s", self._listen.host, self._listen.port, error)  # noqa: TRY400 -- the sentence says it all
                self._tell(str(error))
            except Exception as error:
                # The top of this thread: a bug in a page's machinery must be told, and tried again.
                log.exception("web: no pages on %s port %d", self._listen.host, self._listen.port)
                self._tell(f"{type(error).__name__}: {error}")
            self._stopping.wait(self._again_after_s)

    def _serve(self) -> None:
        from hub.web.application import make_app  # noqa: PLC0415 -- nothing of this is loaded before the hub is armed

        # Bound by us: a try in which waitress cannot bind leaves its workers behind.
        family = socket.AF_INET6 if ":" in self._listen.host else socket.AF_INET
        with socket.create_server((self._listen.host, self._listen.port), family=family) as listener:
            self.port = int(listener.getsockname()[1])
            self._serve_on(listener, make_app(self._house))

    def _channel(self, app: Any) -> Any:
        """Return waitress's channel, which lets the family send a backup."""
        from hub.web.bodies import channel_for  # noqa: PLC0415
        from hub.web.guard import SESSION_COOKIE, person_of  # noqa: PLC0415

        def may_restore(secret: str) -> bool:
            session = app.extensions["accounts"].session(secret) if secret else None
            person = person_of(self._house, session.person) if session else None
            return person is not None and person.is_family

        return channel_for(may_restore, SESSION_COOKIE)

    def _serve_on(self, listener: socket.socket, app: Any) -> None:
        from waitress import wasyncore  # noqa: PLC0415
        from waitress.server import create_server  # noqa: PLC0415

        sys.setswitchinterval(SWITCH_EVERY_S)
        # That a page waits for another is nothing to write into the log each time.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        sockets = self._sockets = {}
        server: Any = create_server(
            app,
            map=sockets,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS_AT_MOST,
            max_request_body_size=BODY_AT_MOST,
            max_request_header_size=HEADERS_AT_MOST,
            channel_timeout=IDLE_AT_MOST_S,
            cleanup_interval=CLEANED_EVERY_S,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        server.channel_class = self._channel(app)
        try:
            log.info("web: pages on %s port %d", self._listen.host, self.port)
            self._tell("")
            self.serving.set()
            while not self._stopping.is_set():
                wasyncore.loop(timeout=TURN_S, map=sockets, count=1, use_poll=True)
        finally:
            self.serving.clear()
            server.task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(sockets, ignore_all=True)

    def _tell(self, evidence: str) -> None:
        """Tell once that it is broken, and once that it works."""
        if self._is_broken is bool(evidence):
            return
        self._is_broken = bool(evidence)
        now = self._house.now()
        self._post(FaultSeen(now, "web.broken", evidence) if evidence else FaultCleared(now, "web.broken"))
