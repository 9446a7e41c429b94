"""The command line's way to the running hub: one hub a folder, one line each way, and no client brings it down."""

import contextlib
import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import control
from hub.control import LINE_AT_MOST, SOCKET_NAME, ControlServer, Settlements, alone, ask, short_name
from hub.domain.facts import CommandSettled
from hub.errors import ControlError
from tests.domain.house import START


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "heard": request}


@contextlib.contextmanager
def serving(folder: Path, handle: Any = echo) -> Iterator[ControlServer]:
    server = ControlServer(folder, handle)
    server.claim()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        yield running


@contextlib.contextmanager
def line_to(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, short_name(folder / SOCKET_NAME) as name:
        line.settimeout(10.0)
        line.connect(name)
        yield line


def said_to(folder: Path, what: bytes, *, ends: bool = True) -> dict[str, Any]:
    """Say something unusual, and return the answer."""
    with line_to(folder) as line:
        line.sendall(what)
        if ends:
            line.shutdown(socket.SHUT_WR)
        answer: dict[str, Any] = json.loads(line.makefile("rb").readline())
        return answer


# --- question and answer ------------------------------------------------------------------------------


def test_a_request_is_answered(server, tmp_path):
    assert ask(tmp_path, {"do": "status", "name": "Élodie"}) == {
        "ok": True,
        "heard": {"do": "status", "name": "Élodie"},
    }


def test_many_are_answered_one_after_the_other(server, tmp_path):
    answers: list[int] = []
    askers = [
        threading.Thread(target=lambda n=n: answers.append(ask(tmp_path, {"n": n})["heard"]["n"])) for n in range(20)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(20.0)

    assert sorted(answers) == list(range(20))


def test_a_household_of_a_large_circle_fits(server, tmp_path):
    toml = "x" * (LINE_AT_MOST - 100)

    assert ask(tmp_path, {"toml": toml})["heard"]["toml"] == toml


def test_only_the_hub_s_user_may_open_it(server, tmp_path):
    assert (tmp_path / SOCKET_NAME).stat().st_mode & 0o777 == 0o600


def test_a_folder_deeper_than_an_address_has_room_for_serves_as_well(tmp_path):
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    with serving(deep):
        assert ask(deep, {"do": "status"})["ok"]
    assert deep.stat().st_mode & 0o777 == 0o700


def test_who_asks_before_the_hub_is_ready_waits_for_its_answer(tmp_path):
    server = ControlServer(tmp_path, echo)
    server.claim()
    answers: list[dict[str, Any]] = []
    asker = threading.Thread(target=lambda: answers.append(ask(tmp_path, {"n": 1})))
    asker.start()
    asker.join(0.1)
    assert answers == []

    server.start()
    asker.join(10.0)
    server.stop()
    assert answers == [{"ok": True, "heard": {"n": 1}}]


# --- one hub a folder ---------------------------------------------------------------------------------


def test_a_second_hub_on_the_same_folder_is_refused_and_the_first_still_serves(server, tmp_path):
    with pytest.raises(ControlError, match="another hub runs on"):
        ControlServer(tmp_path, echo).claim()

    assert ask(tmp_path, {})["ok"]


def test_whoever_has_the_folder_alone_keeps_hubs_out_meanwhile(tmp_path):
    with alone(tmp_path) as is_alone:
        assert is_alone
        with pytest.raises(ControlError, match="another hub runs on"):
            ControlServer(tmp_path, echo).claim()
    with serving(tmp_path), alone(tmp_path) as is_alone:
        assert not is_alone
    with alone(tmp_path / "none") as is_alone:
        assert not is_alone


def test_a_folder_is_free_once_its_hub_has_stopped(tmp_path):
    for _ in range(2):
        with serving(tmp_path):
            assert ask(tmp_path, {})["ok"]
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from hub.control import ControlServer
server = ControlServer(Path(sys.argv[1]), dict)
server.claim()
server.start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_hub_left_is_in_nobody_s_way(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert (tmp_path / SOCKET_NAME).is_socket()
    with pytest.raises(ControlError, match="no hub runs on"):
        ask(tmp_path, {})

    with serving(tmp_path):
        assert ask(tmp_path, {})["ok"]


def test_a_folder_in_which_no_socket_can_be_made_is_claimed_all_the_same(tmp_path):
    (tmp_path / SOCKET_NAME).mkdir()
    server = ControlServer(tmp_path, echo)
    with pytest.raises(OSError, match=r"directory|permitted"):
        server.claim()
    server.start()

    assert server.is_alive(), "it has no thread that could die"
    with pytest.raises(ControlError, match="another hub"):
        ControlServer(tmp_path, echo).claim()
    server.stop()
    (tmp_path / SOCKET_NAME).rmdir()
    with serving(tmp_path):
        assert ask(tmp_path, {})["ok"]


def test_a_socket_that_cannot_be_bound_holds_no_folder_open(tmp_path, monkeypatch):
    monkeypatch.setattr(control, "SOCKET_NAME", "x" * 300)
    before = len([*Path("/proc/self/fd").iterdir()])
    server = ControlServer(tmp_path, echo)
    with pytest.raises(OSError, match="too long"):
        server.claim()
    server.stop()

    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_a_stop_without_a_start_gives_the_folder_back(tmp_path):
    server = ControlServer(tmp_path, echo)
    server.claim()
    server.stop()

    assert list(tmp_path.iterdir()) == []


# --- whom nobody answers ------------------------------------------------------------------------------


def test_where_no_hub_runs_one_is_told_how_to_start_it(tmp_path):
    for folder in (tmp_path, tmp_path / "no such folder"):
        with pytest.raises(ControlError, match="start it with `telecare-hub run`"):
            ask(folder, {"do": "status"})


@pytest.fixture
def stranger(tmp_path):
    """Something that listens there and is no hub."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(tmp_path / SOCKET_NAME))
        listening.listen()
        yield listening


def test_a_hub_that_gives_no_answer_is_told_apart_from_none(tmp_path, stranger):
    def hang_up() -> None:
        client, _ = stranger.accept()
        with client:
            client.recv(1000)

    thread = threading.Thread(target=hang_up)
    thread.start()
    with pytest.raises(ControlError, match="look at its log"):
        ask(tmp_path, {})
    thread.join()


def test_a_hub_that_hangs_is_not_waited_for_for_ever(tmp_path, stranger, monkeypatch):
    monkeypatch.setattr(control, "ANSWERED_WITHIN_S", 0.2)
    with pytest.raises(ControlError, match="does not answer"):
        ask(tmp_path, {})


# Runs as somebody who may not open the hub's folder.
ASK = """
import os, sys
from pathlib import Path
from hub.control import ask
from hub.errors import ControlError
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    ask(Path(sys.argv[1]), {})
except ControlError as error:
    print(error)
"""


def test_who_may_not_ask_is_told_as_whom_to_ask(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    place = tmp_path / "data" if os.geteuid() == 0 else tmp_path
    with serving(place) as server:
        if os.geteuid() != 0:
            server._path.chmod(0)
        else:
            # Let the other one come as far as the folder itself.
            for folder in (*tmp_path.parents[:2], tmp_path):
                folder.chmod(0o755)
        told = subprocess.run([sys.executable, "-c", ASK, str(place)], capture_output=True, text=True, check=True)

    assert "run this as the hub's user or with sudo" in told.stdout


# --- clients gone wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"{\n", b"[]\n", b"7\n", b"null\n", b"\xff\xfe\x00\n", b"GET / HTTP/1.1\r\n"],
    ids=lambda line: repr(line[:12]),
)
def test_what_is_no_request_is_told_so(server, tmp_path, line):
    assert said_to(tmp_path, line)["text"].startswith("this is no request")
    assert ask(tmp_path, {})["ok"]


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Hypothesis is called by the collector, and where the stack is at its end it has no room."""
    gc.disable()
    yield
    gc.enable()


def test_what_is_nested_without_end_is_told_so_too(server, tmp_path, no_collector):
    assert said_to(tmp_path, b"[" * 100_000 + b"\n")["text"].startswith("this is no request")


def test_a_line_of_ten_megabytes_is_not_read_to_its_end(server, tmp_path):
    with line_to(tmp_path) as line, contextlib.suppress(OSError):
        for _ in range(10):
            line.sendall(b"x" * 1_000_000)
        line.sendall(b"\n")

    assert ask(tmp_path, {})["ok"]


def test_half_a_line_and_then_nothing_holds_the_next_one_up_for_a_moment_only(tmp_path, monkeypatch):
    monkeypatch.setattr(control, "CLIENT_DEADLINE_S", 0.3)
    with serving(tmp_path), line_to(tmp_path) as hanging:
        hanging.sendall(b'{"do": "sta')
        began = time.monotonic()

        assert ask(tmp_path, {})["ok"]
        assert time.monotonic() - began < 3.0


def test_a_byte_now_and_then_holds_the_next_one_up_no_longer(tmp_path, monkeypatch):
    monkeypatch.setattr(control, "CLIENT_DEADLINE_S", 0.5)
    enough = threading.Event()
    with serving(tmp_path), line_to(tmp_path) as dripping:

        def drip() -> None:
            with contextlib.suppress(OSError):
                while not enough.wait(0.05):
                    dripping.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        assert ask(tmp_path, {})["ok"]
        assert time.monotonic() - began < 5.0
        enough.set()
        thread.join()


def test_a_second_line_is_not_waited_for(server, tmp_path):
    assert said_to(tmp_path, b'{"n": 1}\n{"n": 2}', ends=False) == {"ok": True, "heard": {"n": 1}}


def test_a_client_that_goes_before_its_answer_leaves_the_next_one_its_own(server, tmp_path):
    for _ in range(5):
        with line_to(tmp_path) as line:
            line.sendall(b'{"n": 1}\n')

    assert ask(tmp_path, {"n": 2})["heard"] == {"n": 2}


def test_a_bug_costs_one_answer_and_not_the_thread(tmp_path, caplog):
    def buggy(request: dict[str, Any]) -> dict[str, Any]:
        if request.get("do") == "harm":
            raise ZeroDivisionError
        return {"ok": True}

    with serving(tmp_path, buggy) as server:
        assert "look at its log" in ask(tmp_path, {"do": "harm"})["text"]
        assert ask(tmp_path, {})["ok"]
        assert server.is_alive()
    assert "ZeroDivisionError" in caplog.text
    assert not server.is_alive()


# --- what became of a command -------------------------------------------------------------------------


def settled(request: str) -> CommandSettled:
    return CommandSettled(START, "cli", request, ok=True, text="done")


def test_whoever_waits_gets_the_result_of_their_own_command():
    settlements = Settlements()

    def decide() -> None:
        for request in ("another", "mine", "mine", ""):
            settlements.settle(settled(request))
        settlements.settle(CommandSettled(START, "mqtt", None, ok=True, text=""))

    assert settlements.wait_for("mine", decide) == settled("mine")
    assert settlements._waiting == {}


def test_a_hub_that_does_not_decide_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(control, "SETTLED_WITHIN_S", 0.05)
    settlements = Settlements()

    assert settlements.wait_for("mine", lambda: None) is None
    settlements.settle(settled("mine"))
    assert settlements._waiting == {}


def test_a_command_that_could_not_even_be_posted_leaves_nobody_waiting():
    settlements = Settlements()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        settlements.wait_for("mine", fail)
    assert settlements._waiting == {}
