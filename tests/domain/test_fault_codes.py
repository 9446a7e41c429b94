"""Who sees to a fault, and by when."""

from datetime import timedelta

import pytest

from hub.domain import trouble
from hub.domain.trouble import CRITICAL, OWN, Owner, care_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.mark.parametrize(
    ("fault", "owner", "within"),
    [
        ("device.battery/salon", Owner.FAMILY, WEEK),
        ("device.stuck/cuisine", Owner.INSTALLER, WEEK),
        ("person.unproven/paul", Owner.FAMILY, WEEK),
        ("power.mains_lost", Owner.FAMILY, DAY),
        ("power.battery_low", Owner.FAMILY, DAY),
        ("power.undervoltage", Owner.INSTALLER, WEEK),
        ("modem.absent", Owner.FAMILY, DAY),
        ("modem.mute", Owner.INSTALLER, DAY),
        ("modem.power", Owner.INSTALLER, WEEK),
        ("modem.sick", Owner.INSTALLER, WEEK),
        ("modem.storage_full", Owner.INSTALLER, WEEK),
        ("modem.switch", Owner.INSTALLER, WEEK),
        ("gsm.no_network", Owner.INSTALLER, DAY),
        ("gsm.weak", Owner.INSTALLER, WEEK),
    ],
)
def test_a_fault_has_an_owner_and_a_time_to_mend_it(fault: str, owner: Owner, within: timedelta):
    care = care_of(fault)

    assert (care.owner, care.within) == (owner, within)


def test_a_fault_that_nobody_thought_of_is_the_installers_within_the_week():
    care = care_of("comet.struck/roof")

    assert (care.owner, care.within) == (Owner.INSTALLER, WEEK)


def test_these_leave_no_way_out_or_no_time_and_are_told_at_any_hour():
    assert {
        "modem.absent",
        "modem.crashed",
        "modem.mute",
        "modem.no_sms",
        "sim.absent",
        "sim.pin_missing",
        "sim.pin_wrong",
        "sim.puk",
        "sim.tariff",
        "gsm.no_network",
        "gpio.absent",
        "power.mains_lost",
        "hub.bug",
    } == CRITICAL


def test_these_the_hub_finds_out_by_itself():
    assert {
        "home.no_news",
        "clock.untrusted",
        "power.mains_lost",
        "watch.blind",
        "device.silent",
        "device.offline",
        "device.battery",
        "device.tampered",
        "device.stuck",
        "device.flapping",
        "device.unproven",
        "person.unproven",
        "person.unreachable",
        "drill.unanswered",
        "sim.unproven",
    } == OWN


CODES = {
    "NO_NEWS": "home.no_news",
    "CLOCK": "clock.untrusted",
    "MAINS_LOST": "power.mains_lost",
    "BLIND": "watch.blind",
    "SILENT": "device.silent",
    "OFFLINE": "device.offline",
    "BATTERY": "device.battery",
    "TAMPERED": "device.tampered",
    "STUCK": "device.stuck",
    "FLAPPING": "device.flapping",
    "UNPROVEN_DEVICE": "device.unproven",
    "UNPROVEN_PERSON": "person.unproven",
    "UNREACHABLE": "person.unreachable",
    "UNANSWERED": "drill.unanswered",
    "UNPROVEN_SIM": "sim.unproven",
}


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_what_stands_in_journals(name):
    assert getattr(trouble, name) == CODES[name]
