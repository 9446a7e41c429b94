"""How facts change the state, when the hub next wakes, and what a step of the clock does."""

from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from house import CIRCLE, HOME, MARIE, PAUL, QUIET, START, House, folded, mute, refusing

from hub.domain import facts as f
from hub.domain.conversation_state import TEXTS_REMEMBERED
from hub.domain.decide import READINGS_AT_MOST
from hub.domain.incident_state import CLOSED_REMEMBERED
from hub.domain.inputs import Action, LinkChanged, Observed
from hub.domain.policy import Delays
from hub.domain.records import FIRST_INCIDENT, Phase, Span, State, Watch
from hub.domain.rounds import EVERY
from hub.domain.state import ANOTHER_HOUR, BLIND_SPANS_REMEMBERED, evolve, next_wake
from hub.domain.supervision_state import FIRST_ROUND

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))
HOUR = timedelta(hours=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def every_kind_of_fact() -> list[type[f.Fact]]:
    found: list[type[f.Fact]] = []
    waiting = [f.Fact]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found += [kind] if kind not in (f.Fact, f.Batched, f.Passing) else []
    return found


def test_what_an_older_record_does_not_say_is_read_as_nothing() -> None:
    defaults = [each.default for kind in every_kind_of_fact() for each in fields(kind) if each.default is not MISSING]

    assert [default for default in defaults if default] == []


# One value for each kind of field that a fact has.
VALUES: dict[str, Any] = {
    "at": START,
    "until": START + HOUR,
    "due": START,
    "before": START,
    "day": "2026-03-03",
    "closed": START,
    "closes": START,
    "tell_at": START,
    "retry_at": START,
    "settle_at": START,
    "hold_at": START,
    "since": None,
    **dict.fromkeys(("begins", "until"), START),
    "blind_since": START - HOUR,
    "asks_again_at": START + HOUR,
    "a_month": 1,
    "by": "paul",
    "began": time(14),
    **dict.fromkeys(("lasted", "watched", "usual", "allowed"), HOUR),
    "seen": ("cuisine",),
    **dict.fromkeys(("ignored", "crossed", "asked"), False),
    **dict.fromkeys(("lines", "strict"), (("cuisine", (90,) * 24),)),
    "kind": f.Kind.PANIC,
    "outcome": f.Outcome.HELPED,
    "whereabouts": f.Whereabouts.AWAY,
    "purpose": f.Purpose.ALERT,
    "plan": HOME.plan(),
    "words": f.Words("alert.panic"),
    "people": (PAUL,),
    "incident": FIRST_INCIDENT,
    **dict.fromkeys(("message", "news"), 1),
    "attempt": 1,
    "wave": 1,
    "round": 1,
    "minutes": 5,
    "reference": 7,
    "value": 1,
    "met": False,
    "hurried": True,
    "down": True,
    "undecided": False,
    "up": True,
    "ok": True,
    "active": True,
    "trusted": True,
    "rebooted": True,
    "clock_trusted": False,
}


def example(kind: type[f.Fact]) -> f.Fact:
    values = {field.name: VALUES.get(field.name, PAUL) for field in fields(kind)}
    return kind(**(values | ({"by": HOUR} if kind is f.ClockCorrected else {})))


class TestTotal:
    @pytest.mark.parametrize("kind", every_kind_of_fact(), ids=lambda kind: kind.__name__)
    def test_any_fact_may_be_the_first_of_a_journal(self, kind: type[f.Fact]) -> None:
        state = evolve(State(), example(kind))

        assert state.at in (START, START + HOUR)
        next_wake(state)

    @pytest.mark.parametrize("kind", every_kind_of_fact(), ids=lambda kind: kind.__name__)
    def test_any_fact_may_follow_upon_an_alarm_or_be_told_twice(self, kind: type[f.Fact]) -> None:
        house = House(AT_ONCE, network=mute)
        house.press()
        house.fail(PAUL)

        state = evolve(evolve(house.state, example(kind)), example(kind))

        next_wake(state)

    def test_a_fact_of_another_release_that_means_nothing_here_moves_the_time_only(self) -> None:
        class Unheard(f.Fact):
            """Of a release to come."""

        assert evolve(State(), Unheard(START)) == State(at=START)

    def test_a_fact_about_an_incident_that_is_gone_changes_none(self) -> None:
        house = House()

        state = evolve(house.state, f.IncidentDeclined(house.now, 99, PAUL))

        assert state.incidents == house.state.incidents

    def test_an_incident_about_a_fault_that_is_gone_is_one_all_the_same(self) -> None:
        opened = f.IncidentOpened(START, FIRST_INCIDENT, f.Kind.TECHNICAL, "modem.absent", "", HOME.plan())

        state = evolve(State(), opened)

        assert state.open_of(f.Kind.TECHNICAL) is not None
        assert not state.faults

    def test_a_state_is_never_changed_in_place(self) -> None:
        house = House(AT_ONCE)
        before = house.state
        copy = replace(before)

        house.press()

        assert before == copy
        with pytest.raises(TypeError):
            house.state.incidents[1] = None  # type: ignore[index]


class TestBounds:
    def test_closed_incidents_are_remembered_for_a_while(self) -> None:
        house = House(AT_ONCE)

        for _ in range(CLOSED_REMEMBERED + 10):
            house.press()
            house.command(Action.CLOSE)

        assert len(house.state.incidents) == CLOSED_REMEMBERED + 1

    def test_an_open_one_is_never_forgotten(self) -> None:
        house = House(AT_ONCE)
        house.sense("fumee")

        for _ in range(CLOSED_REMEMBERED + 10):
            house.press()
            house.command(Action.CLOSE, incident=house.incident.number)

        assert house.state.open_of(f.Kind.HAZARD) is not None

    def test_texts_handled_are_remembered_as_long_as_a_card_may_show_them_again(self) -> None:
        house = House()

        for _ in range(TEXTS_REMEMBERED + 10):
            house.text("+33699999999", "bonjour")

        assert len(house.state.seen_texts) == TEXTS_REMEMBERED
        assert house.state.seen_texts[-1] == f"text {TEXTS_REMEMBERED + 10}"

    def test_blind_spans_are_remembered_for_a_while(self) -> None:
        house = House()

        for _ in range(BLIND_SPANS_REMEMBERED + 10):
            house.cut_power()

        assert len(house.state.watch.blind) == BLIND_SPANS_REMEMBERED

    def test_a_start_without_a_moment_in_between_leaves_no_blind_span(self) -> None:
        state = evolve(State(), f.HubStarted(START, rebooted=False, clock_trusted=True, blind_since=START))

        assert not state.watch.blind

    def test_a_driver_that_invents_readings_does_not_fill_the_memory(self) -> None:
        house = House()

        for number in range(READINGS_AT_MOST + 10):
            house.tell(Observed(house.now, f"made.up.{number}", number))
        house.tell(Observed(house.now, "made.up.0", "new"))

        assert len(house.state.readings) == READINGS_AT_MOST
        assert house.state.readings["made.up.0"] == "new"

    def test_a_reading_that_did_not_change_is_no_news(self) -> None:
        house = House()
        house.tell(Observed(house.now, "signal_dbm", None))

        assert not house.tell(Observed(house.now, "signal_dbm", None))
        assert house.tell(Observed(house.now, "signal_dbm", -71))

    def test_a_road_that_is_told_again_is_no_news(self) -> None:
        house = House()

        assert not house.tell(LinkChanged(house.now, "sms", up=True))


class TestNextWake:
    def test_a_quiet_home_without_rules_is_looked_after_twice_an_hour(self) -> None:
        house = House()
        house.pass_time(hours=1)

        assert next_wake(house.state) == house.state.round_due
        assert house.now < house.state.round_due <= house.now + EVERY

    def test_the_earliest_of_all_deadlines_counts(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        waits = []
        for step in (
            lambda: None,
            lambda: house.command(Action.BACK),
            lambda: house.command(Action.AWAY, until=house.now + timedelta(minutes=2)),
            house.press,
        ):
            step()
            waits.append(next_wake(house.state) - house.now)

        assert waits == [FIRST_ROUND, FIRST_ROUND, timedelta(minutes=2), timedelta(seconds=10)]

    def test_a_late_timer_does_what_is_due_once(self) -> None:
        house = House(AT_ONCE)
        house.press()

        house.oversleep(hours=1)
        house.pass_time(seconds=0)

        assert house.incident.wave == 2


class TestClockSteps:
    @pytest.mark.parametrize("by", [timedelta(days=20_000), timedelta(days=-20), timedelta(milliseconds=1)])
    def test_spans_do_not_change_when_the_wall_clock_is_set(self, by: timedelta) -> None:
        house = House(replace(HOME, silences=(QUIET,)), at=datetime(1999, 1, 1, tzinfo=UTC))
        house.press()
        before = next_wake(house.state) - house.now

        house.step_clock(by)

        assert next_wake(house.state) - house.now == before
        house.pass_time(seconds=9)
        assert house.phase is Phase.WARNING
        house.pass_time(seconds=1)
        assert house.phase is Phase.ALERTING

    def test_the_state_follows_a_clock_that_is_set_back(self) -> None:
        house = House()

        house.step_clock(-HOUR)

        assert house.state.at == house.now == START - HOUR

    def test_everything_that_measures_a_span_moves_with_it(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()
        house.move()
        house.fail("mqtt.absent")
        house.text(PAUL, "AIDE")
        before = house.state

        house.step_clock(HOUR)

        after = house.state
        incident = after.incidents[FIRST_INCIDENT]
        assert incident.opened_at == before.incidents[FIRST_INCIDENT].opened_at + HOUR
        assert after.faults["mqtt.absent"].raised_at == START + HOUR
        assert after.watch.life == {source: at + HOUR for source, at in before.watch.life.items()}
        assert {n: m.due for n, m in after.outbox.items() if m.due} == {
            n: m.due + HOUR for n, m in before.outbox.items() if m.due
        }
        assert incident.plan == before.incidents[FIRST_INCIDENT].plan

    def test_what_another_uncertain_clock_told_does_not_move(self) -> None:
        house = House()
        house.move()
        house.cut_power(timedelta(0), trusted=False)
        house.press()

        house.step_clock(timedelta(days=3))

        assert house.state.watch.life["cuisine"] == START
        assert house.incident.opened_at == START + timedelta(days=3) + timedelta.resolution
        assert house.state.started_at == house.incident.opened_at, "what this run told first moves too"

    @pytest.mark.parametrize("ahead", [True, False])
    @pytest.mark.parametrize(
        ("by", "is_another"), [(ANOTHER_HOUR, True), (ANOTHER_HOUR - timedelta(milliseconds=1), False)]
    )
    def test_ten_minutes_make_another_hour_of_it(self, by: timedelta, is_another: bool, ahead: bool) -> None:
        house = House()

        house.step_clock(by if ahead else -by)

        assert house.state.watch.stepped_at == (house.now if is_another else None)
        assert house.state.watch.set_back_at == (house.now if is_another and not ahead else None)

    def test_a_clock_that_returns_from_a_jump_ahead_was_not_set_back(self) -> None:
        house = House()
        house.step_clock(HOUR)

        house.step_clock(-HOUR / 2)
        assert house.state.watch.skipped == (Span(START, START + HOUR / 2),)
        house.step_clock(-HOUR / 2)
        assert not house.state.watch.skipped
        assert house.state.watch.set_back_at is None

        house.step_clock(HOUR)
        house.step_clock(-HOUR - timedelta(milliseconds=1))
        assert house.state.watch.set_back_at == house.now

    def test_a_window_that_closes_after_the_step_was_not_looked_at_yet(self) -> None:
        closed = {"before": START + HOUR, "after": START + HOUR + timedelta.resolution}
        state = State(at=START, watch=Watch(passed=closed))

        after = evolve(state, f.ClockCorrected(START, HOUR, trusted=True))

        assert set(after.watch.passed) == {"before"}

    def test_a_step_that_changes_nothing_but_the_trust_is_noted(self) -> None:
        house = House(trusted=False)

        house.step_clock(timedelta(0))

        assert house.state.clock_trusted

    def test_a_time_stamp_that_goes_back_is_taken_as_the_present(self) -> None:
        house = House()
        house.pass_time(minutes=1)
        house.press()

        house.tell(LinkChanged(LONG_AGO, "mqtt", up=True))

        assert house.facts[-1].at == house.now


def test_the_facts_on_record_lead_to_the_same_state() -> None:
    house = House(AT_ONCE)
    house.press()
    house.pass_time(minutes=4)
    house.text(MARIE, "1")
    house.replace_policy(people=CIRCLE[:1])

    again = folded(house.on_record())

    assert again.incidents == house.state.incidents
    assert again.outbox == house.state.outbox
    assert again.conversations == house.state.conversations
