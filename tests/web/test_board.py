"""The notice board: who reads and writes there, what goes out by text, and what is taken down."""

import pytest

from hub.domain.circle import EACH, LONGEST
from tests.web.home import CODE, alarm, text

CAKE = "Galette dimanche à 15h"


def write(browser, words=CAKE):
    return browser.post("/board", {"text": words})


def test_what_is_written_stands_there_for_all_and_goes_out_by_text(home):
    jean = home.browser("jean")
    assert write(jean).status_code == 303
    home.wait(lambda: home.bench.state.news[0].told)

    for each in ("marie", "paul", "jean", "anne", "resident"):
        page = home.browser(each).get("/board").text
        assert CAKE in page, each
        assert "told 2 people by text" in page
    assert home.bench.state.news[0].told == ("paul", "marie")


def test_what_came_by_text_stands_there_too_and_no_script_runs(home):
    text(home, "+33622222222", "TOUS <script>alert(1)</script> galette")
    page = home.browser("anne").get("/board").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_only_looking_is_no_writing(home):
    anne = home.browser("anne")
    assert "Send to all" not in anne.get("/board").text
    assert write(anne).status_code == 403
    assert anne.post("/board/back", {"number": "1"}).status_code == 403
    assert home.visitor().get("/board").status_code == 303


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "nothing to tell"),
        ("a" * (LONGEST + 1), "too long"),
        (f"Le code est {CODE}", "written to nobody"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words_and_not_lost(home, words, why):
    answer = write(home.browser("marie"), words)
    assert answer.status_code == 422
    assert why in answer.text
    assert f">{words}</textarea>" in answer.text
    assert not home.bench.state.news


def test_a_day_has_so_many_and_the_same_once(home):
    marie = home.browser("marie")
    for number in range(EACH):
        assert write(marie, f"nouvelle {number}").status_code == 303
    assert "You told this today already" in write(marie, "nouvelle 0").text
    assert "Enough for today" in write(marie, "nouvelle 9").text


def test_while_somebody_needs_help_there_is_no_news(home):
    alarm(home)
    assert "news when that is over" in write(home.browser("marie")).text


def test_its_writer_or_the_family_takes_it_down(home):
    paul, marie, jean = home.browser("paul"), home.browser("marie"), home.browser("jean")
    write(paul)
    assert "Take it down" not in jean.get("/board").text
    assert jean.post("/board/back", {"number": "1"}).status_code == 409
    assert paul.post("/board/back", {"number": "1"}).status_code == 303
    assert CAKE not in marie.get("/board").text

    write(paul, "autre chose")
    assert marie.post("/board/back", {"number": "2"}).status_code == 303
    assert "Nothing stands here" in jean.get("/board").text


def test_after_a_month_it_is_gone_by_itself(home):
    marie = home.browser("marie")
    write(marie)
    home.later(days=29)
    assert CAKE in marie.get("/board").text
    home.later(days=1)
    assert CAKE not in home.browser("marie").get("/board").text


def test_whoever_wants_the_board_only_gets_no_text(home):
    marie = home.browser("marie")
    person = next(p for p in home.settings.household.people if p.id == "jean")
    form = {"key": "jean", "name": "Jean", "phone": person.phone, "role": "neighbour", "language": "fr", "consent": "1"}
    revision = marie.get("/people").text.split('name="revision" value="')[1][:16]
    assert marie.post("/people/person", form | {"revision": revision, "board_only": "1"}).status_code == 303
    home.wait(lambda: any(p.id == "jean" and not p.news for p in home.bench.loop.policy.people))

    write(marie)
    home.wait(lambda: home.bench.state.news[0].told)
    assert home.bench.state.news[0].told == ("paul",)
