"""The demo served: two ports on loopback, the house's clock, and a browser that is asked to look.

One port is the demo's own page, the other the family's pages as a hub serves them. Both by waitress, with the limits of
`hub.web.server`; nothing listens on any other address than 127.0.0.1.
"""

import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from hub.errors import HubError
from hub.sim.web_demo.family import Family
from hub.sim.web_demo.pages import make_demo_app
from hub.sim.web_demo.stage import Stage
from hub.sim.web_demo.words import LANGUAGES
from hub.web import server as limits

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
# Where the page is unless somebody else has that port, and then on any that is free.
USUAL_PORT = 8080
STOP_DEADLINE_S = 3.0
# One of these is set where a browser has a window to open.
DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY")


class Served:
    """One application on one port, on a thread of its own. ``port`` is bound at once, before anything is served."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server((HOST, port))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, app: Any) -> None:
        """Begin to serve ``app``."""
        from waitress.server import create_server  # noqa: PLC0415 -- a demo in a terminal needs none

        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        server = create_server(
            app,
            map=self._sockets,
            sockets=[self._listener],
            threads=limits.THREADS,
            connection_limit=limits.CONNECTIONS_AT_MOST,
            max_request_body_size=limits.BODY_AT_MOST,
            max_request_header_size=limits.HEADERS_AT_MOST,
            channel_timeout=limits.IDLE_AT_MOST_S,
            cleanup_interval=limits.CLEANED_EVERY_S,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._run, args=(server,), name=f"demo web {self.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End within a few seconds, whatever a client does."""
        self._stopping.set()
        for listener in tuple(self._sockets.values()):
            if hasattr(listener, "pull_trigger"):
                with contextlib.suppress(OSError):
                    listener.pull_trigger()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)
        self._listener.close()

    def _run(self, server: Any) -> None:
        from waitress import wasyncore  # noqa: PLC0415 -- see `start`

        try:
            while not self._stopping.is_set():
                wasyncore.loop(timeout=limits.TURN_S, map=self._sockets, count=1, use_poll=True)
        finally:
            server.task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(self._sockets, ignore_all=True)


@contextlib.contextmanager
def opened(
    language: str, *, port: int | None = None, story: str = "", pace: float | None = None, has_broker: bool = True
) -> Iterator[tuple[Stage, str]]:
    """Serve the demo; yield its stage and its address.

    :raises HubError: somebody else has the ``port`` that was asked for.
    :raises StoryError: there is no such story.
    """
    with tempfile.TemporaryDirectory(prefix="telecare-demo-") as folder, contextlib.ExitStack() as left:
        own, theirs = _bound(port), Served(0)
        left.callback(theirs.stop)
        left.callback(own.stop)
        stage = Stage(Path(folder), language, story=story, pace=pace, has_broker=has_broker)
        left.callback(stage.stop)
        family = Family(stage, own.port)
        stage.start()
        theirs.start(family)
        own.start(make_demo_app(stage, family, theirs.port))
        yield stage, f"http://{HOST}:{own.port}/"


def _bound(port: int | None) -> Served:
    if port is None:
        with contextlib.suppress(OSError):
            return Served(USUAL_PORT)
    try:
        return Served(port or 0)
    except (OSError, OverflowError) as taken:
        raise HubError(f"the demo cannot have port {port}: {taken}; write another --port, or none") from taken


def serve(language: str, *, port: int | None, story: str, pace: float | None) -> int:
    """Serve the demo until Ctrl-C or SIGTERM; return the exit status."""
    over = threading.Event()
    with opened(language, port=port, story=story, pace=pace) as (_stage, address), _ended_by(over.set):
        print(LANGUAGES[language].to_begin.format(address), flush=True)
        if sys.stdout.isatty():
            _show(address)
        while not over.wait(limits.TURN_S):
            pass
    return 0


@contextlib.contextmanager
def _ended_by(end: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the demo in order, its folder removed."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        end()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(address: str) -> None:
    """Ask a browser to look. Where there is no desktop, one in this very terminal would hide the address."""
    if not any(os.environ.get(name) for name in DESKTOPS):
        return
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(address)
