"""What is known of a modem, and that the hub is told each thing once."""

from datetime import UTC, datetime

import pytest

from hub.domain.inputs import (
    DeliveryReported,
    DeliveryState,
    FaultCleared,
    FaultSeen,
    LinkChanged,
    Observed,
    SendReported,
    SendState,
    SmsReceived,
    TimeTold,
)
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.responses import Network, Registration
from hub.drivers.modem.situation import Reports, Situation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def reports() -> Reports:
    return Reports(lambda: NOON)


@pytest.fixture
def situation() -> Situation:
    return Situation(load(GENERIC))


# What the hub is told


def test_a_fault_is_told_once_until_it_was_taken_back(reports: Reports) -> None:
    reports.fault("gsm.weak", "-109 dBm")
    reports.fault("gsm.weak", "-111 dBm")
    assert reports.faults == {"gsm.weak"}

    reports.clear("gsm.weak")
    assert reports.faults == frozenset()
    reports.fault("gsm.weak", "-113 dBm")
    assert reports.take() == [
        FaultSeen(NOON, "gsm.weak", "-109 dBm"),
        FaultCleared(NOON, "gsm.weak"),
        FaultSeen(NOON, "gsm.weak", "-113 dBm"),
    ]


def test_what_is_in_order_is_said_once_for_an_earlier_run_may_have_told_otherwise(reports: Reports) -> None:
    reports.clear("gsm.weak", "modem.sick")
    reports.clear("gsm.weak", "modem.sick")

    assert reports.take() == [FaultCleared(NOON, "gsm.weak"), FaultCleared(NOON, "modem.sick")]


def test_each_thing_is_handed_over_once(reports: Reports) -> None:
    reports.time(NOON)
    assert reports.take() == [TimeTold(NOON, NOON)]

    assert reports.take() == []
    reports.time(NOON)
    assert reports.take() == [TimeTold(NOON, NOON)]


def test_a_road_that_is_open_does_not_open(reports: Reports) -> None:
    reports.link(up=True)
    reports.link(up=True)
    reports.link(up=False, detail="gone")
    reports.link(up=False, detail="still gone")

    assert reports.take() == [LinkChanged(NOON, "sms", True, ""), LinkChanged(NOON, "sms", False, "gone")]


def test_a_reading_is_told_when_it_changed_and_the_first_time_whatever_it_is(reports: Reports) -> None:
    for value in (None, None, -70, -70, None):
        reports.observe("signal_dbm", value)

    assert [seen.value for seen in reports.take() if isinstance(seen, Observed)] == [None, -70, None]


def test_texts_are_told_with_all_that_is_known(reports: Reports) -> None:
    reports.sent(7, SendState.ACCEPTED, reference=5)
    reports.sent(8, SendState.FAILED, reason="no such number", permanent=True)
    reports.sent(9, SendState.UNCERTAIN)
    reports.delivered(7, DeliveryState.DELIVERED, "status report 0x00")
    reports.received("key", "+33612345678", "1", NOON)

    assert reports.take() == [
        SendReported(NOON, 7, SendState.ACCEPTED, 5, "", False),
        SendReported(NOON, 8, SendState.FAILED, None, "no such number", True),
        SendReported(NOON, 9, SendState.UNCERTAIN, None, "", False),
        DeliveryReported(NOON, 7, DeliveryState.DELIVERED, "status report 0x00"),
        SmsReceived(NOON, "key", "+33612345678", "1", NOON),
    ]


# What is known


@pytest.mark.parametrize(
    ("domains", "carries"),
    [
        ({}, False),
        ({"+CREG": Registration.HOME}, True),
        ({"+CEREG": Registration.HOME}, True),
        ({"+CGREG": Registration.HOME}, False),
        ({"+CREG": Registration.DENIED, "+CEREG": Registration.ROAMING}, True),
        ({"+CREG": Registration.HOME, "+CEREG": Registration.DENIED}, True),
        ({"+CREG": Registration.SEARCHING, "+CGREG": Registration.HOME}, False),
    ],
)
def test_circuits_or_lte_carry_texts_and_packets_alone_do_not_say(
    situation: Situation, domains: dict[str, Registration], carries: bool
) -> None:
    for domain, state in domains.items():
        situation.note(Network(domain, state))

    assert situation.is_registered is carries
    assert situation.is_denied is (Registration.DENIED in domains.values())


def test_a_service_centre_that_is_empty_is_none(situation: Situation) -> None:
    situation.note_smsc('"+33689004000",145')
    for nothing in ("", '"",129'):
        situation.note_smsc(nothing)

    assert situation.smsc == '"+33689004000",145'


def test_a_modem_that_starts_anew_has_forgotten_what_it_was_told(situation: Situation) -> None:
    situation.is_ready = situation.is_echo_off = situation.has_sms_service = True
    situation.sim, situation.reads_from, situation.smsc = "READY", "SM", '"+33689004000",145'
    situation.note(Network("+CREG", Registration.HOME))

    situation.forget_connection("it restarted")

    assert not any((situation.is_ready, situation.is_echo_off, situation.has_sms_service, situation.networks))
    assert (situation.sim, situation.reads_from, situation.why_not) == ("", "", "it restarted")
    assert situation.smsc == '"+33689004000",145', "what the SIM said stays"


def test_before_anything_is_known_the_port_is_shut_and_texts_are_kept_in_the_modem(situation: Situation) -> None:
    assert not any((situation.is_open, situation.is_ready, situation.is_registered, situation.keeps_reports))
    assert situation.announces
    assert situation.may_list
    assert (situation.why_not, situation.speed) == ("the modem's port is not open", 115200)
    assert (situation.memory, situation.memories) == ("ME", ("ME",))
