"""Texts that arrive: told with a key, as often as it takes, and deleted only when they are on disk."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from modem_bench import ANNA, Bench

from hub.domain.inputs import SmsReceived
from hub.drivers.modem.health import SLOW_EVERY_S
from hub.drivers.modem.pdu import encode_deliver
from hub.sim.modem import SimulatedModem
from hub.sim.modem_device import Device
from hub.sim.modem_faults import CountedFault, DeafTo, HangsOn, Refuses, fill_store, restart
from hub.sim.modem_memory import StoredText
from hub.sim.modem_wire import Kind, Utterance

EVERY_MODEM = pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25", "huawei"])
LONG = "Une réponse qui ne tient pas en un seul SMS parce que Paul aime écrire beaucoup. " * 4
AT = datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


def ready(dialect: str = "sim7600") -> tuple[Bench, SimulatedModem]:
    modem = SimulatedModem(dialect)
    return Bench(modem).start(), modem


def stored(modem: SimulatedModem) -> int:
    return sum(len(memory.slots) for memory in modem.memories.values())


def forget_all(bench: Bench) -> None:
    for seen in bench.of(SmsReceived):
        bench.machine.forget(seen.key, bench.now)


@EVERY_MODEM
def test_a_text_is_told_and_stays_in_the_modem_until_it_is_on_disk(dialect: str) -> None:
    bench, modem = ready(dialect)
    modem.network.deliver(ANNA, "j'y vais")
    bench.wait(60)
    assert bench.texts() == [(ANNA, "j'y vais")]
    assert stored(modem) == 1

    forget_all(bench)
    bench.wait(5)
    assert stored(modem) == 0


@EVERY_MODEM
def test_what_came_while_the_hub_was_down_is_read_at_the_start(dialect: str) -> None:
    modem = SimulatedModem(dialect)
    for number, memory in enumerate(("SM", "ME")):
        (part,) = encode_deliver(ANNA, f"text {number}", AT)
        modem.memories[memory].put(StoredText(part.hex, part.length))
    bench = Bench(modem).start()

    assert sorted(bench.texts()) == [(ANNA, "text 0"), (ANNA, "text 1")]
    forget_all(bench)
    bench.wait(30)
    assert stored(modem) == 0


@pytest.mark.parametrize("dialect", ["sim7600", "ec25"])
def test_reports_that_came_while_the_hub_was_down_do_not_stay_and_fill_their_memory(dialect: str) -> None:
    first, modem = ready(dialect)
    assert modem.settings.announce[3] == 2, "this modem would keep none"
    for message in range(3):
        first.send(message).wait(30, until=lambda: bool(first.reports(message)))  # noqa: B023 -- used at once
    # Nobody listens when the reports come.
    for _ in range(60):
        modem.handle_timer(modem.now + 1.0)
    assert len(modem.memories["SR"].slots) == 3

    Bench(modem).start().wait(30)
    assert stored(modem) == 0
    assert modem.settings.stores == ["ME"] * 3


@EVERY_MODEM
def test_a_text_keeps_its_key_however_often_it_is_read(dialect: str) -> None:
    bench, modem = ready(dialect)
    modem.network.deliver(ANNA, "oui")
    bench.wait(5)
    first = bench.of(SmsReceived)[0].key
    again = Bench(modem).start()

    assert [seen.key for seen in again.of(SmsReceived)] == [first]


def test_a_text_that_was_not_taken_is_told_again_after_a_restart_and_once_taken_never() -> None:
    bench, modem = ready()
    modem.network.deliver(ANNA, "oui")
    bench.wait(700)
    restart(modem, 1.0)
    bench.wait(30)
    assert len(bench.texts()) == 2

    forget_all(bench)
    bench.wait(700)
    restart(modem, 1.0)
    bench.wait(30)
    assert len(bench.texts()) == 2


def test_two_equal_texts_of_two_moments_are_two_texts() -> None:
    bench, modem = ready()
    modem.network.deliver(ANNA, "1")
    bench.wait(5)
    modem.network.deliver(ANNA, "1")
    bench.wait(5)

    assert len({seen.key for seen in bench.of(SmsReceived)}) == 2


def test_a_slot_that_cannot_be_emptied_is_not_told_again() -> None:
    bench, modem = ready()
    modem.suffer(Refuses(command="+CMGD", final="ERROR"))
    modem.network.deliver(ANNA, "oui")
    bench.wait(5)
    forget_all(bench)
    bench.wait(800)
    restart(modem, 1.0)
    bench.wait(60)

    assert len(bench.texts()) == 1
    assert bench.link() is True


# Long texts


@EVERY_MODEM
def test_a_long_text_is_told_once_whole_and_all_its_slots_are_emptied(dialect: str) -> None:
    bench, modem = ready(dialect)
    modem.network.deliver(ANNA, LONG)
    bench.wait(10)
    assert bench.texts() == [(ANNA, LONG)]

    forget_all(bench)
    bench.wait(10)
    assert stored(modem) == 0


def put(modem: SimulatedModem, text: str, parts: list[int], reference: int = 7) -> int:
    """Let ``parts`` of a long text arrive, in that order; return how many it has."""
    pdus = encode_deliver(ANNA, text, AT, concat_reference=reference)
    for number in parts:
        index = modem.memories["ME"].put(StoredText(pdus[number].hex, pdus[number].length))
        modem.unsolicited(f'+CMTI: "ME",{index}')
    return len(pdus)


def test_parts_come_in_any_order_and_several_texts_at_once() -> None:
    bench, modem = ready()
    other = LONG.replace("Paul", "Anne")
    put(modem, LONG, [2], reference=1)
    put(modem, other, [0, 1], reference=2)
    put(modem, LONG, [0, 1], reference=1)
    bench.wait(5)
    assert bench.texts() == [(ANNA, LONG)]

    put(modem, other, [2], reference=2)
    bench.wait(5)
    assert bench.texts() == [(ANNA, LONG), (ANNA, other)]


def test_a_long_text_that_stays_incomplete_is_told_after_ten_minutes_as_far_as_it_came() -> None:
    bench, modem = ready()
    put(modem, LONG, [0, 2])
    bench.wait(590)
    assert bench.texts() == []

    bench.wait(20)
    ((_, text),) = bench.texts()
    assert text.startswith(LONG[:100])
    assert "[…]" in text


def test_a_flood_of_half_texts_fills_no_memory() -> None:
    bench, _ = ready()
    for reference in range(200):
        part = encode_deliver(f"+336{reference:08}", LONG, AT, concat_reference=reference)[0]
        bench.machine.receive(f"\r\n+CMT: ,{part.length}\r\n{part.hex}\r\n".encode(), bench.now)
    bench.inputs += bench.machine.take_inputs()

    assert len(bench.texts()) == 150


# Straight from the network, and what is no text


def test_a_text_that_comes_without_being_stored_is_told_too() -> None:
    bench, _ = ready()
    (part,) = encode_deliver(ANNA, "oui", AT)
    bench.machine.receive(f"\r\n+CMT: ,{part.length}\r\n{part.hex}\r\n".encode(), bench.now)
    bench.wait(1)

    assert bench.texts() == [(ANNA, "oui")]


def test_a_slot_that_cannot_be_read_blocks_nothing_and_is_left_alone() -> None:
    bench, modem = ready()
    modem.memories["ME"].put(StoredText("ZZZZ", 30))
    (part,) = encode_deliver(ANNA, "oui", AT)
    modem.memories["ME"].put(StoredText(part.hex, part.length))
    modem.unsolicited('+CMTI: "ME",0')
    modem.unsolicited('+CMTI: "ME",1')
    bench.wait(10)

    assert bench.texts() == [(ANNA, "oui")]
    assert 0 in modem.memories["ME"].slots
    assert bench.said.count(b"AT+CMGR=0\r") == 2


def test_an_empty_slot_is_nothing() -> None:
    bench, modem = ready("ec25")
    modem.unsolicited('+CMTI: "ME",99')
    bench.wait(5)

    assert bench.texts() == []
    assert bench.link() is True


def test_a_message_for_the_phone_itself_is_no_text_and_takes_no_room() -> None:
    bench, modem = ready()
    (part,) = encode_deliver(ANNA, "x", AT)
    at = 2 * (1 + 1 + 1 + 1 + 6)  # service centre, type, sender: then TP-PID
    silent = part.hex[:at] + "40" + part.hex[at + 2 :]
    modem.memories["ME"].put(StoredText(silent, part.length))
    modem.unsolicited('+CMTI: "ME",0')
    bench.wait(5)

    assert bench.texts() == []
    assert stored(modem) == 0


# The store


def test_a_full_store_is_told_and_emptied_as_far_as_its_texts_are_taken() -> None:
    bench, modem = ready()
    fill_store(modem)
    modem.network.deliver(ANNA, "oui")
    bench.wait(301)
    assert "modem.storage_full" in bench.faults()
    assert (ANNA, "oui") not in bench.texts()

    forget_all(bench)
    bench.wait(301)
    modem.collect()
    bench.wait(10)
    assert (ANNA, "oui") in bench.texts()
    assert "modem.storage_full" not in bench.faults()


def test_when_the_store_is_full_what_nobody_can_read_is_thrown_away() -> None:
    bench, modem = ready()
    modem.memories["ME"].put(StoredText("ZZZZ", 30))
    modem.unsolicited('+CMTI: "ME",0')
    bench.wait(10)
    modem.unsolicited('^SMMEMFULL:"ME"')
    bench.wait(10)

    assert 0 not in modem.memories["ME"].slots


def test_a_memory_that_fell_back_to_the_sim_is_set_right() -> None:
    bench, modem = ready()
    modem.settings.stores = ["ME", "ME", "SM"]
    bench.wait(301)

    assert modem.settings.stores == ["ME", "ME", "ME"]


# Modems that hang over their store


def test_a_modem_that_hangs_over_its_list_is_restarted_and_read_slot_by_slot_from_then_on() -> None:
    modem = SimulatedModem()
    modem.suffer(DeafTo(command="+CMGL"))
    (part,) = encode_deliver(ANNA, "oui", AT)
    modem.memories["ME"].put(StoredText(part.hex, part.length))
    bench = Bench(modem).start(100)
    bench.wait(60, until=lambda: bool(bench.texts()))

    assert bench.texts() == [(ANNA, "oui")]
    assert bench.said.count(b"AT+CMGL") == 1
    assert bench.link() is True
    assert bench.faults() == set()


def test_a_huawei_is_never_asked_for_its_list() -> None:
    modem = SimulatedModem("huawei")
    modem.suffer(HangsOn(command="+CMGL"))
    bench = Bench(modem).start(100)

    assert bench.link() is True
    assert b"AT+CMGL" not in bench.said


class SpoilsReading(CountedFault):
    """A byte of noise in the text that is read, another one each time."""

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        if utterance.about == "+CMGR" and utterance.kind is Kind.ANSWER and self.strikes():
            return [replace(utterance, data=utterance.data[:-6] + bytes([0x80 + self.times]) + utterance.data[-6:])]
        return [utterance]


def test_a_text_that_noise_has_spoilt_is_read_again_later() -> None:
    bench, modem = ready()
    modem.suffer(SpoilsReading(times=2))
    modem.network.deliver(ANNA, "j'y vais")
    bench.wait(30)
    assert bench.texts() == []

    bench.wait(SLOW_EVERY_S + 30)
    assert bench.texts() == [(ANNA, "j'y vais")]


def test_a_text_that_noise_has_spoilt_is_not_thrown_away_for_want_of_room() -> None:
    """Seed 900702 of bench/simulate.py: an SOS, a noisy cable and a full store within four seconds."""
    bench, modem = ready()
    modem.suffer(SpoilsReading(times=2))
    modem.network.deliver(ANNA, "SOS")
    bench.wait(5)
    fill_store(modem)

    bench.wait(2 * SLOW_EVERY_S + 60)

    assert (ANNA, "SOS") in bench.texts()


def test_a_text_whose_announcement_was_lost_is_found_at_the_next_look_at_the_storage() -> None:
    bench, modem = ready()
    (part,) = encode_deliver(ANNA, "j'y vais", AT)
    modem.memories["ME"].put(StoredText(part.hex, part.length))

    bench.wait(SLOW_EVERY_S + 30)

    assert bench.texts() == [(ANNA, "j'y vais")]
