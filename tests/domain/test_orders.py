"""Commands by text, read: every way to write a time that people use, and no guess at the others."""

from datetime import UTC, datetime, time, timedelta

import pytest
from house import PARIS
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import order_times
from hub.domain.orders import Command, Order, read_order
from hub.domain.replies import Meaning, read_reply

NOW = datetime(2026, 12, 20, 15, 30, tzinfo=PARIS)


def on(day: int, month: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def away(until: datetime, begins: datetime | None = None) -> Order:
    return Order(Command.AWAY, begins, until)


@pytest.mark.parametrize(
    ("text", "lasts"),
    [
        ("ABSENT 3j", timedelta(days=3)),
        ("Absente 3 jours, merci", timedelta(days=3)),
        ("bonjour absence pour une semaine", timedelta(weeks=1)),
        ("AWAY 3d", timedelta(days=3)),
        ("away for 2 weeks please", timedelta(weeks=2)),
        ("SORTIE 3h", timedelta(hours=3)),
        ("sortie 1h30", timedelta(hours=1, minutes=30)),
        ("out 90 min", timedelta(minutes=90)),
    ],
)
def test_an_absence_that_begins_now_and_lasts(text: str, lasts: timedelta) -> None:
    assert read_order(text, NOW) == away(NOW + lasts)
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("ABSENT 24/12 14h 2/1 18h", away(on(2, 1, 18, year=2027), on(24, 12, 14))),
        ("ABSENT 24/12 14h59 25/12 23h59", away(on(25, 12, 23, 59), on(24, 12, 14, 59))),
        ("ABSENT 24/12 14h 30/12 18h", away(on(30, 12, 18), on(24, 12, 14))),
        ("absence du 24/12 14h30 au 2/1", away(on(2, 1, 23, 59, year=2027), on(24, 12, 14, 30))),
        ("AWAY 24/12 2:30 pm 2/1 9 am", away(on(2, 1, 9, year=2027), on(24, 12, 14, 30))),
        ("away from 24/12 12 am to 25/12 12 pm", away(on(25, 12, 12), on(24, 12))),
        ("ABSENT 20/12 22/12", away(on(22, 12, 23, 59), on(20, 12))),
        ("ABSENT 24/12/2026 02/01/27", away(on(2, 1, 23, 59, year=2027), on(24, 12))),
        ("absent jusqu'au 2/1 18h", away(on(2, 1, 18, year=2027))),
        ("away until 24/12", away(on(24, 12, 23, 59))),
        ("ABSENT 19/12 20/12", away(on(20, 12, 23, 59, year=2027), on(19, 12, year=2027))),
        ("away until 20/12 15:31", away(on(20, 12, 15, 31))),
        ("away until 20/12 15:30", away(on(20, 12, 15, 30, year=2027))),
        ("away until 24/12 1 pm", away(on(24, 12, 13))),
        ("away until 24/12 11 pm", away(on(24, 12, 23))),
    ],
)
def test_an_absence_from_when_until_when(text: str, order: Order) -> None:
    assert read_order(text, NOW) == order
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize(
    "text",
    [
        "ABSENT 31/2", "ABSENT 0j", "ABSENT 24h99", "ABSENT 24/12 24h", "ABSENT 24/12 25h", "ABSENT 24/12 14h60",
        "AWAY 24/12 13 pm",
        "AWAY 24/12 0 am", "ABSENT 24/12 2/1 3/1", "ABSENT 24/12 31/2", "ABSENT 24/12/2024", "ABSENT demain",
        "PLAGE MATIN 7h30", "PLAGE MATIN 10h 7h30", "PLAGE 7h 10h",
        "plage de 7h a 9h", "window from 7:00 to 9:00", "PLAGE MATIN 7h 25h", "PLAGE MATIN 7h 9h 10h",
        "GARDE Paul 31/2", "GARDE Paul 2j 3j",
        "OUI", "OUI 482", "OUI 48211", "",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert read_order(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("RETOUR", Order(Command.BACK)),
        ("Back!", Order(Command.BACK)),
        ("journal", Order(Command.LOG)),
        ("LOG 5", Order(Command.LOG)),
        ("Oui 4821", Order(Command.CONFIRM, code="4821")),
        ("YES 0042", Order(Command.CONFIRM, code="0042")),
        ("GARDE FIN", Order(Command.OFF_CALL)),
        ("Garde terminée, merci", Order(Command.OFF_CALL)),
        ("ONCALL END", Order(Command.OFF_CALL)),
        ("on call cancelled", Order(Command.OFF_CALL)),
        ("CONGES FIN", Order(Command.HOLIDAY_OVER)),
        ("Vacances finies !", Order(Command.HOLIDAY_OVER)),
        ("holiday over", Order(Command.HOLIDAY_OVER)),
        ("CONGES 3j", Order(Command.HOLIDAY, until=NOW + timedelta(days=3))),
        ("Holidays 1 week", Order(Command.HOLIDAY, until=NOW + timedelta(weeks=1))),
        ("congés du 24/12 au 2/1", Order(Command.HOLIDAY, on(24, 12), on(2, 1, 23, 59, 2027))),
        ("HOLIDAY until 2/1 18:00", Order(Command.HOLIDAY, until=on(2, 1, 18, year=2027))),
    ],
)
def test_short_commands(text: str, order: Order) -> None:
    assert read_order(text, NOW) == order
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize(
    ("text", "name", "until"),
    [
        ("GARDE Paul 2j", "paul", NOW + timedelta(days=2)),
        ("garde Marie-Hélène pour une semaine", "marie helene", NOW + timedelta(weeks=1)),
        ("ONCALL Paul 2d", "paul", NOW + timedelta(days=2)),
        ("on call Jean Paul until 24/12 18:00", "jean paul", on(24, 12, 18)),
        ("Garde Paul jusqu'au 24/12, merci", "paul", on(24, 12, 23, 59)),
    ],
)
def test_who_is_on_call_and_until_when(text: str, name: str, until: datetime) -> None:
    assert read_order(text, NOW) == Order(Command.ON_CALL, until=until, name=name)
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize(
    ("text", "local", "until"),
    [
        ("DEMAIN 10h", NOW, on(21, 12, 10)),
        ("Demain pas avant 10h30 merci", NOW, on(21, 12, 10, 30)),
        ("tomorrow 10:00", NOW, on(21, 12, 10)),
        ("Tomorrow by 9 am", NOW, on(21, 12, 9)),
        ("demain 10h", on(21, 12, 4, 59), on(21, 12, 10)),
        ("demain 10h", on(21, 12, 5), on(22, 12, 10)),
    ],
)
def test_by_when_somebody_is_expected_tomorrow(text: str, local: datetime, until: datetime) -> None:
    assert read_order(text, local) == Order(Command.TOMORROW, until=until)
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize(
    ("text", "name", "opens", "closes"),
    [
        ("PLAGE MATIN 7h30 10h", "matin", time(7, 30), time(10)),
        ("WINDOW MORNING 7:30 10:00", "morning", time(7, 30), time(10)),
        ("plage matin 7h 10h", "matin", time(7), time(10)),
        ("plage matin 7 h 9 h 30", "matin", time(7), time(9, 30)),
        ("Plage Petit déjeuner de 7h à 9h, merci", "petit dejeuner", time(7), time(9)),
        ("plage du matin 7h 9h", "matin", time(7), time(9)),
        ("plage matin entre 7h30 et 10h", "matin", time(7, 30), time(10)),
        ("Plage soir: 18h00-20h15", "soir", time(18), time(20, 15)),
        ("window evening from 6 pm to 9 pm", "evening", time(18), time(21)),
    ],
)
def test_from_when_until_when_a_window_is(text: str, name: str, opens: time, closes: time) -> None:
    assert read_order(text, NOW) == Order(Command.WINDOW, name=name, hours=(opens, closes))
    assert read_reply(text).meaning is Meaning.COMMAND


@pytest.mark.parametrize("text", ["demain", "DEMAIN 25h", "DEMAIN 10h 11h", "tomorrow morning", "demain 3j"])
def test_a_tomorrow_without_its_hour_is_not_guessed(text: str) -> None:
    assert read_order(text, NOW) is None


@pytest.mark.parametrize("text", ["SORTIE 3h", "ABSENT 60j", "GARDE Paul 3h"])
@pytest.mark.parametrize("local", [on(29, 3, 1), on(25, 10, 1)])
def test_a_span_is_as_long_as_it_says_whatever_the_clocks_do(local: datetime, text: str) -> None:
    lasts = timedelta(days=60) if "60j" in text else timedelta(hours=3)

    order = read_order(text, local)

    assert order is not None
    assert order.until is not None
    assert order.until.astimezone(UTC) - local.astimezone(UTC) == lasts


@pytest.mark.parametrize(
    ("text", "news"),
    [
        ("TOUS Galette dimanche à 15h !", "Galette dimanche à 15h !"),
        ("tous: les clés sont chez Anne", "les clés sont chez Anne"),
        ("Tous galette\ndimanche", "galette dimanche"),
        ("ALL, the keys are at Anne's", "the keys are at Anne's"),
        ("ALL the keys are at Anne's", "the keys are at Anne's"),
        ("TOUS galette\nEnvoyé de mon iPhone", "galette"),
        ("TOUS galette\n-- \nPaul Durand\n06 12 34 56 78", "galette"),
        ("> ALERTE Mme Martin\nTOUS galette", "galette"),
    ],
)
def test_what_is_for_everybody_stays_as_it_was_written(text: str, news: str) -> None:
    assert read_order(text, NOW) == Order(Command.NEWS, text=news)


@pytest.mark.parametrize(
    "text",
    [
        "tous le monde est là",
        "Tous les jours pareil",
        "all the best",
        "ALL THE BEST",
        "tous",
        "TOUS !",
        "à tous bonjour",
        "tousse un peu",
        "Allons-y",
    ],
)
def test_what_only_begins_like_it_goes_to_nobody(text: str) -> None:
    assert read_order(text, NOW) is None


@pytest.mark.parametrize("text", ["tous sont là", "All yours, I am in bed", "All done, home now", "tous va bien"])
def test_talk_is_no_command_and_goes_to_nobody(text: str) -> None:
    assert read_reply(text).meaning is not Meaning.COMMAND


def test_29_february_is_found_where_there_is_one() -> None:
    before = datetime(2027, 12, 1, tzinfo=PARIS)

    assert order_times.moment("29 / 2", before, ends=False) == (on(29, 2, year=2028), "")
    assert order_times.moment("29 / 2", NOW, ends=False) == (None, "29 / 2")


def test_more_than_a_year_ahead_is_none() -> None:
    assert order_times.moment("19 / 12 / 28", NOW, ends=False)[0] is None
    assert order_times.moment("22 / 12 / 27", NOW, ends=False)[0] == on(22, 12, year=2027)
    assert order_times.moment("23 / 12 / 27", NOW, ends=False)[0] is None


def test_a_year_with_a_leap_day_is_a_year() -> None:
    now = NOW.replace(year=2027)

    assert order_times.moment("20 / 12 15 : 30", now, ends=True)[0] == now.replace(year=2028)


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_in_a_night_is_the_first_of_them(fold: int) -> None:
    found, _ = order_times.moment(
        "31 / 10 / 27 2 : 30", datetime(2026, 10, 31, 2, 45, fold=fold, tzinfo=PARIS), ends=True
    )

    assert found is not None
    assert found.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(st.text(max_size=60), st.integers(0, 10**9))
def test_whatever_is_texted_an_absence_ends_after_now(text: str, seconds: int) -> None:
    now = NOW.astimezone(UTC) + timedelta(seconds=seconds)
    order = read_order(f"ABSENT {text}", now.astimezone(PARIS))

    if order is not None and order.until is not None:
        assert order.until.astimezone(UTC) > now
