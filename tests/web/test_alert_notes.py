"""Beside an alert: notes of whoever was told of it, why it was a false one, since when it lasts, by which road."""

import re

import pytest

from hub.domain.facts import Outcome
from hub.domain.notes import IN_ALL, LONGEST, LONGEST_REASON
from hub.domain.records import Phase
from tests.web.home import CODE, alarm, is_in, text

CAT = "Le chat était sur la table"
OPEN_FOLD = "<details open>"


def write(browser, number, words=CAT):
    return browser.post(f"/incident/{number}/note", {"note": words})


def end(browser, number, outcome="false_alarm", why=""):
    return browser.post(f"/incident/{number}/close", {"outcome": outcome, "why": why})


@pytest.mark.parametrize("who", ["marie", "paul", "resident"])
def test_a_note_is_read_by_all_who_see_the_alert_and_taken_home(home, who):
    number = alarm(home)
    sent = home.bench.state.next_message

    assert write(home.browser(who), number).status_code == 303

    for reader in ("marie", "paul", "resident", "anne"):
        assert f"notes: {CAT}" in home.browser(reader).get(f"/incident/{number}").text, reader
    assert f"notes: {CAT}" in home.browser("marie").get(f"/incident/{number}/export").text
    assert f"note\N{NO-BREAK SPACE}: {CAT}" in home.browser("marie", "fr").get(f"/incident/{number}").text
    assert home.bench.state.next_message == sent, "no text goes out"


def test_only_looking_is_no_writing_and_who_sees_no_alert_writes_to_none(home):
    number = alarm(home)
    anne, jean = home.browser("anne"), home.browser("jean")

    assert "Write a note" not in anne.get(f"/incident/{number}").text
    assert write(anne, number).status_code == 403
    assert write(jean, number).status_code == 404
    assert write(home.browser("marie"), 999).status_code == 404
    assert home.visitor().client.post(f"/incident/{number}/note", data={"note": CAT}).status_code in (303, 403)
    assert home.bench.state.incidents[number].notes == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("   ", "nothing to write down"),
        ("a" * (LONGEST + 1), "too long"),
        (f"Le code est {CODE}", "written nowhere"),
        ("43 21", "written nowhere"),
    ],
)
def test_what_is_not_taken_is_told_in_words_and_stays_as_it_was_typed(home, words, why):
    number = alarm(home)
    answer = write(home.browser("marie"), number, words)

    assert answer.status_code == 422
    assert why in answer.text
    assert f">{words}</textarea>" in answer.text
    assert "http-equiv" not in answer.text, "what was typed is not loaded away"
    assert home.bench.state.incidents[number].notes == 0


def test_one_alert_has_so_many(home):
    number = alarm(home)
    marie = home.browser("marie")
    for each in range(IN_ALL):
        assert write(marie, number, f"note {each}").status_code == 303

    assert "are enough" in write(home.browser("paul"), number).text


def test_a_week_after_the_end_nothing_is_added(home):
    number = alarm(home)
    marie = home.browser("marie")
    end(marie, number)
    home.later(days=6)
    assert write(marie, number).status_code == 303
    home.later(days=2)

    assert "Write a note" not in marie.get(f"/incident/{number}").text
    assert "more than 7 days ago" in write(marie, number).text


def test_what_is_written_stays_text(home):
    number = alarm(home)
    write(home.browser("paul"), number, "<script>alert(1)</script> {{ 7*7 }} %(x)s {text}\u202e")
    page = home.browser("marie").get(f"/incident/{number}").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} %(x)s {text}</li>" in page
    assert "<script>alert" not in page


# --- why it was a false alarm -------------------------------------------------------------------------------


def test_why_it_was_false_is_kept_with_the_end(home):
    number = alarm(home)
    marie = home.browser("marie")

    assert end(marie, number, why="Le chat").status_code == 303

    assert home.bench.state.incidents[number].outcome is Outcome.FALSE_ALARM
    assert "says why it was a false alarm: Le chat" in marie.get(f"/incident/{number}").text


@pytest.mark.parametrize(("why", "told"), [("x" * (LONGEST_REASON + 1), "too long"), (CODE, "written nowhere")])
def test_a_reason_that_is_not_taken_ends_nothing_and_stays(home, why, told):
    number = alarm(home)
    answer = end(home.browser("marie"), number, why=why)

    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{why}"' in answer.text
    assert 'value="false_alarm" checked' in answer.text
    assert OPEN_FOLD in answer.text
    assert is_in(home, Phase.ALERTING)


# --- since when, and by which road --------------------------------------------------------------------------


def test_the_page_says_how_long_it_lasts_and_lasted(home):
    number = alarm(home)
    marie = home.browser("marie")
    begun = home.bench.state.incidents[number].opened_at
    home.later(minutes=2, seconds=5 - (home.now - begun).total_seconds())
    live = f"/incident/{number}/live"
    first = marie.get(live).text
    assert "Going on for 2 min 05 s." in first
    tag = re.search(r'data-tag="(\w+)"', first)[1]

    home.later(seconds=5)

    assert "Going on for 2 min 10 s." in marie.get(f"{live}?seen={tag}").text
    assert "En cours depuis 2 min 10 s." in home.browser("marie", "fr").get(live).text
    home.later(minutes=70)
    assert "Going on for 1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}12." in home.browser("marie").get(live).text
    end(marie, number)
    home.later(hours=3)
    assert "It lasted 1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}12." in marie.get(live).text


def test_each_person_has_the_road_by_which_they_were_asked_and_answered(home):
    number = alarm(home)
    text(home, "+33622222222", "1")
    home.wait(lambda: is_in(home, Phase.ANSWERED))
    home.browser("marie").post(f"/incident/{number}/answer", {"answer": "there"})
    page = " ".join(home.browser("marie").get(f"/incident/{number}").text.split())

    assert re.search(r"<strong>Paul</strong>: asked [\d:]+ \(text\), sent", page)
    assert re.search(r"<strong>is going</strong> \([\d:]+, text\)", page)
