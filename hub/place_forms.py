"""The forms in which people write places in our TOML files: pins, topics, brokers, addresses, files, zones.

What comes out is a small record or a text that the drivers can use as it is. Whether anything is
there - a wire, a server, a file - is not known here.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias, TypeGuard
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from hub.errors import FormError
from hub.forms import LONGEST_URL, Form, matched, meant

# In characters. MQTT allows 65535 octets; Zigbee2MQTT's friendly names stay far below this.
LONGEST_TOPIC = 200
# The hub's own topics begin with this and its id (docs/drivers.md).
TOPIC_ROOT = "telecare"
# In characters: Linux' PATH_MAX is 4096, and nobody types more than this.
LONGEST_PATH = 255
# In characters. RFC 5321 4.5.3.1.3 allows a mail path of 256 with its angle brackets.
LONGEST_MAIL = len("mail:") + 254

# The last BCM number of the header; the chip has more, which are not led out.
LAST_PIN = 27
# A broker's usual ports (IANA: mqtt, secure-mqtt).
MQTT_PORT = 1883
MQTTS_PORT = 8883

_SOURCE = re.compile(r"gpio:(0|[1-9][0-9]?)|mqtt:([^#+]+)")
# gpiozero's own "GPIO4" is what boards print beside their pins.
_GPIO = re.compile(r"(?:gpio:|GPIO)(0|[1-9][0-9]?)")
# What switches a USB device, or a port of a USB hub (kernel, Documentation/ABI: sysfs-bus-usb).
_USB_SWITCHES = ("authorized", "disable")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_COUNTRY = re.compile(r"[A-Z]{2}")  # ISO 3166-1
_USSD = re.compile(r"(?:[*#]{1,2}[0-9*#]{1,18}#)?")
_PIN = re.compile(r"(?:[0-9]{4,8})?")  # 3GPP TS 51.011 9.3: CHV1 has 4 to 8 digits
_PROFILE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
# A dot-atom and a host (RFC 5321), no quoted name: nothing that ends a header or names a second recipient.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Pull(StrEnum):
    """The resistor inside the chip that holds an open line."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Active(StrEnum):
    """Which level of the line means pressed, or sensed."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class GpioPin:
    """A wire to the Pi; ``number`` is the chip's (BCM), not the header's."""

    number: int
    pull: Pull = Pull.UP
    active: Active = Active.LOW


@dataclass(frozen=True, slots=True)
class MqttTopic:
    """A device that speaks through the broker."""

    topic: str


Source: TypeAlias = GpioPin | MqttTopic


@dataclass(frozen=True, slots=True)
class Broker:
    """Where an MQTT broker listens."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Listen:
    """The address and port of the web pages."""

    host: str
    port: int


def source() -> Form[Source]:
    """Where a signal comes from: a wire, with the resistor and level of a button, or the broker."""

    def read(written: object) -> Source:
        advice = 'write "gpio:<BCM number, 0 to 27>" or "mqtt:<topic, without + or #>"'
        pin, topic = matched(_SOURCE, written, advice).groups()
        if pin is None:
            if not topic.isprintable() or len(topic) > LONGEST_TOPIC:
                raise FormError(advice)
            return MqttTopic(topic)
        if int(pin) > LAST_PIN:
            raise FormError(advice)
        return GpioPin(int(pin))

    return Form("`gpio:N` (BCM, 0 to 27) or `mqtt:TOPIC`", "gpio:17", read)


def pin(example: str) -> Form[GpioPin]:
    """A pin of the Pi that the hub drives."""

    def read(written: object) -> GpioPin:
        advice = f'write "gpio:<BCM number, 0 to {LAST_PIN}>"'
        number = int(matched(_GPIO, written, advice)[1])
        if number > LAST_PIN:
            raise FormError(advice)
        return GpioPin(number)

    return Form(f"`gpio:N` (BCM, 0 to {LAST_PIN})", example, read)


def usb_power() -> Form[GpioPin | Path]:
    """What switches the supply of a USB device: a pin, or a file of the kernel."""
    wire = pin("gpio:5")
    advice = (
        'write "gpio:<BCM number>", or a file such as "/sys/bus/usb/devices/1-1.2/authorized" '
        'or "/sys/bus/usb/devices/1-1:1.0/1-1-port2/disable"'
    )

    def read(written: object) -> GpioPin | Path:
        if not isinstance(written, str) or not written.isprintable() or len(written) > LONGEST_PATH:
            raise FormError(advice)
        if not written.startswith("/"):
            return wire.read(written)
        if Path(written).name not in _USB_SWITCHES:
            raise FormError(advice)
        return Path(written)

    return Form("`gpio:N`, or a file `authorized` or `disable`", "/sys/bus/usb/devices/1-1.2/authorized", read)


def path(example: str) -> Form[str]:
    """The place of a file or folder; what is not absolute is beside hub.toml."""

    def read(written: object) -> str:
        if not isinstance(written, str) or not 0 < len(written) <= LONGEST_PATH or not written.isprintable():
            raise FormError(f'write the place of a file in quotes, such as "{example}"')
        return written

    return Form("path", example, read)


def path_or_off(example: str) -> Form[Path | None]:
    """The place of a file, from the root on; "off" for none."""
    place = path(example)

    def read(written: object) -> Path | None:
        if written == "off":
            return None
        found = Path(place.read(written))
        if not found.is_absolute():
            raise FormError(f'write the whole place of the file, such as "{example}", or "off"')
        return found

    return Form('path from `/` on, or "off"', example, read)


def zone() -> Form[str]:
    """The name of a time zone that this machine knows."""

    def read(written: object) -> str:
        advice = 'write a time zone such as "Europe/Paris"'
        name = matched(_ZONE, written, advice)[0]
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:  # OSError: "Europe" is a folder
            raise FormError(advice + meant(name, available_timezones())) from unknown
        return name

    return Form("time zone", "Europe/Paris", read)


def country() -> Form[str]:
    """A country, by its two letters."""
    advice = 'write the two capital letters of the country, such as "FR"'
    return Form("country, two letters", "FR", lambda written: matched(_COUNTRY, written, advice)[0])


def profile() -> Form[str]:
    """The name of a modem profile."""
    advice = 'write "auto" or the name of a file of firmware_config/modems, without .toml'
    return Form('"auto" or a profile\'s name', "auto", lambda written: matched(_PROFILE, written, advice)[0])


def sim_pin() -> Form[str]:
    """The PIN of the SIM card, or nothing. A doubtful one is refused here: three wrong ones lock the card."""
    advice = "write the 4 to 8 digits of the SIM's PIN in quotes, or empty quotes for none"
    return Form("4 to 8 digits, or empty", "", lambda written: matched(_PIN, written, advice)[0], secret=True)


def ussd_code() -> Form[str]:
    """What a phone dials to hear the SIM's credit, or the name of an operator whose code is known, or nothing."""
    known = operators()

    def read(written: object) -> str:
        if isinstance(written, str) and written in known:
            return known[written]["code"]
        names = ", ".join(f'"{name}"' for name in known)
        advice = f'write what a phone dials to hear its credit, such as "#123#", or {names}, or empty quotes for none'
        return matched(_USSD, written, advice)[0]

    return Form("such as `*123#`, an operator of `hub/operators.toml`, or empty", "#123#", read)


@cache
def operators() -> dict[str, dict[str, str]]:
    """Operators by name: the ``code`` that tells a SIM's credit, and the ``source`` where it stands."""
    found = tomllib.loads((resources.files("hub") / "operators.toml").read_text(encoding="utf-8"))
    return {name: {"code": each["code"], "source": each["source"]} for name, each in found.items()}


def _split(address: str) -> SplitResult:
    """Split an address; hostname and port of what comes back can be asked for without harm."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # a port beyond 65535, a bracket that is not closed
        return SplitResult("", "", "", "", "")
    return parts


def _is_plain(written: object) -> TypeGuard[str]:
    """Whether this is a text of plain ASCII without spaces, no longer than an address may be."""
    return isinstance(written, str) and len(written) <= LONGEST_URL and not re.search(r"[^!-~]", written)


def broker_url() -> Form[Broker | None]:
    """The address of an MQTT broker; "" for none. Names and passwords have keys of their own."""

    def read(written: object) -> Broker | None:
        if written == "":
            return None
        parts = _split(written) if _is_plain(written) else _split("")
        if parts.username is not None:
            raise FormError("write the name in username and the password in the file of password_file")
        bare = parts.path in ("", "/") and not parts.query and not parts.fragment
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.port == 0 or not bare:
            raise FormError('write "mqtt://<host>:1883", "mqtts://<host>:8883", or empty quotes for none')
        tls = parts.scheme == "mqtts"
        return Broker(parts.hostname, parts.port or (MQTTS_PORT if tls else MQTT_PORT), tls)

    return Form("`mqtt://` or `mqtts://` address, or empty", "mqtt://127.0.0.1:1883", read)


def listen() -> Form[Listen | None]:
    """Where to serve the pages; "off" for nowhere."""

    def read(written: object) -> Listen | None:
        if written == "off":
            return None
        parts = _split(f"//{written}") if _is_plain(written) else _split("")
        if not parts.hostname or not parts.port or parts.netloc != written or parts.username is not None:
            raise FormError('write "<address>:<port>" such as "0.0.0.0:8080", or "off"')
        return Listen(parts.hostname, parts.port)

    return Form('address and port, or "off"', "0.0.0.0:8080", read)


def host_name(example: str = "hub.example.org") -> Form[str]:
    """A name by which a machine is found, without a port."""
    advice = f'write a name such as "{example}", in small letters, without https:// and without a port'
    return Form("host name", example, lambda written: matched(_HOST, written, advice)[0])


def web_address(example: str) -> Form[str]:
    """An address on the web; "" stands for none."""

    def read(written: object) -> str:
        if written == "" or is_safe_address(written):
            return str(written)
        raise FormError(f'write an https:// address such as "{example}", or empty quotes for none')

    return Form("https address (http within the home), or empty", example, read)


def is_safe_address(written: object) -> bool:
    """Whether this is an https address, or an http one that never leaves the home."""
    if not _is_plain(written):
        return False
    parts = _split(written)
    if not parts.hostname or parts.port == 0:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_in_the_home(parts.hostname))


def is_in_the_home(host: str) -> bool:
    """Whether a host is this machine or one behind the same router."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".home.arpa"))


def channel() -> Form[str]:
    """A road to a person."""

    def read(written: object) -> str:
        if written in ("sms", "call") or is_safe_address(written) or _is_mail(written):
            return str(written)
        raise FormError('write "sms", "call", "mail:name@example.org" or an https:// push address')

    return Form('"sms", "call", "mail:..." or an https address', "sms", read)


def _is_mail(written: object) -> bool:
    """Whether this is "mail:" and an address."""
    if not isinstance(written, str) or len(written) > LONGEST_MAIL or not written.startswith("mail:"):
        return False
    return is_mail_address(written.removeprefix("mail:"))


def is_mail_address(written: str) -> bool:
    """Whether a mail can be sent to this: one plain address, in ASCII."""
    return _MAIL.fullmatch(written) is not None


def mail_address() -> Form[str]:
    """An address that mails come from."""
    advice = 'write an address such as "hub@example.org"'
    return Form("mail address", "hub@example.org", lambda written: matched(_MAIL, written, advice)[0])
