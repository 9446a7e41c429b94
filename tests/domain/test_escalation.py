"""Waves: who is asked, when the next ones are, and what happens when somebody cannot be reached (BEHAVIOUR 2)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, START, WAVES, House, Network, accepting, mute, refusing

from hub.domain.facts import IncidentDeclined, PersonUnreached, Purpose, WaveStarted
from hub.domain.inputs import Action, LinkChanged, SendReported, SendState
from hub.domain.policy import EVERY_DAY, Delays, Hours, Policy, Wave
from hub.domain.records import Message, Phase
from hub.domain.state import evolve

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))
NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BY_DAY = (Hours(EVERY_DAY, time(7), time(22)),)


def pressed(policy: Policy = AT_ONCE, at: datetime = START, network: Network = accepting) -> House:
    house = House(policy, at=at, network=network)
    house.press()
    return house


def with_hours(*people: str) -> Policy:
    """The household in which these people answer by day only."""
    return replace(AT_ONCE, people=tuple(replace(p, hours=BY_DAY) if p.id in people else p for p in CIRCLE))


def with_channels(**channels: tuple[str, ...]) -> Policy:
    return replace(AT_ONCE, people=tuple(replace(p, channels=channels.get(p.id, p.channels)) for p in CIRCLE))


def waves_of(house: House) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(fact.wave, fact.round, fact.people) for fact in house.of(WaveStarted)]


def minutes_of(house: House) -> list[float]:
    """When the waves began, in minutes since the press."""
    return [(fact.at - START).total_seconds() / 60 for fact in house.of(WaveStarted)]


def only(*roads: str) -> Network:
    """A network in which these channels work and no other."""

    def network(message: Message) -> SendState:
        return SendState.ACCEPTED if message.road in roads else SendState.FAILED

    return network


class TestWaves:
    def test_a_wave_is_alerted_at_the_same_time(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",)),)))

        assert [sent.message.person for sent in house.sent] == [PAUL, ANNE, MARIE]
        assert {sent.at for sent in house.sent} == {house.now}

    def test_silence_brings_in_the_next_wave(self) -> None:
        house = pressed()

        house.pass_time(minutes=3)

        assert house.alerts_to(ANNE) == 1

    def test_a_wave_asks_again_whoever_was_asked_before(self) -> None:
        house = pressed()

        house.pass_time(minutes=3)

        assert house.alerts_to(PAUL) == 2

    def test_the_last_wave_repeats_after_its_own_wait_then_5_10_and_15_minutes_for_ever(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",), timedelta(minutes=4)),)))

        house.pass_time(hours=1, minutes=10)

        assert minutes_of(house) == [0, 4, 9, 19, 34, 49, 64]
        assert [times for _, times, _ in waves_of(house)] == [1, 2, 3, 4, 5, 6, 7]

    def test_a_last_wave_that_waits_less_than_a_minute_repeats_as_it_is(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",), timedelta(seconds=20)),)))

        house.pass_time(minutes=2)

        assert len(waves_of(house)) == 7

    def test_one_that_waits_a_minute_is_no_test_and_repeats_like_any_other(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",), timedelta(minutes=1)),)))

        house.pass_time(minutes=16)

        assert minutes_of(house) == [0, 1, 6, 16]

    def test_a_plan_without_any_wait_does_not_make_the_hub_spin(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",), timedelta(0)),)))

        house.pass_time(seconds=10)

        assert len(waves_of(house)) == 11

    def test_whoever_is_asked_again_hears_that_nobody_answered(self) -> None:
        house = pressed()

        house.pass_time(minutes=6)

        assert house.texts_to(PAUL) == ["alert.panic", "alert.panic", "noack"]
        assert house.texts_to(MARIE) == ["alert.panic"]

    def test_an_alert_that_still_waits_for_its_road_is_not_asked_for_twice(self) -> None:
        house = pressed(network=mute)

        house.pass_time(minutes=2)
        house.press()

        assert len([m for m in house.state.outbox.values() if m.person == PAUL]) == 1

    def test_a_person_alerted_never_waits_longer_than_one_wave_for_the_next(self) -> None:
        house = pressed()

        house.pass_time(hours=3)

        times = [fact.at for fact in house.of(WaveStarted)]
        assert max(b - a for a, b in pairwise(times)) <= timedelta(minutes=15)


class TestHours:
    def test_only_those_who_are_available_are_asked(self) -> None:
        house = pressed(with_hours(ANNE), NIGHT)

        house.pass_time(minutes=3)

        assert waves_of(house)[1] == (2, 1, (PAUL,))

    def test_if_nobody_is_available_now_the_next_wave_starts_now(self) -> None:
        house = pressed(with_hours(PAUL), NIGHT)

        assert waves_of(house) == [(2, 1, (ANNE,))]

    def test_the_last_wave_ignores_hours(self) -> None:
        house = pressed(with_hours(PAUL, ANNE, MARIE), NIGHT)

        assert waves_of(house) == [(3, 1, (PAUL, ANNE, MARIE))]

    def test_while_nobody_knows_the_time_hours_do_not_count(self) -> None:
        house = House(with_hours(PAUL), at=NIGHT, trusted=False)

        house.press()

        assert waves_of(house) == [(1, 1, (PAUL,))]

    def test_somebody_not_asked_because_of_the_hour_may_go_all_the_same(self) -> None:
        house = pressed(with_hours(ANNE), NIGHT)

        house.text(ANNE, "1")

        assert house.incident.answered_by == ANNE


class TestDeclining:
    def test_i_cannot_from_everyone_asked_starts_the_next_wave_at_once(self) -> None:
        house = pressed()

        house.text(PAUL, "2")

        assert house.incident.wave == 2
        assert house.alerts_to(ANNE) == 1

    def test_i_cannot_from_one_of_two_waits_for_the_other(self) -> None:
        house = pressed()
        house.pass_time(minutes=3)

        house.text(PAUL, "2")

        assert house.incident.wave == 2

    def test_whoever_cannot_is_not_asked_in_the_next_wave(self) -> None:
        house = pressed()
        house.text(PAUL, "2")

        house.pass_time(minutes=3)

        assert waves_of(house)[1:] == [(2, 1, (ANNE,)), (3, 1, (ANNE, MARIE))]

    def test_but_again_when_the_last_wave_repeats(self) -> None:
        house = pressed()
        house.text(PAUL, "2")

        house.pass_time(minutes=6)

        assert waves_of(house)[-1] == (3, 2, (PAUL, ANNE, MARIE))

    def test_when_all_cannot_the_last_wave_comes_all_the_same(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave((PAUL,)), Wave((PAUL,)))))

        house.text(PAUL, "2")

        assert waves_of(house) == [(1, 1, (PAUL,)), (2, 1, (PAUL,))]

    def test_the_last_wave_waits_its_time_even_when_all_cannot(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave((PAUL,)),)))

        house.text(PAUL, "2")
        house.pass_time(minutes=2)

        assert len(waves_of(house)) == 1
        house.pass_time(minutes=1)
        assert house.alerts_to(PAUL) == 2

    def test_whoever_cannot_after_all_is_left_in_peace_even_in_a_later_round(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave((PAUL, ANNE)),)))
        house.pass_time(minutes=4)
        house.text(PAUL, "1")
        house.forget_texts()

        house.text(PAUL, "2")

        assert waves_of(house)[-1] == (1, 2, (ANNE,))
        assert not house.alerts_to(PAUL)

    def test_saying_so_twice_is_noted_once(self) -> None:
        house = pressed()
        house.pass_time(minutes=3)

        house.text(PAUL, "2")
        house.text(PAUL, "2")

        assert len(house.of(IncidentDeclined)) == 1

    def test_whoever_changes_their_mind_goes(self) -> None:
        house = pressed()
        house.text(PAUL, "2")

        house.text(PAUL, "1")

        assert house.incident.answered_by == PAUL
        assert house.incident.declined == frozenset()

    def test_an_alert_on_its_way_to_somebody_who_cannot_is_not_sent(self) -> None:
        house = pressed(replace(AT_ONCE, waves=(Wave(("all",)),)), network=mute)

        house.command(Action.DECLINE, by=ANNE)
        house.report(1, SendState.ACCEPTED)

        assert [sent.message.person for sent in house.sent] == [PAUL, MARIE]


class TestRefusedSends:
    def test_a_refused_send_tries_the_next_channel_at_once(self) -> None:
        house = pressed(with_channels(paul=("sms", "push", "mail:p@example.org")), network=only("push"))

        roads = [(sent.at, sent.message.road) for sent in house.sent_to(PAUL)]

        assert roads == [(house.now, "sms"), (house.now, "push")]
        assert house.incident.wave == 1

    def test_with_no_channel_left_the_person_is_not_reached_and_the_next_wave_starts_at_once(self) -> None:
        house = pressed(with_channels(paul=("sms", "push")), network=only("call"))

        assert house.of(PersonUnreached)[0].person == PAUL
        assert waves_of(house)[1][:2] == (2, 1)

    def test_nobody_waits_for_whoever_was_not_reached(self) -> None:
        house = pressed(with_channels(anne=("push",)), network=only("push"))
        assert house.incident.wave == 2
        house.pass_time(seconds=1)

        house.text(ANNE, "2")

        assert house.incident.wave == 3

    def test_a_wave_of_which_nobody_was_reached_starts_the_next_at_once(self) -> None:
        house = pressed(network=refusing)

        assert house.incident.wave == 3
        assert {fact.person for fact in house.of(PersonUnreached)} == {PAUL, ANNE, MARIE}

    def test_while_the_only_road_is_closed_the_waves_keep_their_pace(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.tell(LinkChanged(house.now, "sms", up=False))

        house.press()

        assert house.incident.wave == 1
        assert not house.of(PersonUnreached)
        house.pass_time(minutes=3)
        assert house.incident.wave == 2

    def test_but_not_where_somebody_of_a_later_wave_has_another_road(self) -> None:
        house = House(with_channels(marie=("https://push.example.org/marie",)), network=only("push"))
        house.tell(LinkChanged(house.now, "sms", up=False))

        house.press()

        assert house.incident.wave == 3
        assert house.alerts_to(MARIE) == 1

    def test_a_number_that_does_not_exist_is_not_tried_again_but_in_the_next_wave(self) -> None:
        house = pressed(network=mute)

        house.report(1, SendState.FAILED, permanent=True)

        assert 1 not in house.state.outbox
        assert house.of(PersonUnreached)[0].person == PAUL
        assert house.incident.wave == 2

    def test_nor_is_it_while_its_road_is_closed_for_a_road_that_opens_does_not_make_the_number_exist(self) -> None:
        house = pressed(network=mute)
        house.tell(LinkChanged(house.now, "sms", up=False))

        house.report(1, SendState.FAILED, permanent=True)

        assert house.of(PersonUnreached)[0].person == PAUL
        assert house.incident.wave == 2

    def test_a_number_that_refused_is_asked_after_everybody_else_of_the_next_wave(self) -> None:
        house = pressed(network=mute)

        house.report(1, SendState.FAILED, permanent=True)

        assert waves_of(house)[1] == (2, 1, (ANNE, PAUL))
        assert house.sent[-1].message.person == ANNE

    def test_the_last_wave_goes_on_though_nobody_can_be_reached(self) -> None:
        house = pressed(network=refusing)

        house.pass_time(minutes=3)

        assert waves_of(house)[-1][:2] == (3, 2)

    def test_a_send_that_keeps_failing_asks_the_next_channel_once_not_at_every_try(self) -> None:
        house = pressed(with_channels(paul=("sms", "push")), network=only("push"))

        house.pass_time(minutes=2)

        assert [sent.message.road for sent in house.sent_to(PAUL)].count("push") == 1

    def test_whoever_is_reached_after_all_is_waited_for_again(self) -> None:
        house = pressed(network=refusing)
        house.pass_time(seconds=1)
        assert house.incident.unreached == {PAUL, ANNE, MARIE}

        house.network = accepting
        house.pass_time(minutes=1)

        assert house.incident.unreached == frozenset()

    def test_a_channel_that_the_person_no_longer_has_ends_the_search(self) -> None:
        house = pressed(network=mute)
        message = house.state.outbox[1]
        house.state = replace(house.state, outbox={1: replace(message, channel="pigeon")})

        house.report(1, SendState.FAILED)

        assert house.incident.unreached == {PAUL}

    def test_somebody_from_outside_the_plan_counts_as_not_reached(self) -> None:
        house = pressed(network=mute)
        house.state = replace(house.state, outbox={1: replace(house.state.outbox[1], person="zoe")})

        house.report(1, SendState.FAILED)

        assert "zoe" in house.incident.unreached

    def test_a_refusal_that_comes_after_the_answer_starts_nothing(self) -> None:
        house = pressed(network=mute)
        house.text(PAUL, "1")

        house.report(1, SendState.FAILED)

        assert house.phase is Phase.ANSWERED
        assert not house.of(PersonUnreached)

    def test_a_refusal_for_an_incident_that_nobody_remembers_starts_nothing(self) -> None:
        house = pressed(network=mute)
        house.state = replace(house.state, incidents={})

        house.tell(SendReported(house.now, 1, SendState.FAILED))

        assert not house.of(PersonUnreached)

    def test_a_channel_where_an_alert_already_waits_is_not_asked_twice(self) -> None:
        house = pressed(with_channels(paul=("sms", "push"), anne=("push",)), network=mute)
        house.pass_time(minutes=1)
        house.report(1, SendState.FAILED)
        pushes = [m for m in house.state.outbox.values() if m.person == PAUL and m.road == "push"]
        assert len(pushes) == 1

        house.state = replace(
            house.state,
            outbox={**house.state.outbox, 1: replace(house.state.outbox[1], refused=False)},
        )
        house.pass_time(seconds=5)
        house.report(1, SendState.FAILED)

        assert [m for m in house.state.outbox.values() if m.person == PAUL and m.road == "push"] == pushes


class TestStopping:
    def test_who_stopped_is_not_asked_in_a_wave_to_come(self) -> None:
        house = pressed()
        house.text(ANNE, "STOP")

        house.pass_time(minutes=6)

        assert not house.alerts_to(ANNE)

    def test_if_all_of_a_wave_stopped_the_next_one_starts_now(self) -> None:
        house = House(AT_ONCE)
        house.text(PAUL, "STOP")
        house.text(ANNE, "STOP")
        house.forget_texts()

        house.press()

        assert [sent.message.person for sent in house.sent_to(MARIE, Purpose.ALERT)] == [MARIE]
        assert house.alerts_to(PAUL) == house.alerts_to(ANNE) == 0


def test_a_person_named_in_two_waves_is_in_the_plan_once() -> None:
    house = pressed(replace(AT_ONCE, waves=(Wave((PAUL, PAUL, "nobody")), *WAVES[1:])))

    assert waves_of(house) == [(1, 1, (PAUL,))]


@pytest.mark.parametrize("wave", [-11, 0, 99], ids=["before the first", "none", "beyond the last"])
def test_a_wave_that_the_plan_does_not_have_is_followed_by_one_that_it_has(wave: int) -> None:
    """What a spoilt card may say (found by bench/fuzz.py): somebody is asked all the same."""
    house = pressed()
    house.state = evolve(house.state, WaveStarted(house.now, house.incident.number, wave, 1, (), house.now))

    house.pass_time(minutes=1)

    assert 1 <= house.incident.wave <= len(WAVES)
    assert house.incident.asked
