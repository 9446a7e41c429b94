"""Days on call: taken over, handed on, given back, and what an alert makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import ANNE, CODE, HOME, MARIE, PARIS, PAUL, RESIDENT, START, House

from hub.domain import on_call
from hub.domain.facts import Purpose, ShiftSet
from hub.domain.inputs import Action
from hub.domain.policy import Person, Role
from hub.domain.shifts import AHEAD, days

# House begins on Monday 2 March 2026 at 11:00 in Paris.
TODAY, TUESDAY, LAST = "2026-03-02", "2026-03-03", "2026-03-15"
JEAN = Person("jean", "Jean", "+33600000005", Role.ADMIN, consent=True)


def hand(house: House, by: str | None, to: str, day: str = TUESDAY, via: str = "web") -> str:
    return house.command(Action.SHIFT, via, by=by, person=to, text=day).text


def has(house: House, at: datetime | None = None) -> str | None:
    return on_call.who(house.state, at or house.now, PARIS)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


class TestWhoMay:
    def test_a_neighbour_takes_a_day_over_and_everybody_concerned_hears_of_it(self) -> None:
        house = House(replace(HOME, people=(*HOME.people, JEAN)))
        hand(house, MARIE, ANNE)
        house.forget_texts()

        assert hand(house, PAUL, PAUL) == "done"

        assert house.texts_to(ANNE) == ["shift.gone"]
        assert house.texts_to(MARIE) == house.texts_to("jean") == ["shift.family"]
        assert house.texts_to(PAUL) == []
        values = house.last_to(ANNE).values
        assert (values["name"], values["since"], values["until"]) == ("Paul", local(3, 0), local(4, 0))
        assert {sent.message.purpose for sent in house.sent} == {Purpose.STATUS}

    def test_the_family_and_the_one_at_home_hand_a_day_to_anybody_who_hears_of_it(self) -> None:
        for by in (MARIE, RESIDENT):
            house = House()
            assert hand(house, by, PAUL) == "done"
            assert house.texts_to(PAUL) == ["shift.you"]
            assert house.texts_to(MARIE) == ([] if by == MARIE else ["shift.family"])

    def test_whoever_of_the_family_is_on_call_is_told_once(self) -> None:
        house = House(replace(HOME, people=(*HOME.people, JEAN)))
        hand(house, RESIDENT, "jean")
        assert (house.texts_to("jean"), house.texts_to(MARIE)) == (["shift.you"], ["shift.family"])

    def test_two_swap_by_taking_each_others_day(self) -> None:
        house = House()
        hand(house, MARIE, PAUL, TUESDAY)
        hand(house, MARIE, ANNE, LAST)

        assert (hand(house, PAUL, PAUL, LAST), hand(house, ANNE, ANNE, TUESDAY)) == ("done", "done")

        assert (has(house, local(3, 12)), has(house, local(15, 12))) == (ANNE, PAUL)

    def test_nobody_is_put_on_call_by_another_neighbour(self) -> None:
        house = House()
        assert "for yourself" in hand(house, PAUL, ANNE)
        hand(house, MARIE, ANNE)
        assert "for yourself" in hand(house, PAUL, "")
        assert has(house, local(3, 12)) == ANNE

    def test_whoever_has_a_day_may_give_it_back(self) -> None:
        house = House()
        hand(house, MARIE, ANNE)
        house.forget_texts()
        assert hand(house, ANNE, "") == "done"
        assert has(house, local(3, 12)) is None
        assert house.last_to(MARIE).values["name"] is None
        # Nobody had it any more, so that nothing changes.
        assert hand(house, MARIE, "") == "done"
        assert len(house.of(ShiftSet)) == 2

    @pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"consent": False}])
    def test_whoever_is_not_told_of_alerts_is_not_on_call(self, change: dict[str, object]) -> None:
        house = House(replace(HOME, people=tuple(replace(p, **change) if p.id == ANNE else p for p in HOME.people)))
        assert "can be on call" in hand(house, MARIE, ANNE)
        assert "for yourself" in hand(house, ANNE, PAUL)
        assert "for yourself" in hand(house, ANNE, "")

    def test_whoever_texted_stop_is_not_put_on_call_nor_told(self) -> None:
        house = House()
        hand(house, MARIE, ANNE)
        house.text(ANNE, "STOP")
        house.forget_texts()
        assert hand(house, MARIE, PAUL) == "done"
        assert house.texts_to(ANNE) == []
        assert "can be on call" in hand(house, MARIE, ANNE)

    @pytest.mark.parametrize("day", ["2026-03-01", "2026-03-16", "", "x", "2026-3-3"])
    def test_only_the_coming_days_are_handed_out(self, day: str) -> None:
        assert "coming 14 days" in hand(House(), MARIE, PAUL, day)

    def test_without_the_time_nobody_knows_the_days(self) -> None:
        house = House(trusted=False)
        assert "time" in hand(house, MARIE, PAUL)

    @pytest.mark.parametrize(("via", "by"), [("mqtt", MARIE), ("web", None)])
    def test_nobody_hands_out_days_who_is_not_known_for_certain(self, via: str, by: str | None) -> None:
        assert "only the circle" in hand(House(), by, PAUL, via=via)


class TestInAnAlert:
    def test_whoever_has_the_day_is_asked_first_and_from_midnight_on(self) -> None:
        house = House()
        hand(house, MARIE, ANNE)
        house.pass_time(local(3, 0) - START - timedelta(minutes=1))
        assert has(house) is None
        house.pass_time(minutes=1)

        house.press()
        house.pass_time(seconds=10)
        assert [s.message.person for s in house.sent if s.message.purpose is Purpose.ALERT] == [ANNE]
        house.pass_time(minutes=3)
        assert house.alerts_to(PAUL) == 1

    def test_who_says_until_midnight(self) -> None:
        house = House()
        hand(house, MARIE, ANNE, TODAY)
        house.text(PAUL, "QUI")
        assert house.last_to(PAUL).values["until"] == local(3, 0)
        assert house.last_to(PAUL).values["names"] == "Anne, Paul"

    def test_the_later_word_counts_between_a_span_by_text_and_a_day(self) -> None:
        house = House()
        hand(house, MARIE, ANNE)
        house.pass_time(minutes=1)
        house.text(MARIE, "GARDE Paul 3j")
        house.text(MARIE, f"OUI {CODE}")
        assert has(house, local(3, 12)) == PAUL
        assert on_call.until(house.state, local(3, 12), PARIS) == house.now + timedelta(days=3)

        house.pass_time(minutes=1)
        house.forget_texts()
        hand(house, MARIE, ANNE)
        assert (has(house, local(3, 12)), has(house, local(4, 12))) == (ANNE, PAUL)
        assert house.texts_to(PAUL) == ["shift.gone"]
        # The usual order on a day in the middle of it.
        hand(house, MARIE, "")
        assert (has(house, local(3, 12)), on_call.until(house.state, local(3, 12), PARIS)) == (None, None)

    def test_who_says_until_another_is(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Paul 5j")
        house.text(MARIE, f"OUI {CODE}")
        house.pass_time(minutes=1)
        hand(house, MARIE, ANNE, "2026-03-04")
        assert on_call.until(house.state, house.now, PARIS) == local(4, 0)
        # The same person on the days after: until the last of them is over.
        hand(house, MARIE, ANNE, "2026-03-05")
        assert on_call.until(house.state, local(4, 12), PARIS) == local(6, 0)
        assert on_call.until(house.state, local(6, 0), PARIS) == START + timedelta(days=5)

    def test_a_day_is_handed_to_whoever_has_its_morning_already(self) -> None:
        house = House()
        house.text(MARIE, "GARDE Anne 3/3 12h")
        house.text(MARIE, f"OUI {CODE}")
        house.pass_time(minutes=1)

        assert hand(house, MARIE, ANNE) == "done"

        assert (has(house, local(3, 11)), has(house, local(3, 23))) == (ANNE, ANNE)

    def test_who_names_no_end_of_somebody_who_left(self) -> None:
        house = House()
        hand(house, MARIE, ANNE, TODAY)
        house.text(ANNE, "STOP")

        house.text(MARIE, "QUI")

        values = house.last_to(MARIE).values
        assert ANNE not in str(values["names"]).lower()
        assert values["until"] is None

    def test_of_two_words_of_one_moment_the_span_that_took_a_code_counts(self) -> None:
        house = House()
        hand(house, MARIE, ANNE)

        house.text(MARIE, "GARDE Paul 3j")
        house.text(MARIE, f"OUI {CODE}")

        assert has(house, local(3, 12)) == PAUL

    def test_an_untrusted_clock_has_no_days(self) -> None:
        house = House()
        hand(house, MARIE, ANNE, TODAY)
        assert has(house) == ANNE
        house.step_clock(timedelta(hours=1), trusted=False)
        assert has(house) is None

    def test_it_outlives_a_restart_and_old_days_are_forgotten(self) -> None:
        house = House()
        hand(house, MARIE, ANNE, TODAY)
        house.cut_power()
        assert has(house) == ANNE
        for _ in range(4):
            house.pass_time(days=1)
            hand(house, MARIE, PAUL, days(house.now.astimezone(PARIS))[-1].isoformat())
        assert TODAY not in house.state.shifts
        assert len(house.state.shifts) == 4


def test_days_are_those_of_the_home() -> None:
    found = days(datetime(2026, 3, 2, 23, 30, tzinfo=PARIS))
    assert (len(found), found[0].isoformat(), found[-1].isoformat()) == (AHEAD, TODAY, LAST)


def test_a_day_is_as_long_as_it_is() -> None:
    begins, ends = on_call.ends_of(datetime(2026, 3, 29, tzinfo=PARIS).date(), PARIS)
    assert ends - begins == timedelta(hours=23)
