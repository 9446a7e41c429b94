"""What did not arrive is sent again from the page of messages: by the family, by the hub's rules, and told in words."""

import contextlib
from dataclasses import replace

import pytest

from hub.domain.facts import MessageRepeated
from hub.domain.inputs import DeliveryReported, DeliveryState, PolicyReplaced
from hub.domain.records import Phase
from hub.journal import Journal
from hub.recall import recall
from tests.shell import Road
from tests.web.home import Home, alarm, is_in, text

PAUL = "+33622222222"
SEND = "Send again"


def last(home: Home) -> int:
    """The number of the last message."""
    return home.bench.state.next_message - 1


def lose(home: Home) -> int:
    """The network gave up on the last message; return its number."""
    home.wait(lambda: not home.bench.state.outbox)
    home.tell(DeliveryReported(home.now, last(home), DeliveryState.FAILED))
    return last(home)


@pytest.fixture
def lost(home: Home) -> Home:
    """Paul asked who is on call, and the answer was lost."""
    text(home, PAUL, "QUI")
    lose(home)
    return home


def repeats(home: Home) -> list[MessageRepeated]:
    with contextlib.closing(Journal(home.bench.path, read_only=True)) as journal:
        return [each.fact for each in journal.newest(["MessageRepeated"], 9) if isinstance(each.fact, MessageRepeated)]


def press(home: Home, which: object, person: str = "marie", language: str = "en"):
    return home.browser(person, language).post("/messages/again", {"number": str(which)})


def test_the_family_has_it_sent_once_more_and_sees_both(lost):
    first = last(lost)
    page = lost.browser("marie").get("/messages").text
    assert page.count(SEND) == 1
    assert f'name="number" value="{first}"' in page

    answer = press(lost, first)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/messages")
    lost.wait(lambda: not lost.bench.state.outbox)
    lost.wait(lambda: bool(repeats(lost)))

    page = lost.browser("marie").get("/messages").text
    assert "not arrived, and sent again" in page
    assert SEND not in page
    assert last(lost) == first + 1
    (repeated,) = repeats(lost)
    assert (repeated.message, repeated.again, repeated.by, repeated.name) == (first, first + 1, "marie", "Marie")


@pytest.mark.parametrize("person", ["paul", "anne", "resident"])
def test_nobody_else_may(lost, person):
    assert press(lost, last(lost), person).status_code == 403
    assert repeats(lost) == []


def test_following_a_link_or_a_form_without_its_token_sends_nothing(lost):
    marie = lost.browser("marie")
    assert marie.get("/messages/again").status_code == 405
    answer = marie.client.post(
        "/messages/again", data={"number": str(last(lost))}, headers={"Origin": "http://localhost"}
    )

    assert answer.status_code == 403
    assert repeats(lost) == []


def test_what_arrived_what_waits_and_alerts_have_no_button(home):
    number = alarm(home)
    page = home.browser("marie").get("/messages").text
    assert SEND not in page
    assert "Only what failed" not in page
    home.tell(DeliveryReported(home.now, last(home), DeliveryState.FAILED))

    assert SEND not in home.browser("marie").get(f"/messages?no={number}").text
    assert "alerts the box repeats by itself" in press(home, last(home)).text


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "999", "9" * 40, "<script>"])
def test_what_never_was_is_told_so(lost, number):
    answer = press(lost, number)

    assert answer.status_code == 409
    assert "Only what failed within a day" in answer.text
    assert "<script>" not in answer.text


def test_twice_on_one_page_is_once(lost):
    first = last(lost)
    assert press(lost, first).status_code == 303
    assert press(lost, first).status_code == 409
    lost.wait(lambda: bool(repeats(lost)))

    assert len(repeats(lost)) == 1


def test_why_it_cannot_be_sent_stands_in_its_place(lost):
    policy = lost.bench.loop.policy
    without_him = tuple(person for person in policy.people if person.id != "paul")
    for change, english, french in (
        (lambda: lost.later(minutes=61), "it is not true any more", "ce n&#39;est plus vrai"),
        (
            lambda: lost.tell(PolicyReplaced(lost.now, replace(policy, people=without_him))),
            "this person left",
            "partie",
        ),
    ):
        change()
        page = lost.browser("marie").get("/messages").text
        assert english in page
        assert SEND not in page
        assert french in press(lost, last(lost), language="fr").text
    assert repeats(lost) == []


def test_a_number_that_has_had_enough_is_told_so(lost):
    seq, state = lost.bench.loop.remembered
    lost.bench.loop.remembered = (seq, replace(state, sent={PAUL: (lost.now,) * 5}))

    assert "wait a quarter of an hour" in lost.browser("marie").get("/messages").text


def test_what_still_waits_is_told_so(home):
    home.bench.outlets.channels["sms"] = Road()
    text(home, PAUL, "QUI")

    answer = press(home, last(home))
    assert answer.status_code == 409
    assert "the box tries it again by itself" in answer.text


def test_a_crash_after_the_wish_loses_neither_it_nor_the_text(lost):
    """The hub dies before the modem says what became of it: what another life of it reads has both."""
    first = last(lost)
    lost.bench.outlets.channels["sms"] = Road()
    assert press(lost, first).status_code == 303
    lost.wait(lambda: bool(repeats(lost)))
    recalled = recall(lost.bench.path, lost.now)
    assert recalled.journal is not None
    recalled.journal.close()

    assert [message.words.key for message in recalled.state.outbox.values()] == ["who"]
    assert first not in recalled.state.unsent


def test_who_goes_is_sent_again_while_it_is_so(home):
    alarm(home)
    text(home, PAUL, "1")
    home.wait(lambda: is_in(home, Phase.ANSWERED))
    home.wait(lambda: not home.bench.state.outbox)
    told = next(n for n, a in home.bench.state.awaiting.items() if a.message and a.message.words.key == "ack.others")
    home.tell(DeliveryReported(home.now, told, DeliveryState.FAILED))
    assert SEND in home.browser("marie").get("/messages").text

    home.later(minutes=1)
    text(home, PAUL, "3")
    home.wait(lambda: is_in(home, Phase.ATTENDED))
    assert SEND not in home.browser("marie").get("/messages").text
