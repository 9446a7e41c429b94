"""Hosts that others wrote: what gammu and gammu-smsd believe, a driver of ours may believe too."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.sim.dialects import DIALECTS
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem

ANNE = "+33612345678"
# gammu waits a few seconds for modems that are still starting, whatever the modem.
PATIENCE_S = 40.0
LONG = "Madame Martin a besoin d'aide, allez voir chez elle. " * 5

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("gammu") is None, reason="gammu is not installed (apt install gammu gammu-smsd)"),
]


@pytest.fixture
def modems(tmp_path) -> Iterator[dict[str, PtyModem]]:
    """One of each kind, plugged in."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(PtyModem(SimulatedModem(name), tmp_path / name)) for name in DIALECTS}


def gammu(modems, *command: str) -> dict[str, str]:
    """Let gammu do the same with all modems, at once; return what it said."""
    running = {}
    for name, pty in modems.items():
        settings = Path(pty.port).with_suffix(".gammurc")
        settings.write_text(f"[gammu]\ndevice = {pty.port}\nconnection = at115200\n")
        running[name] = subprocess.Popen(
            ["gammu", "-c", str(settings), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    said = {name: process.communicate(timeout=PATIENCE_S)[0] for name, process in running.items()}
    for name, process in running.items():
        assert process.returncode == 0, (name, said[name])
    return said


def test_gammu_identifies_every_kind(modems):
    for name, said in gammu(modems, "identify").items():
        modem = modems[name].modem
        assert modem.dialect.imei in said, said
        assert modem.card.imsi in said, said


def test_gammu_sends_a_text_through_every_kind(modems):
    gammu(modems, "sendsms", "TEXT", ANNE, "-text", "hi")

    for pty in modems.values():
        assert [(sent.number, sent.text) for sent in pty.modem.network.sent] == [(ANNE, "hi")]


def test_gammu_sends_a_long_text_in_parts(modems):
    gammu(modems, "sendsms", "TEXT", ANNE, "-len", "400", "-text", LONG)

    for pty in modems.values():
        (sent,) = pty.modem.network.sent
        assert sent.text == LONG
        assert len(sent.references) == 2


def test_gammu_reads_what_was_delivered_to_every_kind(modems):
    for pty in modems.values():
        pty.modem.network.deliver(ANNE, "j'arrive, ça va ☀")

    for said in gammu(modems, "getallsms").values():
        assert "j'arrive, ça va ☀" in said, said


@pytest.fixture
def daemon(tmp_path) -> Iterator[tuple[SimulatedModem, Path]]:
    """A gammu-smsd with folders for its texts, on a simulated modem."""
    for folder in ("inbox", "outbox", "sent", "error"):
        (tmp_path / folder).mkdir()
    modem = SimulatedModem("sim7600")
    with PtyModem(modem, tmp_path / "modem") as pty:
        settings = tmp_path / "smsdrc"
        settings.write_text(
            f"[gammu]\ndevice = {pty.port}\nconnection = at115200\n"
            "[smsd]\nservice = files\nCommTimeout = 1\nLoopSleep = 1\n"
            "ReceiveFrequency = 1\nStatusFrequency = 0\nCheckBattery = 0\n"
            f"logfile = {tmp_path}/log\ndebuglevel = 1\n"
            f"inboxpath = {tmp_path}/inbox/\noutboxpath = {tmp_path}/outbox/\n"
            f"sentsmspath = {tmp_path}/sent/\nerrorsmspath = {tmp_path}/error/\n"
        )
        process = subprocess.Popen(["gammu-smsd", "-c", str(settings)], stdout=subprocess.DEVNULL)
        yield modem, tmp_path
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


def eventually(is_so: Callable[[], object]) -> None:
    """Wait for a process that others wrote."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(shutil.which("gammu-smsd") is None, reason="gammu-smsd is not installed")
def test_a_file_in_smsds_outbox_is_sent_and_a_text_lands_in_its_inbox(daemon):
    modem, folder = daemon
    (folder / "outbox" / f"OUT{ANNE}.txt").write_text(LONG)
    eventually(lambda: modem.network.sent)
    modem.network.deliver(ANNE, "j'arrive")
    eventually(lambda: any("j'arrive" in file.read_text() for file in (folder / "inbox").iterdir()))

    (sent,) = modem.network.sent
    assert (sent.number, sent.text) == (ANNE, LONG)
    eventually(lambda: all(not store.slots for store in modem.memories.values()))
