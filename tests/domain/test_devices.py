"""Buttons and sensors that go silent, run low, stick or chatter (BEHAVIOUR 5 and 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import HOME, MARIE, House

from hub.domain.devices import CALM, LOW_PERCENT, NEW_PERCENT, STUCK_AFTER
from hub.domain.facts import Batched, DeviceTold, LifeSeen, LinkProven, Passing
from hub.domain.inputs import Booted, ButtonEdge, DeviceHeard
from hub.domain.policy import Button, Sensor, SensorKind
from hub.domain.records import Heard
from hub.domain.rounds import EVERY
from hub.domain.supervision_state import FIRST_ROUND, FLAPS_A_MINUTE
from hub.domain.trouble import BATTERY, FLAPPING, OFFLINE, SILENT, STUCK, TAMPERED, UNPROVEN_DEVICE, named

DAY = timedelta(hours=25)
WIRELESS = replace(
    HOME,
    buttons=(Button("salon", "salon", link="gpio"), Button("pendant", "", link="mqtt", silent_after=DAY)),
    sensors=(
        Sensor("cuisine", SensorKind.MOTION, "cuisine", "gpio"),
        Sensor("entree", SensorKind.DOOR, "entree", "mqtt", DAY),
        Sensor("placard", SensorKind.DOOR, "cuisine", "mqtt", DAY),
        Sensor("fumee", SensorKind.SMOKE, "", "gpio"),
    ),
)


def chat(house: House, every: timedelta, span: timedelta, *devices: str) -> None:
    """These devices are heard now and then, for so long."""
    for _ in range(span // every):
        house.pass_time(every)
        for device in devices:
            house.hear(device)


def about_devices(house: House) -> list[str]:
    return [fault for fault in house.state.faults if fault.startswith("device.")]


class TestSilence:
    def test_a_wireless_device_that_says_nothing_for_a_day_is_told_by_name(self) -> None:
        house = House(WIRELESS)
        chat(house, timedelta(hours=1), timedelta(hours=26), "pendant", "placard")

        assert about_devices(house) == [named(SILENT, "entree")]
        house.pass_time(hours=1)
        assert house.last_to(MARIE).key == f"tech.raised.{SILENT}"
        assert house.last_to(MARIE).values["device"] == "entree"

    def test_a_device_that_shares_its_room_is_called_by_its_own_name(self) -> None:
        house = House(WIRELESS)
        chat(house, timedelta(hours=1), timedelta(hours=27), "pendant", "entree")

        assert house.last_to(MARIE).values["device"] == "placard"

    def test_a_wire_is_silent_by_nature(self) -> None:
        house = House(WIRELESS)
        house.pass_time(days=3)

        assert not {named(SILENT, "cuisine"), named(SILENT, "salon")} & house.state.faults.keys()

    @pytest.mark.parametrize("sign", ["message", "movement", "press", "cancel"])
    def test_any_sign_of_a_device_ends_its_silence_at_once(self, sign: str) -> None:
        house = House(WIRELESS)
        house.pass_time(hours=30)
        assert named(SILENT, "entree") in house.state.faults

        house.hear("entree") if sign == "message" else house.sense("entree")
        house.press("pendant") if sign == "press" else house.cancel("pendant")

        assert not {named(SILENT, "entree"), named(SILENT, "pendant")} & house.state.faults.keys()
        assert f"tech.restored.{SILENT}" in house.texts_to(MARIE)

    def test_the_hubs_own_down_time_is_no_silence_of_a_device(self) -> None:
        house = House(WIRELESS)
        house.hear("entree")
        house.cut_power(timedelta(days=2))

        house.pass_time(hours=20)

        assert not about_devices(house)

    def test_while_the_broker_is_gone_no_device_is_accused_and_then_it_gets_its_time(self) -> None:
        house = House(WIRELESS)
        house.fail("mqtt.absent")
        house.pass_time(days=3)
        assert not about_devices(house)

        house.repair("mqtt.absent")
        house.pass_time(hours=24)
        assert not about_devices(house)

        house.pass_time(hours=2)
        assert len(about_devices(house)) == 3

    def test_a_sign_of_a_device_is_none_of_life(self) -> None:
        house = House(WIRELESS)

        house.hear("entree")

        assert house.state.watch.last_life is None
        assert house.of(LinkProven)

    def test_a_press_and_its_release_are_heard_and_where_a_contact_stands_at_a_start_is_not(self) -> None:
        house = House(WIRELESS)
        proven = []
        for down in (False, True, False):
            house.pass_time(hours=2)
            house.tell(ButtonEdge(house.now, "salon", down))
            proven.append(house.state.links["device/salon"].proven_at == house.now)

        assert proven == [False, True, True]

    def test_a_device_that_talks_all_day_is_noted_once_an_hour(self) -> None:
        house = House(WIRELESS)

        chat(house, timedelta(minutes=1), timedelta(hours=5), "entree")

        assert len(house.of(LinkProven)) == 5

    def test_and_at_the_hour_again(self) -> None:
        house = House(WIRELESS)
        for _ in range(3):
            house.hear("entree")
            house.pass_time(hours=1)

        assert [fact.link for fact in house.of(LinkProven)] == ["device/entree"] * 3

    def test_what_nobody_configured_is_nothing(self) -> None:
        house = House(WIRELESS)

        assert not house.tell(DeviceHeard(house.now, "toaster", battery=3, online=False, tampered=True))

    def test_a_device_that_is_taken_out_has_no_faults_any_more(self) -> None:
        house = House(WIRELESS)
        house.pass_time(hours=30)

        house.replace_policy(sensors=WIRELESS.sensors[:1])

        assert about_devices(house) == [named(SILENT, "pendant")]
        assert "device/entree" not in house.state.links


class TestWhatItSays:
    def test_a_low_battery_is_told_and_a_new_one_is(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", battery=LOW_PERCENT)
        house.pass_time(minutes=5)

        sent = house.last_to(MARIE)
        assert (sent.key, sent.values["detail"]) == (f"tech.raised.{BATTERY}", "15 %")

        house.hear("entree", battery=LOW_PERCENT + 5)
        assert named(BATTERY, "entree") in house.state.faults
        house.hear("entree", battery=NEW_PERCENT)
        assert house.last_to(MARIE).key == f"tech.restored.{BATTERY}"

    def test_a_good_battery_is_no_news(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", battery=90)

        assert not about_devices(house)

    def test_a_detector_that_was_opened_is_told(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", tampered=True)
        assert named(TAMPERED, "entree") in house.state.faults

        house.hear("entree", tampered=False)
        assert not about_devices(house)

    def test_what_the_bridge_calls_offline_is_told_and_its_word_is_no_sign_of_the_device(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", online=False)

        assert about_devices(house) == [named(OFFLINE, "entree")]
        assert house.state.links["device/entree"].proven_at is None

        house.hear("entree", online=True)
        assert not about_devices(house)

    def test_that_it_spoke_at_the_same_moment_does_not_make_the_bridge_wrong(self) -> None:
        house = House(WIRELESS)
        house.hear("entree")

        house.hear("entree", online=False)

        assert about_devices(house) == [named(OFFLINE, "entree")]

    def test_a_device_that_speaks_is_there_whatever_the_bridge_said(self) -> None:
        house = House(WIRELESS)
        house.hear("entree")
        house.pass_time(minutes=1)
        house.hear("entree", online=False)
        house.pass_time(minutes=1)

        house.hear("entree")

        assert not about_devices(house)


class TestSticking:
    @pytest.mark.parametrize("sensor", ["cuisine", "placard"])
    def test_what_is_active_for_half_a_day_is_stuck_until_it_comes_to_rest(self, sensor: str) -> None:
        house = House(WIRELESS)
        house.pass_time(FIRST_ROUND)
        house.sense(sensor)

        house.pass_time(STUCK_AFTER - timedelta(minutes=1))
        assert not about_devices(house)
        house.pass_time(minutes=1)  # the round that comes then finds it
        assert about_devices(house) == [named(STUCK, sensor)]

        house.sense(sensor, active=False)
        assert not about_devices(house)

    def test_smoke_that_stays_is_no_fault(self) -> None:
        house = House(WIRELESS)
        house.sense("fumee")
        chat(house, timedelta(hours=1), timedelta(hours=14), "entree", "placard", "pendant")

        assert not about_devices(house)


class TestChattering:
    def chatter(self) -> House:
        house = House(WIRELESS)
        for _ in range(40):
            house.move()
            house.pass_time(seconds=1)
        return house

    def test_what_changes_faster_than_anybody_moves_has_a_loose_contact(self) -> None:
        house = self.chatter()

        assert about_devices(house) == [named(FLAPPING, "cuisine")]

    def test_so_many_changes_in_a_minute_are_still_believed_and_one_more_is_not(self) -> None:
        house = House(WIRELESS)
        for _ in range(FLAPS_A_MINUTE // 2):
            house.move()
        assert not about_devices(house)
        house.pass_time(seconds=59)
        house.sense("cuisine")
        assert about_devices(house) == [named(FLAPPING, "cuisine")]

        calm = House(WIRELESS)
        for _ in range(FLAPS_A_MINUTE // 2):
            calm.move()
        calm.pass_time(minutes=1)
        calm.move()
        assert not about_devices(calm)

    def test_what_it_says_is_no_sign_of_life(self) -> None:
        house = self.chatter()
        seen = len(house.of(LifeSeen))

        house.pass_time(minutes=1)
        house.move()

        assert len(house.of(LifeSeen)) == seen

    def test_it_is_believed_again_when_it_was_calm(self) -> None:
        house = self.chatter()

        house.pass_time(CALM + EVERY)

        assert not about_devices(house)

    def test_one_that_goes_on_stays_unbelieved(self) -> None:
        house = self.chatter()
        for _ in range(20):
            house.pass_time(minutes=2)
            for _ in range(31):
                house.move()

        assert about_devices(house) == [named(FLAPPING, "cuisine")]

    def test_after_a_restart_it_begins_anew(self) -> None:
        house = self.chatter()
        house.cut_power()

        house.pass_time(EVERY)

        assert not about_devices(house)


class TestNotUsed:
    def test_a_button_that_nobody_pressed_for_thirty_days_is_to_be_tried(self) -> None:
        house = House(WIRELESS)
        chat(house, timedelta(hours=12), timedelta(days=31), "entree", "placard", "pendant")

        assert named(UNPROVEN_DEVICE, "salon") in house.state.faults
        house.hold(seconds=4)
        assert named(UNPROVEN_DEVICE, "salon") not in house.state.faults

    def test_the_level_at_a_start_is_no_press(self) -> None:
        house = House(WIRELESS)
        house.hold(seconds=4)
        proven_at = house.state.links["device/salon"].proven_at
        house.cut_power()

        house.tell(ButtonEdge(house.now, "salon", down=False))
        house.sense("cuisine", active=False)

        assert house.state.links["device/cuisine"].proven_at is None
        assert house.state.links["device/salon"].proven_at == proven_at

    def test_whoever_is_silent_is_not_also_unused(self) -> None:
        house = House(WIRELESS)

        house.pass_time(days=32)

        assert named(SILENT, "entree") in house.state.faults
        assert named(UNPROVEN_DEVICE, "entree") not in house.state.faults

    def test_a_device_unheard_for_a_month_behind_a_lost_broker_is_silent_when_the_broker_is_back(self) -> None:
        house = House(WIRELESS)
        house.fail("mqtt.absent")
        house.pass_time(days=32)
        assert named(UNPROVEN_DEVICE, "entree") in house.state.faults
        assert named(SILENT, "entree") not in house.state.faults

        house.repair("mqtt.absent")
        house.pass_time(days=2)

        assert named(SILENT, "entree") in house.state.faults
        assert named(UNPROVEN_DEVICE, "entree") not in house.state.faults


class TestWhatADeviceTells:
    def test_each_sign_is_known_at_once_however_lately_it_was_proven(self) -> None:
        house = House(WIRELESS)
        for _ in range(3):
            house.pass_time(minutes=1)
            house.hear("entree")
            assert house.state.heard["entree"].at == house.now
            house.pass_time(minutes=1)
            house.sense("cuisine")
            assert house.state.heard["cuisine"].at == house.now
            house.sense("cuisine", active=False)
            house.pass_time(minutes=1)
            house.press("pendant")
            assert house.state.heard["pendant"].at == house.now
        assert len([fact for fact in house.of(LinkProven) if fact.link == "device/entree"]) == 1

    def test_battery_and_link_stay_as_they_were_told_last_each_with_its_time(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", battery=87, link_quality=134)
        first = house.now
        house.pass_time(minutes=5)
        house.hear("entree", link_quality=0)
        second = house.now
        house.hear("placard", battery=0)
        house.pass_time(minutes=5)
        house.hear("entree")

        assert house.state.heard["entree"] == Heard(house.now, 87, first, 0, second)
        assert house.state.heard["placard"] == Heard(second, 0, second)

    def test_what_never_told_a_battery_has_none(self) -> None:
        house = House(WIRELESS)
        house.sense("cuisine")

        assert house.state.heard["cuisine"] == Heard(house.now)
        assert "pendant" not in house.state.heard

    def test_a_bridge_that_speaks_of_it_is_no_sign_of_it(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", online=True, battery=3)

        assert dict(house.state.heard) == {}

    @pytest.mark.parametrize("who", ["nobodys", "../entree", "device/entree"])
    def test_a_device_of_nobodys_leaves_no_trace(self, who: str) -> None:
        house = House(WIRELESS)
        house.hear(who, battery=50)
        house.sense(who)

        assert dict(house.state.heard) == {}

    def test_a_link_that_is_no_device_leaves_none_either(self) -> None:
        house = House(WIRELESS)
        house.observe("mains", value=True)
        house.link("mqtt", up=True)

        assert dict(house.state.heard) == {}

    def test_a_detector_that_chatters_writes_nothing_more_for_it(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", link_quality=1)
        before = len(house.on_record())
        for quality in range(200):
            house.pass_time(seconds=1)
            house.hear("entree", link_quality=quality, battery=80)

        assert len(house.of(DeviceTold)) == 201
        assert issubclass(DeviceTold, Passing)
        assert not issubclass(DeviceTold, Batched)
        assert len(house.on_record()) == before

    def test_after_a_start_nothing_is_said_that_was_not_told_since(self) -> None:
        house = House(WIRELESS)
        house.hear("entree", battery=87)
        house.tell(Booted(house.now, rebooted=False, clock_trusted=True))

        assert dict(house.state.heard) == {}
