"""The thread of the pages: it serves, it fails on its own, and a press never waits for it."""

import http.client
import socket
import threading
import time

import pytest

from hub.domain.inputs import ButtonPressed, FaultCleared, FaultSeen
from hub.place_forms import Listen
from hub.web import bodies
from hub.web.server import CONNECTIONS_AT_MOST, WebServer

HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


class Server:
    """A server on a port, and what it told of itself."""

    def __init__(self, home, port=0, again_after_s=0.05):
        self.told = []
        self.changed = threading.Event()
        self.web = WebServer(Listen(HERE, port), home.house, self._hear, again_after_s)
        self.web.start()

    def _hear(self, seen):
        self.told.append(seen)
        self.changed.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.web.stop()
        assert not self.web.is_alive()

    def get(self, path):
        assert self.web.serving.wait(20)
        line = http.client.HTTPConnection(HERE, self.web.port, timeout=10)
        line.request("GET", path)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer, body


def test_pages_are_served_and_the_server_does_not_say_what_it_is(still):
    with Server(still) as server:
        answer, body = server.get("/login")

    assert answer.status == 200
    assert b"csrf" in body
    assert "waitress" not in (answer.getheader("Server") or "").lower()
    assert isinstance(server.told[0], FaultCleared)


def test_a_port_that_is_taken_is_a_fault_and_a_press_is_heard(home):
    with socket.socket() as other:
        other.bind((HERE, 0))
        other.listen()
        with Server(home, other.getsockname()[1]) as server:
            assert server.changed.wait(20)
            home.tell(ButtonPressed(home.now, "salon"))
            home.wait(lambda: home.bench.state.open_incidents() != ())
            other.close()
            # It is tried again, and once it serves the fault is over.
            assert server.web.serving.wait(20)
    assert [type(each) for each in server.told] == [FaultSeen, FaultCleared]
    assert server.told[0].fault == "web.broken"
    assert "in use" in server.told[0].detail


def test_a_bug_in_the_pages_is_a_fault_that_is_tried_again(home, monkeypatch, caplog):
    good = home.settings
    home.settings = None
    with Server(home) as server:
        assert server.changed.wait(20)
        assert isinstance(server.told[0], FaultSeen)
        assert "AttributeError" in server.told[0].detail
        home.settings = good
        assert server.get("/login")[0].status == 200
    assert "no pages on" in caplog.text


def test_a_broken_database_of_accounts_is_put_aside(home):
    home.house.accounts.write_bytes(b"this is no database" * 100)
    with Server(home) as server:
        assert server.get("/login")[0].status == 200
    assert home.house.accounts.with_suffix(".broken").exists()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x00\xff" * 200 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000,
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
    ],
)
def test_rubbish_is_refused_and_the_next_is_served(still, rubbish):
    with Server(still) as server:
        server.get("/login")
        with socket.create_connection((HERE, server.web.port), timeout=10) as line:
            line.sendall(rubbish)
            assert not line.recv(200).startswith(b"HTTP/1.1 2")
        assert server.get("/login")[0].status == 200


def test_clients_that_send_nothing_keep_nobody_out(still):
    with Server(still) as server:
        server.get("/login")
        slow = [socket.create_connection((HERE, server.web.port), timeout=10) for _ in range(12)]
        for line in slow:
            line.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nx")
        assert server.get("/login")[0].status == 200
        for line in slow:
            line.close()


def is_let_go(line):
    """Whether the far side has closed it."""
    try:
        line.sendall(b"x")
        line.settimeout(0.01)
        return not line.recv(100)
    except TimeoutError:
        return False
    except OSError:
        return True


def test_clients_that_send_a_byte_now_and_then_are_let_go(still, monkeypatch):
    monkeypatch.setattr(bodies, "FORM_WITHIN_S", 1.0)
    with Server(still) as server:
        server.get("/login")
        # As many as there may be at all: whoever comes then waits until one of them is gone.
        slow = [socket.create_connection((HERE, server.web.port), timeout=10) for _ in range(CONNECTIONS_AT_MOST)]
        for line in slow:
            line.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nx")
        until = time.monotonic() + 20
        left = slow
        while left and time.monotonic() < until:
            left = [line for line in left if not is_let_go(line)]
        assert len(left) < CONNECTIONS_AT_MOST // 2
        assert server.get("/login")[0].status == 200
        for line in slow:
            line.close()
