"""Which text a delivery report means: by reference and number, early or late, part by part."""

from datetime import UTC, datetime

import pytest

from hub.domain.inputs import DeliveryReported
from hub.drivers.modem.deliveries import Deliveries
from hub.drivers.modem.pdu import StatusReport
from hub.drivers.modem.situation import Reports

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BEN = "+33612345678", "+33687654321"
DELIVERED, PENDING, FAILED = 0x00, 0x30, 0x41


class Desk:
    """A `Deliveries`, and what it told."""

    def __init__(self) -> None:
        self._reports = Reports(lambda: NOON)
        self.deliveries = Deliveries(self._reports)
        self.told: list[tuple[int, str]] = []

    def expect(self, message: int, *references: int, to: str = ANNA, now: float = 0.0) -> "Desk":
        self.deliveries.expect(message, to, list(references), len(references), now)
        return self._listen()

    def take(self, reference: int, status: int = DELIVERED, *, of: str = ANNA, now: float = 0.0) -> "Desk":
        self.deliveries.take(StatusReport(reference, of, None, None, status), now)
        return self._listen()

    def _listen(self) -> "Desk":
        for seen in self._reports.take():
            assert isinstance(seen, DeliveryReported)
            self.told.append((seen.message, seen.state.value))
        return self


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_report_means_the_text_with_its_reference_and_its_number(desk: Desk) -> None:
    desk.expect(1, 5).expect(2, 6).expect(3, 5, to=BEN)

    assert desk.take(6).told == [(2, "delivered")]
    assert desk.take(5, of=BEN).told[1:] == [(3, "delivered")]
    assert desk.take(5, FAILED).told[2:] == [(1, "failed")]
    assert desk.take(7).told[3:] == []


def test_the_octet_of_the_report_is_told_as_the_reason() -> None:
    reports = Reports(lambda: NOON)
    deliveries = Deliveries(reports)
    deliveries.expect(1, ANNA, [5], 1, 0.0)
    deliveries.take(StatusReport(5, ANNA, None, None, 0x41), 0.0)

    assert [seen.reason for seen in reports.take() if isinstance(seen, DeliveryReported)] == ["status report 0x41"]


@pytest.mark.parametrize("number", ["0612345678", "0033612345678", "+33 6 12 34 56 78", "612345678", "9912345678"])
def test_a_number_may_come_back_with_another_prefix(desk: Desk, number: str) -> None:
    assert desk.expect(1, 5).take(5, of=number).told == [(1, "delivered")]


@pytest.mark.parametrize("number", ["+33622345678", "+33612345679", "12345678" + "0"])
def test_but_its_last_eight_digits_are_the_same(desk: Desk, number: str) -> None:
    assert desk.expect(1, 5).take(5, of=number).told == []


def test_a_long_text_is_delivered_with_its_last_part_in_whatever_order(desk: Desk) -> None:
    desk.expect(1, 5, 6, 7).take(7).take(5).take(5)
    assert desk.told == []

    assert desk.take(6).told == [(1, "delivered")]


def test_a_long_text_of_which_one_part_fails_has_failed(desk: Desk) -> None:
    assert desk.expect(1, 5, 6).take(5, FAILED).take(6).take(5).told == [(1, "failed")]


@pytest.mark.parametrize("final", [DELIVERED, FAILED])
def test_a_verdict_stands_whatever_is_said_after_it(desk: Desk, final: int) -> None:
    desk.expect(1, 5).take(5, final)
    told = list(desk.told)

    assert desk.take(5, PENDING).take(5, final).told == told


def test_a_network_that_still_tries_says_so_once(desk: Desk) -> None:
    desk.expect(1, 5).take(5, PENDING).take(5, PENDING)
    assert desk.told == [(1, "pending")]

    assert desk.take(5).told == [(1, "pending"), (1, "delivered")]


# A reference is used again after 256 texts


def test_the_report_of_one_text_is_not_taken_for_the_next_under_the_same_reference(desk: Desk) -> None:
    desk.expect(1, 5).take(5).expect(2, 5)
    assert desk.told == [(1, "delivered")]

    desk.expect(3, 8, 9).take(8).expect(4, 8)
    assert desk.told == [(1, "delivered")]
    assert desk.take(8).told == [(1, "delivered"), (4, "delivered")]


def number(n: int) -> str:
    return f"+336{n:08}"


def test_of_256_texts_each_is_known_and_of_more_the_oldest_is_not(desk: Desk) -> None:
    for n in range(256):
        desk.expect(n, n, to=number(n))
    assert desk.take(0, PENDING, of=number(0)).told == [(0, "pending")]

    desk.expect(256, 0, to=number(256))
    desk.take(0, of=number(0))
    assert desk.told == [(0, "pending")]
    assert desk.take(1, of=number(1)).told[1:] == [(1, "delivered")]


def test_a_text_under_a_used_reference_is_as_young_as_it_is(desk: Desk) -> None:
    for n in range(256):
        desk.expect(n, n, to=number(n))
    desk.expect(900, 0, to=number(0)).expect(901, 1, to=number(901))

    assert desk.take(0, of=number(0)).told == [(900, "delivered")]


# A report that overtakes the answer to AT+CMGS


def test_an_early_report_waits_for_its_text(desk: Desk) -> None:
    desk.take(5).expect(1, 6)
    assert desk.told == []

    assert desk.expect(2, 5).told == [(2, "delivered")]


@pytest.mark.parametrize(("age_s", "told"), [(599.9, [(1, "delivered")]), (600.0, [])])
def test_an_early_report_is_kept_for_ten_minutes(desk: Desk, age_s: float, told: list[tuple[int, str]]) -> None:
    assert desk.take(5, now=100.0).expect(1, 5, now=100.0 + age_s).told == told


def test_a_report_that_waited_keeps_its_age_while_others_are_sent(desk: Desk) -> None:
    desk.take(5, now=0.0).expect(1, 6, now=300.0).expect(2, 5, now=601.0)

    assert desk.told == []


def test_an_early_report_is_used_once(desk: Desk) -> None:
    desk.take(5).expect(1, 5).expect(2, 5)

    assert desk.told == [(1, "delivered")]


def test_of_more_than_64_early_reports_the_oldest_are_lost(desk: Desk) -> None:
    for n in range(65):
        desk.take(n)

    assert desk.expect(1, 0).told == []
    assert desk.expect(2, 1).expect(3, 64).told == [(2, "delivered"), (3, "delivered")]


def test_64_early_reports_are_all_kept(desk: Desk) -> None:
    for n in range(64):
        desk.take(n)

    assert desk.expect(1, 0).told == [(1, "delivered")]
