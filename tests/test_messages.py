"""The words: every template, in every language, with the longest names and the worst of values."""

import dataclasses
import enum
import re
import tomllib
import types
import typing
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain import facts
from hub.domain.facts import (
    Fact,
    FaultRaised,
    IncidentAnswered,
    IncidentClosed,
    IncidentOpened,
    Kind,
    MessageDelivered,
    MessageRequested,
    Outcome,
    Passing,
    Purpose,
    RoadChanged,
    SmsKept,
    Spoken,
    WaveStarted,
    Words,
)
from hub.domain.policy import Delays, Plan, Resident, Wave
from hub.domain.replies import Meaning, read_reply
from hub.domain.reply_text import own_words
from hub.domain.unsent_state import SECRET_WORDS
from hub.gsm_alphabet import septets, to_gsm7
from hub.messages import Catalogue
from hub.messages.catalogue import SEPTETS, UNLIMITED
from hub.messages.tongue import EMERGENCY, read_tongue
from hub.messages.wording import LONGEST, SHORTEST, fill, indispensable, placeholders, shortened

PARIS = ZoneInfo("Europe/Paris")
LANGUAGES = ("fr", "en")
CATALOGUE = Catalogue.load()
KEYS = tuple(CATALOGUE.tongues["fr"].templates)
TEXTS = tuple(key for key in KEYS if not key.startswith(UNLIMITED))

NIGHT = datetime(2026, 12, 31, 21, 45, tzinfo=UTC)  # 22:45 at home
LATER = NIGHT + timedelta(days=2)  # so that every time has its date

# The longest names of MESSAGES.md and longer; every other value as long as it may become.
WORST = {
    "resident": "Mme Bertrandeau Lefort-Garnier",
    "person": "Jean-Baptiste",
    "other": "Marie-Hélènette",
    "by": "Jean-Baptiste",
    "room": "salle de bains du bas",
    "device": "Détecteur sdb du haut",
    "names": "Jean-Baptiste, Marie-Hélène",
    "others": "Jean-Baptiste, Marie-Hélène",
    "family": "Jean-Baptiste, Marie-Hélène",
    "times": "Jean-Baptist 59 min, Marie-Hélène 23 h, Jean-François 23 h",
    "answered": 100,
    "time": NIGHT,
    "since": NIGHT,
    "until": NIGHT,
    "due": NIGHT,
    "minutes": 120,
    "number": 9999,
    "numbers": "9997, 9998, 9999",
    "detail": "SIM not inserted (AT+CPIN? → +CME ERROR: 10)",
    "alerts": 120,
    "people": 100,
    "faults": 64,
    "month": "12/2026",
    "asked": 250,
    "settled": 250,
    "false_alarms": 250,
    "quiet": 250,
    "noticed": "47h59",
    "on_call": "Jean-Baptiste",
    "name": "Jean-Baptiste",
    "goes": "Jean-Baptiste",
    "window": "Petit déjeuner du dimanche en famille",
    "amount": "-123.45 EUR",
    "expires": "31/12/2026",
    "opens": "07:30",
    "closes": "10:30",
    "code": "9999",
    "days": 60,
    "called": 9999,
    "drilled": NIGHT,
    "languages": "FR, EN",
    # As many septets as `hub.domain.circle` lets through.
    "news": "Réunion à la mairie mardi 24/12 à 18h30, apportez vos clés. "
    "Anne garde le chat jusqu'à vendredi, merci à tous!",
    "longest": 110,
    "each": 3,
    "address": "123 boulevard du Maréchal-de-Lattre-de-Tassigny, bâtiment B, 3e étage gauche, 35000 Rennes",
    "key_code": "boîte grise derrière le volet : 4321#A",
    "notes": "Ne pas relever, appeler le 15. " * 10,
}
SHORTENED = {
    "resident": "Mme Bertrandeau L.",
    "person": "Jean-Baptist",
    "other": "Marie-Hélène",
    "room": "salle de bai",
    "on_call": "Jean-Baptist",
    "name": "Jean-Baptist",
    "goes": "Jean-Baptist",
}
FAMILIAR = {
    "resident": "Mme Martin",
    "person": "Paul",
    "other": "Marie",
    "room": "salon",
    "names": "Paul, Marie",
    "family": "Marie",
    "number": 27,
    "numbers": "27, 28",
    "minutes": 10,
    "time": NIGHT,
    "since": NIGHT,
    "until": NIGHT,
    "due": NIGHT,
}


def render(key, values=None, language="fr", now=NIGHT, **more):
    words = Words(key, tuple((values or {}).items()))
    return CATALOGUE.render(words, language, zone=PARIS, now=now, **more)


# --- the catalogue ------------------------------------------------------------------------------------


def test_every_file_of_the_folder_is_a_language():
    assert CATALOGUE.mistakes == ()
    assert set(CATALOGUE.tongues) >= set(LANGUAGES)


@pytest.mark.parametrize("language", CATALOGUE.tongues)
def test_every_language_has_the_same_keys(language):
    assert list(CATALOGUE.tongues[language].templates) == list(KEYS)


@pytest.mark.parametrize("language", CATALOGUE.tongues)
@pytest.mark.parametrize("key", KEYS)
def test_every_language_asks_for_the_same_values(language, key):
    french, other = (CATALOGUE.tongues[each].templates[key] for each in ("fr", language))
    assert placeholders(other) == placeholders(french)
    assert indispensable(other) == indispensable(french)


@pytest.mark.parametrize("language", CATALOGUE.tongues)
def test_no_key_stands_twice_in_a_language(language):
    tables = tomllib.loads((resources.files("hub") / "locales" / f"{language}.toml").read_text("utf-8"))
    keys = [key for name, table in tables.items() if name != "ways" for key in table]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("key", KEYS)
def test_the_signs_of_a_template_are_closed_and_not_nested(key):
    for tongue in CATALOGUE.tongues.values():
        plain = re.sub(r"\{\w+(\|[^\[\]{}|]+)?\}", "", tongue.templates[key])
        assert not re.search(r"[\[\]{}|]", re.sub(r"\[[^\[\]{}|]*\]", "", plain))


def test_every_fault_has_words_when_it_comes_when_it_goes_and_for_the_log():
    raised = {key.removeprefix("tech.raised.") for key in KEYS if key.startswith("tech.raised.")}
    restored = {key.removeprefix("tech.restored.") for key in KEYS if key.startswith("tech.restored.")}
    named = {key.removeprefix("word.fault.") for key in KEYS if key.startswith("word.fault.")}
    assert raised == restored == named


# --- a text fits a telephone --------------------------------------------------------------------------


@pytest.mark.parametrize("language", CATALOGUE.tongues)
@pytest.mark.parametrize("key", TEXTS)
def test_the_words_of_a_text_are_all_in_the_alphabet(key, language):
    assert septets(CATALOGUE.tongues[language].templates[key]) is not None


@pytest.mark.parametrize("language", CATALOGUE.tongues)
@pytest.mark.parametrize("key", TEXTS)
def test_a_text_fits_with_the_longest_names_in_any_country(key, language):
    for country in (*EMERGENCY, "BE", ""):
        text = render(key, WORST, language, LATER, country=country)
        assert septets(text) <= SEPTETS.get(key, 160)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", TEXTS)
def test_a_text_fits_with_names_as_long_as_the_design_allows(key, language):
    text = render(key, WORST, language, LATER)
    used = placeholders(CATALOGUE.tongues[language].templates[key]) & SHORTENED.keys()
    assert [name for name in sorted(used) if SHORTENED[name] not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_no_template_leaves_a_gap_or_a_sign_of_its_own(key, language):
    bare = dict.fromkeys(indispensable(CATALOGUE.tongues[language].templates[key]), "x")
    for values in (WORST, FAMILIAR, bare):
        text = render(key, values, language)
        assert not re.search(r"[\[\]{}|]|  |\.\.(?!\.)(?<!\.\.\.)|\(\)| [.,)]", text)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(TEXTS),
    st.sampled_from(LANGUAGES),
    st.fixed_dictionaries({name: st.text(max_size=60) for name in ("resident", "person", "room", "names", "other")}),
)
def test_no_name_whatever_makes_a_text_longer_than_its_segments(key, language, names):
    text = render(key, WORST | names, language, LATER)
    assert septets(text) is not None
    assert septets(text) <= SEPTETS.get(key, 160)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([*KEYS, "", "alert.hazard.fire", "nothing.like.it", "a{b}[c"]),
    st.text(max_size=8),
    st.dictionaries(
        st.sampled_from([*WORST, "an other", ""]),
        st.one_of(
            st.none(), st.integers(), st.text(max_size=2000), st.datetimes(), st.datetimes(timezones=st.just(UTC))
        ),
    ),
    st.text(max_size=3),
)
def test_no_key_language_country_or_value_whatever_stops_a_text(key, language, values, country):
    assert render(key, values, language, country=country)


# --- names, places and lists ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "longest", "short"),
    [
        ("Paul", 12, "Paul"),
        ("Jean-Baptiste", 12, "Jean-Baptist"),
        ("Mme Bertrandeau Lefort", 18, "Mme Bertrandeau L."),
        ("Mme Bertrandeau-Lefort", 18, "Mme Bertrandeau-Le"),
        ("Mme Anne-Marie Bertrandeau", 18, "Mme Anne-Marie B."),
        ("salle de bains", 12, "salle de bai"),
        ("chambre du fond", 12, "chambre du"),
        ("Détecteur sdb du haut", 14, "Détecteur sdb"),
    ],
)
def test_a_name_is_cut_between_words_or_where_that_loses_too_much_within_one(name, longest, short):
    assert shortened(name, longest) == short


@given(st.text(), st.integers(1, 30))
def test_a_shortened_name_is_never_too_long(name, longest):
    assert len(shortened(name, longest)) <= longest


def test_a_list_reads_as_a_list_and_counts_whom_it_has_no_room_for():
    assert "la famille (Paul et Marie)" in render("refuse", {"names": "Paul, Marie"})
    assert "the family (Paul, Marie and Anne)" in render("refuse", {"names": "Paul, Marie, Anne"}, "en")
    many = "Jean-Baptiste, Marie-Hélène, Anne, Paul"
    assert "(Jean-Baptist +3)" in render("refuse", {"names": many})


def test_at_home_every_name_is_said_in_full():
    text = render("say.calling", {"names": "Jean-Baptiste, Marie-Hélène, François"})
    assert text.startswith("J'appelle Jean-Baptiste, Marie-Hélène et François.")


def test_several_incidents_are_asked_about_with_the_reply_to_send():
    assert "Répondez 1 27 ou 1 28." in render("which", {"resident": "Mme Martin", "numbers": "27, 28"})
    assert "Reply 9 27 or 9 28." in render("which", {"resident": "Mme Martin", "numbers": "9 27, 9 28"}, "en")


def test_what_has_no_value_is_left_out():
    assert "à 22h45." in render("alert.panic", {"resident": "Mme Martin", "room": "", "time": NIGHT, "number": 27})
    assert " min)" not in render("ack.you", {"person": "Paul", "minutes": None, "number": 27})
    access = render("access", {"resident": "Mme Martin", "address": "12 rue des Lilas", "key_code": "", "number": 27})
    assert access == "Chez Mme Martin: 12 rue des Lilas. No 27"


def test_the_address_and_the_key_code_are_told_whole_and_the_notes_give_way():
    text = render("access", WORST)
    assert to_gsm7(WORST["address"]) in text
    assert to_gsm7(WORST["key_code"]) in text
    assert "... No 9999" in text


def test_a_key_code_is_never_cut_even_when_the_text_then_takes_a_segment_more():
    code = "4321-" * 80
    assert code in render("access", {"resident": "Mme Martin", "key_code": code, "number": 27})


def test_a_name_that_ends_with_a_full_stop_ends_the_sentence():
    text = render("resume.family", {"person": "Paul", "resident": "Mme Bertrandeau Lefort"})
    assert text.endswith("Mme Bertrandeau L.")


def test_what_a_person_is_called_is_never_read_as_a_template():
    assert "(number)" in render("alert.panic", {**FAMILIAR, "resident": "{number}[x]"}).replace("{", "(").replace(
        "}", ")"
    )


def test_no_value_may_shrink_further_than_a_reader_can_bear():
    assert SHORTEST.keys() == LONGEST.keys()
    assert all(SHORTEST[name] <= LONGEST[name] for name in LONGEST)


# --- times and numbers to call --------------------------------------------------------------------------


def test_a_time_is_the_homes_own_with_its_date_when_it_is_not_today():
    assert "à 22h45 " in render("test.ack", FAMILIAR).replace(".", " ")
    assert "at 22:45." in render("test.ack", FAMILIAR, "en")
    assert "31/12 22h45" in render("test.ack", FAMILIAR, now=LATER)
    assert "31/12 22:45" in render("test.ack", FAMILIAR, "en", now=LATER)


def test_today_is_the_homes_day_and_not_greenwichs():
    after_midnight_at_home = NIGHT + timedelta(minutes=80)
    assert after_midnight_at_home.date() == NIGHT.date()
    assert "31/12 22h45" in render("test.ack", FAMILIAR, now=after_midnight_at_home)


def test_without_a_present_a_time_has_no_date():
    assert "à 22h45." in render("test.ack", FAMILIAR, now=None)


@pytest.mark.parametrize(
    ("country", "language", "number"),
    [
        ("FR", "fr", "le 15 ou le 112"),
        ("fr", "fr", "le 15 ou le 112"),
        ("FR", "en", "112"),
        ("BE", "fr", "le 112"),
        ("US", "en", "911"),
        ("CH", "fr", "le 144 ou le 112"),
    ],
)
def test_the_numbers_to_call_are_the_countrys(country, language, number):
    verb = {"fr": "faites", "en": "dial"}[language]
    assert render("say.nobody", {}, language, country=country).endswith(f"{verb} {number}.")


def test_a_fire_is_a_matter_for_the_fire_brigade():
    assert "Appelez le 18 ou le 112." in render("alert.hazard.smoke", FAMILIAR)


# --- no words may stop an alarm -------------------------------------------------------------------------


def test_a_language_without_a_file_is_answered_in_french():
    assert render("hint", FAMILIAR, "de") == render("hint", FAMILIAR, "fr")
    assert render("hint", FAMILIAR, "EN-gb") == render("hint", FAMILIAR, "en")


def test_a_hazard_or_a_fault_nobody_wrote_words_for_is_told_in_those_of_its_family():
    assert "DANGER" in render("alert.hazard.fire", FAMILIAR)
    assert render("alert.flying.saucer", FAMILIAR).startswith("ALERTE Mme Martin à 22h45 (salon). Répondez 1")
    assert "défaut" in render("tech.raised.coffee.machine", FAMILIAR)
    assert "repaired" in render("tech.restored.coffee.machine", FAMILIAR, "en")


def test_the_end_of_an_incident_is_never_told_in_the_words_of_another_end():
    assert "bien" not in render("closed.eaten_by_a_bear", FAMILIAR)


def test_a_key_without_words_is_told_with_all_its_values():
    text = render("no.such.key", {"resident": "Mme Martin", "room": "", "time": NIGHT, "number": 27})
    assert text == "no.such.key, resident Mme Martin, time 22h45, number 27"


def test_a_missing_value_is_shown_as_missing_and_the_rest_is_told():
    assert render("alert.panic", {"time": NIGHT}).startswith("ALERTE ?: bouton d'appel à 22h45. Répondez 1")


def test_a_catalogue_without_any_file_still_alerts(tmp_path):
    for empty in (Catalogue({}), Catalogue.load(tmp_path), Catalogue.load(tmp_path / "nowhere")):
        values = (("resident", "Mme Martin"), ("time", NIGHT), ("room", "salon"), ("number", 27))
        text = empty.render(Words("alert.panic", values), "fr", zone=PARIS, now=NIGHT)
        assert text == "alert.panic, resident Mme Martin, time 22:45, room salon, number 27"


@pytest.mark.parametrize(
    "broken",
    ["[alerts", '"alert.panic" = "no table"', '[alerts]\n"alert.panic" = 3', '[ways]\ntmie = "%H"', b"\xff\xfe"],
)
def test_a_language_file_gone_bad_costs_its_language_only_and_is_told(tmp_path, broken):
    good = (resources.files("hub") / "locales" / "fr.toml").read_text("utf-8")
    (tmp_path / "fr.toml").write_text(good, encoding="utf-8")
    (tmp_path / "en.toml").write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    catalogue = Catalogue.load(tmp_path)
    assert set(catalogue.tongues) == {"fr"}
    assert len(catalogue.mistakes) == 1
    assert catalogue.mistakes[0].startswith("en.toml: ")


def test_a_new_language_is_one_file(tmp_path):
    (tmp_path / "de.toml").write_text('[a]\n"hint" = "Antworten Sie mit 1. No {number}"', encoding="utf-8")
    catalogue = Catalogue.load(tmp_path)
    words = Words("hint", (("number", 27),))
    assert catalogue.render(words, "de", zone=PARIS) == "Antworten Sie mit 1. No 27"


def test_the_first_and_last_days_of_all_are_times_too():
    for day in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for zone in (ZoneInfo("America/Lima"), ZoneInfo("Asia/Tokyo")):
            words = Words("test.ack", (("person", "Paul"), ("time", day)))
            assert "Paul" in CATALOGUE.render(words, "fr", zone=zone, now=NIGHT)


def test_a_tongue_says_what_is_wrong_with_its_file():
    with pytest.raises(ValueError, match="must hold lines"):
        read_tongue('hint = "1"')


def test_who_sends_a_text_can_learn_which_values_it_needs():
    assert CATALOGUE.indispensable("alert.panic") == {"resident", "time", "number"}
    assert CATALOGUE.indispensable("ack.you") == {"person", "number"}
    assert CATALOGUE.indispensable("no.such.key") == frozenset()


# --- what a text asks for is understood -------------------------------------------------------------------

QUOTED = ("noack", "ack.you", "answer.lost.others", "test", *(key for key in TEXTS if key.startswith("alert")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", QUOTED)
def test_a_text_that_comes_back_with_the_answer_is_not_taken_for_one(key, language):
    theirs = own_words(f"{render(key, FAMILIAR, language)}\n1")
    # "Technical" stands before the first word by which a text of ours is known.
    assert theirs.words.replace("technical ", "") == "1"
    assert theirs.quoted_incident == 27


@pytest.mark.parametrize(
    ("language", "key", "asked", "meaning"),
    [
        ("fr", "closed.outcome", "FAUSSE ALERTE", Meaning.OUTCOME),
        ("fr", "closed.outcome", "AIDÉE", Meaning.OUTCOME),
        ("fr", "closed.outcome", "SECOURS APPELÉS", Meaning.OUTCOME),
        ("en", "closed.outcome", "FALSE ALARM", Meaning.OUTCOME),
        ("en", "closed.outcome", "HELPED", Meaning.OUTCOME),
        ("en", "closed.outcome", "AMBULANCE CALLED", Meaning.OUTCOME),
        ("fr", "stop.you", "REPRISE", Meaning.RESUME),
        ("en", "stop.you", "START", Meaning.RESUME),
        ("fr", "resume.you", "STOP", Meaning.STOP),
        ("en", "resume.you", "STOP", Meaning.STOP),
        ("fr", "prealert.senior", "AIDE", Meaning.HELP),
        ("en", "prealert.senior", "HELP", Meaning.HELP),
        ("fr", "choices", "1", Meaning.ANSWER),
        ("fr", "choices", "2", Meaning.DECLINE),
        ("fr", "choices", "3", Meaning.ATTEND),
        ("fr", "choices", "9", Meaning.CLOSE),
        ("fr", "which", "1 27", Meaning.ANSWER),
    ],
)
def test_what_a_text_asks_for_is_understood(language, key, asked, meaning):
    assert asked in render(key, FAMILIAR, language)
    assert read_reply(asked).meaning is meaning


# --- the log --------------------------------------------------------------------------------------------

PLAN = Plan((), (Wave(()),), Resident("Mme Martin"), Delays())
NAMES = {"paul": "Paul", "marie": "Marie", "resident": "Mme Martin", "message 41": "Paul", "hub": "l'appareil"}


def every_kind_of_fact():
    classes = (each for each in vars(facts).values() if isinstance(each, type) and issubclass(each, Fact))
    return [each for each in classes if each not in (Fact, facts.Batched, Passing) and not issubclass(each, Passing)]


def sample(hint):
    """Some value for a field of that type."""
    if isinstance(hint, types.UnionType):
        return sample(next(each for each in typing.get_args(hint) if each is not types.NoneType))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    known = {
        int: 27, float: 6.5, str: "salon", bool: False, datetime: NIGHT, timedelta: timedelta(hours=3, seconds=4),
        Plan: PLAN, Words: Words("say.heard"), tuple[str, ...]: ("paul", "marie"), time: time(14, 2),
        tuple[tuple[str, tuple[int, ...]], ...]: (("salon", (90,) * 24),),
    }  # fmt: skip
    return known[hint]


def samples(kind):
    """A fact of that kind, and one more for each value of an enumeration and each flag that is up."""
    hints = {field.name: typing.get_type_hints(kind)[field.name] for field in dataclasses.fields(kind)}
    first = kind(**{name: sample(hint) for name, hint in hints.items()})
    yield first
    for name, hint in hints.items():
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            yield from (dataclasses.replace(first, **{name: value}) for value in hint)
        elif hint is bool:
            yield dataclasses.replace(first, **{name: True})


@pytest.mark.parametrize("kind", every_kind_of_fact(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_that_is_kept_explains_itself(kind, language):
    for fact in samples(kind):
        text = CATALOGUE.sentence(fact, language, PARIS, NAMES)
        assert text.startswith("22:45:00 ")
        assert f"log.{kind.__name__}" not in text
        assert not re.search(r"[\[\]{}|_]| \?[ .,)]|\?\.|  |log\.|word\.|say\.", text)


def test_the_log_has_no_sentence_for_a_kind_of_fact_that_is_no_more():
    kinds = {each.__name__ for each in every_kind_of_fact()}
    assert {key.split(".")[1] for key in KEYS if key.startswith("log.")} == kinds


def test_an_incident_reads_as_a_story():
    def tell(fact):
        return CATALOGUE.sentence(fact, "fr", PARIS, NAMES)

    at = NIGHT + timedelta(seconds=3)
    opened = IncidentOpened(at, 27, Kind.PANIC, "salon", "salon", PLAN)
    wave = WaveStarted(at, 27, 1, 1, ("paul", "marie"), at + timedelta(minutes=3))
    assert tell(opened) == "22:45:03 Mme Martin a demandé de l'aide (salon)."
    assert tell(wave) == "22:45:03 Appel n° 1 à Paul et Marie. Sans réponse, on continue à 22h48."
    answered = IncidentAnswered(at, 27, "paul", "Paul", 10, "sms", at)
    assert tell(answered) == "22:45:03 Paul y va, sur place dans 10 min."
    assert tell(MessageDelivered(at, 41)) == "22:45:03 Le message 41 à Paul est arrivé."
    assert tell(MessageDelivered(at, 42)) == "22:45:03 Le message 42 est arrivé."
    closed = IncidentClosed(at, 27, Outcome.FALSE_ALARM, "paul", "Paul")
    assert tell(closed) == "22:45:03 Fin de l'alerte, dite par Paul : c'était une fausse alerte."


def test_the_end_is_told_with_whoever_said_so():
    cancelled, repaired = Outcome.CANCELLED, Outcome.RESTORED
    by_resident = IncidentClosed(NIGHT, 27, cancelled, "resident", "resident")
    by_stranger = IncidentClosed(NIGHT, 27, cancelled, "anne", "Anne")
    by_nobody = IncidentClosed(NIGHT, 27, repaired, "hub", "")
    assert CATALOGUE.sentence(by_resident, "fr", PARIS, NAMES).endswith("Alerte annulée par Mme Martin.")
    assert CATALOGUE.sentence(by_stranger, "fr", PARIS, NAMES).endswith("Alerte annulée par Anne.")
    assert CATALOGUE.sentence(by_nobody, "fr", PARIS, {}).endswith("Le défaut est réparé.")


def test_a_technical_incident_is_told_by_its_fault_in_everyday_words():
    opened = IncidentOpened(NIGHT, 27, Kind.TECHNICAL, "sim.puk", "", PLAN)
    assert CATALOGUE.sentence(opened, "fr", PARIS, {}).endswith("Défaut de l'appareil : la carte SIM est bloquée.")


def test_what_was_said_at_home_stands_in_the_log_as_it_was_said():
    fact = Spoken(NIGHT, Words("say.coming", (("person", "François"), ("minutes", None))), 27)
    told = CATALOGUE.sentence(fact, "fr", PARIS, {})
    assert told == "22:45:00 Dit à la maison : « François va venir. Restez tranquille. »"


def test_a_fault_is_told_in_everyday_words_and_an_unknown_one_by_its_code():
    known, unknown = (FaultRaised(NIGHT, code, "no such port") for code in ("modem.absent", "coffee.machine"))
    assert "le modem est débranché (no such port)" in CATALOGUE.sentence(known, "fr", PARIS, {})
    assert "coffee.machine (no such port)" in CATALOGUE.sentence(unknown, "fr", PARIS, {})


def test_a_strangers_text_is_told_with_the_number_and_a_friends_with_the_name():
    stranger = SmsKept(NIGHT, "k", "+33699999999", None, "Bonjour", "unknown")
    friend = SmsKept(NIGHT, "k", "+33622222222", "paul", "1", "answer")
    assert CATALOGUE.sentence(stranger, "fr", PARIS, NAMES) == "22:45:00 +33699999999 a écrit : « Bonjour »"
    assert CATALOGUE.sentence(friend, "fr", PARIS, NAMES) == "22:45:00 Paul a écrit : « 1 »"


@pytest.mark.parametrize("catalogue", [CATALOGUE, Catalogue({})], ids=["with words", "without"])
def test_the_log_never_tells_what_opens_the_door(catalogue):
    words = Words("access", (("resident", "Mme Martin"), ("key_code", "4321"), ("number", 27)))
    fact = MessageRequested(NIGHT, 41, 27, "paul", "sms", "+33622222222", "fr", Purpose.DUTY, words, "Clé: 4321")
    assert "4321" not in catalogue.sentence(fact, "fr", PARIS, NAMES)
    assert "Paul" in catalogue.sentence(fact, "fr", PARIS, NAMES)


def test_a_fact_without_a_sentence_is_told_with_its_values():
    told = CATALOGUE.sentence(RoadChanged(NIGHT, "sms", up=True), "fr", PARIS, {})
    assert told == "22:45:00 log.RoadChanged, resident La personne, road sms"


def test_a_value_is_one_line_of_signs_that_print():
    assert fill("{a}!", {}) == "?!"
    assert "Mme Martin a" in render("cancel", {**FAMILIAR, "resident": " Mme\n\tMartin\x07 "})


# --- docs/messages.md -------------------------------------------------------------------------------------

DOCS = Path(__file__).parents[1] / "docs" / "messages.md"
ROWS = re.compile(r"^\| `([\w. ]+)` \| (.+?) \|(?: (.*?) \| (\d+) / (\d+) \|)?$", re.MULTILINE)


def test_the_documentation_has_every_key_once_and_in_order():
    documented = [row[0] for row in ROWS.findall(DOCS.read_text("utf-8"))]
    assert documented == [key for key in KEYS if not key.startswith("word.")]


def test_the_documentation_tells_the_values_and_the_worst_case_length_of_every_text():
    rows = {key: rest for key, *rest in ROWS.findall(DOCS.read_text("utf-8"))}
    for key in TEXTS:
        _, values, french, english = rows[key]
        lengths = [septets(render(key, WORST, language, LATER)) for language in LANGUAGES]
        assert [int(french), int(english)] == lengths, f"{key}: write {lengths[0]} / {lengths[1]}"
        needed = CATALOGUE.indispensable(key)
        assert {name for name in re.findall(r"\w+", values) if name in needed} == needed


def test_whatever_tells_a_code_is_shown_to_nobody_else():
    telling = {key for key in TEXTS if CATALOGUE.indispensable(key) & {"code", "key_code"}}

    assert telling | {"access"} == SECRET_WORDS
