"""Commands by text (BEHAVIOUR 6): who may give which, the one-time code, and what people hear."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import ANNE, CODE, HOME, MARIE, MORNING, PARIS, PAUL, PHONES, QUIET, RESIDENT, STRANGER, House

from hub.domain.confirming import CODE_LASTS
from hub.domain.conversation_state import LOCKED_FOR, WRONG_AT_MOST
from hub.domain.facts import AbsencePlanned, ConfirmationAsked, LanguageChosen, OnCallSet, OrderTexted, Whereabouts
from hub.domain.inputs import Action, SmsReceived
from hub.domain.policy import EVERY_DAY, Hours, Person, Role
from hub.domain.records import ORDERS_REMEMBERED, Phase
from hub.domain.texting import ORDERS_WITHIN

MORNING_ONLY = Hours(EVERY_DAY, time(7), time(9))
JEAN = Person("jean", "Jean", "+33600000005", Role.ADMIN, consent=True)
MORNINGS = replace(HOME, windows=(MORNING,))
WITH_JEAN = replace(HOME, people=(*HOME.people, JEAN))


def values(house: House, who: str = MARIE) -> dict[str, object]:
    return dict(house.last_to(who).values)


def at(day: int, month: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


class TestAway:
    def test_it_waits_for_the_code_that_only_the_true_phone_hears(self) -> None:
        house = House(WITH_JEAN)

        house.text(MARIE, "ABSENT 3j")

        assert house.state.presence.whereabouts is Whereabouts.HOME
        assert house.texts_to(MARIE) == ["confirm.absent"]
        assert values(house) | {"code": CODE, "since": house.now} == values(house)

        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.whereabouts is Whereabouts.AWAY
        assert house.state.presence.until == house.now + timedelta(days=3)
        assert (house.texts_to(MARIE)[-1], house.texts_to("jean")) == ("done.absent", ["absent.family"])

    def test_the_resident_may_and_the_family_hears_of_it(self) -> None:
        house = House()

        house.text(RESIDENT, "Sortie 3h")
        house.text(RESIDENT, f"oui {CODE} merci")

        assert house.state.presence.by == RESIDENT
        assert house.texts_to(RESIDENT) == ["confirm.absent", "done.absent"]
        assert house.texts_to(MARIE) == ["absent.family"]

    def test_a_neighbour_may_not(self) -> None:
        house = House()

        house.text(PAUL, "ABSENT 3j")
        house.text(PAUL, f"OUI {CODE}")

        assert house.texts_to(PAUL) == ["refuse"]
        assert values(house, PAUL)["names"] == "Marie"
        assert not house.of(ConfirmationAsked)

    def test_a_stranger_is_not_even_answered(self) -> None:
        house = House()

        house.text(STRANGER, "ABSENT 3j")
        house.text(STRANGER, "ETAT")

        assert not house.sent

    def test_one_that_is_announced_begins_by_itself(self) -> None:
        house = House(replace(HOME, windows=(MORNING,)))
        house.text(MARIE, "ABSENT 4/3 14h 9/3 18h")
        house.text(MARIE, f"OUI {CODE}")

        assert house.of(AbsencePlanned)[-1].begins == at(4, 3, 14)
        assert house.state.presence.whereabouts is Whereabouts.HOME
        house.pass_time(at(4, 3, 14) - house.now - timedelta(seconds=1))
        assert house.state.presence.whereabouts is Whereabouts.HOME
        house.pass_time(seconds=1)

        presence = house.state.presence
        assert (presence.whereabouts, presence.since, presence.until) == (
            Whereabouts.AWAY,
            at(4, 3, 14),
            at(9, 3, 18),
        )
        assert presence.planned is None

    def test_whoever_confirms_at_the_minute_it_begins_is_away_at_once(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 2/3 11h05 3/3 18h")
        house.pass_time(minutes=5)

        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.whereabouts is Whereabouts.AWAY
        assert not house.of(AbsencePlanned)

    def test_it_is_not_begun_by_a_clock_that_nobody_vouches_for(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 4/3 14h 9/3 18h")
        house.text(MARIE, f"OUI {CODE}")

        house.step_clock(timedelta(days=3), trusted=False)
        house.pass_time(hours=1)

        assert house.state.presence.whereabouts is Whereabouts.HOME
        house.step_clock(-timedelta(days=3))
        assert house.state.presence.planned is not None

    def test_it_takes_back_no_question_that_is_being_asked(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.move()
        house.text(MARIE, "ABSENT 2/3 15h05 9/3 18h")
        house.text(MARIE, f"OUI {CODE}")

        house.pass_time(hours=4, minutes=6)
        assert house.phase is Phase.WARNING
        house.pass_time(minutes=10)

        assert house.alerts_to(PAUL) > 0
        assert house.state.presence.whereabouts is Whereabouts.AWAY

    def test_what_is_still_silent_after_an_absence_is_asked_about(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.move()
        house.pass_time(hours=4, minutes=1)
        assert house.phase is Phase.WARNING
        house.text(MARIE, "SORTIE 1h")
        house.text(MARIE, f"OUI {CODE}")
        assert not house.state.open_incidents()

        house.pass_time(hours=1, minutes=1)

        assert house.phase is Phase.WARNING

    def test_one_that_the_hub_slept_through_is_forgotten(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 4/3 14h 9/3 18h")
        house.text(MARIE, f"OUI {CODE}")

        house.cut_power(timedelta(days=10))

        assert house.state.presence.whereabouts is Whereabouts.HOME
        assert house.state.presence.planned is None

    def test_an_absence_now_leaves_the_next_one_planned(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 9/3 14h 12/3")
        house.text(MARIE, f"OUI {CODE}")
        house.text(MARIE, "SORTIE 3h")
        house.text(MARIE, f"OUI {CODE}")

        house.pass_time(hours=4)

        assert house.state.presence.whereabouts is Whereabouts.HOME
        assert house.state.presence.planned is not None

    def test_sixty_days_are_as_long_as_it_may_last(self) -> None:
        house = House()

        house.text(MARIE, "ABSENT 60j")
        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.until == house.now + timedelta(days=60)

    @pytest.mark.parametrize("words", ["ABSENT 61j", "ABSENT 100j", "ABSENT 31/12", "ABSENT 5/3 14h 4/3 2/5"])
    def test_longer_than_sixty_days_is_too_long(self, words: str) -> None:
        house = House()

        house.text(MARIE, words)

        assert house.texts_to(MARIE)[0] in {"away.too_long", "order.how"}
        assert not house.of(ConfirmationAsked)

    def test_not_while_nobody_knows_the_date(self) -> None:
        house = House(trusted=False)

        house.text(MARIE, "ABSENT 3j")

        assert house.texts_to(MARIE)[-1] == "order.not_now"

    def test_not_without_a_number_that_nobody_could_foresee(self) -> None:
        house = House()

        house.tell(SmsReceived(house.now, "key", "+33600000003", "ABSENT 3j"))

        assert house.texts_to(MARIE) == ["order.not_now"]

    def test_one_that_is_over_before_it_is_confirmed_changes_nothing(self) -> None:
        house = House()
        house.text(MARIE, "SORTIE 5 min")
        house.pass_time(minutes=6)

        house.text(MARIE, f"OUI {CODE}")

        assert house.texts_to(MARIE) == ["confirm.absent", "code.over"]
        assert house.state.presence.whereabouts is Whereabouts.HOME

    def test_in_an_alert_absent_may_mean_no(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=15)

        house.text(PAUL, "absent 3 jours")

        assert house.texts_to(PAUL)[-1] == "choices"


class TestBack:
    def test_it_needs_no_code_and_ends_what_was_planned(self) -> None:
        house = House(WITH_JEAN)
        for words in ("ABSENT 9/3 12/3", f"OUI {CODE}", "SORTIE 3h", f"OUI {CODE}"):
            house.text(MARIE, words)
        house.pass_time(hours=1)
        house.forget_texts()

        house.text("+33600000005", "retour")

        presence = house.state.presence
        assert (presence.whereabouts, presence.planned) == (Whereabouts.HOME, None)
        assert (house.texts_to("jean"), house.texts_to(MARIE)) == (["done.back"], ["back.family"])

    def test_who_is_at_home_already_is_told_so(self) -> None:
        house = House()

        house.text(RESIDENT, "RETOUR")

        assert house.texts_to(RESIDENT) == ["done.back"]
        assert not house.of(AbsencePlanned)

    def test_what_the_resident_switched_off_only_the_resident_switches_on(self) -> None:
        house = House()
        house.command(Action.OFF, "web", by=RESIDENT)
        house.forget_texts()

        house.text(MARIE, "RETOUR")
        house.text(MARIE, "ABSENT 3j")
        house.text(MARIE, f"OUI {CODE}")
        assert house.texts_to(MARIE) == ["watch.is_off", "confirm.absent", "watch.is_off"]
        assert house.state.presence.whereabouts is Whereabouts.OFF
        house.text(PAUL, "ETAT")
        assert house.texts_to(PAUL) == ["status.off"]
        house.text(RESIDENT, "RETOUR")

        assert house.state.presence.whereabouts is Whereabouts.HOME
        assert house.texts_to(RESIDENT) == ["done.back"]
        assert house.state.watch.last_life == house.now


class TestCodes:
    def test_a_wrong_one_changes_nothing(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 3j")

        house.text(MARIE, "OUI 1234")

        assert house.texts_to(MARIE) == ["confirm.absent", "code.wrong"]
        house.text(MARIE, f"OUI {CODE}")
        assert house.state.presence.whereabouts is Whereabouts.AWAY

    def test_one_is_good_for_ten_minutes_and_once(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 3j")
        house.pass_time(CODE_LASTS)
        house.text(MARIE, f"OUI {CODE}")
        assert house.state.presence.whereabouts is Whereabouts.AWAY

        house.text(MARIE, "RETOUR")
        house.text(MARIE, f"OUI {CODE}")
        assert house.texts_to(MARIE)[-1] == "code.over"

        house.text(MARIE, "ABSENT 3j")
        house.pass_time(CODE_LASTS + timedelta(seconds=1))
        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.whereabouts is Whereabouts.HOME

    def test_five_wrong_ones_lock_the_number_for_an_hour_and_the_family_hears(self) -> None:
        house = House(WITH_JEAN)
        house.text(MARIE, "ABSENT 3j")
        for _ in range(WRONG_AT_MOST):
            house.text(MARIE, "OUI 1234")

        assert house.texts_to("jean") == ["code.family"]
        house.text(MARIE, f"OUI {CODE}")
        house.text(MARIE, "ABSENT 3j")
        assert house.state.presence.whereabouts is Whereabouts.HOME
        house.pass_time(LOCKED_FOR)
        assert house.texts_to(MARIE).count("code.locked") == 1
        house.text(MARIE, f"OUI {CODE}")
        house.text(MARIE, "ABSENT 3j")
        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.whereabouts is Whereabouts.AWAY

    def test_whoever_is_locked_out_and_asks_for_a_code_hears_why_there_is_none(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 3j")
        for _ in range(WRONG_AT_MOST):
            house.text(MARIE, "OUI 1234")
        locked_at = house.now
        house.pass_time(minutes=20)
        house.text(MARIE, "ETAT")

        house.text(MARIE, "ABSENT 3j")

        assert house.texts_to(MARIE)[-2:] == ["status.ok", "code.locked"]
        assert values(house)["until"] == locked_at + LOCKED_FOR

    @pytest.mark.parametrize(
        ("chance", "code"), [(0, "1000"), (8999, "9999"), (9000, "1000"), (10**30, str(1000 + 10**30 % 9000))]
    )
    def test_a_code_is_four_digits_whatever_was_drawn(self, chance: int, code: str) -> None:
        house = House()

        house.tell(SmsReceived(house.now, "key", PHONES[MARIE], "ABSENT 3j", chance=chance))

        assert values(house)["code"] == code

    def test_wrong_ones_count_over_several_requests(self) -> None:
        house = House()
        for _ in range(WRONG_AT_MOST):
            house.text(MARIE, "ABSENT 3j")
            house.text(MARIE, "OUI 1234")
            house.pass_time(minutes=10)

        house.text(MARIE, "ABSENT 3j")

        assert len(house.of(ConfirmationAsked)) == WRONG_AT_MOST

    def test_a_restart_forgets_none_of_it(self) -> None:
        house = House()
        house.text(MARIE, "ABSENT 3j")

        house.cut_power()
        house.text(MARIE, f"OUI {CODE}")

        assert house.state.presence.whereabouts is Whereabouts.AWAY


class TestStatus:
    def test_all_is_well_and_what_comes_next(self) -> None:
        house = House(replace(HOME, windows=(MORNING,)))
        house.move()

        house.text(PAUL, "ETAT")

        told = values(house, PAUL)
        assert house.texts_to(PAUL) == ["status.ok"]
        assert (told["since"], told["room"], told["on_call"]) == (house.now, "cuisine", "Paul")
        assert told["due"] == at(3, 3, 10, 10)

    def test_never_green_when_it_is_not(self) -> None:
        house = House()
        house.fail("gpio.absent")
        house.text(MARIE, "état ?")
        assert (house.texts_to(MARIE)[-1], values(house)["faults"]) == ("status.fault", 1)

        unsure = House(trusted=False)
        began = unsure.now
        unsure.pass_time(hours=1)
        unsure.move()
        unsure.text(MARIE, "ETAT")

        assert unsure.texts_to(MARIE)[-1] == "status.unknown"
        assert values(unsure)["since"] == began

    @pytest.mark.parametrize(("words", "key"), [("ABSENT 3j", "status.away")])
    def test_while_away(self, words: str, key: str) -> None:
        house = House()
        house.text(MARIE, words)
        house.text(MARIE, f"OUI {CODE}")

        house.text(ANNE, "status")

        assert house.texts_to(ANNE) == [key]
        assert values(house, ANNE)["until"] == house.now + timedelta(days=3)

    def test_in_an_alert(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=15)

        house.text(MARIE, "ETAT")
        assert (house.texts_to(MARIE)[-1], values(house)["goes"], values(house)["people"]) == ("status.alert", None, 1)
        house.text(MARIE, "QUI")
        assert house.texts_to(MARIE)[-1] == "who.nobody_yet"
        house.text(PAUL, "1")
        house.text(MARIE, "QUI")

        assert (house.texts_to(MARIE)[-1], values(house)["goes"]) == ("who.going", "Paul")

    def test_who_is_on_call(self) -> None:
        house = House()

        house.text(MARIE, "QUI")

        assert (values(house)["names"], values(house)["people"]) == ("Paul, Anne", 3)

    def test_nobody_is_on_call(self) -> None:
        nobody_now = tuple(replace(p, hours=(MORNING_ONLY,)) for p in HOME.people)
        house = House(replace(HOME, people=nobody_now))

        house.text(MARIE, "QUI")

        assert house.texts_to(MARIE) == ["who.nobody"]

    def test_the_log(self) -> None:
        house = House()
        house.text(MARIE, "JOURNAL")
        assert (house.texts_to(MARIE), values(house)["called"]) == (["journal"], None)
        house.press()
        opened = house.now
        house.pass_time(seconds=15)
        house.fail("gpio.absent")

        house.text(MARIE, "LOG")

        assert values(house)["faults"] == 1
        assert (values(house)["called"], values(house)["time"]) == (house.incident.number, opened)

    def test_a_neighbour_reads_no_log(self) -> None:
        house = House()

        house.text(PAUL, "JOURNAL")

        assert house.texts_to(PAUL) == ["refuse"]


class TestTomorrow:
    """The morning's window of this home closes at ten."""

    def test_later_than_usual_waits_for_the_code_and_is_told_to_the_rest_of_the_family(self) -> None:
        house = House(replace(MORNINGS, people=WITH_JEAN.people))

        house.text(MARIE, "DEMAIN 11h30")
        assert house.texts_to(MARIE) == ["confirm.tomorrow"]
        assert house.state.watch.one_off is None
        house.text(MARIE, f"OUI {CODE}")

        assert house.texts_to(MARIE)[1:] == ["done.tomorrow"]
        assert house.texts_to("jean") == ["tomorrow.family"]
        assert house.state.watch.one_off is not None
        assert house.state.watch.one_off.closes == house.now.replace(hour=10, minute=30) + timedelta(days=1)

    @pytest.mark.parametrize("hour", ["9h", "10h"])
    def test_earlier_or_as_ever_needs_no_code(self, hour: str) -> None:
        house = House(MORNINGS)

        house.text(MARIE, f"DEMAIN {hour}")

        assert house.texts_to(MARIE) == ["done.tomorrow"]
        assert house.state.watch.one_off is not None

    def test_after_midnight_the_words_say_today(self) -> None:
        house = House(replace(MORNINGS, people=WITH_JEAN.people))
        house.pass_time(hours=12, minutes=59)

        house.text(MARIE, "DEMAIN 11h30")
        house.pass_time(minutes=2)
        house.text(MARIE, f"OUI {CODE}")
        house.pass_time(hours=2)
        house.text(MARIE, "DEMAIN 11h")

        assert house.texts_to(MARIE) == ["confirm.tomorrow", "done.today", "confirm.today"]
        assert house.texts_to("jean") == ["today.family"]

    def test_what_takes_the_place_of_another_check_needs_the_code_too(self) -> None:
        house = House(MORNINGS)
        afternoon = house.now + timedelta(hours=4)
        house.command(Action.EXPECT, "web", by=MARIE, until=afternoon)

        house.text(MARIE, "DEMAIN 9h")

        assert house.texts_to(MARIE) == ["confirm.tomorrow"]
        assert house.state.watch.one_off is not None
        assert house.state.watch.one_off.closes == afternoon

    def test_one_sign_for_two_windows_needs_the_code_though_it_is_no_later(self) -> None:
        button = replace(MORNINGS.windows[0], name="appel", opens=time(9), sign=("button",))
        house = House(replace(MORNINGS, windows=(*MORNINGS.windows, button)))

        house.text(MARIE, "DEMAIN 10h")

        assert house.texts_to(MARIE) == ["confirm.tomorrow"]

    def test_the_resident_may_sleep_in(self) -> None:
        house = House(MORNINGS)

        house.text(RESIDENT, "demain 11h")
        house.text(RESIDENT, f"oui {CODE}")

        assert house.texts_to(MARIE) == ["tomorrow.family"]

    def test_a_neighbour_may_not(self) -> None:
        house = House(MORNINGS)

        house.text(PAUL, "DEMAIN 11h")

        assert (house.texts_to(PAUL), house.state.watch.one_off) == (["refuse"], None)

    def test_what_is_no_hour_to_wait_for_is_not_taken(self) -> None:
        house = House()

        house.text(MARIE, "DEMAIN 5h10")

        assert (house.texts_to(MARIE), house.state.watch.one_off) == (["order.how"], None)

    def test_without_the_time_nobody_knows_what_tomorrow_is(self) -> None:
        house = House(MORNINGS, trusted=False)

        house.text(MARIE, "DEMAIN 11h")

        assert house.texts_to(MARIE) == ["order.not_now"]

    def test_nor_one_that_was_switched_off_before_the_code_came(self) -> None:
        house = House(MORNINGS)
        house.text(MARIE, "DEMAIN 11h")
        house.command(Action.OFF, "web", by=RESIDENT)

        house.text(MARIE, f"OUI {CODE}")

        assert house.texts_to(MARIE)[-1] == "watch.is_off"
        assert house.state.watch.one_off is None
        assert "switched" in house.command(Action.EXPECT, "web", by=MARIE, until=house.now + timedelta(hours=20)).text

    def test_a_watch_that_is_switched_off_expects_nobody(self) -> None:
        house = House(MORNINGS)
        house.command(Action.OFF, "web", by=RESIDENT)

        house.text(MARIE, "DEMAIN 11h")

        assert house.texts_to(MARIE)[-1] == "watch.is_off"


class TestOnCall:
    def test_who_is_on_call_is_asked_first_at_any_hour_and_the_others_follow(self) -> None:
        people = tuple(replace(p, hours=(MORNING_ONLY,)) if p.id == ANNE else p for p in HOME.people)
        house = House(replace(HOME, people=people))

        house.text(MARIE, "GARDE Anne 2j")
        assert (house.texts_to(MARIE), house.texts_to(ANNE)) == (["confirm.on_call"], [])
        house.text(MARIE, f"OUI {CODE}")
        assert (house.texts_to(MARIE)[1:], house.texts_to(ANNE)) == (["done.on_call"], ["on_call.you"])
        house.press()
        house.pass_time(seconds=15)
        assert (house.alerts_to(ANNE), house.alerts_to(PAUL)) == (1, 0)
        house.pass_time(minutes=3)

        assert house.alerts_to(PAUL) == 1

    def test_the_others_wait_for_them_as_long_as_for_the_first_wave(self) -> None:
        waits = (timedelta(minutes=5), timedelta(minutes=2), timedelta(minutes=1))
        waves = tuple(replace(wave, wait=wait) for wave, wait in zip(HOME.waves, waits, strict=True))
        house = House(replace(HOME, waves=waves))
        house.text(MARIE, "GARDE Anne 2j")
        house.text(MARIE, f"OUI {CODE}")

        house.press()
        house.pass_time(seconds=15)

        assert [wave.wait for wave in house.incident.plan.waves] == [waits[0], *waits]

    def test_it_ends_when_it_was_said_to(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Anne 2j")
        house.text(MARIE, f"OUI {CODE}")

        house.pass_time(days=2)
        house.press()
        house.pass_time(seconds=15)

        assert (house.alerts_to(ANNE), house.alerts_to(PAUL)) == (0, 1)

    def test_who_is_asked_first_anyway_is_not_asked_twice(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Paul 2j")
        house.text(MARIE, f"OUI {CODE}")

        house.press()
        house.pass_time(seconds=15)

        assert house.incident.plan.waves == HOME.plan().waves

    def test_who_puts_themselves_on_call_hears_it_once_and_qui_tells_it(self) -> None:
        house = House()

        house.text(MARIE, "ONCALL Marie 2d")
        house.text(MARIE, f"OUI {CODE}")
        house.text(MARIE, "QUI")

        assert house.texts_to(MARIE) == ["confirm.on_call", "done.on_call", "who"]
        assert (values(house)["names"], values(house)["until"]) == ("Marie, Paul", house.now + timedelta(days=2))

    def test_one_that_is_over_before_it_is_confirmed_changes_nothing(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Anne 5 min")
        house.pass_time(minutes=5)

        house.text(MARIE, f"OUI {CODE}")

        assert house.texts_to(MARIE) == ["confirm.on_call", "code.over"]
        assert not house.of(OnCallSet)

    def test_who_is_the_only_one_of_a_first_name_is_meant_by_it(self) -> None:
        people = (replace(HOME.people[0], name="Paul Petit"), *HOME.people[1:])
        house = House(replace(HOME, people=people))

        house.text(MARIE, "GARDE Paul 60j")
        house.text(MARIE, f"OUI {CODE}")

        assert [(fact.person, fact.until) for fact in house.of(OnCallSet)] == [(PAUL, house.now + timedelta(days=60))]

    @pytest.mark.parametrize(("words", "key"), [("GARDE Zoe 2j", "on_call.whom"), ("GARDE Paul 61j", "order.how")])
    def test_nobody_of_that_name_and_nobody_for_so_long(self, words: str, key: str) -> None:
        house = House()

        house.text(MARIE, words)

        assert house.texts_to(MARIE) == [key]

    def test_two_of_one_first_name_are_told_apart_by_the_whole_name(self) -> None:
        two = (replace(HOME.people[0], name="Paul Petit"), replace(HOME.people[1], name="Paul Roux"), HOME.people[2])
        house = House(replace(HOME, people=two))

        house.text(MARIE, "GARDE Paul 2j")
        house.text(MARIE, f"OUI {CODE}")
        house.text(MARIE, "GARDE Paul Roux 2j")
        house.text(MARIE, f"OUI {CODE}")

        assert house.texts_to(MARIE) == ["on_call.whom", "code.over", "confirm.on_call", "done.on_call"]
        assert house.of(OnCallSet)[-1].person == ANNE

    def test_nobody_waits_for_them_where_it_burns(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Marie 2j")
        house.text(MARIE, f"OUI {CODE}")

        house.sense("fumee")

        assert (house.alerts_to(MARIE), house.alerts_to(PAUL)) == (1, 1)

    def test_not_while_nobody_knows_the_date_nor_for_who_has_left_meanwhile(self) -> None:
        unsure = House(trusted=False)
        unsure.text(MARIE, "GARDE Paul 2j")
        assert unsure.texts_to(MARIE)[-1] == "order.not_now"

        house = House()
        house.text(MARIE, "GARDE Anne 2j")
        house.text(ANNE, "STOP")
        house.text(MARIE, f"OUI {CODE}")

        assert "code.over" in house.texts_to(MARIE)
        assert not house.of(OnCallSet)


class TestLanguage:
    def test_texts_are_in_the_language_that_was_asked_for(self) -> None:
        house = House()

        house.text(PAUL, "LANG EN")
        house.press()
        house.pass_time(seconds=15)

        assert [sent.message.language for sent in house.sent_to(PAUL)] == ["en", "en"]

    def test_until_the_family_says_another_than_it_did(self) -> None:
        house = House()
        house.text(PAUL, "langue anglais")

        people = tuple(replace(p, language="de") if p.id == PAUL else p for p in HOME.people)
        house.replace_policy(people=people)
        house.text(PAUL, "ETAT")

        assert house.last_to(PAUL).message.language == "de"

    def test_one_that_is_not_there(self) -> None:
        house = House()

        house.text(PAUL, "LANG ES")

        assert (house.texts_to(PAUL), values(house, PAUL)["languages"]) == (["lang.unknown"], "FR, EN")
        assert not house.of(LanguageChosen)


class TestLimits:
    def test_what_is_not_understood_is_said_once(self) -> None:
        house = House()

        house.text(MARIE, "PLAGE MATIN 7h30")
        house.text(MARIE, "PLAGE MATIN 10h 7h30")

        assert house.texts_to(MARIE) == ["order.how"]

    def test_a_neighbour_hears_what_neighbours_may_text(self) -> None:
        house = House()

        house.text(PAUL, "PLAGE MATIN 7h30")

        assert house.texts_to(PAUL) == ["help.contact"]

    def test_a_machine_that_repeats_a_command_is_heard_so_often_an_hour(self) -> None:
        house = House()
        for _ in range(3 * ORDERS_REMEMBERED):
            house.text(PAUL, "ETAT")
            house.pass_time(minutes=1)
        assert len(house.sent_to(PAUL)) <= ORDERS_REMEMBERED

        house.pass_time(hours=1)
        house.forget_texts()
        house.text(PAUL, "ETAT")

        assert house.texts_to(PAUL) == ["status.ok"]

    def test_so_many_commands_in_an_hour_and_no_more_are_carried_out(self) -> None:
        house = House()
        for _ in range(ORDERS_REMEMBERED + 1):
            house.text(PAUL, "ETAT")
        assert len(house.of(OrderTexted)) == ORDERS_REMEMBERED

        house.pass_time(ORDERS_WITHIN - timedelta(seconds=1))
        house.text(PAUL, "ETAT")
        assert len(house.of(OrderTexted)) == ORDERS_REMEMBERED
        house.pass_time(seconds=1)
        house.text(PAUL, "ETAT")

        assert len(house.of(OrderTexted)) == ORDERS_REMEMBERED + 1

    def test_a_family_that_asks_often_is_answered_each_time(self) -> None:
        house = House()
        for _ in range(8):
            house.text(MARIE, "ETAT")
            house.pass_time(minutes=20)

        assert house.texts_to(MARIE) == ["status.ok"] * 8
