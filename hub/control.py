"""How the command line talks to the running hub: a Unix socket in the data folder, one line of JSON each way.

The folder's mode (0700) is the login: whoever can open the socket could read the journal too. Requests are
small, answered at once, one client at a time; a client that hangs is dropped.
"""

import contextlib
import fcntl
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hub.domain.facts import CommandSettled
from hub.errors import ControlError

log = logging.getLogger(__name__)

SOCKET_NAME = "hub.sock"
# A household of a large circle is some 20 kB.
LINE_AT_MOST = 1_000_000
# A client writes its one line at once; the loop decides within milliseconds, or is stuck.
CLIENT_DEADLINE_S = 5.0
SETTLED_WITHIN_S = 10.0
# Commands that wait at once: a page's worth.
CLIENTS_AT_MOST = 64
# How often a client looks whether there is room for it.
QUEUE_LOOKED_AT_EVERY_S = 0.05
ANSWERED_WITHIN_S = SETTLED_WITHIN_S + CLIENT_DEADLINE_S

Handler = Callable[[dict[str, Any]], dict[str, Any]]


def ask(data_dir: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Ask the hub that runs on ``data_dir``.

    :raises ControlError: none runs there, or it does not answer; the message says what to do.
    """
    path = data_dir / SOCKET_NAME
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, short_name(path) as name:
            line.settimeout(ANSWERED_WITHIN_S)
            _connect(line, name)
            line.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(_read_line(line, ANSWERED_WITHIN_S))
    except PermissionError as error:
        raise ControlError(f"{path}: {error.strerror}; run this as the hub's user or with sudo") from error
    except TimeoutError as error:
        raise ControlError(f"the hub on {data_dir} runs and does not answer; look at its log") from error
    except OSError as error:
        raise ControlError(f"no hub runs on {data_dir} ({error}); start it with `telecare-hub run`") from error
    except ValueError as error:
        raise ControlError(f"the hub on {data_dir} gave no answer; look at its log") from error
    return answer


def _connect(line: socket.socket, name: str) -> None:
    """Connect; where many ask at once, wait until there is room in the hub's queue."""
    until = time.monotonic() + ANSWERED_WITHIN_S
    while True:
        try:
            line.connect(name)
        except BlockingIOError:
            # A Unix socket refuses at once what TCP would let wait.
            if time.monotonic() > until:
                raise TimeoutError from None
            threading.Event().wait(QUEUE_LOOKED_AT_EVERY_S)
        else:
            return


@contextlib.contextmanager
def short_name(path: Path) -> Iterator[str]:
    """Name ``path`` in the 107 characters that a Unix socket's address has room for, however deep its folder."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[bool]:
    """Tell whether no hub runs on ``data_dir``, be it one that does not answer; meanwhile none can begin to."""
    try:
        folder = _locked(data_dir)
    except (ControlError, OSError):
        # Whoever cannot tell must not take the folder for free.
        yield False
        return
    try:
        yield True
    finally:
        os.close(folder)


def _locked(data_dir: Path) -> int:
    """Lock the folder until what is returned is closed, or this process ends, however it does.

    :raises ControlError: a hub has it.
    """
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(folder)
        if not isinstance(error, BlockingIOError):
            raise
        raise ControlError(f"another hub runs on {data_dir}; stop it first") from None
    return folder


def _read_line(line: socket.socket, within_s: float) -> bytes:
    """Return what comes before the first end of a line, or before the other side ends.

    :raises TimeoutError: it takes longer, be it a byte at a time.
    """
    until = time.monotonic() + within_s
    received = bytearray()
    while b"\n" not in received and len(received) <= LINE_AT_MOST:
        line.settimeout(max(until - time.monotonic(), 0.001))
        chunk = line.recv(65_536)
        if not chunk:
            break
        received += chunk
    return bytes(received.partition(b"\n")[0])


class ControlServer:
    """Listens on the socket and hands each request to ``handle``."""

    def __init__(self, data_dir: Path, handle: Handler) -> None:
        self._path = data_dir / SOCKET_NAME
        self._handle = handle
        self._folder: int | None = None
        self._listener: socket.socket | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)

    def claim(self) -> None:
        """Take the folder, before anything in it is touched; who asks meanwhile waits until `start`.

        :raises ControlError: another hub runs on this folder already.
        :raises OSError: no socket can be made in it (read-only, full).
        """
        self._lock_folder()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        before = os.umask(0o177)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with short_name(self._path) as name:
                listener.bind(name)
            listener.listen(CLIENTS_AT_MOST)
        except OSError:
            listener.close()
            raise
        finally:
            os.umask(before)
        self._listener = listener

    def start(self) -> None:
        """Answer whoever asks."""
        if self._listener is not None:
            self._thread.start()

    def stop(self) -> None:
        """End, and take the socket away."""
        if self._listener is not None:
            self._stopping.set()
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            if self._thread.ident is not None:
                self._thread.join(timeout=2.0)
            self._listener.close()
            with contextlib.suppress(OSError):
                self._path.unlink()
        if self._folder is not None:
            os.close(self._folder)

    def is_alive(self) -> bool:
        """Whether the thread runs; true where there is no socket to answer on, which is a fault and no death."""
        return self._listener is None or self._thread.is_alive()

    def _lock_folder(self) -> None:
        """Lock it as long as this process lives; a read-only folder can be locked too."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = _locked(self._path.parent)

    def _run(self) -> None:
        listener = self._listener
        while listener is not None and not self._stopping.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                answer = self._answer(_read_line(client, CLIENT_DEADLINE_S))
                client.settimeout(CLIENT_DEADLINE_S)
                client.sendall(json.dumps(answer).encode() + b"\n")

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            return {"ok": False, "text": "this is no request: one JSON object in one line"}
        try:
            return self._handle(request)
        except Exception:
            # The top of this thread: whatever bug it is, the next command must find somebody here.
            log.exception("control: a request could not be answered")
            return {"ok": False, "text": "the hub stumbled over this; look at its log"}


class Settlements:
    """Who waits for what became of a command, by its request id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[threading.Event, list[CommandSettled]]] = {}

    def settle(self, fact: CommandSettled) -> None:
        """Hand the result to whoever waits for it; called by the loop."""
        with self._lock:
            waiting = self._waiting.get(fact.request or "")
        if waiting is not None:
            waiting[1].append(fact)
            waiting[0].set()

    def wait_for(self, request: str, begin: Callable[[], None]) -> CommandSettled | None:
        """Call ``begin`` and return what became of ``request``; None when the hub did not decide in time."""
        event, results = threading.Event(), list[CommandSettled]()
        with self._lock:
            self._waiting[request] = (event, results)
        try:
            begin()
            event.wait(SETTLED_WITHIN_S)
        finally:
            with self._lock:
                del self._waiting[request]
        return results[0] if results else None
