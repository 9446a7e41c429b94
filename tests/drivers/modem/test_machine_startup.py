"""From an open port to a modem that takes texts; the SIM and its PIN; restarts, seen and unseen."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from modem_bench import Bench

from hub.domain.inputs import SendState
from hub.drivers.modem.simcard import PinFile
from hub.drivers.modem.startup import SPEEDS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_device import Fault
from hub.sim.modem_faults import (
    DeafTo,
    Refuses,
    echo_again,
    forget_settings,
    hang,
    insert_sim,
    later,
    remove_sim,
    restart,
)

EVERY_MODEM = pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25", "huawei"])


@EVERY_MODEM
def test_every_kind_of_modem_gets_ready_within_a_second(dialect: str) -> None:
    bench = Bench(SimulatedModem(dialect)).start(1.0)

    assert bench.link() is True
    assert bench.faults() == set()
    bench.wait(5)
    assert bench.observed("gsm_registered") is True
    assert bench.observed("signal_dbm") == -79
    assert bench.observed("operator") == "Telecare Mobile"


@EVERY_MODEM
def test_a_modem_that_boots_is_waited_for(dialect: str) -> None:
    modem = SimulatedModem(dialect)
    restart(modem)
    bench = Bench(modem).start(0.0)
    bench.wait(60, until=lambda: bench.link() is True)

    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]
    assert "modem.no_sms" not in bench.faults()


def test_a_profile_is_chosen_by_what_the_modem_says_it_is_or_by_the_installer() -> None:
    assert Bench(SimulatedModem("ec25")).start(5).machine.situation.profile.name == "quectel"
    assert Bench(SimulatedModem("ec25"), profile="sim800").start(5).machine.situation.profile.name == "sim800"


def test_all_numbers_and_words_of_the_answers_are_switched_back_on() -> None:
    modem = SimulatedModem()
    modem.settings.quiet = True
    modem.settings.verbose = False

    assert Bench(modem).start(5).link() is True


def test_texts_are_kept_in_one_memory_for_reading_writing_and_receiving() -> None:
    modem = SimulatedModem()
    modem.settings.stores = ["ME", "ME", "SM"]
    Bench(modem).start(5)

    assert modem.settings.stores == ["ME", "ME", "ME"]


class WrongSpeed(Fault):
    """A modem that listens at another speed hears rubbish and says nothing."""

    def __init__(self, right: int) -> None:
        self.right = right
        self.bench: Bench | None = None

    def hear(self, modem: object, data: bytes) -> bytes:  # noqa: ARG002 -- a hook's shape
        assert self.bench is not None
        return data if self.bench.machine.speed == self.right else b""


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_speed_is_found_and_remembered(speed: int) -> None:
    modem = SimulatedModem("sim800")
    fault = modem.suffer(WrongSpeed(speed))
    bench = Bench(modem, speeds=SPEEDS)
    fault.bench = bench
    bench.start(30)
    assert bench.machine.speed == speed
    assert bench.link() is True

    bench.machine.port_closed(bench.now)
    bench.machine.port_opened(bench.now)
    bench.wait(2)
    assert bench.link() is True


def test_a_port_where_nobody_answers_is_told_and_tried_for_ever() -> None:
    modem = SimulatedModem()
    hang(modem)
    bench = Bench(modem).start(20)
    assert bench.faults() == set()

    bench.wait(600)
    assert bench.faults() == {"modem.mute"}
    assert bench.link() is False

    restart(modem, 1.0)
    bench.wait(10)
    assert bench.faults() == set()
    assert bench.link() is True


# Texts


def test_a_modem_whose_firmware_has_no_texts_is_told_in_words() -> None:
    modem = SimulatedModem()
    modem.suffer(Refuses(command="+CMGF", final="ERROR"))
    bench = Bench(modem).start(50)
    assert "modem.no_sms" not in bench.faults()

    bench.wait(20)
    assert "modem.no_sms" in bench.faults()
    assert "SIM7600" in bench.send(1).reports(1)[0].reason


@pytest.mark.parametrize("final", ["ERROR", "+CME ERROR: 515", "+CMS ERROR: 302", "+CMS ERROR: 314", "+CME ERROR: 14"])
@pytest.mark.parametrize("command", ["+CMGF", "+CPMS"])
def test_a_modem_that_is_not_ready_yet_is_asked_again(command: str, final: str) -> None:
    modem = SimulatedModem()
    modem.suffer(Refuses(command=command, final=final, times=4))
    bench = Bench(modem).start(10)

    assert bench.link() is True
    assert bench.faults() == set()


# The SIM


def test_a_pin_is_entered_when_it_is_asked_for() -> None:
    modem = SimulatedModem(pin="1234")
    bench = Bench(modem, sim_pin="1234").start(10)

    assert bench.link() is True
    assert bench.said.count(b'AT+CPIN="1234"') == 1


def test_a_pin_is_never_entered_unasked() -> None:
    bench = Bench(SimulatedModem(), sim_pin="1234").start(10)

    assert b"AT+CPIN=" not in bench.said


def test_a_missing_pin_is_a_fault_that_says_what_to_do() -> None:
    bench = Bench(SimulatedModem(pin="1234")).start(10)

    assert bench.faults() == {"sim.pin_missing"}
    assert "sim_pin" in bench.send(1).reports(1)[0].reason


@EVERY_MODEM
def test_a_wrong_pin_is_entered_once_however_often_the_hub_starts(dialect: str, tmp_path: Path) -> None:
    modem = SimulatedModem(dialect, pin="1234")
    for _ in range(5):
        bench = Bench(modem, sim_pin="9999", pin_memory=PinFile(tmp_path)).start(300)
        assert bench.faults() == {"sim.pin_wrong"}
        restart(modem)
        bench.wait(60)

    assert modem.card.pin_tries == 2


def test_a_pin_that_was_accepted_is_entered_again_after_a_restart(tmp_path: Path) -> None:
    modem = SimulatedModem(pin="1234")
    bench = Bench(modem, sim_pin="1234", pin_memory=PinFile(tmp_path)).start(10)
    restart(modem, 2.0)
    bench.wait(20)

    assert bench.link() is True
    assert bench.faults() == set()


def test_a_pin_whose_outcome_a_power_cut_hid_is_entered_again_only_while_all_tries_are_left(tmp_path: Path) -> None:
    class PowerCutMemory(PinFile):
        def remember(self, key: str, outcome: str | None) -> None:
            if outcome == "tried":
                super().remember(key, outcome)

    modem = SimulatedModem(pin="1234")
    Bench(modem, sim_pin="9999", pin_memory=PowerCutMemory(tmp_path)).start(10)
    assert modem.card.pin_tries == 2
    bench = Bench(modem, sim_pin="9999", pin_memory=PinFile(tmp_path)).start(10)
    assert bench.faults() == {"sim.pin_wrong"}
    assert modem.card.pin_tries == 2

    modem.card.pin_tries = 3
    bench = Bench(modem, sim_pin="9999", pin_memory=PinFile(tmp_path)).start(10)
    assert modem.card.pin_tries == 2


def test_the_last_tries_are_left_to_a_person() -> None:
    modem = SimulatedModem(pin="1234")
    modem.card.pin_tries = 1
    bench = Bench(modem, sim_pin="1234").start(10)

    assert bench.faults() == {"sim.pin_wrong"}
    assert modem.card.pin_tries == 1


def test_a_locked_sim_is_told_and_no_puk_is_ever_sent() -> None:
    modem = SimulatedModem(pin="1234")
    modem.card.pin_tries = 0
    bench = Bench(modem, sim_pin="1234").start(100)

    assert bench.faults() == {"sim.puk"}
    assert b"AT+CPIN=" not in bench.said


def test_what_became_of_a_pin_is_for_the_hub_s_eyes_only_and_names_neither_pin_nor_sim(tmp_path: Path) -> None:
    memory = PinFile(tmp_path)
    Bench(SimulatedModem(pin="1234"), sim_pin="1234", pin_memory=memory).start(10)

    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "1234" not in file.read_text()
    assert "8933" not in file.read_text()


def test_a_pin_file_that_is_rubbish_or_cannot_be_written_is_borne(tmp_path: Path) -> None:
    (tmp_path / "modem-pin.json").write_text("[1, 2")
    assert PinFile(tmp_path).recall("x") is None
    memory = PinFile(tmp_path / "not there")
    memory.remember("x", "refused")
    assert memory.recall("x") == "refused"


def test_a_sim_that_is_taken_out_closes_the_road_at_once_and_is_a_fault_after_a_minute() -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start(10)
    remove_sim(modem)
    bench.wait(5)
    assert bench.link() is False
    assert bench.faults() == set()

    bench.wait(60)
    assert bench.faults() == {"sim.absent"}

    insert_sim(modem)
    bench.wait(10)
    assert bench.link() is True
    assert bench.faults() == set()


@pytest.mark.parametrize(
    "final", ["+CME ERROR: SIM failure", "+CME ERROR: SIM busy", "+CME ERROR: 14", "+CME ERROR: 13"]
)
def test_a_sim_that_is_busy_or_fails_at_first_is_waited_for(final: str) -> None:
    modem = SimulatedModem()
    modem.suffer(Refuses(command="+CPIN?", final=final, times=8))
    bench = Bench(modem).start(15)

    assert bench.link() is True
    assert bench.faults() == set()


# Restarts


@EVERY_MODEM
@pytest.mark.parametrize("mishap", [restart, forget_settings, echo_again], ids=lambda mishap: mishap.__name__)
def test_a_restart_is_noticed_within_a_minute_seen_or_unseen(
    dialect: str, mishap: Callable[[SimulatedModem], None]
) -> None:
    modem = SimulatedModem(dialect)
    bench = Bench(modem).start(100)
    mishap(modem)
    bench.wait(100)

    assert bench.link() is True
    assert not modem.settings.echo
    assert not modem.settings.text_mode
    assert bench.send(1).wait(10).states(1) == [SendState.ACCEPTED]


def test_a_modem_that_says_it_starts_is_got_ready_within_two_seconds_of_its_sim() -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start(100)
    restart(modem, 3.0)
    bench.wait(3.5)
    assert bench.link() is False
    bench.wait(2.0)

    assert bench.link() is True


def test_a_modem_that_cannot_be_told_not_to_echo_is_borne() -> None:
    class AlwaysEchoes(Fault):
        def hear(self, modem: SimulatedModem, data: bytes) -> bytes:  # type: ignore[override]
            modem.settings.echo = True
            return data

    modem = SimulatedModem()
    modem.suffer(AlwaysEchoes())
    bench = Bench(modem).start(60)

    assert bench.link() is True
    assert bench.send(1).wait(10).states(1) == [SendState.ACCEPTED]
    assert bench.said.count(b"AT+CGMI") == 1


def test_a_port_that_comes_back_after_four_seconds_carries_an_alert_at_once() -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start(10)
    bench.machine.port_closed(bench.now)
    bench.wait(4)
    bench.machine.port_opened(bench.now)
    bench.wait(1)

    assert bench.link() is True
    assert bench.send(1).wait(1).states(1) == [SendState.ACCEPTED]


def test_a_command_that_is_never_answered_does_not_keep_the_rest_from_working() -> None:
    modem = SimulatedModem()
    modem.suffer(DeafTo(command="+CSCS", times=1))
    bench = Bench(modem).start(20)

    assert bench.link() is True


def test_a_modem_without_announcements_is_looked_into_every_half_minute() -> None:
    modem = SimulatedModem()
    modem.suffer(Refuses(command="+CNMI", final="ERROR"))
    bench = Bench(modem).start(10)
    modem.network.deliver("+33612345678", "1")
    bench.wait(40)

    assert bench.texts() == [("+33612345678", "1")]


def test_boot_lines_that_come_after_the_start_do_not_start_it_again() -> None:
    modem = SimulatedModem("sim800")
    restart(modem)
    bench = Bench(modem).start(30)
    later(modem, 1.0, lambda _modem: modem.unsolicited("Call Ready"))
    bench.wait(5)

    assert bench.said.count(b"AT+CGMI") == 1
