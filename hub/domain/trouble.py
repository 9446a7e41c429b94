"""What can be out of order: who sees to it and by when, and which of it may keep a call for help from being heard.

A fault is named by its code ("modem.absent"), and where there are several of a kind also by what it is about:
"device.silent/cuisine", "person.unproven/paul". Codes are those of docs/drivers.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# These mean that a call for help may reach nobody: told at any hour (BEHAVIOUR 1).
CRITICAL = frozenset(
    {
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
    }
)
# Nobody was seen or heard for days (BEHAVIOUR 5): no fault of the hub's, but told like one.
NO_NEWS = "home.no_news"
# Nobody knows the time of day (BEHAVIOUR 5): windows are not watched.
CLOCK = "clock.untrusted"
# No current from the wall; told after five minutes, at any hour.
MAINS_LOST = "power.mains_lost"
# Rules whose every source is out of order: nothing watches there.
BLIND = "watch.blind"

SILENT = "device.silent"
OFFLINE = "device.offline"
BATTERY = "device.battery"
TAMPERED = "device.tampered"
STUCK = "device.stuck"
FLAPPING = "device.flapping"
UNPROVEN_DEVICE = "device.unproven"
UNPROVEN_PERSON = "person.unproven"
UNREACHABLE = "person.unreachable"
UNANSWERED = "drill.unanswered"
UNPROVEN_SIM = "sim.unproven"

# What the hub finds out by itself: as many as the household has devices and people, however many other faults stand.
OWN = frozenset(
    {
        NO_NEWS,
        CLOCK,
        MAINS_LOST,
        BLIND,
        SILENT,
        OFFLINE,
        BATTERY,
        TAMPERED,
        STUCK,
        FLAPPING,
        UNPROVEN_DEVICE,
        UNPROVEN_PERSON,
        UNREACHABLE,
        UNANSWERED,
        UNPROVEN_SIM,
    }
)

# While one of these stands nothing is heard by that link, whatever happens in the house.
LINK_FAULTS = {
    "mqtt": frozenset({"mqtt.absent", "mqtt.refused", "mqtt.bridge", "mqtt.broken"}),
    "gpio": frozenset({"gpio.absent", "gpio.library", "gpio.denied", "gpio.broken"}),
}
# A device with one of these tells nothing that may be believed.
DEAF = frozenset({SILENT, OFFLINE, STUCK, FLAPPING})


class Owner(StrEnum):
    """Who sees to a fault."""

    FAMILY = "family"
    INSTALLER = "installer"


@dataclass(frozen=True, slots=True)
class Care:
    """Who sees to a fault, and how long that may take."""

    owner: Owner
    within: timedelta


TODAY, THIS_WEEK = timedelta(days=1), timedelta(days=7)
BY_INSTALLER, BY_FAMILY = Care(Owner.INSTALLER, THIS_WEEK), Care(Owner.FAMILY, THIS_WEEK)
# By a code, or by the first word of several.
CARES = {
    "backup": BY_FAMILY,
    "clock": BY_INSTALLER,
    "control": BY_INSTALLER,
    "device": BY_FAMILY,
    "device.flapping": BY_INSTALLER,
    "device.stuck": BY_INSTALLER,
    "disk": BY_INSTALLER,
    "drill": BY_FAMILY,
    "gpio": Care(Owner.INSTALLER, TODAY),
    "gsm": Care(Owner.INSTALLER, TODAY),
    "gsm.weak": BY_INSTALLER,
    "home": Care(Owner.FAMILY, TODAY),
    "hub": BY_INSTALLER,
    "journal": BY_INSTALLER,
    "modem": Care(Owner.INSTALLER, TODAY),
    "modem.absent": Care(Owner.FAMILY, TODAY),
    "modem.power": BY_INSTALLER,
    "modem.sick": BY_INSTALLER,
    "modem.storage_full": BY_INSTALLER,
    "modem.switch": BY_INSTALLER,
    "mqtt": Care(Owner.INSTALLER, TODAY),
    "person": BY_FAMILY,
    "power": BY_INSTALLER,
    "power.battery_low": Care(Owner.FAMILY, TODAY),
    "power.mains_lost": Care(Owner.FAMILY, TODAY),
    "sim": Care(Owner.FAMILY, TODAY),
    "watch": Care(Owner.FAMILY, TODAY),
    "web": BY_INSTALLER,
}


def code_of(fault: str) -> str:
    """Return the code of a fault, without what it is about."""
    return fault.partition("/")[0]


def about(fault: str) -> str:
    """Return what a fault is about: the id of a device or a person; "" for what there is only one of."""
    return fault.partition("/")[2]


def named(code: str, what: str) -> str:
    """Return the fault of this code about ``what`` ("": there is only one)."""
    return f"{code}/{what}" if what else code


def is_critical(fault: str) -> bool:
    """Whether a call for help may reach nobody while this stands."""
    return code_of(fault) in CRITICAL


def care_of(fault: str) -> Care:
    """Return who sees to this fault, and by when; the installer within the week to one that nobody thought of."""
    code = code_of(fault)
    return CARES.get(code) or CARES.get(code.partition(".")[0], BY_INSTALLER)
