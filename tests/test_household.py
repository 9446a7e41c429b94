"""household.toml: what a family writes, what it is told, and that nothing is lost on the way back."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.policy import (
    EVERY_DAY,
    BackInBed,
    Climate,
    Delays,
    Extreme,
    HomeBy,
    Hours,
    Learned,
    LeftOpen,
    Person,
    Resident,
    Retention,
    Role,
    Silence,
    Wave,
    Window,
)
from hub.errors import ConfigError
from hub.household import Household, export, parse

PAUL = '[[person]]\nid = "paul"\nname = "Paul"\nphone = "+33622222222"\nconsent = true\n'
MARIE = '[[person]]\nid = "marie"\nname = "Marie"\nphone = "+33633333333"\nconsent = true\n'
WAVE = '[[wave]]\npeople = ["all"]\n'
DAY = timedelta(days=1)
HOME = f'[resident]\nname = "Mme Martin"\n{PAUL}{MARIE}{WAVE}'


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        parse(text, "/etc/telecare-hub/household.toml")
    return [mistake.text for mistake in refused.value.mistakes]


def test_a_household_is_a_resident_somebody_who_comes_and_a_wave():
    household = parse(HOME)

    assert household.resident == Resident("Mme Martin")
    assert household.people[0] == Person("paul", "Paul", "+33622222222", Role.NEIGHBOUR, "fr", consent=True)
    assert household.waves == (Wave(("all",), timedelta(minutes=3)),)
    assert household.delays == Delays()
    assert household.windows == household.silences == ()
    assert household.no_news is None


def test_nobody_agrees_by_saying_nothing():
    assert not parse(HOME + '[[person]]\nid = "p"\nname = "P"\nphone = "+33644444444"').people[2].consent


def test_a_person_is_spoken_to_in_the_language_of_the_home_unless_said_otherwise():
    english = HOME.replace('"Mme Martin"', '"Mme Martin"\nlanguage = "en"')
    household = parse(english.replace('id = "paul"', 'id = "paul"\nlanguage = "fr"'))

    assert [person.language for person in household.people] == ["fr", "en"]


def test_the_rules_of_the_family_are_read():
    household = parse(
        HOME + '[[window]]\nname = "matin"\ndays = "mon-fri"\nfrom = "07:00"\nto = "10:00"\n'
        'sign = ["cuisine", "button"]\n'
        '[[silence]]\nlongest = "4h"\nbetween = "08:00-22:00"\n[[silence]]\nlongest = "12h"\n'
        '[no_news]\n[delays]\npanic_warning = "0s"\n'
    )

    assert household.windows == (Window("matin", frozenset(range(5)), time(7), time(10), ("cuisine", "button")),)
    assert household.silences == (
        Silence("4h 08:00-22:00", timedelta(hours=4), (time(8), time(22))),
        Silence("12h", timedelta(hours=12)),
    )
    assert household.no_news == timedelta(days=15)
    assert household.delays.panic_warning == timedelta()


def test_doors_that_may_stand_open_for_so_long_are_read():
    household = parse(
        HOME + '[[door]]\nsensor = "entree"\nlongest = "20min"\nbetween = "22:00-07:00"\n'
        '[[door]]\nname = "frigo"\nsensor = "frigo"\nlongest = "5min"\n'
    )

    assert household.doors == (
        LeftOpen("entree 20min 22:00-07:00", "entree", timedelta(minutes=20), (time(22), time(7))),
        LeftOpen("frigo", "frigo", timedelta(minutes=5)),
    )
    assert parse(HOME).doors == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('longest = "20min"', '[[door]] 1 sensor is missing: write sensor = "entree"'),
        ('sensor = "e"\nlongest = "12h"', '[[door]] 1 longest = \'12h\': write a duration from "1min" to "11h"'),
        (
            'sensor = "e"\nlongest = "1h"\nbetween = "22:00-22:00"',
            "[[door]] 1 between = '22:00-22:00': write two different times of day, such as \"22:00-07:00\"",
        ),
        (
            'sensor = "e"\nlongest = "3h"\nbetween = "23:00-02:00"',
            '[[door]] 1 longest = "3h" never passes between these hours: write less',
        ),
        (
            'sensor = "e"\nlongest = "3h"\nname = "jour"\n[[silence]]\nname = "jour"\nlongest = "4h"',
            '[[door]] jour name = "jour" is also that of a [[window]] or a [[silence]]; give each its own name',
        ),
        (
            'sensor = "e"\nlongest = "3h"\nname = "p"\n[[door]]\nsensor = "f"\nname = "p"\nlongest = "4h"',
            "[[door]] p name = 'p' is also that of [[door]] p: give each its own name",
        ),
    ],
)
def test_a_mistake_in_a_rule_about_a_door_is_told_with_its_remedy(lines: str, told: str):
    assert mistakes(HOME + "[[door]]\n" + lines + "\n") == [told]


def test_beds_that_may_be_empty_for_so_long_are_read():
    household = parse(
        HOME + '[[bed]]\nsensor = "lit"\nwithin = "1h"\n'
        '[[bed]]\nname = "fauteuil"\nsensor = "f"\nwithin = "30min"\nbetween = "21:00-05:00"\nup_by = "10:00"\n'
    )

    assert household.beds == (
        BackInBed("lit 1h", "lit", timedelta(hours=1), (time(22), time(6)), None),
        BackInBed("fauteuil", "f", timedelta(minutes=30), (time(21), time(5)), time(10)),
    )
    assert parse(HOME).beds == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('within = "1h"', '[[bed]] 1 sensor is missing: write sensor = "lit"'),
        ('sensor = "e"\nwithin = "9h"', '[[bed]] 1 within = \'9h\': write a duration from "5min" to "8h"'),
        (
            'sensor = "e"\nwithin = "3h"\nbetween = "23:00-02:00"',
            '[[bed]] 1 within = "3h" never passes between these hours: write less',
        ),
        (
            'sensor = "e"\nwithin = "3h"\nname = "p"\n[[door]]\nsensor = "f"\nname = "p"\nlongest = "4h"',
            "[[bed]] p name = 'p' is also that of [[door]] p: give each its own name",
        ),
    ],
)
def test_a_mistake_in_a_rule_about_a_bed_is_told_with_its_remedy(lines: str, told: str):
    assert mistakes(HOME + "[[bed]]\n" + lines + "\n") == [told]


def test_frost_and_heat_are_read():
    household = parse(HOME + '[frost]\n[heat]\nabove = 30\nlasting = "3h"\nsensors = ["salon_temp"]\n')

    assert household.climate == (
        Climate(Extreme.COLD, 8.0, timedelta(hours=1)),
        Climate(Extreme.HEAT, 30.0, timedelta(hours=3), ("salon_temp",)),
    )
    assert parse(HOME).climate == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("[frost]\nbelow = 19", "[frost] below = 19: write a whole number from -10 to 18, without quotes"),
        ("[frost]\nbelow = nan", "[frost] below = nan: write a whole number from -10 to 18, without quotes"),
        ("[heat]\nabove = '32'", "[heat] above = '32': write a whole number from 25 to 45, without quotes"),
        ('[heat]\nlasting = "5min"', '[heat] lasting = \'5min\': write a duration from "10min" to "24h"'),
        ("[heat]\nabow = 30", '[heat] unknown key "abow"; did you mean "above"?'),
    ],
)
def test_a_mistake_about_frost_or_heat_is_told_with_its_remedy(lines: str, told: str):
    assert mistakes(HOME + lines + "\n") == [told]


def test_hours_by_which_somebody_is_home_are_read():
    household = parse(HOME + '[[home_by]]\nat = "21:00"\n[[home_by]]\nname = "midi"\nat = "13:00"\ndays = "mon,tue"\n')

    assert household.home_by == (HomeBy("21:00 daily", time(21)), HomeBy("midi", time(13), frozenset({0, 1})))
    assert parse(HOME).home_by == ()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('days = "daily"', '[[home_by]] 1 at is missing: write at = "21:00"'),
        ('at = "25:00"', '[[home_by]] 1 at = \'25:00\': write a time of day in quotes, "HH:MM", such as "07:00"'),
        (
            'at = "21:00"\nname = "s"\n[[silence]]\nname = "s"\nlongest = "4h"',
            '[[home_by]] s name = "s" is also that of a [[window]] or a [[silence]]; give each its own name',
        ),
    ],
)
def test_a_mistake_in_an_hour_of_return_is_told_with_its_remedy(lines: str, told: str):
    assert mistakes(HOME + "[[home_by]]\n" + lines + "\n") == [told]


def test_a_reminder_before_a_window_ends_is_there_for_who_wants_it():
    wanted = parse(HOME + '[nudge]\nbefore = "15min"\n')

    assert parse(HOME).nudge_before is None
    assert wanted.nudge_before == timedelta(minutes=15)
    assert parse(export(wanted)) == wanted
    assert mistakes(HOME + '[nudge]\nbefore = "2h"\n') == [
        '[nudge] before = \'2h\': write a duration from "5min" to "1h"'
    ]


def test_the_list_of_mistakes_is_the_one_that_the_style_guide_promises():
    text = HOME + (
        '[[person]]\nid = "anna"\nname = "Anna"\nphon = "+33644444444"\n'
        '[[person]]\nid = "ben"\nname = "Ben"\nphone = "0171 555"\n'
    )
    with pytest.raises(ConfigError) as refused:
        parse(text, Path("/etc/telecare-hub/household.toml"))

    assert str(refused.value) == (
        "/etc/telecare-hub/household.toml has 2 mistake(s):\n"
        "  [[person]] ben phone = '0171 555': write it as \"+<country><number>\", digits only\n"
        '  [[person]] anna unknown key "phon"; did you mean "phone"?'
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HOME.replace('name = "Mme Martin"', ""), '[resident] name is missing: write name = "Mme Martin"'),
        (HOME.replace('"Mme Martin"', '" "'), "[resident] name = ' ': write a text in quotes, 1 to 60 characters"),
        (HOME + '[[person]]\nid = "x"\nname = "X"', "[[person]] x phone is missing: sms and call need one"),
        (
            HOME + '[[person]]\nid = "paul"\nname = "X"\nchannels = []',
            "[[person]] paul id = 'paul' is also that of [[person]] paul",
        ),
        (HOME + '[[person]]\nid = "all"\nname = "X"\nchannels = []', '"all" has a meaning of its own'),
        (
            HOME + MARIE.replace('"marie"', '"eve"'),
            "[[person]] eve phone = '+33633333333' is also that of [[person]] marie: a reply",
        ),
        (
            HOME.replace('"Mme Martin"', '"Mme Martin"\nphone = "+33622222222"'),
            "[[person]] paul phone = '+33622222222' is also that of [resident]",
        ),
        (
            HOME.replace("consent = true", "consent = 1", 1),
            "[[person]] paul consent = 1: write true or false, without quotes",
        ),
        (
            HOME.replace("consent = true", 'channels = ["fax"]\nconsent = true', 1),
            'channels = a list of 1: of \'fax\': write "sms", "call"',
        ),
        (
            HOME.replace("consent = true", 'hours = ["8-12"]\nconsent = true', 1),
            "of '8-12': write days and hours such as \"daily 07:00-22:00\"",
        ),
        (HOME.replace("consent = true", 'role = "neigbour"\nconsent = true', 1), 'did you mean "neighbour"?'),
        (
            HOME.replace("consent = true", 'language = "de"\nconsent = true', 1),
            'language = \'de\': write one of "fr", "en"',
        ),
        (
            HOME + '[[wave]]\npeople = ["pual"]',
            '[[wave]] 2 people: there is no [[person]] "pual"; did you mean "paul"?',
        ),
        (
            HOME + '[[wave]]\npeople = ["xyz"]',
            '[[wave]] 2 people: there is no [[person]] "xyz"; known are "paul", "marie"',
        ),
        (HOME + "[[wave]]\npeople = []", "[[wave]] 2 people = a list of 0: write a list of 1 to 100"),
        (
            HOME + '[[wave]]\npeople = ["all"]\nwait = "2h"',
            '[[wave]] 2 wait = \'2h\': write a duration from "1s" to "1h"',
        ),
        (HOME + '[[window]]\nname = "w"\nfrom = "10:00"\nto = "07:00"', '[[window]] w to = "07:00" is not after from'),
        (
            HOME + '[[window]]\nname = "w"\nfrom = 07:00:00\nto = "09:00"',
            "[[window]] w from = 07:00:00: write a time of day in quotes",
        ),
        (HOME + '[[window]]\nname = "w"\nto = "10:00"', '[[window]] w from is missing: write from = "07:00"'),
        (
            HOME + '[[silence]]\nlongest = "4h"\nbetween = "22:00-08:00"',
            "write two times of one day, the earlier first",
        ),
        (
            HOME + '[[silence]]\nlongest = "14h"\nbetween = "08:00-22:00"',
            'longest = "14h" never passes between these hours',
        ),
        (
            HOME + '[[silence]]\nlongest = "4h"\nname = "a"\n[[silence]]\nlongest = "5h"\nname = "a"',
            "[[silence]] a name = 'a' is also that of [[silence]] a",
        ),
        (
            HOME + '[delays]\npanic_warning = "2min"',
            '[delays] panic_warning = \'2min\': write a duration from "0s" to "60s"',
        ),
        (HOME + '[no_news]\nafter = "12h"', '[no_news] after = \'12h\': write a duration from "1d" to "90d"'),
        (HOME + "[gpio]", "[gpio] belongs in hub.toml: move it there"),
        (
            HOME.replace("[[wave]]", "[wave]"),
            "[[wave]] is a table: write [[wave]], in two brackets, above each of them",
        ),
    ],
)
def test_one_mistake_is_told_once(text, told):
    (only,) = mistakes(text)

    assert told in only


@pytest.mark.parametrize("code", ["1234", '"' + "4321" * 9 + '"', '["4321"]', '"43\\u000021"'])
def test_the_code_of_the_key_safe_is_never_shown(code):
    (told,) = mistakes(HOME.replace('"Mme Martin"', f'"Mme Martin"\nkey_code = {code}'))

    assert told.startswith("[resident] key_code: write")
    assert "43" not in told
    assert "1234" not in told


def test_the_code_of_the_key_safe_is_in_no_repr():
    assert "4321" not in repr(parse(HOME.replace('"Mme Martin"', '"Mme Martin"\nkey_code = "4321"')))


# -- a plan that could end in silence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HOME.replace("consent = true\n", ""), ["[[person]]: nobody can be alerted; add one with consent"]),
        (HOME.replace(WAVE, ""), ['[[wave]]: there is none; add one with people = ["all"]']),
        (
            HOME.replace("consent = true", "consent = false", 1) + '[[wave]]\npeople = ["paul"]\n',
            ["[[wave]] 2: nobody of it can be alerted"],
        ),
        ('[resident]\nname = "M"', ["[[person]]: nobody can be alerted", "[[wave]]: there is none"]),
    ],
)
def test_a_plan_that_could_end_in_silence_is_refused(text, told):
    found = mistakes(text)

    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


# -- the way back to TOML


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=30)
TEXTS = PRINTABLE.map(str.strip)
NAMES = TEXTS.filter(bool)
IDS = st.from_regex(r"[a-z0-9_-]{1,32}", fullmatch=True).filter(lambda word: word not in {"all", "resident", "any"})
SIGNS = st.one_of(st.just(("any",)), st.lists(IDS, min_size=1, max_size=3, unique=True).map(tuple))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
LANGUAGES = st.sampled_from(["fr", "en"])
HOURS = st.one_of(
    st.builds(Hours, DAYS, st.just(time()), st.just(time())),
    st.tuples(DAYS, TIMES, TIMES).filter(lambda parts: parts[1] != parts[2]).map(lambda parts: Hours(*parts)),
)
CHANNELS = st.lists(
    st.sampled_from(["sms", "call", "mail:a@example.org", "https://ntfy.example.org/a?b=c"]), unique=True, max_size=4
).map(tuple)
HEARD = CHANNELS.filter(lambda found: any(not channel.startswith("mail:") for channel in found))
NIGHT = (time(22), time(7))
SPANS = st.lists(TIMES, min_size=2, max_size=2, unique=True).map(sorted).map(tuple)


def seconds(low: int, high: int) -> st.SearchStrategy[timedelta]:
    return st.integers(low, high).map(lambda number: timedelta(seconds=number))


def silences(span: tuple[time, time] | None) -> st.SearchStrategy[tuple[timedelta, tuple[time, time] | None]]:
    if span is None:
        return st.tuples(seconds(10, 7 * 86_400), st.none())
    length = 60 * (span[1].hour * 60 + span[1].minute - span[0].hour * 60 - span[0].minute)
    return st.tuples(seconds(10, length - 1), st.just(span))


CLIMATE = (
    Climate(Extreme.COLD, -3.0, timedelta(hours=1), ("a", "b")),
    Climate(Extreme.HEAT, 25.0, timedelta(minutes=30)),
)


@st.composite
def households(draw):
    ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    people = tuple(
        Person(
            who,
            draw(NAMES),
            f"+33600000{number:03}",
            Role.ADMIN if number == 0 else draw(st.sampled_from(list(Role))),
            draw(LANGUAGES),
            consent=number == 0 or draw(st.booleans()),
            hours=tuple(draw(st.lists(HOURS, max_size=3, unique=True))),
            # By mail alone nobody can be relied on to hear.
            channels=draw(HEARD if number == 0 else CHANNELS),
            news=draw(st.booleans()),
        )
        for number, who in enumerate(ids)
    )
    known = st.lists(st.sampled_from(ids), unique=True, max_size=3).map(
        lambda some: tuple(dict.fromkeys([ids[0], *some]))
    )
    waves = st.builds(Wave, st.one_of(st.just(("all",)), known), seconds(1, 3600), ring=st.booleans())
    windows = [
        Window(name, draw(DAYS), *draw(SPANS), draw(SIGNS)) for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]
    rules = [
        Silence(name, *draw(st.one_of(st.none(), SPANS).flatmap(silences)))
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]
    doors = [
        LeftOpen(f"porte {number}", *draw(st.tuples(IDS, seconds(60, 7200), st.sampled_from([None, NIGHT]))))
        for number in range(draw(st.integers(0, 2)))
    ]
    resident = st.builds(Resident, NAMES, st.sampled_from(["", "+33611111111"]), LANGUAGES, TEXTS, TEXTS, TEXTS)
    delays = st.builds(Delays, seconds(0, 60), seconds(1, 3600), seconds(1, 14_400), seconds(1, 14_400))
    return Household(
        draw(resident),
        people,
        tuple(draw(st.lists(waves, min_size=1, max_size=3))),
        tuple(windows),
        tuple(rules),
        draw(st.one_of(st.none(), seconds(86_400, 90 * 86_400))),
        draw(delays),
        learned=draw(st.none() | st.builds(Learned, st.integers(1, 12))),
        retention=draw(st.builds(Retention, st.integers(14, 92).map(lambda n: n * DAY), st.integers(6, 120))),
        doors=tuple(doors),
        climate=draw(st.sampled_from([(), CLIMATE[1:], CLIMATE])),
        home_by=draw(st.sampled_from([(), (HomeBy("retour", time(21), frozenset({0, 5})), HomeBy("soir", time(22)))])),
        beds=draw(st.sampled_from([(), (BackInBed("lit", "lit", timedelta(hours=1), NIGHT, time(10)),)])),
    )


@settings(deadline=None, max_examples=60)
@given(households())
def test_a_household_survives_being_exported_and_imported(household):
    assert parse(export(household)) == household


def test_an_export_reads_like_a_file_that_somebody_wrote():
    assert export(parse(HOME)).startswith(
        '[resident]\nname = "Mme Martin"\nlanguage = "fr"\n\n'
        '[[person]]\nid = "paul"\nname = "Paul"\nphone = "+33622222222"\nrole = "neighbour"\nlanguage = "fr"\n'
        'consent = true\nhours = []\nchannels = ["sms"]\n'
    )


def test_movements_are_kept_for_a_month_and_alerts_for_three_years_unless_the_family_says_otherwise():
    assert parse(HOME).retention == Retention(30 * DAY, 36)
    said = HOME + '[retention]\nmovements = "60d"\nincident_months = 12\n'
    assert parse(said).retention == Retention(60 * DAY, 12)


def test_what_others_write_to_all_goes_to_whoever_does_not_say_no():
    assert parse(HOME).people[0].news
    assert not parse(HOME.replace("consent = true", "consent = true\nnews = false", 1)).people[0].news


def test_a_home_learns_only_where_the_family_wants_it():
    assert parse(HOME).learned is None
    assert parse(HOME + "[learned]\n").learned == Learned(1)
    assert parse(HOME + "[learned]\nfalse_alarms_per_month = 3\n").learned == Learned(3)


def test_hours_of_every_day_stay_daily():
    text = export(parse(HOME.replace("consent = true", 'consent = true\nhours = ["mon-sun 08:00-24:00"]', 1)))

    assert 'hours = ["daily 08:00-24:00"]' in text
    assert parse(text).people[0].hours == (Hours(EVERY_DAY, time(8), time()),)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('[drill]\nevery = "91d"\n', '[drill] every = \'91d\': write a duration from "1d" to "90d"'),
        (
            '[digest]\nat = "25:00"\n',
            '[digest] at = \'25:00\': write a time of day in quotes, "HH:MM", such as "07:00"',
        ),
        ('[retention]\nmovements = "1d"\n', '[retention] movements = \'1d\': write a duration from "14d" to "92d"'),
        (
            "[retention]\nincident_months = 5\n",
            "[retention] incident_months = 5: write a whole number from 6 to 120, without quotes",
        ),
        ('[heartbeat]\nevery = "1d"\n', '[heartbeat] every = \'1d\': write a duration from "7d" to "90d"'),
        ('[door_away]\nafter = "4h"\n', '[door_away] after = \'4h\': write a duration from "10min" to "3h"'),
        ('[door_away]\nlasts = "25h"\n', '[door_away] lasts = \'25h\': write a duration from "1h" to "24h"'),
    ],
)
def test_a_mistake_in_what_the_family_is_told_by_itself_is_told_with_its_remedy(lines: str, told: str):
    assert mistakes(HOME + lines) == [told]
