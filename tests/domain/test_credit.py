"""The SIM's credit: read from an operator's words, told on demand, and warned of in time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from house import HOME, MARIE, PAUL, House, folded
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.credit import EXPIRES, LOW, Credit, read_credit
from hub.domain.facts import CreditRead, FamilyTold
from hub.domain.inputs import CreditTold

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("Votre credit est de 12,50 EUR, valable jusqu'au 31/12/2026.", Credit(1250, "EUR", date(2026, 12, 31))),
        ("Solde: 4.20€ - fin de validite 05.04.26", Credit(420, "EUR", date(2026, 4, 5))),
        ("Il vous reste 5 euros jusqu au 1-4-2026", Credit(500, "EUR", date(2026, 4, 1))),
        ("Your balance is £3.40", Credit(340, "GBP", None)),
        ("Balance EUR 0,00", Credit(0, "EUR", None)),
        ("CHF 10.00 / 2.3.2026", Credit(1000, "CHF", TODAY)),
        ("Votre solde est de -1,20 EUR", Credit(-120, "EUR", None)),
        # Of several sums the first, of several dates the first that is still to come.
        ("Credit 7,00 EUR. Bonus 2,00 EUR", Credit(700, "EUR", None)),
        ("Recharge le 01/02/2026: 10 EUR jusqu'au 01/05/2026", Credit(1000, "EUR", date(2026, 5, 1))),
        # What is no sum and no day.
        ("Forfait illimite", Credit(None, "", None)),
        ("Appelez le 123 ou 3179", Credit(None, "", None)),
        ("Valable jusqu'au 31/02/2026", Credit(None, "", None)),
        ("Valable jusqu'au 31/12/2099", Credit(None, "", None)),
        ("12,5 EURO", Credit(None, "", None)),
        ("Eurodata 5Go", Credit(None, "", None)),
        ("123456789 EUR", Credit(None, "", None)),
        ("", Credit(None, "", None)),
    ],
)
def test_what_an_operator_says_is_read_and_nothing_guessed(text, credit):
    assert read_credit(text, TODAY) == credit


@pytest.fixture
def house() -> House:
    return House(at=HOME_AT_TEN)


@given(st.text(max_size=200) | st.text("0123456789.,/-€EURchf ", max_size=200))
def test_whatever_is_said_is_read(text):
    found = read_credit(text, TODAY)

    assert found.amount_c is None or abs(found.amount_c) < 10_000_000
    assert found.expires is None or found.expires >= TODAY


HOME_AT_TEN = House().now


def says(house: House, text: str) -> None:
    house.tell(CreditTold(house.now, text))


def test_it_is_on_record_and_survives(house):
    says(house, "Credit 12,50 EUR jusqu'au 31/12/2026")

    (read,) = house.of(CreditRead)
    assert (read.amount_c, read.currency, read.expires) == (1250, "EUR", "2026-12-31")
    assert folded(house.on_record()).credit == house.state.credit


def test_the_family_asks_for_it_by_text(house):
    says(house, "Credit 12,50 EUR jusqu'au 31/12/2026")
    house.text(MARIE, "CREDIT")

    told = house.last_to(MARIE)
    assert (told.key, told.values["amount"], told.values["expires"]) == ("credit", "12.50 EUR", "31/12/2026")
    assert told.values["since"] == house.state.credit.at


@pytest.mark.parametrize("said", [None, "Forfait illimite"])
def test_what_is_not_known_is_said_to_be_so(house, said):
    if said:
        says(house, said)
    house.text(MARIE, "solde svp")

    assert house.texts_to(MARIE) == ["credit.unknown"]


def test_a_neighbour_does_not_hear_it(house):
    says(house, "Credit 12,50 EUR")
    house.text(PAUL, "CREDIT")

    assert "credit" not in house.texts_to(PAUL)


def told_of(house: House, notice: str) -> list[FamilyTold]:
    return [fact for fact in house.of(FamilyTold) if fact.notice == notice]


def test_a_low_one_is_told_once_a_week_until_it_is_topped_up(house):
    says(house, "Credit 2,99 EUR")
    house.pass_time(6 * DAY)
    assert len(told_of(house, LOW)) == 1
    assert house.texts_to(MARIE).count(LOW) == 1
    house.pass_time(2 * DAY)
    assert len(told_of(house, LOW)) == 2

    says(house, "Credit 3,00 EUR")
    house.pass_time(8 * DAY)
    assert len(told_of(house, LOW)) == 2


def test_the_end_is_told_two_weeks_a_week_and_a_day_before(house):
    today = house.now.date()
    says(house, f"Credit 20 EUR, {today + 20 * DAY:%d/%m/%Y}")
    days = []
    for day in range(24):
        before = len(told_of(house, EXPIRES))
        house.pass_time(DAY)
        if len(told_of(house, EXPIRES)) > before:
            days.append(20 - day - 1)

    assert days == [14, 7, 1]
    assert house.texts_to(MARIE).count(EXPIRES) == 3


def test_topped_up_it_begins_anew(house):
    today = house.now.date()
    says(house, f"20 EUR {today + 10 * DAY:%d/%m/%Y}")
    house.pass_time(DAY)
    says(house, f"20 EUR {today + 60 * DAY:%d/%m/%Y}")
    house.pass_time(20 * DAY)
    assert len(told_of(house, EXPIRES)) == 1
    house.pass_time(30 * DAY)
    assert len(told_of(house, EXPIRES)) == 2


def test_who_left_the_circle_is_not_told(house):
    house.text(MARIE, "STOP")
    says(house, "Credit 0,10 EUR")
    house.pass_time(DAY)

    assert told_of(house, LOW)
    assert LOW not in house.texts_to(MARIE)


def test_nobody_is_told_at_night():
    house = House(replace(HOME), at=HOME_AT_TEN + timedelta(hours=12))
    says(house, "Credit 0,10 EUR")
    house.pass_time(timedelta(hours=6))
    assert not told_of(house, LOW)
    house.pass_time(timedelta(hours=8))
    assert told_of(house, LOW)
