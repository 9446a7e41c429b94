"""What neighbours text back: the corpus in tests/fixtures/replies.toml, and what must hold for any text."""

import itertools
import re
import time
import tomllib
import unicodedata
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.domain import reply_words
from hub.domain.replies import Meaning, Reply, read_reply
from hub.domain.reply_shapes import COMMAND, TAPBACK, without_names
from hub.domain.reply_text import LONGEST_TEXT, own_words, plain_words
from hub.domain.reply_words import KNOWN_WORDS, PHRASES, Mark, respelled

FIXTURE: dict[str, list[Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "fixtures" / "replies.toml").read_text(encoding="utf-8")
)
CORPUS: list[dict[str, Any]] = FIXTURE["reply"]
HUB_TEXTS: list[str] = FIXTURE["hub_text"]

# The meanings the hub acts on. A text wrongly read as one of these is a person nobody went to see.
ACTED_ON = {Meaning.ANSWER, Meaning.ATTEND, Meaning.CLOSE}
# What a few hundred microseconds of work may seem to take more, on a busy machine.
NOISE_S = 0.02


def expected(entry: dict[str, Any]) -> Reply:
    return Reply(
        Meaning(entry["meaning"]),
        **{key: value for key, value in entry.items() if key not in {"text", "meaning", "name"}},
    )


def read(entry: dict[str, Any], text: str | None = None) -> Reply:
    return read_reply(entry["text"] if text is None else text, entry.get("name", ""))


def shown(entry: dict[str, Any]) -> str:
    return repr(entry["text"][:60])


# --- The corpus ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", CORPUS, ids=shown)
def test_a_text_means_what_the_corpus_says(entry):
    assert read(entry) == expected(entry)


def test_the_corpus_is_large_and_has_every_meaning():
    assert len(CORPUS) >= 650
    assert {entry["meaning"] for entry in CORPUS} == set(Meaning)
    assert len({(entry["text"], entry.get("name")) for entry in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("alert", HUB_TEXTS, ids=lambda alert: alert[:30])
@pytest.mark.parametrize(
    ("own", "meaning"),
    [("1", Meaning.ANSWER), ("2", Meaning.DECLINE), ("sur place", Meaning.ATTEND), ("9", Meaning.CLOSE)],
)
def test_the_hubs_own_text_handed_back_adds_nothing_but_its_number(alert, own, meaning):
    quoted = "\n".join(f"> {line}" for line in alert.split(". "))

    for text in (f"{own} {alert}", f"{alert} {own}", f"{own}\n\n{quoted}", f"{quoted}\n{own}"):
        reply = read_reply(text)
        assert (reply.meaning, reply.incident) == (meaning, 27), text


@pytest.mark.parametrize("alert", HUB_TEXTS, ids=lambda alert: alert[:30])
def test_the_hubs_own_text_alone_means_nothing(alert):
    assert read_reply(alert) == Reply(Meaning.UNKNOWN, incident=27)


LOCALES = sorted((Path(__file__).parents[2] / "hub" / "locales").glob("*.toml"))


# Never sent to a person as a text, or only within one.
NOT_TEXTS = {"ways", "spoken", "log", "words"}


def texts_of(locale: Path) -> Iterator[tuple[str, str]]:
    """Every text of a language with something in its blanks, once with its optional parts and once without."""
    sections = tomllib.loads(locale.read_text(encoding="utf-8"))
    texts = [item for name, section in sections.items() if name not in NOT_TEXTS for item in section.items()]
    for (key, text), kept in itertools.product(texts, (r"\1", "")):
        shorter = re.sub(r"\[([^\]]*)\]", kept, text)
        yield key, re.sub(r"\{(\w+)[^}]*\}", lambda blank: "27" if blank[1] == "number" else "Mme Martin", shorter)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda path: path.stem)
def test_no_text_of_the_hub_is_taken_for_the_words_of_who_hands_it_back(locale):
    for key, text in texts_of(locale):
        assert read_reply(text).meaning in {Meaning.UNKNOWN, Meaning.AMBIGUOUS}, key
        assert not read_reply(f"> {text}").asks_help, key


# In any other language a reply beside an alert without "> " is ambiguous: the hub asks.
@pytest.mark.parametrize("locale", [path for path in LOCALES if path.stem in {"fr", "en"}], ids=lambda path: path.stem)
def test_a_reply_beside_an_alert_counts_and_is_for_that_incident(locale):
    for key, text in texts_of(locale):
        if key.startswith("alert"):
            assert read_reply(f"1 {text}") == Reply(Meaning.ANSWER, incident=27), key
            assert read_reply(f"{text}\n2") == Reply(Meaning.DECLINE, incident=27), key


@pytest.mark.parametrize("torn", ["0", "00", "000000"])
def test_a_quoted_number_that_no_incident_has_is_none(torn):
    alert = f"ALERTE Mme Martin: bouton à 14h02 (salon). Répondez 1 = j'y vais, 2 = je ne peux pas. No {torn}"

    for text in (f"1\n> {alert}", f"1 {alert}"):
        reply = read_reply(text)
        assert (reply.meaning, reply.incident) == (Meaning.ANSWER, None)


def test_two_quoted_alerts_name_no_incident():
    assert read_reply("1\n> Alerte No 27\n> Alerte No 28") == Reply(Meaning.ANSWER)


# --- Never guess -----------------------------------------------------------------------------------------

PHRASES_ACTED_ON = sorted(
    " ".join(words) for words, mark in PHRASES.items() if mark in {Mark.ANSWER, Mark.ATTEND, Mark.CLOSE}
)


@pytest.mark.parametrize(
    "doubt",
    [
        "pas",
        "not",
        "plus",
        "jamais",
        "never",
        "si",
        "if",
        "?",
        "ou",
        "or",
        "mais",
        "but",
        "demain",
        "Marie",
        "2",
        "non",
        "no",
    ],
)
def test_a_doubt_anywhere_in_a_phrase_takes_its_meaning_away(doubt):
    for phrase in PHRASES_ACTED_ON:
        words = phrase.split()
        for place in range(len(words) + 1):
            text = " ".join([*words[:place], doubt, *words[place:]])
            assert read_reply(text).meaning not in ACTED_ON, text


@given(
    st.sampled_from([entry for entry in CORPUS if entry["meaning"] in ACTED_ON]),
    st.from_regex(r"[a-z]{2,12}", fullmatch=True),
)
def test_a_word_nobody_knows_is_never_taken_lightly(entry, word):
    spelled = respelled(plain_words(word)).split()
    if not KNOWN_WORDS.isdisjoint(spelled) or "\n" in entry["text"]:
        return
    for text in (f"{word} {entry['text']}", f"{entry['text']} {word}"):
        assert TAPBACK.match(plain_words(text)) or read(entry, text).meaning not in ACTED_ON


@given(st.lists(st.sampled_from(sorted(KNOWN_WORDS)), max_size=6).map(" ".join))
def test_no_row_of_known_words_both_goes_and_does_not(text):
    said_no = re.search(r"(?<!\S)(?:pas|not|non|no|can t|won t|plus|jamais)(?!\S)", text)
    kind_words = ("pas de", "pas besoin", "no problem", "no worries", "no help")
    if said_no and not any(words in text for words in kind_words):
        assert read_reply(text).meaning not in ACTED_ON


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(("1", "2", "3", "9"), 2)))
def test_two_different_choices_are_no_choice(first, second):
    assert read_reply(f"{first} {second}").meaning is Meaning.AMBIGUOUS


@given(st.integers(1, 999_999))
def test_a_choice_and_a_number_name_the_incident(number):
    assert read_reply(f"1 No {number}") == Reply(Meaning.ANSWER, incident=number)
    if number not in reply_words.CHOICES:
        assert read_reply(f"1 {number}") == Reply(Meaning.ANSWER, incident=number)


@given(st.integers(1, 720))
def test_minutes_beside_an_answer_are_an_estimate_and_never_a_choice(minutes):
    assert read_reply(f"1 dans {minutes} min") == Reply(Meaning.ANSWER, minutes=minutes)
    assert read_reply(f"j'arrive, {minutes}mn") == Reply(Meaning.ANSWER, minutes=minutes)
    assert read_reply(f"{minutes} min").meaning is Meaning.AMBIGUOUS


def test_a_name_changes_nothing_only_if_it_is_the_senders_and_no_word_of_the_vocabulary():
    assert read_reply("j'y vais Paul", "Paul").meaning is Meaning.ANSWER
    assert read_reply("j'y vais Paul", "Marie").meaning is Meaning.AMBIGUOUS
    assert read_reply("j'y vais pas", "Pas").meaning is Meaning.DECLINE
    assert read_reply("je vais y aller pas", "Pas").meaning is Meaning.AMBIGUOUS
    assert read_reply("je vais chez Mme Pas").meaning is Meaning.UNKNOWN


# --- Case, accents, punctuation and spaces never matter ------------------------------------------------

# A quote and a signature are known by their lines.
# Where a line is a quote, a break ends the quote.
IN_ONE_PIECE = [entry for entry in CORPUS if not re.search(r"\n|--|^>", entry["text"])]
SPACES = st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", " \u200b", " . ", ", ", " ... ", "! ", " - ", " * ", "; "])
WRAPPINGS = st.sampled_from(
    [("", ""), (" ", "\n"), ("«", "»"), ("“", "”"), ("'", "'"), ('"', '"'), ("(", ")"), ("*", "!!"), ("", "...")]
)


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(IN_ONE_PIECE),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str]),
    st.sampled_from([without_accents, lambda text: unicodedata.normalize("NFD", text), str]),
    WRAPPINGS,
    st.data(),
)
def test_case_accents_punctuation_and_spaces_never_change_the_meaning(entry, case, accents, wrapping, data):
    words = accents(case(entry["text"])).split(" ")
    text = wrapping[0] + "".join(word + data.draw(SPACES) for word in words[:-1]) + words[-1] + wrapping[1]

    assert read(entry, text) == expected(entry)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@example("0:00")
def test_plain_words_stay_as_they_are_but_for_the_colon_of_a_time(text):
    once = plain_words(text)

    assert plain_words(once) == once.replace(" :", "")


# --- Whatever arrives ------------------------------------------------------------------------------------

PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(sorted(KNOWN_WORDS)),
    st.sampled_from(
        ["1", "2", "3", "9", "27", "No", "min", "dans", "?", "\n", ">", "--", "/", ":", "½", "h", "👍", "chez Mme"]
    ),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map(" ".join), st.text(max_size=12))
def test_no_text_makes_it_raise(text, name):
    reply = read_reply(text, name)

    assert isinstance(reply.meaning, Meaning)
    assert reply.incident is None or 1 <= reply.incident <= 999_999
    assert reply.minutes is None or reply.meaning is Meaning.ANSWER
    assert not (reply.bare_ok and reply.asks_help)


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "?", "\n", ">\n", "\u0301\u0316", "ﷺ", "½", "👍", "iiii", "1:00", "alerte ",
     "merci les autres savent que vous y allez ", "je conduis ", "i'm driving ", "vous ", "j'y vais ", "dans 1 ",
     "in about ", "absent 1 ", "tous ", "garde a ", "plage ", "chez mme ", "envoyé de mon iphone ", "reacted to",
     "a supprimé un ", "le a écrit\n", "le ", "no 27 ", "une "],
    ids=repr,
)  # fmt: skip
def test_a_hundred_kilobytes_of_anything_are_read_to_the_bound_and_in_a_time_that_does_not_run_away(piece):
    text = (piece * 100_000)[:100_000]

    assert own_words(text) == own_words(text[:LONGEST_TEXT])
    assert read_reply(text).meaning not in ACTED_ON
    # Four times the text: four times the work, or less. Were it the square, it would be sixteen times.
    short, long = _work_of_reading(text[: LONGEST_TEXT // 4], text[:LONGEST_TEXT])
    assert long < 8 * short + NOISE_S


def _work_of_reading(*texts: str) -> list[float]:
    """Return what each takes of this thread's processor, in seconds: the best of three, whatever else runs here."""
    work = [inf] * len(texts)
    for _ in range(3):
        for index, text in enumerate(texts):
            began = time.thread_time()
            read_reply(text)
            work[index] = min(work[index], time.thread_time() - began)
    return work


def test_a_text_too_long_to_be_read_to_its_end_is_not_acted_on():
    assert read_reply("1" + " " * (LONGEST_TEXT - 1)).meaning is Meaning.ANSWER
    assert read_reply("1" + " " * LONGEST_TEXT).meaning is Meaning.AMBIGUOUS


# --- The vocabulary --------------------------------------------------------------------------------------


def test_every_phrase_says_one_thing():
    said: dict[str, set[Mark]] = {}
    for mark, block in reply_words._PHRASES.items():
        for phrase in filter(None, map(plain_words, re.split(r"[;\n]", block))):
            for variant in reply_words._variants(tuple(respelled(phrase).split())):
                said.setdefault(" ".join(variant), set()).add(mark)

    assert {phrase: marks for phrase, marks in said.items() if len(marks) > 1} == {}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("je ne suis pas chez moi", "je suis pas chez moi"),
        ("je ne suis pas chez moi", "suis pas chez moi"),
        ("je suis malade", "suis malade"),
        ("j'ai appelé les secours", "g appelé les secours"),
    ],
)
def test_what_people_leave_out_of_a_phrase_changes_nothing(written, spoken):
    whole, heard = (tuple(respelled(plain_words(text)).split()) for text in (written, spoken))

    assert heard in reply_words._variants(whole)
    assert PHRASES[heard] is PHRASES[whole]


def test_every_right_spelling_stays_as_it_is():
    assert [right for right in reply_words._SPELLINGS if respelled(right) != right] == []


@pytest.mark.parametrize(("words", "mark"), sorted(PHRASES.items()), ids=str)
def test_every_phrase_is_read_in_full(words, mark):
    reply = read_reply(" ".join(words))

    if mark in {Mark.FILLER, Mark.UNCLEAR, Mark.EXCUSE}:
        assert reply.meaning in {Meaning.UNKNOWN, Meaning.AMBIGUOUS}
    else:
        assert reply.meaning not in {Meaning.UNKNOWN, Meaning.AMBIGUOUS, Meaning.COMMAND}


def test_no_command_is_also_a_phrase_of_neighbours():
    assert [phrase for phrase in map(" ".join, PHRASES) if COMMAND.fullmatch(phrase)] == []


def test_the_words_of_a_quoting_line_are_not_the_writers():
    assert own_words("oui\nLe 3 mars 2025, Hub a écrit :\n> non").words == "oui"


def test_a_name_is_put_aside_but_not_a_word_that_means_something() -> None:
    assert without_names("chez mme martin") == "chez elle"
    assert without_names("i go to mrs martin s place") == "i go to her place"
    assert without_names("pour madame oui") == "pour madame oui"
