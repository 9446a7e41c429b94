"""`CONGES 3j`: whoever is on holiday is not asked, by their own word and no other's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, CODE, HOME, MARIE, PAUL, RESIDENT, STRANGER, House

from hub.domain.coverage import gaps
from hub.domain.facts import HolidaySet, OnCallSet, PersonStopped, Purpose
from hub.domain.inputs import Action
from hub.domain.policy import Person, Role

DAY = timedelta(days=1)


def gone(who: str = PAUL, words: str = "CONGES 3j", home: object = HOME) -> House:
    """A house whose ``who`` has confirmed a holiday."""
    house = House(home)  # type: ignore[arg-type]
    house.text(who, words)
    house.text(who, f"OUI {CODE}")
    return house


def with_person(person: Person) -> House:
    return House(replace(HOME, people=(*HOME.people, person)))


class TestGoing:
    def test_it_waits_for_the_code_that_only_the_true_phone_hears(self) -> None:
        house = House()

        house.text(PAUL, "CONGES 3j")
        assert house.texts_to(PAUL) == ["confirm.holiday"]
        assert not house.of(HolidaySet)
        house.text(PAUL, f"OUI {CODE}")

        assert house.texts_to(PAUL)[1:] == ["done.holiday"]
        assert house.of(HolidaySet) == [HolidaySet(house.now, PAUL, house.now, house.now + 3 * DAY)]
        assert (house.texts_to(MARIE), house.texts_to(ANNE)) == (["holiday.family"], [])

    @pytest.mark.parametrize("words", ["HOLIDAY 3d", "Holidays 3 days please", "congés pour 3 jours", "vacances 3 j"])
    def test_in_other_words(self, words: str) -> None:
        assert gone(words=words).of(HolidaySet)[0].until == House().now + 3 * DAY

    def test_a_code_of_a_neighbour_who_asked_for_nothing_is_none(self) -> None:
        house = House()
        house.text(PAUL, f"OUI {CODE}")

        assert house.texts_to(PAUL) == ["refuse"]

    def test_a_wrong_code_changes_nothing(self) -> None:
        house = House()
        house.text(PAUL, "CONGES 3j")
        house.text(PAUL, "OUI 1111")

        assert (house.texts_to(PAUL)[1:], house.of(HolidaySet)) == (["code.wrong"], [])

    def test_whoever_is_away_is_not_asked_before_the_last_wave(self) -> None:
        house = gone()

        house.press()
        house.pass_time(seconds=15)
        assert (house.alerts_to(PAUL), house.alerts_to(ANNE)) == (0, 1)
        house.pass_time(minutes=3)

        assert house.alerts_to(PAUL) == 1  # everybody is asked in the last one

    def test_it_begins_and_ends_by_itself(self) -> None:
        house = gone(words="CONGES 4/3 5/3")

        house.pass_time(days=1)  # Tuesday 3, eleven in the morning
        house.press()
        house.pass_time(seconds=15)
        assert house.alerts_to(PAUL) == 1
        house.command(Action.CLOSE, incident=house.incident.number, by=MARIE)
        house.pass_time(days=1)
        house.press()
        house.pass_time(seconds=15)
        assert house.alerts_to(PAUL) == 1
        house.command(Action.CLOSE, incident=house.incident.number, by=MARIE)
        house.pass_time(days=2)
        house.press()
        house.pass_time(seconds=15)

        assert house.alerts_to(PAUL) == 2

    def test_they_may_go_all_the_same(self) -> None:
        house = gone()
        house.press()
        house.pass_time(seconds=15)

        house.text(PAUL, "1")

        assert house.incident.answered_by == PAUL

    def test_whose_clock_is_not_trusted_asks_them_all(self) -> None:
        house = gone()
        house.step_clock(timedelta(0), trusted=False)

        house.press()
        house.pass_time(seconds=15)

        assert house.alerts_to(PAUL) == 1

    def test_qui_names_somebody_else(self) -> None:
        house = gone()
        house.text(MARIE, "QUI")

        assert house.last_to(MARIE).values["names"] == "Anne, Marie"

    def test_a_drill_asks_them_when_they_are_back_or_not_at_all(self) -> None:
        house = gone()

        house.command(Action.TEST)
        house.pass_time(minutes=5)

        assert house.sent_to(PAUL, Purpose.DRILL) == []
        assert house.sent_to(ANNE, Purpose.DRILL)

    def test_it_outlives_a_restart(self) -> None:
        house = gone()
        before = house.state.holidays

        house.cut_power()

        assert house.state.holidays == before != {}

    def test_what_is_over_is_forgotten_with_the_next_one(self) -> None:
        house = gone(words="CONGES 1j")
        house.pass_time(days=2)
        house.text(ANNE, "HOLIDAY 3d")
        house.text(ANNE, f"YES {CODE}")

        assert list(house.state.holidays) == [ANNE]


class TestNotGoing:
    @pytest.mark.parametrize("words", ["CONGES 61j", "CONGES 5/3 4/3"])
    def test_what_is_no_holiday_is_explained(self, words: str) -> None:
        house = gone(words=words)

        assert house.texts_to(PAUL)[0] in ("holiday.how", "help.contact")
        assert not house.of(HolidaySet)

    def test_an_end_that_was_over_when_it_was_confirmed(self) -> None:
        house = House()
        house.text(PAUL, "CONGES 5 min")
        house.pass_time(minutes=5)
        house.text(PAUL, f"OUI {CODE}")

        assert (house.texts_to(PAUL)[1:], house.of(HolidaySet)) == (["code.over"], [])

    def test_whoever_is_not_told_of_alerts_has_none_to_be_spared(self) -> None:
        viewer = Person("tom", "Tom", "+33600000004", Role.VIEWER, consent=True)
        house = with_person(viewer)
        house.text("+33600000004", "CONGES 3j")

        assert house.texts_to("tom") == ["test.no_alerts"]

    def test_nor_who_said_stop(self) -> None:
        house = House()
        house.text(PAUL, "STOP")
        house.text(PAUL, "CONGES 3j")

        assert house.of(PersonStopped)
        assert house.texts_to(PAUL)[1:] == ["test.no_alerts"]

    def test_a_stranger_is_not_even_answered(self) -> None:
        house = House()
        house.text(STRANGER, "CONGES 3j")

        assert not house.sent

    def test_the_one_at_home_has_absences_and_no_holidays(self) -> None:
        house = House()
        house.text(RESIDENT, "VACANCES 3j")

        assert house.texts_to(RESIDENT) == ["test.no_alerts"]

    def test_not_while_nobody_knows_the_date(self) -> None:
        house = House()
        house.step_clock(timedelta(0), trusted=False)
        house.text(PAUL, "CONGES 3j")

        assert house.texts_to(PAUL) == ["order.not_now"]

    def test_whoever_is_asked_for_help_may_mean_no(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=15)
        house.text(PAUL, "CONGES 3j")

        assert house.texts_to(PAUL)[-1] == "choices"


class TestComingBack:
    @pytest.mark.parametrize(
        "words", ["CONGES FIN", "congés annulés", "Holiday end", "HOLIDAYS OFF", "vacances finies"]
    )
    def test_it_needs_no_code(self, words: str) -> None:
        house = gone()
        house.text(PAUL, words)

        assert house.texts_to(PAUL)[-1] == "done.holiday.over"
        assert house.texts_to(MARIE)[-1] == "holiday.over.family"
        assert house.state.holidays == {}

    def test_who_was_not_away_is_told_so_and_nobody_else(self) -> None:
        house = House()
        house.text(PAUL, "CONGES FIN")

        assert (house.texts_to(PAUL), house.texts_to(MARIE)) == (["done.holiday.over"], [])
        assert not house.of(HolidaySet)


class TestTheOthers:
    def test_the_family_hears_of_hours_that_become_thin(self) -> None:
        two = replace(HOME, people=HOME.people[:2])
        house = gone(home=two)

        found = gaps(two, house.now, frozenset(), house.state.holidays)

        assert gaps(two, house.now, frozenset()) == ()
        # From the next full hour on, to the last one that they are away in.
        assert [(gap.people, gap.ends - gap.begins) for gap in found] == [(1, 3 * DAY - timedelta(hours=1))]

    def test_one_that_begins_after_the_week_thins_nothing(self) -> None:
        two = replace(HOME, people=HOME.people[:2])
        house = gone(words="CONGES 20/3 25/3", home=two)

        assert house.state.holidays
        assert gaps(two, house.now, frozenset(), house.state.holidays) == ()

    def test_whoever_is_on_call_and_goes_is_not_asked_first(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Anne 2j")
        house.text(MARIE, f"OUI {CODE}")
        house.text(ANNE, "HOLIDAY 3d")
        house.text(ANNE, f"YES {CODE}")

        house.press()
        house.pass_time(seconds=15)

        assert (house.alerts_to(ANNE), house.alerts_to(PAUL)) == (0, 1)

    def test_nobody_on_holiday_is_put_on_call(self) -> None:
        house = gone()
        house.text(MARIE, "GARDE Paul 2j")

        assert house.texts_to(MARIE)[-1] == "on_call.holiday"


class TestEndOfCall:
    def on_call(self) -> House:
        house = House()
        house.text(MARIE, "GARDE Anne 2j")
        house.text(MARIE, f"OUI {CODE}")
        return house

    @pytest.mark.parametrize("words", ["GARDE FIN", "garde terminée", "ONCALL END", "on call over"])
    def test_the_family_ends_it_and_whoever_it_was_is_told(self, words: str) -> None:
        house = self.on_call()
        house.text(MARIE, words)

        assert (house.texts_to(MARIE)[-1], house.texts_to(ANNE)[-1]) == ("done.on_call.over", "on_call.over")
        assert house.last_to(MARIE).values["name"] == "Anne"
        house.press()
        house.pass_time(seconds=15)
        assert (house.alerts_to(ANNE), house.alerts_to(PAUL)) == (0, 1)

    def test_whoever_is_on_call_gives_it_back_and_the_family_is_told(self) -> None:
        house = self.on_call()
        house.text(ANNE, "ONCALL END")

        assert house.texts_to(ANNE)[-1] == "done.on_call.over"
        assert house.texts_to(MARIE)[-1] == "on_call.over.family"

    def test_another_neighbour_may_not(self) -> None:
        house = self.on_call()
        house.text(PAUL, "GARDE FIN")

        assert house.texts_to(PAUL) == ["refuse"]
        assert len(house.of(OnCallSet)) == 1

    def test_where_nobody_is_that_is_said(self) -> None:
        house = House()
        house.text(MARIE, "GARDE FIN")

        assert house.texts_to(MARIE) == ["done.on_call.over"]
        assert not house.of(OnCallSet)

    def test_of_somebody_who_left_meanwhile_nobody_is_told(self) -> None:
        house = self.on_call()
        house.text(ANNE, "STOP")
        house.text(MARIE, "GARDE FIN")

        assert house.texts_to(MARIE)[-1] == "done.on_call.over"
        assert house.texts_to(ANNE)[-1] == "stop.you"
        assert len(house.of(OnCallSet)) == 2
