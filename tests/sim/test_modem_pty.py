import os
import statistics
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import serial

from hub.drivers.modem.pdu import encode_submit
from hub.sim.cable_faults import Chopped
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import storm
from hub.sim.pty_modem import PtyModem, Watch
from hub.sim.transcripts import Line, Step, TranscriptModem

# Far more than a busy machine needs; a test that waits this long has failed.
PATIENCE_S = 5.0


@pytest.fixture
def modem():
    return SimulatedModem()


@pytest.fixture
def pty(modem, tmp_path):
    with PtyModem(modem, tmp_path / "modem") as pty:
        yield pty


@pytest.fixture
def port(pty):
    with serial.Serial(pty.port, 115200, timeout=PATIENCE_S, exclusive=True) as port:
        yield port


def open_files() -> set[str]:
    return {file.name for file in Path("/proc/self/fd").iterdir()}


def ask(port, data: bytes, until: bytes = b"OK\r\n") -> bytes:
    port.write(data)
    return port.read_until(until)


def test_a_host_opens_the_port_and_talks(port):
    assert ask(port, b"ATE0\r") == b"ATE0\r\r\nOK\r\n"
    assert ask(port, b"AT+CSQ\r") == b"\r\n+CSQ: 17,99\r\n\r\nOK\r\n"


def test_every_byte_passes_unchanged(port, modem):
    ask(port, b"AT\r")
    pdu = encode_submit("+33612345678", "every byte")[0]
    ask(port, f"AT+CMGS={pdu.length}\r".encode(), b"> ")

    assert b"+CMGS: 1" in ask(port, pdu.hex.encode() + b"\x1a")
    assert [sent.text for sent in modem.network.sent] == ["every byte"]


def test_a_text_delivered_by_another_thread_is_announced_at_once(port, modem):
    ask(port, b"ATE0+CNMI=2,1\r")

    modem.network.deliver("+33612345678", "j'arrive")

    assert port.read_until(b"\n", 2) + port.read_until(b"\n") == b'\r\n+CMTI: "ME",0\r\n'


def test_timers_run_without_the_host(port, modem):
    modem.soon(lambda: modem.restart(0.05))

    assert port.read_until(b"PB DONE\r\n").startswith(b"\r\nRDY\r\n")


def test_the_modem_knows_the_time_of_day(port):
    said = ask(port, b"AT+CCLK?\r").decode()

    assert time.strftime('"%y/%m/%d,', time.gmtime()) in said


def test_a_host_may_close_the_port_and_open_it_again(pty):
    for _ in range(3):
        with serial.Serial(pty.port, timeout=PATIENCE_S) as port:
            assert b"OK" in ask(port, b"AT\r")


def test_a_pulled_port_hangs_up_and_its_link_is_gone(pty, port):
    ask(port, b"AT\r")
    assert pty.is_plugged

    pty.unplug()

    assert not Path(pty.port).exists()
    assert not pty.is_plugged
    with pytest.raises((serial.SerialException, OSError)):
        ask(port, b"AT\r")
    pty.unplug()


def test_a_port_put_back_is_another_one_behind_the_same_link(pty, modem):
    before = pty.port
    pty.unplug()
    # Another pty takes the number that has become free.
    master, slave = os.openpty()
    pty.replug()
    pty.replug()

    assert pty.port == before
    assert str(Path(pty.port).readlink()) != os.ttyname(slave)
    with serial.Serial(pty.port, timeout=PATIENCE_S) as port:
        assert b"OK" in ask(port, b"AT\r")
    os.close(master)
    os.close(slave)


def test_the_modem_runs_on_while_it_is_unplugged(pty, modem):
    pty.unplug()
    modem.network.deliver("+33612345678", "oui")
    pty.replug()

    with serial.Serial(pty.port, timeout=PATIENCE_S) as port:
        assert b'"ME",1,23' in ask(port, b"AT+CPMS?\r")


def test_without_a_link_the_port_is_the_pty_itself(modem):
    with PtyModem(modem) as pty, serial.Serial(pty.port, timeout=PATIENCE_S) as port:
        assert pty.port.startswith("/dev/pts/")
        assert b"OK" in ask(port, b"AT\r")


def test_nothing_is_left_open_and_stopping_twice_does_no_harm(modem, tmp_path):
    before = open_files()
    threads = threading.active_count()
    pty = PtyModem(modem, tmp_path / "modem").start()
    pty.unplug()
    pty.replug()
    pty.stop()
    pty.stop()
    modem.network.deliver("+33612345678", "to nobody")

    assert open_files() == before
    assert threading.active_count() == threads
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_modem_can_be_started_again(modem, tmp_path):
    pty = PtyModem(modem, tmp_path / "modem")
    for _ in range(2):
        with pty, serial.Serial(pty.port, timeout=PATIENCE_S) as port:
            assert b"OK" in ask(port, b"AT\r")


def test_what_a_host_does_not_read_is_lost_in_the_end_and_the_modem_lives(port, modem):
    ask(port, b"ATE0\r")
    storm(modem, "X" * 1000, count=200)
    assert port.read(10_000).startswith(b"\r\nXXX")
    port.timeout = 0.2
    while port.read(100_000):
        pass

    port.timeout = PATIENCE_S
    assert ask(port, b"AT\r") == b"\r\nOK\r\n"


def test_the_first_byte_of_a_pattern_has_a_time(pty, port):
    watch = pty.watch(b"AT+CMGS")
    ask(port, b"AT\r")
    before = time.monotonic_ns()
    port.write(b"AT+CMGS=15\r")

    assert before < watch.wait(PATIENCE_S) < time.monotonic_ns()
    assert watch.at_ns == watch.wait(0)


def test_a_pattern_that_does_not_come_is_a_timeout(pty):
    with pytest.raises(TimeoutError, match="CMGS"):
        pty.watch(b"AT+CMGS").wait(0.01)


def test_a_pattern_in_pieces_has_the_time_of_its_first_byte():
    watch = Watch(b"AT+CMGS")
    for at_ns, data in enumerate([b"noise AT", b"xx AT+", b"CM", b"GS=15", b"AT+CMGS"]):
        watch.look(data, at_ns)

    assert watch.at_ns == 1


def test_it_answers_within_a_millisecond(port):
    ask(port, b"ATE0\r")
    spans = []
    for _ in range(50):
        start = time.perf_counter()
        ask(port, b"AT\r")
        spans.append(time.perf_counter() - start)

    # The best of fifty: how loaded the machine is, is no property of ours.
    assert min(spans) < 0.001, statistics.median(spans)


def test_a_record_can_be_played_on_a_port_and_pull_it(tmp_path):
    steps = [Line(Step.HOST, b"AT+CFUN=1,1\r"), Line(Step.MODEM, b"\r\nOK\r\n"), Line(Step.EVENT, event="gone")]
    player = TranscriptModem(steps, SimulatedModem(), wait_for_play=True)
    with PtyModem(player, tmp_path / "modem") as pty:
        player.on_event = lambda _event: pty.unplug()
        with serial.Serial(pty.port, timeout=PATIENCE_S) as port:
            assert b"OK" in ask(port, b"ATE0\r")
            player.play()
            with suppress(serial.SerialException):
                ask(port, b"AT+CFUN=1,1\r")

        assert not pty.is_plugged


def test_an_order_to_a_modem_that_does_not_run_is_an_error(modem):
    with pytest.raises(RuntimeError, match="start"):
        PtyModem(modem).unplug()


def test_a_chopped_line_is_chopped_on_a_real_port_too(port, modem):
    modem.soon(lambda: modem.faults.append(Chopped(1, 0.002)))

    start = time.perf_counter()
    assert ask(port, b"ATI\r").endswith(b"OK\r\n")

    assert time.perf_counter() - start > 0.1
