"""From a contact's edges to a press, a hold and a cancel (BEHAVIOUR 1)."""

from dataclasses import replace
from datetime import timedelta

from house import ANNE, HOME, PAUL, House

from hub.domain.facts import ContactMoved, IncidentJoined, IncidentOpened, Kind, LifeSeen, Outcome
from hub.domain.inputs import ButtonEdge
from hub.domain.policy import Button, Delays
from hub.domain.records import Phase

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))


def edge(house: House, *, down: bool, button: str = "salon") -> None:
    house.tell(ButtonEdge(house.now, button, down))


def push(house: House, *, milliseconds: float = 200) -> None:
    """Press a wired button and let go."""
    edge(house, down=True)
    house.pass_time(milliseconds=milliseconds)
    edge(house, down=False)


def presses(house: House) -> int:
    return len(house.of(IncidentOpened)) + len(house.of(IncidentJoined))


def test_whoever_still_holds_a_button_is_alive() -> None:
    house = House(replace(HOME, buttons=(Button("salon", "salon", cancel_hold=timedelta(seconds=20)),)))
    pressed = house.now
    house.hold(seconds=25)

    assert pressed + timedelta(seconds=20) in [seen.at for seen in house.of(LifeSeen)]


class TestPress:
    def test_a_press_counts_at_its_first_edge(self) -> None:
        house = House()

        edge(house, down=True)

        assert house.phase is Phase.WARNING
        assert house.incident.room == "salon"

    def test_letting_go_is_no_press(self) -> None:
        house = House()

        push(house)
        house.pass_time(seconds=1)

        assert presses(house) == 1

    def test_the_bounces_of_one_press_are_one_press(self) -> None:
        house = House()

        for _ in range(8):
            edge(house, down=True)
            house.pass_time(milliseconds=3)
            edge(house, down=False)
            house.pass_time(milliseconds=3)
        edge(house, down=True)
        house.pass_time(seconds=1)

        assert presses(house) == 1
        assert house.state.contacts["salon"].down is True

    def test_a_touch_of_a_few_milliseconds_is_a_press_and_not_the_start_of_a_hold(self) -> None:
        house = House()

        push(house, milliseconds=4)
        house.pass_time(seconds=5)

        assert house.phase is Phase.WARNING
        assert house.state.contacts["salon"].down is False

    def test_a_press_that_came_with_the_bounces_of_letting_go_is_not_lost(self) -> None:
        house = House(AT_ONCE)
        push(house)

        house.pass_time(milliseconds=20)
        edge(house, down=True)
        house.pass_time(milliseconds=30)

        assert presses(house) == 2

    def test_a_press_is_not_lost_where_the_hub_was_late_to_see_that_the_one_before_had_ended(self) -> None:
        house = House(AT_ONCE)
        push(house, milliseconds=4)
        house.oversleep(milliseconds=70)

        edge(house, down=True)
        house.pass_time(milliseconds=60)

        assert presses(house) == 2

    def test_a_contact_that_is_closed_at_the_start_is_a_press(self) -> None:
        house = House()

        edge(house, down=True)

        assert house.has_incident

    def test_a_contact_that_is_open_at_the_start_is_none(self) -> None:
        house = House()

        edge(house, down=False)

        assert not house.has_incident
        assert not house.of(ContactMoved)

    def test_a_level_that_is_told_again_is_no_new_edge(self) -> None:
        house = House(AT_ONCE)
        edge(house, down=True)
        house.pass_time(seconds=1)

        edge(house, down=True)

        assert presses(house) == 1

    def test_a_button_that_nobody_configured_is_still_a_call_for_help(self) -> None:
        house = House()

        edge(house, down=True, button="unknown")

        assert house.incident.source == "unknown"
        assert house.incident.room == ""

    def test_a_press_is_a_sign_of_life(self) -> None:
        house = House()

        push(house)

        assert house.of(LifeSeen)[0].source == "salon"

    def test_the_debounce_time_is_the_buttons_own(self) -> None:
        house = House(replace(AT_ONCE, buttons=(Button("salon", "salon", debounce=timedelta(milliseconds=10)),)))

        push(house, milliseconds=11)
        house.pass_time(milliseconds=11)
        edge(house, down=True)

        assert presses(house) == 2


class TestHold:
    def test_holding_three_seconds_cancels(self) -> None:
        house = House()

        house.hold(seconds=3)

        assert house.incident.outcome is Outcome.CANCELLED
        assert not house.sent

    def test_a_little_less_does_not(self) -> None:
        house = House()

        house.hold(seconds=2.9)
        house.pass_time(seconds=10)

        assert house.phase is Phase.ALERTING

    def test_a_hold_counts_even_when_the_hub_hears_of_it_only_as_the_button_is_let_go(self) -> None:
        house = House()
        edge(house, down=True)
        house.oversleep(seconds=4)

        edge(house, down=False)
        house.pass_time(seconds=1)

        assert house.incident.outcome is Outcome.CANCELLED
        assert house.state.contacts["salon"].down is False

    def test_holding_on_cancels_once(self) -> None:
        house = House()
        house.hold(seconds=20)

        house.pass_time(minutes=1)

        assert presses(house) == 1
        assert house.said == ["say.heard", "say.cancelled"]

    def test_a_hold_without_an_incident_opens_one_and_cancels_it(self) -> None:
        house = House()

        house.hold()

        assert [house.of(IncidentOpened)[0].kind, house.phase] == [Kind.PANIC, Phase.CLOSED]

    def test_a_hold_during_the_warning_takes_the_call_back_and_nobody_is_told(self) -> None:
        house = House()
        push(house)
        house.pass_time(seconds=5)

        house.hold()
        house.pass_time(minutes=5)

        assert house.incident.outcome is Outcome.CANCELLED
        assert not house.sent
        assert presses(house) == 1

    def test_a_second_press_during_the_warning_alerts_when_the_button_is_let_go(self) -> None:
        house = House()
        push(house)
        house.pass_time(seconds=2)

        push(house)

        assert house.phase is Phase.ALERTING
        assert house.alerts_to(PAUL) == 1

    def test_the_bounces_of_that_press_do_not_decide_it(self) -> None:
        house = House()
        push(house)
        house.pass_time(seconds=2)

        edge(house, down=True)
        house.pass_time(milliseconds=5)
        edge(house, down=False)
        house.pass_time(milliseconds=5)
        edge(house, down=True)
        house.pass_time(milliseconds=100)
        assert house.phase is Phase.WARNING
        house.pass_time(seconds=3)

        assert house.incident.outcome is Outcome.CANCELLED

    def test_a_warning_that_ends_while_the_button_is_down_alerts_in_time(self) -> None:
        house = House()
        push(house)
        house.pass_time(seconds=9)

        edge(house, down=True)
        house.pass_time(seconds=1)

        assert house.phase is Phase.ALERTING

    def test_a_hold_during_the_alert_is_told_to_whoever_was_alerted(self) -> None:
        house = House(AT_ONCE)
        push(house)
        house.pass_time(minutes=3)

        house.hold()

        assert house.phase is Phase.CLOSED
        assert [house.texts_to(who)[-1] for who in (PAUL, ANNE)] == ["cancel", "cancel"]

    def test_two_buttons_do_not_disturb_each_other(self) -> None:
        house = House(replace(HOME, buttons=(Button("salon", "salon"), Button("lit", "chambre"))))
        edge(house, down=True)
        house.pass_time(seconds=2)

        edge(house, down=True, button="lit")
        house.pass_time(milliseconds=100)
        edge(house, down=False, button="lit")

        assert house.phase is Phase.ALERTING
        house.pass_time(seconds=1)
        assert house.incident.outcome is Outcome.CANCELLED
