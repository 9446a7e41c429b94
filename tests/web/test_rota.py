"""On call, day by day: what the page shows, who may take over or hand on, and that it is asked once more."""

from hub.domain import on_call
from hub.domain.inputs import SmsReceived

# Now is Monday 2 March 2026, 14:20 in Paris.
TUESDAY = "2026-03-03"


def hand(browser, to, day=TUESDAY, **more):
    return browser.post("/rota", {"day": day, "to": to, **more})


def on_tuesday(home):
    shift = home.bench.state.shifts.get(TUESDAY)
    return shift.person if shift else None


def test_the_family_hands_a_day_on_after_being_asked_once_more(home):
    marie = home.browser("marie")
    asked = hand(marie, "paul")
    assert asked.status_code == 200
    assert "Put Paul on call on Tuesday 03/03?" in asked.text
    assert "after 3\N{NO-BREAK SPACE}min are the others asked" in asked.text
    assert on_tuesday(home) is None

    assert hand(marie, "paul", sure="yes").status_code == 303
    assert on_tuesday(home) == "paul"
    page = marie.get("/rota").text
    assert page.count("<article>") == 14
    assert "<strong>Paul</strong>" in page

    assert "Nobody on call on Tuesday 03/03?" in hand(marie, "").text
    assert hand(marie, "", sure="yes").status_code == 303
    assert on_tuesday(home) == ""


def test_a_neighbour_takes_a_day_over_and_gives_it_back(home):
    hand(home.browser("marie"), "paul", sure="yes")
    jean = home.browser("jean")
    assert "Take over Tuesday 03/03?" in hand(jean, "jean").text
    assert "Until now: Paul." in hand(jean, "jean").text
    assert hand(jean, "jean", sure="yes").status_code == 303
    assert on_tuesday(home) == "jean"
    assert "Give back" in jean.get("/rota").text

    assert hand(jean, "", sure="yes").status_code == 303
    assert on_tuesday(home) == ""


def test_nobody_hands_on_what_is_not_theirs(home):
    answer = hand(home.browser("jean"), "paul", sure="yes")
    assert answer.status_code == 409
    assert "take a day over for yourself" in answer.text
    assert on_tuesday(home) is None


def test_only_looking_changes_nothing(home):
    anne = home.browser("anne")
    page = anne.get("/rota").text
    assert "Take over" not in page
    assert 'name="to"' not in page
    assert hand(anne, "paul", sure="yes").status_code == 403
    assert home.visitor().get("/rota").status_code == 303


def test_what_is_no_day_or_nobody_is_sent_back(home):
    marie = home.browser("marie")
    assert hand(marie, "paul", day="2030-01-01").status_code == 303
    assert hand(marie, "anne").status_code == 303  # only looks, and is never told
    assert hand(marie, "<b>").status_code == 303
    assert not home.bench.state.shifts


def test_a_span_that_was_said_by_text_shows_where_it_ends(home):
    home.tell(SmsReceived(home.now, "1", "+33633333333", "GARDE Paul 2h", chance=7))
    home.tell(SmsReceived(home.now, "2", "+33633333333", f"OUI {home.bench.state.confirmations['marie'].code}"))
    home.wait(lambda: home.bench.state.on_call is not None)

    page = home.browser("marie").get("/rota").text
    assert "until 16:20, then" in page
    assert on_call.who(home.bench.state, home.now, home.settings.policy.zone) == "paul"


def test_the_page_of_the_people_leads_there(home):
    assert 'href="/rota"' in home.browser("marie").get("/people").text
    assert 'href="/rota"' in home.browser("paul").get("/").text
