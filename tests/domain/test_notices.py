"""What the family is told by the calendar, and when the door says that nobody is at home (BEHAVIOUR 2, 5, 7)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from house import ANNE, CIRCLE, HOME, MARIE, PARIS, PAUL, QUIET, START, House

from hub.domain.coverage import gaps, thin_hours
from hub.domain.facts import Kind, Outcome, Purpose, Whereabouts
from hub.domain.inputs import Action
from hub.domain.policy import EVERY_DAY, DoorAway, Hours, Sensor, SensorKind
from hub.domain.rounds import EVERY
from hub.domain.view import Condition, view

DAYS = (Hours(EVERY_DAY, time(7), time(22)),)
# Paul and Anne by day, Marie always.
THIN_NIGHTS = replace(HOME, people=(*(replace(p, hours=DAYS) for p in CIRCLE[:2]), CIRCLE[2]))
EVENING = replace(HOME, digest_at=time(19, 0))
MONTHLY = replace(HOME, heartbeat_every=timedelta(days=30))


def notices(house: House, key: str) -> list[datetime]:
    """When Marie was told this."""
    return [sent.at for sent in house.sent_to(MARIE, Purpose.TECHNICAL) if sent.key == key]


class TestDowntime:
    def test_that_nothing_was_watched_is_told_with_the_hours(self) -> None:
        house = House()
        off = house.now
        house.cut_power(timedelta(hours=2))
        house.pass_time(EVERY)

        sent = house.last_to(MARIE)
        assert sent.key == "reboot"
        assert (sent.values["since"], sent.values["time"]) == (off, off + timedelta(hours=2))
        assert not house.sent_to(PAUL)
        house.pass_time(days=1)
        assert len(notices(house, "reboot")) == 1

    def test_a_restart_is_nobodys_business(self) -> None:
        house = House()
        house.cut_power(timedelta(minutes=15))

        house.pass_time(days=1)

        assert not notices(house, "reboot")

    def test_at_night_it_waits_for_the_morning(self) -> None:
        house = House(at=datetime(2026, 3, 2, 22, 0, tzinfo=UTC))
        house.cut_power(timedelta(hours=2))
        house.pass_time(hours=6)
        assert not house.sent

        house.pass_time(hours=2)

        assert len(notices(house, "reboot")) == 1

    def test_how_long_it_was_is_told_once_the_time_is_known(self) -> None:
        house = House()
        house.cut_power(timedelta(hours=5), trusted=False)
        house.pass_time(hours=1)
        assert not notices(house, "reboot")

        house.step_clock(timedelta(hours=17))
        house.pass_time(hours=1)

        assert len(notices(house, "reboot")) == 1

    def test_a_second_time_is_told_too(self) -> None:
        house = House()
        for _ in range(2):
            house.cut_power(timedelta(hours=1))
            house.pass_time(hours=1)

        assert len(notices(house, "reboot")) == 2


class TestThinHours:
    def test_the_hours_of_one_person_alone_are_found(self) -> None:
        found = gaps(THIN_NIGHTS, START, frozenset())

        assert len(found) == 7
        assert (found[0].begins.astimezone(PARIS).hour, found[0].ends.astimezone(PARIS).hour) == (22, 7)
        assert {gap.people for gap in found} == {1}

    def test_whoever_texted_stop_is_not_counted(self) -> None:
        found = gaps(HOME, START, frozenset({PAUL, ANNE}))

        assert [(gap.ends - gap.begins).days for gap in found] == [7]

    def test_what_is_the_same_next_week_is_no_news(self) -> None:
        this_week, next_week = (gaps(THIN_NIGHTS, START + timedelta(days=7 * n), frozenset()) for n in (0, 1))

        assert thin_hours(this_week, PARIS) == thin_hours(next_week, PARIS)
        assert len(thin_hours(this_week, PARIS)) == 7 * 9

    def test_an_hour_without_anybody_is_another_one(self) -> None:
        nobody = gaps(replace(HOME, people=()), START, frozenset())

        assert "1-22!" in thin_hours(nobody, PARIS)

    def test_the_family_is_told_by_day_once_the_hub_has_settled_in(self) -> None:
        house = House(THIN_NIGHTS)
        house.pass_time(hours=23)
        assert not house.sent

        house.pass_time(hours=2)

        sent = house.last_to(MARIE)
        assert sent.key == "coverage"
        assert sent.values["since"].astimezone(PARIS).hour == 22
        house.pass_time(days=20)
        assert len(notices(house, "coverage")) == 1

    def test_a_week_that_stays_thin_is_told_again_after_a_month(self) -> None:
        house = House(THIN_NIGHTS)

        house.pass_time(days=45)

        assert len(notices(house, "coverage")) == 2

    def test_a_gap_that_opens_is_told(self) -> None:
        house = House(THIN_NIGHTS)
        house.pass_time(days=2)

        house.text(ANNE, "STOP")
        house.pass_time(days=1)
        assert len(notices(house, "coverage")) == 1

        house.text(PAUL, "STOP")
        house.pass_time(days=1)
        assert len(notices(house, "coverage")) == 2

    def test_with_enough_people_nobody_hears_of_it(self) -> None:
        house = House()

        house.pass_time(days=3)

        assert not house.sent


class TestDigest:
    def test_it_comes_each_day_at_its_hour(self) -> None:
        house = House(EVENING)
        house.pass_time(days=3)

        came = [at.astimezone(PARIS) for at in notices(house, "digest")]
        assert [(at.day, at.hour, at.minute) for at in came] == [(2, 19, 0), (3, 19, 0), (4, 19, 0)]

    def test_it_says_what_the_day_was(self) -> None:
        house = House(EVENING)
        house.move()
        moved = house.now
        house.fail("mqtt.absent")
        for _ in range(2):
            house.press()
            house.cancel()
        house.pass_time(hours=9)

        values = next(sent.values for sent in house.sent_to(MARIE) if sent.key == "digest")
        assert (values["since"], values["alerts"], values["faults"]) == (house.state.watch.last_life, 2, 1)
        assert values["since"] >= moved

    def test_a_call_at_the_hour_of_the_digest_is_in_the_next(self) -> None:
        house = House(EVENING)
        house.pass_time(hours=8)
        assert len(notices(house, "digest")) == 1
        house.press()
        house.cancel()

        house.pass_time(days=1)

        assert [sent.values["alerts"] for sent in house.sent_to(MARIE) if sent.key == "digest"] == [None, 1]

    def test_a_quiet_day_has_nothing_to_count(self) -> None:
        house = House(EVENING)
        house.pass_time(hours=9)

        assert (house.last_to(MARIE).values["alerts"], house.last_to(MARIE).values["faults"]) == (None, None)

    def test_nobody_who_does_not_want_it_gets_it(self) -> None:
        house = House(EVENING)
        house.text(MARIE, "STOP")
        house.forget_texts()

        house.pass_time(days=2)

        assert not notices(house, "digest")


WATCHED = replace(EVENING, silences=(replace(QUIET, longest=timedelta(hours=4), between=None),))
LATE_MARCH = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


class TestMonth:
    def test_what_the_silences_came_to_is_told_on_the_first_by_day(self) -> None:
        house = House(WATCHED, at=LATE_MARCH)
        for wait, outcome in ((5, None), (11, Outcome.FALSE_ALARM)):
            house.move()
            house.pass_time(hours=4, minutes=wait)
            if outcome:
                house.command(Action.CLOSE, incident=house.incident.number, outcome=outcome)
        house.command(Action.AWAY, until=house.now + timedelta(days=5))
        house.pass_time(days=3)

        (sent,) = (sent for sent in house.sent_to(MARIE) if sent.key == "month")
        local = sent.at.astimezone(PARIS)
        assert (local.month, local.day, local.hour) == (4, 1, 8)
        assert sent.values == {
            "resident": HOME.resident.name,
            "month": "03/2026",
            "asked": 2,
            "settled": 1,
            "alerts": 1,
            "false_alarms": 1,
            "quiet": None,
            "noticed": "4h00",
        }

    def test_a_month_without_a_question_says_so(self) -> None:
        house = House(EVENING, at=LATE_MARCH)
        house.pass_time(days=3)

        (sent,) = (sent for sent in house.sent_to(MARIE) if sent.key == "month")
        assert (sent.values["asked"], sent.values["settled"], sent.values["noticed"]) == (0, None, None)

    def test_once_a_month(self) -> None:
        house = House(EVENING, at=LATE_MARCH)
        house.pass_time(days=40)

        assert [at.astimezone(PARIS).month for at in notices(house, "month")] == [4, 5]

    def test_a_box_that_was_off_tells_it_in_the_first_week_or_not_at_all(self) -> None:
        week, later = (House(EVENING, at=LATE_MARCH) for _ in range(2))

        week.cut_power(timedelta(days=8))
        week.pass_time(hours=2)
        later.cut_power(timedelta(days=9))
        later.pass_time(days=5)

        assert len(notices(week, "month")) == 1
        assert not notices(later, "month")

    def test_the_month_in_which_it_was_put_up_has_not_been_watched_before(self) -> None:
        house = House(EVENING, at=datetime(2026, 4, 1, 6, 30, tzinfo=UTC))
        house.pass_time(days=6)

        assert not notices(house, "month")

    def test_no_digest_no_sum(self) -> None:
        house = House(HOME, at=LATE_MARCH)
        house.pass_time(days=3)

        assert not notices(house, "month")


class TestHeartbeat:
    def test_once_a_month_the_box_says_that_it_is_there(self) -> None:
        house = House(MONTHLY)
        house.pass_time(days=62)

        came = notices(house, "heartbeat")
        assert [(at - came[0]).days for at in came] == [0, 30]
        assert all(at.astimezone(PARIS).hour >= 10 for at in came)

    def test_that_is_from_ten_in_the_morning(self) -> None:
        house = House(MONTHLY, at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC))
        house.pass_time(days=31)

        (came,) = (at.astimezone(PARIS) for at in notices(house, "heartbeat"))
        assert came.hour == 10

    def test_never_at_night(self) -> None:
        house = House(MONTHLY, at=datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
        house.pass_time(days=30, hours=12)
        assert not notices(house, "heartbeat")

        house.pass_time(hours=2)
        assert notices(house, "heartbeat")


DOOR = Sensor("entree", SensorKind.DOOR, "entree", entrance=True)
ROOM = Sensor("cuisine", SensorKind.MOTION, "cuisine")
LEAVES = replace(
    HOME,
    sensors=(DOOR, ROOM, Sensor("frigo", SensorKind.DOOR, "cuisine")),
    silences=(QUIET,),
    door_away=DoorAway(timedelta(minutes=30), timedelta(hours=10)),
)


def goes_out(house: House, door: str = "entree") -> None:
    """Through a door, which is closed behind."""
    house.move()
    house.pass_time(seconds=20)
    house.sense(door)
    house.sense(door, active=False)


def whereabouts(house: House) -> Whereabouts:
    return house.state.presence.whereabouts


class TestLastDoor:
    def test_nobody_stirs_after_the_entrance_door_so_nobody_is_at_home(self) -> None:
        house = House(LEAVES)
        goes_out(house)
        left = house.now
        house.pass_time(hours=1, minutes=10)

        assert view(house.state, house.policy).condition is Condition.AWAY
        assert house.state.presence.until == left + timedelta(hours=10)

    def test_it_always_ends(self) -> None:
        house = House(LEAVES)
        goes_out(house)

        house.pass_time(hours=10)

        assert whereabouts(house) is Whereabouts.HOME

    def test_whoever_comes_back_is_at_home_at_once(self) -> None:
        house = House(LEAVES)
        goes_out(house)
        house.pass_time(minutes=40)
        assert whereabouts(house) is Whereabouts.AWAY

        house.sense("entree")

        assert whereabouts(house) is Whereabouts.HOME

    def test_a_movement_after_the_door_is_somebody_at_home(self) -> None:
        house = House(LEAVES)
        goes_out(house)
        house.pass_time(minutes=1)
        house.move()

        house.pass_time(hours=5)

        assert whereabouts(house) is Whereabouts.HOME
        assert house.state.open_of(Kind.INACTIVITY)

    def test_the_door_of_the_fridge_is_no_entrance(self) -> None:
        house = House(LEAVES)
        goes_out(house, "frigo")

        house.pass_time(hours=2)

        assert whereabouts(house) is Whereabouts.HOME

    def test_a_door_that_stands_open_says_nothing(self) -> None:
        house = House(LEAVES)
        house.sense("entree", active=False)
        house.sense("entree")

        house.pass_time(hours=2)

        assert whereabouts(house) is Whereabouts.HOME

    def test_where_a_sensor_is_out_of_order_stillness_says_nothing(self) -> None:
        house = House(LEAVES)
        goes_out(house)
        house.hear("cuisine", online=False)

        house.pass_time(hours=2)

        assert whereabouts(house) is Whereabouts.HOME

    def test_somebody_who_called_for_help_is_there(self) -> None:
        house = House(LEAVES)
        house.press()
        goes_out(house)

        house.pass_time(hours=2)

        assert whereabouts(house) is Whereabouts.HOME

    def test_without_the_familys_wish_the_door_says_nothing(self) -> None:
        house = House(replace(LEAVES, door_away=None))
        goes_out(house)

        house.pass_time(hours=4, minutes=1)

        assert house.state.open_of(Kind.INACTIVITY)
