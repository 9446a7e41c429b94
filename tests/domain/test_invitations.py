"""Joining by consent: a text asks, a "yes" in somebody's own words joins, and nothing else does."""

from dataclasses import replace

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, STRANGER, House

from hub.domain.facts import InvitationAnswered, InvitationSettled, PersonInvited, PersonStopped
from hub.domain.inputs import Action
from hub.domain.invitations import A_DAY_AT_MOST, LASTS, TIMES_AT_MOST, agreed
from hub.domain.policy import Person, Role

LEO = "leo"
NEW = Person(LEO, "Léo", STRANGER)


@pytest.fixture
def house():
    return House(replace(HOME, people=(*CIRCLE, NEW)))


def invite(house, who=LEO, by=MARIE, via="web"):
    return house.command(Action.INVITE, via, by=by, person=who)


def test_who_is_invited_is_asked_in_the_name_of_the_family(house):
    assert invite(house).ok
    asked = house.last_to(LEO)
    assert asked.key == "invite"
    assert asked.values == {"by": "Marie", "resident": "Mme Martin"}
    assert house.of(PersonInvited)[0].until == house.now + LASTS


@pytest.mark.parametrize(
    ("by", "via"), [(PAUL, "web"), (None, "web"), ("resident", "web"), (MARIE, "mqtt"), ("nobody", "cli")]
)
def test_only_the_family_invites_and_not_by_a_brokers_password(house, by, via):
    assert not invite(house, by=by, via=via).ok
    assert house.texts_to(LEO) == []


def test_at_the_hub_the_family_may_invite(house):
    assert invite(house, via="cli").ok


def test_who_is_not_of_the_household_or_has_agreed_is_not_asked(house):
    assert "must be the id" in invite(house, "mallory").text
    assert "agreed already" in invite(house, PAUL).text


@pytest.mark.parametrize("changes", [{"phone": ""}, {"channels": ("mail:leo@example.org",)}, {"role": Role.VIEWER}])
def test_whom_no_text_about_an_alert_would_go_to_is_not_asked(changes):
    house = House(replace(HOME, people=(*CIRCLE, replace(NEW, **changes))))
    assert "gets no texts" in invite(house).text


@pytest.mark.parametrize("words", ["OUI", "oui merci", "Yes", "oui oui"])
def test_yes_joins_and_both_sides_hear_of_it(house, words):
    invite(house)
    house.text(STRANGER, words)

    assert agreed(house.state) == {LEO: STRANGER}
    assert house.texts_to(LEO)[-1] == "invite.yes"
    assert house.texts_to(MARIE) == ["invite.yes.family"]
    # The household takes it up, and the matter is settled.
    house.replace_policy(people=(*CIRCLE, replace(NEW, consent=True)))
    assert house.of(InvitationSettled)[-1].joined
    assert agreed(house.state) == {}


@pytest.mark.parametrize("words", ["ok", "1", "d'accord", "merci", "je sais pas trop"])
def test_nothing_but_a_yes_is_one_and_the_question_is_asked_again_once(house, words):
    invite(house)
    house.text(STRANGER, words)
    house.text(STRANGER, words)

    assert agreed(house.state) == {}
    assert house.texts_to(LEO) == ["invite", "invite.choices"]


def test_no_is_kept_the_family_is_told_and_asks_no_more(house):
    invite(house)
    house.text(STRANGER, "NON")

    assert house.texts_to(LEO)[-1] == "invite.no"
    assert house.texts_to(MARIE) == ["invite.no.family"]
    house.pass_time(days=3)
    assert "answered already" in invite(house).text
    # A second "no" adds nothing; but people think it over.
    house.text(STRANGER, "non")
    assert house.texts_to(MARIE) == ["invite.no.family"]
    house.text(STRANGER, "oui")
    assert agreed(house.state) == {LEO: STRANGER}


def test_a_no_after_a_yes_that_the_household_has_not_taken_up_yet_changes_nothing(house):
    invite(house)
    house.text(STRANGER, "oui")
    house.text(STRANGER, "non")
    house.text(STRANGER, "ok")
    house.text(STRANGER, "oui")

    assert agreed(house.state) == {LEO: STRANGER}
    assert [fact.agreed for fact in house.of(InvitationAnswered)] == [True]


def test_no_answer_is_no_and_an_answer_that_comes_too_late_is_told_so(house):
    invite(house)
    house.pass_time(LASTS)
    house.text(STRANGER, "oui")

    assert agreed(house.state) == {}
    assert house.texts_to(LEO)[-1] == "invite.over"
    assert not house.of(InvitationAnswered)


def test_help_explains_before_the_answer_and_the_commands_after_it(house):
    invite(house)
    house.text(STRANGER, "AIDE")
    assert house.texts_to(LEO)[-1] == "invite.more"
    house.text(STRANGER, "oui")
    house.text(STRANGER, "aide")
    assert house.texts_to(LEO)[-1] == "help.contact"


def test_stop_is_a_no_and_the_last_word(house):
    invite(house)
    house.text(STRANGER, "STOP")

    assert house.of(PersonStopped)
    assert [fact.agreed for fact in house.of(InvitationAnswered)] == [False]
    house.text(STRANGER, "oui")
    assert agreed(house.state) == {}
    house.pass_time(days=2)
    assert "STOP" in invite(house).text


def test_stop_after_an_answer_is_only_a_stop(house):
    invite(house)
    house.text(STRANGER, "non")
    house.text(STRANGER, "stop")
    assert len(house.of(InvitationAnswered)) == 1


def test_nobody_is_pressed(house):
    assert invite(house).ok
    assert "today" in invite(house).text
    for _ in range(TIMES_AT_MOST - 1):
        house.pass_time(days=1)
        assert invite(house).ok
    house.pass_time(days=1)
    assert "speak with them" in invite(house).text
    assert house.texts_to(LEO) == ["invite"] * TIMES_AT_MOST


def test_a_stolen_login_cannot_text_a_town():
    many = tuple(Person(f"p{n}", f"P{n}", f"+3361000{n:04}") for n in range(A_DAY_AT_MOST + 1))
    house = House(replace(HOME, people=(*CIRCLE, *many)))
    assert [invite(house, person.id).ok for person in many] == [True] * A_DAY_AT_MOST + [False]
    house.pass_time(days=1)
    assert invite(house, many[-1].id).ok


def test_a_number_that_was_never_invited_gets_no_answer():
    house = House()
    house.text(STRANGER, "OUI")
    assert not house.sent


def test_another_number_is_another_person(house):
    invite(house)
    house.replace_policy(people=(*CIRCLE, replace(NEW, phone="+33688888888")))
    house.text("+33688888888", "oui")

    assert not house.of(InvitationSettled)[-1].joined
    assert agreed(house.state) == {}
    assert house.texts_to(LEO)[-1] == "nothing.open"


def test_who_is_taken_off_the_list_meanwhile_has_nothing_to_answer(house):
    invite(house)
    house.replace_policy(people=CIRCLE)
    house.text(STRANGER, "oui")

    assert not house.state.invitations
    assert house.texts_to(LEO) == ["invite"]


def test_in_an_alert_their_words_are_about_that(house):
    """The family has unticked somebody whom a running alert was sent to."""
    house.press()
    house.pass_time(seconds=11)
    house.replace_policy(people=(replace(CIRCLE[0], consent=False), *CIRCLE[1:]))
    assert invite(house, PAUL).ok
    house.text(PAUL, "1")

    assert house.incident.answered_by == PAUL


def test_a_yes_survives_a_power_cut_and_is_still_to_be_taken_up(house):
    invite(house)
    house.text(STRANGER, "oui")
    house.cut_power()
    assert agreed(house.state) == {LEO: STRANGER}


def test_of_several_admins_who_texted_stop_hears_nothing():
    second = Person("eve", "Eve", "+33677777777", Role.ADMIN, consent=True)
    house = House(replace(HOME, people=(*CIRCLE, second, NEW)))
    house.text("+33677777777", "stop")
    house.forget_texts()
    invite(house)
    house.text(STRANGER, "oui")

    assert house.texts_to("eve") == []
    assert house.texts_to(MARIE) == ["invite.yes.family"]
    assert ANNE not in {sent.message.person for sent in house.sent}


def test_another_number_is_another_invitation_of_the_day(house):
    done = 0
    for number in range(A_DAY_AT_MOST + 5):
        house.replace_policy(people=(*CIRCLE, replace(NEW, phone=f"+336555555{number:02}")))
        done += invite(house).ok

    assert done == A_DAY_AT_MOST
