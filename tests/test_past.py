"""The recorded past, read from a journal (`hub.past`), and rules tried on it (`hub.rehearsal`)."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from hub.domain.facts import (
    ClockCorrected,
    Fact,
    FaultEnded,
    FaultRaised,
    HubStarted,
    HubWatched,
    LevelSeen,
    LifeSeen,
    Spoken,
    TemperatureSeen,
    Whereabouts,
    WhereaboutsChanged,
    Words,
)
from hub.domain.policy import BackInBed, HomeBy, LeftOpen, Silence
from hub.domain.records import Span
from hub.domain.replay import Level, Past, Reading, Sign
from hub.domain.trouble import SILENT, STUCK, named
from hub.errors import ConfigError
from hub.journal import Journal, Numbered
from hub.past import read_past
from hub.rehearsal import as_json, as_lines, rehearse, rules_of, written
from tests.domain.house import HOME, START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTED = HubStarted(START, rebooted=False, clock_trusted=True, blind_since=None)


@pytest.fixture
def recorded(tmp_path: Path):
    """What is read back of a journal with these facts."""

    def read(*facts: Fact, longest: timedelta = 60 * DAY) -> Past:
        journal = Journal(tmp_path / "journal.sqlite3")
        journal.append(Numbered(seq, fact) for seq, fact in enumerate(facts, 1))
        found = read_past(journal, HOME, longest)
        journal.close()
        return found

    return read


def test_an_empty_journal_has_no_past(recorded):
    assert recorded().days == 0


def test_signs_of_life_from_the_first_to_the_last_moment_on_record(recorded):
    moments = [START + HOUR, START + 2 * HOUR]

    found = recorded(STARTED, *(LifeSeen(at, "cuisine") for at in moments), HubWatched(START + DAY))

    assert (found.since, found.until, found.days) == (START, START + DAY, 1)
    assert list(found.signs) == [Sign(at, "cuisine") for at in moments]


def test_no_more_than_was_asked_for(recorded):
    found = recorded(STARTED, *(LifeSeen(START + day * DAY, "cuisine") for day in range(10)), longest=3 * DAY)

    assert (found.since, len(found.signs)) == (START + 6 * DAY, 4)


def test_what_was_not_watched(recorded):
    found = recorded(
        STARTED,
        WhereaboutsChanged(START + HOUR, Whereabouts.AWAY, START + DAY, "cli"),
        WhereaboutsChanged(START + 3 * HOUR, Whereabouts.HOME, None, "movement"),
        HubStarted(START + 5 * HOUR, rebooted=True, clock_trusted=True, blind_since=START + 4 * HOUR),
        WhereaboutsChanged(START + 6 * HOUR, Whereabouts.PAUSED, START + DAY, "cli"),
        HubWatched(START + 7 * HOUR),
    )

    assert found.blind == (
        Span(START + HOUR, START + 3 * HOUR, away=True),
        Span(START + 4 * HOUR, START + 5 * HOUR),
        Span(START + 6 * HOUR, START + 7 * HOUR, away=True),
    )


def test_which_sensor_was_out_of_order_when(recorded):
    found = recorded(
        STARTED,
        FaultRaised(START + HOUR, named(SILENT, "cuisine"), ""),
        FaultRaised(START + HOUR, "mqtt.bug", ""),
        FaultEnded(START + 2 * HOUR, named(SILENT, "cuisine")),
        FaultRaised(START + 3 * HOUR, named(STUCK, "entree"), ""),
        HubWatched(START + 4 * HOUR),
    )

    assert dict(found.deaf) == {
        "cuisine": (Span(START + HOUR, START + 2 * HOUR),),
        "entree": (Span(START + 3 * HOUR, START + 4 * HOUR),),
    }


def test_what_an_uncertain_clock_said_is_left_out(recorded):
    wrong = START - 365 * DAY
    found = recorded(
        HubStarted(wrong, rebooted=True, clock_trusted=False, blind_since=None),
        LifeSeen(wrong + HOUR, "cuisine"),
        ClockCorrected(wrong + 2 * HOUR, 365 * DAY, trusted=True),
        LifeSeen(START + 3 * HOUR, "cuisine"),
    )

    assert (found.since, found.until) == (START + 2 * HOUR, START + 3 * HOUR)
    assert [sign.at for sign in found.signs] == [START + 3 * HOUR]


def test_a_trusted_clock_that_was_set_leaves_the_signs_before_it(recorded):
    found = recorded(
        STARTED,
        LifeSeen(START + HOUR, "cuisine"),
        ClockCorrected(START + 2 * HOUR, HOUR, trusted=True),
        ClockCorrected(START + 4 * HOUR, timedelta(seconds=1), trusted=True),
        LifeSeen(START + 5 * HOUR, "cuisine"),
    )

    assert [sign.at for sign in found.signs] == [START + HOUR, START + 5 * HOUR]
    assert found.blind == (Span(START + 2 * HOUR, START + 3 * HOUR),)


def test_facts_of_other_kinds_are_not_even_read(recorded):
    found = recorded(STARTED, LifeSeen(START + HOUR, "cuisine"), Spoken(START + 9 * DAY, Words("say.heard")))

    assert found.until == START + HOUR


# --- rules tried ----------------------------------------------------------------------------------------


def test_what_is_typed_becomes_rules():
    window, silence = written(window="07:00-10:00", silence="4h", between="08:00-22:00", sign="button")

    assert (window.opens.hour, window.sign) == (7, ("button",))
    assert silence == Silence("", 4 * HOUR, silence.between)
    assert written(window=None, silence=None, between=None, sign="any") == ()


@pytest.mark.parametrize(
    "typed",
    [{"window": "7-10"}, {"silence": "4"}, {"silence": "4h", "between": "x"}, {"window": "07:00-08:00", "sign": "É"}],
)
def test_what_is_no_rule_is_refused_with_what_to_write(typed):
    with pytest.raises(ConfigError, match="write"):
        written(**{"window": None, "silence": None, "between": None, "sign": "any", **typed})


def a_month() -> Past:
    signs = [Sign(START + day * DAY + half * HOUR, "cuisine") for day in range(30) if day != 20 for half in range(12)]
    return Past(START, START + 30 * DAY, signs)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "aurait inquiété 1 fois en 30 jours"), ("en", "once in 30 days")]
)
def test_it_is_told_in_words(language, words):
    past = a_month()
    (rule,) = written(window=None, silence="36h", between=None, sign="any")

    lines = as_lines(past, HOME, [rehearse(rule, past, HOME)], language)

    assert words in lines[0]
    assert any(line.startswith("  Conseil" if language == "fr" else "  Advice") for line in lines)
    assert not any("?:" in line or "replay." in line for line in lines)


def test_little_or_nothing_on_record_is_said_first():
    short = replace(a_month(), until=START + 3 * DAY)

    assert "3 jours" in as_lines(short, HOME, [], "fr")[0]
    assert as_lines(Past(START, START, ()), HOME, [], "en")[0] == "Nothing is on record yet."
    assert "--window" in as_lines(short, HOME, [], "fr")[-1]


def test_a_rule_that_could_notice_nothing_and_one_without_advice_say_so():
    past = replace(a_month(), blind=(Span(START, START + 30 * DAY),))
    (rule,) = written(window="07:00-10:00", silence=None, between=None, sign="any")
    silent = Past(START, START + 30 * DAY, ())

    assert any(
        "n'aurait rien pu remarquer" in line for line in as_lines(past, HOME, [rehearse(rule, past, HOME)], "fr")
    )
    told = as_lines(silent, HOME, [rehearse(rule, silent, HOME)], "en")
    assert "no sign until then" in told[1]
    assert "allow more time" in told[-1]


def test_as_json_it_has_every_figure():
    past = a_month()
    rules = written(window="07:00-10:00", silence="14h", between="01:00-23:00", sign="any")

    found = as_json(past, [rehearse(rule, past, HOME) for rule in rules])

    assert found["days"] == 30
    window, silence = found["rules"]
    assert window["rule"] == {"window": "", "from": "07:00", "to": "10:00", "sign": ("any",)}
    assert silence["rule"] == {"silence": "", "longest": "14h", "between": "01:00-23:00"}
    assert len(window["others"]) > 3
    nothing = Past(START, START + 2 * DAY, ())
    blank = as_json(nothing, [rehearse(rules[0], nothing, HOME)])["rules"][0]
    assert blank["alarms"][0]["since"] is None


def test_sixty_full_days_are_replayed():
    signs = [Sign(START + n * DAY / 2000, "cuisine") for n in range(60 * 2000)]
    past = Past(START, START + 60 * DAY, signs)
    (rule,) = written(window="07:00-10:00", silence=None, between=None, sign="any")

    assert not rehearse(rule, past, HOME).found.alarms


def test_an_absence_that_somebody_noted_is_said_and_one_taken_from_the_door_is_not(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite3")
    facts = (
        HubStarted(START, rebooted=False, clock_trusted=True, blind_since=None),
        WhereaboutsChanged(START + HOUR, Whereabouts.AWAY, START + DAY, "marie"),
        WhereaboutsChanged(START + 2 * HOUR, Whereabouts.HOME, None, "movement"),
        WhereaboutsChanged(START + 3 * HOUR, Whereabouts.AWAY, START + DAY, "door"),
        WhereaboutsChanged(START + 4 * HOUR, Whereabouts.VISITOR, START + DAY, "marie"),
        WhereaboutsChanged(START + 5 * HOUR, Whereabouts.PAUSED, START + DAY, "marie"),
        HubWatched(START + 6 * HOUR),
    )
    journal.append([Numbered(n, fact) for n, fact in enumerate(facts, 1)])

    found = read_past(journal, HOME)

    noted = (Span(START + HOUR, START + 2 * HOUR, True), Span(START + 5 * HOUR, found.until, True))
    assert found.said == noted
    assert found.blind == (noted[0], Span(START + 3 * HOUR, START + 4 * HOUR, True), noted[1])


# --- doors and beds ---------------------------------------------------------------------------------------


def test_how_a_door_stood_is_on_record_and_after_a_start_nobody_knows_it(recorded):
    found = recorded(
        STARTED,
        LevelSeen(START + HOUR, "entree", active=True),
        LifeSeen(START + HOUR, "entree"),
        LevelSeen(START + 2 * HOUR, "lit", active=False),
        HubStarted(START + 4 * HOUR, rebooted=True, clock_trusted=True, blind_since=START + 3 * HOUR),
        LevelSeen(START + 5 * HOUR, "entree", active=False),
    )

    assert found.levels["entree"] == (
        Level(START, None),
        Level(START + HOUR, is_active=True),
        Level(START + 3 * HOUR, None),
        Level(START + 5 * HOUR, is_active=False),
    )
    assert found.levels["lit"][-2:] == (Level(START + 2 * HOUR, is_active=False), Level(START + 3 * HOUR, None))


def test_how_warm_it_was_is_on_record_and_a_start_begins_anew(recorded):
    found = recorded(
        STARTED,
        TemperatureSeen(START + HOUR, "froid", 19.5),
        HubStarted(START + 4 * HOUR, rebooted=True, clock_trusted=True, blind_since=START + 3 * HOUR),
        TemperatureSeen(START + 5 * HOUR, "froid", 18.0),
        TemperatureSeen(START + 5 * HOUR, "cave", 8.0),
    )

    assert found.readings["froid"] == (
        Reading(START, None),
        Reading(START + HOUR, 19.5),
        Reading(START + 3 * HOUR, None),
        Reading(START + 5 * HOUR, 18.0),
    )
    assert found.readings["cave"][-1] == Reading(START + 5 * HOUR, 8.0)
    assert not found.levels


def test_frost_and_heat_are_told_as_a_family_knows_them(recorded):
    cold = [TemperatureSeen(START + hour * HOUR, "froid", 7.0 if 30 <= hour < 34 else 19.0) for hour in range(20 * 24)]
    past = recorded(STARTED, *cold)
    rules = written(frost=8, heat=32, lasting="2h")

    tried = [rehearse(rule, past, HOME) for rule in rules]
    told = as_lines(past, HOME, tried, "en")
    assert told[0] == "Below 8 °C for 2 h: would have worried people once in 20 days."
    assert "so since" in told[1]
    assert "  Advice: Below 7 °C for 2 h. It is the strictest that would have worried nobody in 20 days." in told
    assert "Above 32 °C for 2 h: would have worried nobody in 20 days." in told
    assert as_lines(past, HOME, tried, "fr")[0] == "Moins de 8 °C pendant 2 h : aurait inquiété 1 fois en 20 jours."
    found = as_json(past, tried)["rules"]
    assert found[0]["rule"] == {"climate": "cold", "sensors": (), "limit_c": 8.0, "lasting": "2h"}
    assert len(found[0]["alarms"]) == 1

    nothing = replace(past, readings={})
    assert as_lines(nothing, HOME, [rehearse(rules[0], nothing, HOME)], "en") == [
        "Below 8 °C for 2 h: how warm it was is not on record."
    ]


def test_where_each_limit_near_would_have_alarmed_it_says_so(recorded):
    past = recorded(STARTED, *(TemperatureSeen(START + hour * HOUR, "froid", 2.0) for hour in range(48)))
    (frost,) = written(frost=8)

    assert as_lines(past, HOME, [rehearse(frost, past, HOME)], "en")[-1] == (
        "  No limit near to it would have left everybody in peace."
    )


def test_what_held_before_the_days_that_are_tried_is_known_and_no_more(recorded):
    days = [LevelSeen(START + day * DAY, "entree", active=bool(day % 2)) for day in range(10)]

    found = recorded(STARTED, *days, HubWatched(START + 9.5 * DAY), longest=3 * DAY)

    assert [level.at - START for level in found.levels["entree"]] == [n * DAY for n in (6, 7, 8, 9)]


def test_how_it_stood_by_a_wrong_clock_is_not_known(recorded):
    found = recorded(
        replace(STARTED, clock_trusted=False),
        LevelSeen(START + HOUR, "entree", active=True),
        ClockCorrected(START + 2 * HOUR, by=30 * DAY, trusted=True),
        LevelSeen(START + 31 * DAY, "entree", active=False),
    )

    assert [level for level in found.levels["entree"] if level.is_active is not None] == [
        Level(START + 31 * DAY, is_active=False)
    ]


def stood_open(found: Past) -> Past:
    at = found.since + 3 * HOUR
    levels = (Level(found.since, is_active=False), Level(at, is_active=True), Level(at + HOUR, is_active=False))
    return replace(found, levels={"entree": levels, "lit": (Level(found.until - 3 * DAY, is_active=True),)})


def test_rules_about_doors_and_beds_are_told_as_a_family_knows_them(recorded):
    past = stood_open(recorded(STARTED, HubWatched(START + 20 * DAY)))
    rules = written(door="entree", bed="lit", up_by="10:00", between="22:00-07:00")

    told = as_lines(past, HOME, [rehearse(rule, past, HOME) for rule in rules], "en")

    assert told[0] == "Door open for 20 min at most between 22:00 and 07:00: would have worried nobody in 20 days."
    assert "Back in bed within 1 h between 22:00 and 07:00: would have worried nobody in 3 days." in told
    assert told[-1] == "  Only 3 days are on record: look again in some weeks before you rely on this."
    late = next(place for place, line in enumerate(told) if line.startswith("Out of bed by 10:00"))
    assert "in bed since" in told[late + 1]
    assert not [line for line in told if "moved no more" in line]


def test_the_openings_are_told_and_what_is_not_on_record_is_said(recorded):
    past = stood_open(recorded(STARTED, HubWatched(START + 20 * DAY)))
    (door,) = written(door="entree", open_for="30min")

    told = as_lines(past, HOME, [rehearse(door, past, HOME)], "fr")
    assert told[0] == "Porte ouverte 30 min au plus : aurait inquiété 1 fois en 20 jours."
    assert "ouverte depuis le" in told[1]
    assert told[-1].startswith("  Conseil : Porte ouverte 1 h au plus.")

    nothing = replace(past, levels={})
    assert as_lines(nothing, HOME, [rehearse(door, nothing, HOME)], "en") == [
        "Door open for 30 min at most: how it stood is not on record yet. Look again in some weeks."
    ]


def test_rules_about_things_as_json(recorded):
    past = stood_open(recorded(STARTED, HubWatched(START + 20 * DAY)))
    rules = written(door="entree", bed="lit", within="2h", up_by="10:00")

    found = as_json(past, [rehearse(rule, past, HOME) for rule in rules])["rules"]

    assert [(each["rule"], each["days"]) for each in found] == [
        ({"door": "", "sensor": "entree", "longest": "20min", "between": None}, 20),
        ({"bed": "", "sensor": "lit", "within": "2h", "between": "22:00-06:00"}, 3),
        ({"bed": "", "sensor": "lit", "up_by": "10:00"}, 3),
    ]
    assert found[0]["median_s"] is None
    assert found[0]["recommended"]["longest"] == "1h"


def test_every_rule_of_the_familys_can_be_tried():
    both = BackInBed("nuit", "lit", HOUR, up_by=time(10))
    door = LeftOpen("porte", "entree", HOUR)
    rules = rules_of(replace(HOME, doors=(door,), beds=(both,), home_by=(HomeBy("retour", time(21)),)))

    assert [type(rule).__name__ for rule in rules][-4:] == ["LeftOpen", "BackInBed", "UpBy", "HomeBy"]
    assert len(rules) == len(HOME.windows) + len(HOME.silences) + 4


@pytest.mark.parametrize(
    "typed", [{"door": "x", "open_for": "12h"}, {"bed": "x", "within": "1min"}, {"bed": "x", "up_by": "late"}]
)
def test_a_length_that_no_rule_may_have_is_refused(typed):
    with pytest.raises(ConfigError) as refused:
        written(**typed)
    assert "--" in str(refused.value)


@pytest.mark.parametrize("option", ["open_for", "within", "up_by", "between"])
def test_an_option_without_its_rule_is_no_rule_of_the_familys(option):
    with pytest.raises(ConfigError, match=f"--{option.replace('_', '-')} belongs to --"):
        written(**{option: "10min"}, window="07:00-10:00")
