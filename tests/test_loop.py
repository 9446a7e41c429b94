"""The one thread that decides: journal, then act; act anyway; and a bug eats no press."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain import facts as f
from hub.domain.decide import decide
from hub.domain.inputs import (
    ButtonPressed,
    ClockStepped,
    FaultSeen,
    Observed,
    PolicyReplaced,
    SensorChanged,
    SmsReceived,
    Tick,
    TimeTold,
)
from hub.domain.records import Phase, State
from hub.journal import BATCH_EVERY
from hub.last_resort import PLAIN_TEXT
from hub.loop import AFTER_A_BUG_S, PULSE_EVERY, TRY_AGAIN_EVERY, TURN_AT_LEAST_EVERY_S
from hub.ports import Pattern
from hub.sim.memory_card import Condition, MemoryCard, PowerCut
from hub.sim.world_clock import WorldClock
from tests.domain.house import ANNE, HOME, MARIE, PAUL, PHONES, START
from tests.shell import AT_ONCE, Bench

PAULS, ANNES, MARIES = PHONES[PAUL], PHONES[ANNE], PHONES[MARIE]


@pytest.fixture
def hub(tmp_path):
    with Bench(tmp_path) as bench:
        yield bench


def press(hub: Bench) -> None:
    hub.tell(ButtonPressed(hub.now, "salon"))


def kinds(hub: Bench) -> list[str]:
    return [type(fact).__name__ for fact in hub.on_disk()]


# --- an input becomes facts, and facts become deeds ---------------------------------------------------


def test_a_press_is_on_disk_on_its_way_shown_and_said(hub):
    press(hub)

    assert "IncidentOpened" in kinds(hub)
    (text,) = hub.road.texts_to(PAULS)
    assert "ALERTE Mme Martin" in text
    assert hub.light.pattern is Pattern.CALLING
    assert "J'appelle" in hub.voice.said[-1].text


def test_the_log_follows_an_alarm_by_ids_alone(hub, caplog):
    caplog.set_level("INFO")
    press(hub)
    hub.tell(SmsReceived(hub.now, "text 1", PAULS, "1"))

    told = caplog.text
    assert "incident 10 opened: panic from " in told
    assert "incident 10: round 1, wave 1 asks ('paul'," in told
    assert "incident 10: paul goes (by sms)" in told
    assert PAULS not in told
    assert HOME.resident.name not in told


def test_a_fact_carries_the_words_as_the_person_read_them(hub):
    press(hub)

    (asked,) = (fact for fact in hub.on_disk() if isinstance(fact, f.MessageRequested))
    assert [asked.text] == hub.road.texts_to(PAULS)


def test_what_has_come_due_is_done_without_any_input(hub):
    press(hub)
    assert hub.road.texts_to(ANNES) == []

    hub.pass_time(minutes=3, seconds=5)
    assert len(hub.road.texts_to(ANNES)) == 1


def test_a_flood_of_movements_delays_no_deadline(hub):
    press(hub)
    for _ in range(200):
        hub.world.seconds += 1.0
        hub.inbox.post(SensorChanged(hub.now, "cuisine", active=True))
        hub.loop.turn(0.0)

    assert len(hub.road.texts_to(ANNES)) == 1


def test_a_text_leaves_the_sim_once_its_fact_is_on_disk(hub):
    hub.tell(SmsReceived(hub.now, "text 1", PAULS, "1"))

    assert hub.road.forgotten == ["text 1"]
    assert "SmsKept" in kinds(hub)


def test_new_settings_hold_from_the_next_decision_on_and_for_what_is_sent(hub):
    hub.tell(PolicyReplaced(hub.now, replace(AT_ONCE, resident=replace(HOME.resident, name="M. Durand"))))
    press(hub)

    assert "M. Durand" in hub.road.texts_to(PAULS)[0]
    assert hub.outlets.policy is hub.loop.policy


def test_each_turn_is_told_the_state(hub):
    hub.loop.turn(0.0)

    assert hub.turns[-1] is hub.state


# --- journal, then act --------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before the transaction", "after it"])
def test_a_press_survives_a_power_cut_around_its_transaction(tmp_path, when):
    card, world = MemoryCard(), WorldClock(START)

    def cut() -> None:
        raise PowerCut

    with Bench(tmp_path, world=world, card=card) as hub:
        if when == "after it":
            card.after_commit = cut
        else:
            card.before_commit = cut
        with pytest.raises(PowerCut):
            press(hub)
        assert hub.road.taken == [], "nothing is done before it is on record"
        assert hub.light.pattern is Pattern.READY
        card.before_commit = card.after_commit = lambda: None
        hub.scribe.abandon()

    with Bench(tmp_path, world=world) as again:
        # Before: nobody was told that the press had been heard, and a restart knows nothing of it.
        assert len(again.road.texts_to(PAULS)) == (1 if when == "after it" else 0)


@pytest.mark.parametrize("condition", [Condition.FULL, Condition.READ_ONLY])
def test_a_card_that_takes_nothing_silences_no_alarm_and_gets_what_it_missed_when_it_can(hub, condition):
    hub.card.become(condition)
    for _ in range(40):  # until a full card has no page left
        hub.tell(FaultSeen(hub.now, "x.y", "long " * 50))
        hub.world.seconds += 400
        hub.tell(SmsReceived(hub.now, f"text {hub.world.seconds}", "+33699999999", "publicité " * 15))
    assert not hub.scribe.is_up_to_date
    press(hub)
    assert len(hub.road.texts_to(PAULS)) == 1
    assert "journal.broken" in hub.state.faults
    hub.tell(SmsReceived(hub.now, "kept on the SIM", PAULS, "1"))
    assert hub.road.texts_to(PAULS)[1:], "the answer counts at once"
    assert "kept on the SIM" not in hub.road.forgotten, "the SIM is the only place where it is on record"

    hub.card.become(Condition.GOOD)
    hub.pass_time(seconds=TRY_AGAIN_EVERY.total_seconds() + 5)
    assert "journal.broken" not in hub.state.faults
    assert hub.scribe.is_up_to_date
    assert {"IncidentOpened", "IncidentAnswered"} <= set(kinds(hub))
    assert "kept on the SIM" in hub.road.forgotten, "without being told anew"


def test_a_hub_without_any_journal_acts_and_gets_one_when_there_is_room(tmp_path):
    (tmp_path / "card").touch()
    with Bench(tmp_path / "card") as hub:
        press(hub)
        assert len(hub.road.texts_to(PAULS)) == 1
        assert not hub.scribe.is_up_to_date

        (tmp_path / "card").unlink()
        hub.pass_time(seconds=TRY_AGAIN_EVERY.total_seconds() + 5)
        assert hub.scribe.is_up_to_date
        assert "IncidentOpened" in kinds(hub)


# --- what may wait ------------------------------------------------------------------------------------


def test_movements_are_written_every_five_minutes(hub):
    before = hub.scribe.last_seq
    writes = []
    hub.card.before_commit = lambda: writes.append(hub.now - START)
    for _ in range(4 * 60):
        hub.tell(SensorChanged(hub.now, "cuisine", active=True))
        hub.tell(SensorChanged(hub.now, "cuisine", active=False))
        hub.pass_time(seconds=5)

    assert hub.scribe.last_seq > before + 100
    assert writes == [n * BATCH_EVERY for n in range(1, 5)]
    assert [fact for fact in hub.on_disk() if isinstance(fact, f.HubWatched)]


def test_of_a_quiet_house_the_card_hears_twice_an_hour(hub):
    writes = []
    hub.card.before_commit = lambda: writes.append(hub.now - START)
    hub.pass_time(hours=2, step=timedelta(seconds=30))

    assert writes == [n * PULSE_EVERY for n in range(1, 5)]
    (watched,) = (fact for fact in hub.on_disk() if isinstance(fact, f.HubWatched))
    assert watched.at == START + timedelta(hours=2)


def test_readings_are_never_written(hub):
    writes = []
    hub.card.before_commit = lambda: writes.append(hub.now)
    for dbm in range(-110, -50):
        hub.tell(Observed(hub.now, "signal_dbm", dbm))

    assert hub.state.readings["signal_dbm"] == -51
    assert writes == []


# --- clocks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [timedelta(hours=5), timedelta(hours=-5)])
def test_a_step_of_the_wall_clock_moves_every_deadline_with_it_and_fires_none(hub, by):
    press(hub)
    hub.pass_time(minutes=1)
    hub.world.step_wall(by)
    hub.loop.turn(0.0)

    assert hub.now == START + timedelta(minutes=1) + by
    (corrected,) = (fact for fact in hub.on_disk() if isinstance(fact, f.ClockCorrected))
    assert (corrected.at, corrected.by) == (START + timedelta(minutes=1), by)
    assert hub.road.texts_to(ANNES) == []
    hub.pass_time(minutes=1, seconds=55)
    assert hub.road.texts_to(ANNES) == []
    hub.pass_time(seconds=10)
    assert len(hub.road.texts_to(ANNES)) == 1


def test_a_step_that_could_not_be_decided_about_is_found_again(tmp_path):
    bug = Bug(ClockStepped)
    with Bench(tmp_path, rules=bug) as hub:
        hub.world.step_wall(timedelta(hours=5))
        hub.loop.turn(0.0)
        assert hub.now == START

        bug.kinds = ()
        hub.loop.turn(0.0)
        assert hub.now == START + timedelta(hours=5)


def test_what_a_network_tells_goes_to_the_clock_and_comes_back_as_a_step(tmp_path):
    world = WorldClock(START)
    world.reboot(forgets=True)
    with Bench(tmp_path, world=world) as hub:
        for _ in range(2):
            hub.tell(TimeTold(hub.now, world.now()))
            hub.pass_time(seconds=31)
        hub.loop.turn(0.0)

        assert hub.now == world.now()
        assert hub.state.clock_trusted
        assert [fact.trusted for fact in hub.on_disk() if isinstance(fact, f.ClockCorrected)] == [False, True]


def test_a_clock_that_comes_to_be_trusted_is_noted_without_a_step(tmp_path):
    world = WorldClock(START)
    world.is_vouched_for = False
    with Bench(tmp_path, world=world) as hub:
        hub.loop.turn(0.0)
        assert not hub.state.clock_trusted

        world.is_vouched_for = True
        hub.loop.turn(0.0)
        assert hub.state.clock_trusted


def test_an_input_of_before_the_clock_was_set_back_is_decided_now(hub):
    hub.tell(ButtonPressed(hub.now + timedelta(hours=5), "salon"))

    assert hub.state.incidents[10].opened_at == START
    hub.pass_time(minutes=3, seconds=5)
    assert len(hub.road.texts_to(ANNES)) == 1


def test_after_the_clock_was_set_back_the_batch_is_still_written(hub):
    hub.pass_time(minutes=6)
    hub.world.step_wall(timedelta(days=-30))
    hub.tell(SensorChanged(hub.now, "cuisine", active=True))
    hub.pass_time(minutes=6)

    assert not hub.scribe.has_batch


# --- bugs ---------------------------------------------------------------------------------------------


class Bug:
    """Rules that fail on some inputs, as long as they are not mended."""

    def __init__(self, *kinds: type) -> None:
        self.kinds: tuple[type, ...] = kinds
        self.failed = 0

    def __call__(self, state, seen, policy):
        if isinstance(seen, self.kinds):
            self.failed += 1
            raise ZeroDivisionError("a bug in the rules")
        return decide(state, seen, policy)


def test_a_bug_in_deciding_about_a_press_tells_everybody_in_plain_words_and_asks_for_a_restart(tmp_path, caplog):
    with Bench(tmp_path, rules=Bug(ButtonPressed)) as hub:
        before = hub.state
        press(hub)

        for number in (PAULS, ANNES, MARIES):
            assert hub.road.texts_to(number) == [PLAIN_TEXT.format(name="Mme Martin")]
        assert hub.restarts == ["deciding about ButtonPressed failed"]
        assert hub.state.incidents == before.incidents, "nothing of it is half done"
        assert "ZeroDivisionError" in caplog.text


def test_a_bug_about_a_movement_tells_nobody_and_the_next_press_is_heard(tmp_path):
    with Bench(tmp_path, rules=Bug(SensorChanged)) as hub:
        hub.tell(SensorChanged(hub.now, "cuisine", active=True))
        assert hub.loop.has_stumbled
        assert hub.road.taken == []

        press(hub)
        assert not hub.loop.has_stumbled
        assert "ALERTE" in hub.road.texts_to(PAULS)[0]


def test_facts_that_the_state_cannot_follow_count_as_a_bug(tmp_path):
    def rules(state, seen, policy):
        facts = decide(state, seen, policy)
        return (*facts, "no fact at all") if isinstance(seen, ButtonPressed) else facts

    with Bench(tmp_path, rules=rules) as hub:
        press(hub)

        assert len(hub.road.texts_to(MARIES)) == 1
        assert "IncidentOpened" not in kinds(hub)


def test_a_bug_about_what_is_due_does_not_run_the_processor_hot(tmp_path):
    bug = Bug()
    with Bench(tmp_path, rules=bug) as hub:
        press(hub)
        bug.kinds = (Tick,)
        hub.world.seconds += 600.0
        assert hub.loop._patience_s() == 0.0
        hub.loop.turn(0.0)

        assert bug.failed == 1
        assert hub.loop._patience_s() == AFTER_A_BUG_S
        assert len(hub.road.texts_to(ANNES)) == 1, "in plain words"
        bug.kinds = ()
        hub.tell(Tick(hub.now))
        assert len(hub.road.texts_to(ANNES)) == 2, "what is due stayed due"


def test_an_alarm_that_was_open_when_a_bug_struck_goes_on_after_the_restart(tmp_path):
    world = WorldClock(START)
    with Bench(tmp_path, world=world, rules=Bug(SmsReceived)) as hub:
        press(hub)
        hub.tell(SmsReceived(hub.now, "text 1", PAULS, "1"))
        assert hub.restarts
        assert hub.road.forgotten == [], "the answer stays on the SIM"
    with Bench(tmp_path, world=world) as again:
        again.tell(SmsReceived(again.now, "text 1", PAULS, "1"))
        assert again.state.incidents[10].phase is Phase.ANSWERED


# --- its own thread -----------------------------------------------------------------------------------


def test_it_sleeps_until_the_next_deadline_and_never_for_long(hub):
    assert hub.loop._patience_s() == TURN_AT_LEAST_EVERY_S
    hub.loop.state, waiting = State(), hub.state
    assert hub.loop._patience_s() == TURN_AT_LEAST_EVERY_S, "nothing is due at all"
    hub.loop.state = waiting
    press(hub)
    hub.world.seconds += 178.0
    assert hub.loop._patience_s() == pytest.approx(2.0, abs=0.01)
    hub.world.seconds += 10.0
    assert hub.loop._patience_s() == 0.0


def test_stop_ends_it_at_once_from_another_thread_and_the_end_is_noted(hub):
    thread = threading.Thread(target=hub.loop.run)
    began = time.monotonic()
    thread.start()
    hub.loop.stop()
    thread.join(10.0)

    assert not thread.is_alive()
    assert time.monotonic() - began < TURN_AT_LEAST_EVERY_S - 1
    assert isinstance(hub.on_disk()[-1], f.HubWatched)


def test_a_stop_before_it_began_ends_it_too(hub):
    hub.loop.stop()
    hub.loop.run()

    assert isinstance(hub.on_disk()[-1], f.HubWatched)


def test_the_pair_for_other_threads_is_the_state_and_its_last_fact(hub):
    press(hub)

    assert hub.loop.remembered == (hub.scribe.last_seq, hub.state)


def test_a_restart_of_the_process_alone_is_told_apart_from_one_of_the_machine(tmp_path):
    world = WorldClock(START)
    with Bench(tmp_path, world=world):
        pass
    with Bench(tmp_path, world=world):
        pass
    world.reboot(forgets=False)
    with Bench(tmp_path, world=world) as hub:
        starts = [fact for fact in hub.on_disk() if isinstance(fact, f.HubStarted)]
    assert [start.rebooted for start in starts] == [True, False, True]
