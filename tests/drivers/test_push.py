"""The outside watcher, played by a real HTTP server: what it hears, and what the log says when it hears nothing."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hub.drivers.push import Pinger
from tests.mosquitto import free_port

SECRET = "5f1d2c3b-uuid"


class Watcher:
    """A healthchecks-style server. ``answers``: the status of what it says next; the last one for ever."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.answers = [200]
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                watcher.heard.append((self.path, self.rfile.read(length)))
                status = watcher.answers.pop(0) if len(watcher.answers) > 1 else watcher.answers[0]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing: pytest has the word."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/{SECRET}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    running = Watcher()
    yield running
    running.close()


def test_a_hub_that_is_well_says_so_and_one_that_is_not_says_what(watcher):
    pinger = Pinger(watcher.url + "/")

    assert pinger.ping(()) is True
    assert pinger.ping(("the thread of modem died", "something is overdue")) is True

    assert watcher.heard == [
        (f"/ping/{SECRET}", b""),
        (f"/ping/{SECRET}/fail", b"the thread of modem died; something is overdue"),
    ]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_watcher_that_does_not_take_it_is_told_once_and_again_when_it_does(watcher, caplog, status):
    caplog.set_level("INFO")
    pinger = Pinger(watcher.url)
    watcher.answers = [status, status, 200]

    assert [pinger.ping(()) for _ in range(4)][2:] == [True, True]

    told = [record.message for record in caplog.records if record.name == "hub.drivers.push"]
    assert [message.partition(" (")[0] for message in told] == [
        "watch: the outside watcher does not hear us",
        "watch: the outside watcher hears us again",
    ]


def test_without_a_watcher_nothing_is_raised_and_its_secret_address_is_not_logged(caplog):
    assert Pinger(f"http://127.0.0.1:{free_port()}/ping/{SECRET}").ping(()) is False

    assert "ConnectionError" in caplog.text
    assert SECRET not in caplog.text
