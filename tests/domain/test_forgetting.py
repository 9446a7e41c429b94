"""What was over for longer than the family wants is not remembered; what is open, and what holds, is."""

from dataclasses import replace
from datetime import timedelta

from house import ANNE, HOME, MARIE, PAUL, House

from hub.domain.facts import RecordsForgotten
from hub.domain.inputs import Action, SendState
from hub.domain.policy import MONTH, Retention, Wave
from hub.domain.rounds import EVERY

SHORT = replace(HOME, retention=Retention(incident_months=6))


def over(house: House) -> None:
    """A call for help, and its end."""
    house.press()
    house.pass_time(seconds=10)
    house.text(PAUL, "1")
    house.text(MARIE, "9")


def test_an_alert_is_forgotten_once_it_has_been_over_for_so_long() -> None:
    house = House(SHORT)
    over(house)
    house.command(Action.NEWS, "web", by=MARIE, text="galette")
    house.text(ANNE, "STOP")
    ended = house.now

    house.oversleep(days=6 * 31 - 1)
    house.pass_time(EVERY)
    assert [i.closed_at for i in house.state.incidents.values() if i.is_call] == [ended]
    house.pass_time(days=1, hours=1)

    assert not [i for i in house.state.incidents.values() if i.is_call]
    assert not house.state.news
    assert house.state.stopped == {ANNE}
    forgotten = house.of(RecordsForgotten)
    assert len(forgotten) == 1
    assert forgotten[0].before == forgotten[0].at - 6 * MONTH
    # The next one has a number of its own.
    house.press()
    assert house.incident.number > 10


def test_nor_is_the_last_call_that_the_hub_ended() -> None:
    rings = replace(SHORT, waves=(Wave((PAUL,), ring=True),))
    house = House(rings, network=lambda message: None if message.is_spoken else SendState.ACCEPTED)
    house.link("call", up=True)
    over(house)
    assert house.state.hung_up is not None

    house.oversleep(days=6 * 31 + 1)
    house.pass_time(EVERY)

    assert house.state.hung_up is None


def test_what_is_still_open_is_not_forgotten() -> None:
    house = House(SHORT)
    house.fail("modem.absent")
    house.oversleep(days=7 * 31)
    house.pass_time(hours=1)
    assert house.state.open_incidents()
    assert not house.of(RecordsForgotten)


def test_nothing_is_forgotten_by_a_clock_that_may_be_wrong() -> None:
    house = House(SHORT)
    over(house)
    house.cut_power(timedelta(days=400), trusted=False)
    house.pass_time(hours=1)
    assert [i for i in house.state.incidents.values() if i.is_call]
    assert not house.of(RecordsForgotten)
    # And once somebody vouches for it.
    house.step_clock(timedelta(minutes=1))
    house.pass_time(hours=1)
    assert house.of(RecordsForgotten)


def test_three_years_where_the_family_says_nothing() -> None:
    assert (Retention().movements, Retention().incidents) == (timedelta(days=30), 36 * timedelta(days=31))
