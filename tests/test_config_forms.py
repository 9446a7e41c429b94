"""How durations, times, days, hours and names are written, and read back as they were."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import forms, place_forms, time_forms
from hub.domain.policy import EVERY_DAY, Hours
from hub.errors import FormError

TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
QUICK = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("0s", timedelta()),
        ("50ms", timedelta(milliseconds=50)),
        ("10s", timedelta(seconds=10)),
        ("3min", timedelta(minutes=3)),
        ("4h", timedelta(hours=4)),
        ("15d", timedelta(days=15)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(written, span):
    assert time_forms.read_duration(written) == span
    assert time_forms.write_duration(span) == written


@pytest.mark.parametrize("written", ["10", "10 s", "1.5h", "-1s", "10S", "10m", "s", "", "1234567890s", "١s", 10, None])
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(FormError, match='such as "10s"'):
        time_forms.read_duration(written)


@QUICK
@given(st.integers(0, 999_999), st.sampled_from(list(time_forms.UNITS)))
def test_a_duration_survives_being_written_and_read(number, unit):
    span = number * time_forms.UNITS[unit]

    assert time_forms.read_duration(time_forms.write_duration(span)) == span


@pytest.mark.parametrize("written", ["24:00", "7:00", "07:60", "0700", "07h00", 7, time(7)])
def test_what_is_no_time_of_day_is_refused(written):
    with pytest.raises(FormError, match="HH:MM"):
        time_forms.read_time(written)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("daily", EVERY_DAY),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("sat, sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon-tue,thu", {0, 1, 3}),
        ("wed-wed", {2}),
    ],
)
def test_days_are_names_and_runs_of_names(written, days):
    assert time_forms.read_days(written) == days


@pytest.mark.parametrize("written", ["", "lundi", "mon-", "-fri", "mon-fri-sun", "Mon", "daily,mon", ["mon"], 1])
def test_what_are_no_days_is_refused(written):
    with pytest.raises(FormError, match='"daily"'):
        time_forms.read_days(written)


@QUICK
@given(DAYS)
def test_days_survive_being_written_and_read(days):
    assert time_forms.read_days(time_forms.write_days(days)) == days


@QUICK
@given(DAYS, TIMES, TIMES)
def test_hours_survive_being_written_and_read(days, start, until):
    some = Hours(days, start, until if until != start else time())
    if some.start == some.until != time():
        return

    assert time_forms.hours("daily 07:00-22:00").read(time_forms.write_hours(some)) == some


def test_hours_may_run_over_midnight_or_all_day():
    hours = time_forms.hours("daily 07:00-22:00")

    assert hours.read("fri,sat 20:00-02:00") == Hours(frozenset({4, 5}), time(20), time(2))
    assert hours.read("daily 00:00-24:00") == Hours(EVERY_DAY, time(), time())
    assert hours.read("sun 18:00-24:00") == Hours(frozenset({6}), time(18), time())


@pytest.mark.parametrize(
    "written", ["07:00-22:00", "daily", "daily 07:00", "daily 07:00-07:00", "daily 24:00-07:00", 7]
)
def test_what_are_no_hours_is_refused(written):
    with pytest.raises(FormError):
        time_forms.hours("daily 07:00-22:00").read(written)


@pytest.mark.parametrize("written", ["+33611111111", "+262692123456", "+123456789012345"])
def test_a_phone_number_has_its_country(written):
    assert forms.phone(written).read(written) == written


@pytest.mark.parametrize(
    "written", ["0611111111", "+033611111111", "+33 6 11 11 11 11", "+336", "+1234567890123456", 33]
)
def test_what_is_no_phone_number_is_refused(written):
    with pytest.raises(FormError, match='write it as "\\+<country><number>", digits only'):
        forms.phone("+33611111111").read(written)


@pytest.mark.parametrize("written", ["", " ", "x" * 61, "a\nb", "a\x00", "\u202eM", "\x7f", "\ud800", 7])
def test_what_is_no_name_is_refused(written):
    with pytest.raises(FormError):
        forms.name("Paul").read(written)


@pytest.mark.parametrize("written", ["Marie-Hélène", "Jean d’Ormesson", "李明", " Paul ", "x" * 60])
def test_a_name_is_what_people_are_called(written):
    assert forms.name("Paul").read(written) == written.strip()


@pytest.mark.parametrize(
    "written",
    ["sms", "call", "mail:paul@example.org", "https://ntfy.example.org/topic", "http://192.168.1.3/push"],
)
def test_a_channel_is_a_road_to_a_person(written):
    assert place_forms.channel().read(written) == written


@pytest.mark.parametrize(
    "written",
    [
        "SMS",
        "fax",
        "mail:",
        "mail:paul",
        "mail:a@b@c.d",
        "mail:a\nb@c.d",
        "mail:" + "a" * 255 + "@b.c",
        "http://example.org/x",
        "https://",
        "https://[::1",
        "https://a:99999/",
        "https://a:0/",
        "https://a b/",
        "https://é.org",
        "ftp://a",
        "https://a/" + "x" * 500,
        ["sms"],
        {},
        None,
    ],
)
def test_what_is_no_channel_is_refused(written):
    with pytest.raises(FormError, match='write "sms", "call"'):
        place_forms.channel().read(written)


def test_what_is_shown_of_a_wrong_value_is_short_and_harmless():
    assert forms.shown("x" * 1000) == "'" + "x" * 40 + "…'"
    assert forms.shown("a\x1b[2Jb") == "'a\\x1b[2Jb'"
    assert forms.shown("mqtt://me:secret@host/path?token") == "'mqtt://host…'"
    assert forms.shown({"key_code": "4321"}) == "a table"
    assert forms.shown(16**5000) == "a huge number"
    assert forms.shown(1.5) == "1.5"
    assert forms.shown(value := True) == "true", value


def test_an_operators_code_is_known_by_its_name():
    form = place_forms.ussd_code()

    assert (form.read("giffgaff"), form.read("o2-uk"), form.read("*123#"), form.read("")) == (
        "*100#",
        "*#10#",
        "*123#",
        "",
    )
    with pytest.raises(FormError, match='"giffgaff", "o2-uk"'):
        form.read("orange")


@pytest.mark.parametrize("name", place_forms.operators())
def test_each_of_them_can_be_dialled_and_says_where_it_stands(name):
    known = place_forms.operators()[name]

    assert place_forms.ussd_code().read(known["code"]) == known["code"]
    assert known["source"].startswith(("https://", "http://"))
