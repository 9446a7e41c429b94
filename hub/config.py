"""hub.toml: what is wired to what, as frozen records.

`parse` turns the installer's text into a `HubConfig`, or raises `ConfigError` with every mistake
in it. It knows the text only: whether a file that it names exists, what the family decided, and
what to do when the text is wrong is told in `hub.settings`. docs/configuration.md has every key
that is asked for here, and a test holds the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from hub import forms, place_forms
from hub.domain.policy import SensorKind
from hub.errors import ConfigError
from hub.place_forms import LAST_PIN, LONGEST_PATH, Active, Broker, GpioPin, Listen, MqttTopic, Pull, Source
from hub.reading import Document, Table, parsed
from hub.time_forms import duration

L = TypeVar("L", GpioPin, GpioPin | Path)

DEFAULT_DATA_DIR = "/var/lib/telecare-hub"
DEFAULT_ZONE = "Europe/Paris"
LANGUAGES = ("fr", "en")  # hub/locales has one file for each
GPIO_FACTORIES = ("lgpio", "rpigpio", "pigpio", "mock")  # gpiozero's pin factories
# Sections of household.toml, so that one that strayed into this file is sent home.
HOUSEHOLD_SECTIONS = (
    "resident",
    "person",
    "wave",
    "window",
    "silence",
    "door",
    "bed",
    "home_by",
    "frost",
    "heat",
    "no_news",
    "delays",
    "drill",
    "digest",
    "nudge",
    "hands_free",
    "heartbeat",
    "door_away",
    "learned",
    "retention",
)

# More than any home has; they bound what one file can make the hub hold and watch.
MOST_BUTTONS = 50
MOST_SENSORS = 200
# Values of "action" that one pendant can send; Zigbee2MQTT knows no device with more than a dozen.
MOST_ACTIONS = 16
# Names of one machine, in a home network.
MOST_NAMES = 10
# SOS devices differ in what they send (Zigbee2MQTT has them all): unless told otherwise, all of it calls.
CALLS_FOR_HELP = ["single", "double", "hold", "emergency", "sos"]
# Where the kernel of a Pi tells how warm it is, and (in bits) whether its supply is too weak.
HEAT_FILE = "/sys/class/thermal/thermal_zone0/temp"
VOLTAGE_FILE = "/sys/devices/platform/soc/soc:firmware/get_throttled"
_MAIL_FILES = ("password_file", "ca")
_POWER_FILES = ("mains", "battery", "temperature", "undervoltage")
ONLY_A_WIRE = "only a gpio: source has one; leave it out"


@dataclass(frozen=True, slots=True)
class HubSection:
    """The hub and its home. ``id`` is empty where the file has none; `hub.settings` finds one."""

    id: str
    data_dir: Path
    household: Path
    timezone: str
    country: str
    language: str

    @property
    def journal(self) -> Path:
        """The journal of facts."""
        return self.data_dir / "journal.sqlite3"

    @property
    def households(self) -> Path:
        """The revisions of the household; apart, so that a journal set aside takes no settings with it."""
        return self.data_dir / "household.sqlite3"


@dataclass(frozen=True, slots=True)
class ModemConfig:
    """The modem's port and its profile; the PIN only for the modem's own eyes.

    ``pwrkey``: the pin that presses its power key; ``usb_power``: a pin that cuts its supply while it is active, or a
    file of the kernel that switches its USB port. None where nothing is wired. ``credit_code``: what is dialled for the
    SIM's credit, "" where nobody wants to know. ``audio``: a loudspeaker and a microphone are wired to the modem.
    """

    port: str
    profile: str
    sim_pin: str = field(repr=False)
    pwrkey: GpioPin | None = None
    pwrkey_hold: timedelta = timedelta(seconds=3)
    usb_power: GpioPin | Path | None = None
    credit_code: str = ""
    audio: bool = False


@dataclass(frozen=True, slots=True)
class ButtonConfig:
    """A call button. ``panic`` and ``cancel`` are the actions of a pendant, empty for a wired button."""

    id: str
    room: str
    source: Source
    debounce: timedelta
    cancel_hold: timedelta
    panic: tuple[str, ...]
    cancel: tuple[str, ...]
    silent_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SensorConfig:
    """A detector. ``silent_after`` is None for a wired one."""

    id: str
    kind: SensorKind
    room: str
    source: Source
    silent_after: timedelta | None = None
    entrance: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorConfig:
    """What the hub shows and says at home: pins of a light, a buzzer, a vibration pad; a voice, and how loud it is."""

    led: int | None
    buzzer: int | None
    speech: str
    vibration: int | None = None
    volume: int = 100


@dataclass(frozen=True, slots=True)
class PowerConfig:
    """Where the power is read: a pin for the mains, files of the kernel for the rest; None where nothing is.

    ``asked``: those that the installer wrote; of the others it is no wonder if a machine has them not.
    """

    mains_pin: GpioPin | None
    mains_file: Path | None
    battery_file: Path | None
    temperature_file: Path | None
    undervoltage_file: Path | None
    asked: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class MqttConfig:
    """The broker, and how to be let in. ``version`` is 5, or 4 for MQTT 3.1.1."""

    broker: Broker
    version: int
    username: str
    password_file: Path | None
    ca: Path | None
    cert: Path | None
    key: Path | None


class MailTls(StrEnum):
    """How the way to a mail server is encrypted."""

    STARTTLS = "starttls"  # from the first words on; a server that does not offer it is refused
    TLS = "tls"  # from the first byte on
    OFF = "off"  # only within the home


# RFC 6409, RFC 8314, RFC 5321.
MAIL_PORTS = {MailTls.STARTTLS: 587, MailTls.TLS: 465, MailTls.OFF: 25}


@dataclass(frozen=True, slots=True)
class MailConfig:
    """The household's mail server. ``sender``: the address that mails come from; ``user`` "": it asks for no login."""

    server: str
    port: int
    tls: MailTls
    sender: str
    user: str
    password_file: Path | None
    ca: Path | None


@dataclass(frozen=True, slots=True)
class HubConfig:
    """All of hub.toml. ``mqtt``, ``mail`` and ``web`` are None when they are off, ``ping_url`` is empty then.

    ``web_names``: by which the pages are opened, besides the machine's addresses and its own name.
    """

    hub: HubSection
    modem: ModemConfig
    gpio_factory: str
    buttons: tuple[ButtonConfig, ...]
    sensors: tuple[SensorConfig, ...]
    indicator: IndicatorConfig
    mqtt: MqttConfig | None
    web: Listen | None
    ping_url: str
    power: PowerConfig
    web_names: tuple[str, ...] = ()
    mail: MailConfig | None = None


def parse(text: str, file: Path, folder: Path | None = None) -> HubConfig:
    """Read hub.toml, or raise ConfigError with all its mistakes.

    ``file`` is what the mistakes name. Relative paths start at ``folder``, or else beside ``file``.
    """
    document = Document(file, parsed(text, file), dict.fromkeys(HOUSEHOLD_SECTIONS, "household.toml"))
    config = read(document, folder or file.parent)
    mistakes = document.finish()
    if mistakes:
        raise ConfigError(mistakes)
    return config


def read(document: Document, folder: Path) -> HubConfig:
    """Ask ``document`` for everything the hub knows; good only if the document finishes without mistakes."""
    buttons = document.entries("button", "id", MOST_BUTTONS)
    sensors = document.entries("sensor", "id", MOST_SENSORS)
    modem, indicator, power = (document.section(name) for name in ("modem", "indicator", "power"))
    factory = forms.choice(GPIO_FACTORIES, "lgpio")
    ping_url = place_forms.web_address("https://hc-ping.com/your-uuid")
    config = HubConfig(
        hub=_hub(document.section("hub"), folder),
        modem=_modem(modem),
        gpio_factory=document.section("gpio").take("factory", factory, "lgpio"),
        buttons=tuple(_button(table) for table in buttons),
        sensors=tuple(_sensor(table) for table in sensors),
        indicator=_indicator(indicator),
        mqtt=_mqtt(document.section("mqtt"), folder),
        web=document.section("web").take("listen", place_forms.listen(), "0.0.0.0:8080"),
        ping_url=document.section("watch").take("ping_url", ping_url, ""),
        power=_power(power),
        web_names=document.section("web").take(
            "names", forms.list_of(place_forms.host_name(), MOST_NAMES, ["hub.example.org"]), []
        ),
        mail=_mail(document.section("mail"), folder),
    )
    _check_what_is_shared(document, [*buttons, *sensors], modem, indicator, power)
    if config.mqtt is None:
        _check_that_nobody_needs_a_broker([*buttons, *sensors])
    return config


def _hub(table: Table, folder: Path) -> HubSection:
    return HubSection(
        id=table.maybe("id", forms.identifier("7f3a9c")) or "",
        data_dir=folder / table.take("data_dir", place_forms.path(DEFAULT_DATA_DIR), DEFAULT_DATA_DIR),
        household=folder / table.take("household", place_forms.path("household.toml"), "household.toml"),
        timezone=table.take("timezone", place_forms.zone(), DEFAULT_ZONE),
        country=table.take("country", place_forms.country(), "FR"),
        language=table.take("language", forms.choice(LANGUAGES, "fr"), "fr"),
    )


def _modem(table: Table) -> ModemConfig:
    if not table.has("pwrkey"):
        _refuse(table, ("pwrkey_hold",), "only a pwrkey has one; leave it out")
    port = forms.text(LONGEST_PATH, "/dev/telecare-modem", empty=False)
    return ModemConfig(
        port=table.take("port", port, "/dev/telecare-modem"),
        profile=table.take("profile", place_forms.profile(), "auto"),
        sim_pin=table.take("sim_pin", place_forms.sim_pin(), ""),
        pwrkey=_lever(table, "pwrkey", place_forms.pin("gpio:4")),
        pwrkey_hold=table.take("pwrkey_hold", duration("50ms", "5s", "3s"), "3s"),
        usb_power=_lever(table, "usb_power", place_forms.usb_power()),
        audio=table.take("audio", forms.yes_no(example=True), default=False),
        credit_code=table.take("credit_code", place_forms.ussd_code(), ""),
    )


def _lever(table: Table, key: str, form: forms.Form[L]) -> L | GpioPin | None:
    """Read what moves the modem's power and, for a pin, the level that does it."""
    level = f"{key}_active"
    found = table.maybe(key, form)
    active = table.take(level, forms.member(Active, Active.HIGH), Active.HIGH.value)
    if isinstance(found, GpioPin):
        return replace(found, pull=Pull.NONE, active=active)
    _refuse(table, (level,), f"only a pin of {key} has one; leave it out")
    return found


def _button(table: Table) -> ButtonConfig:
    which = table.need("id", forms.identifier("salon", reserved=("any", "button")))
    where = _source(table, Pull.UP, Active.LOW)
    debounce = table.take("debounce", duration("0ms", "1s", "50ms"), "50ms")
    hold = table.take("cancel_hold", duration("1s", "10s", "3s"), "3s")
    if isinstance(where, MqttTopic):
        _refuse(table, ("debounce", "cancel_hold"), ONLY_A_WIRE)
    panic, cancel = _actions(table)
    return ButtonConfig(which, _room(table), where, debounce, hold, panic, cancel, _silent_after(table))


def _actions(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read which actions of a pendant call for help and which cancel; what cancels calls no more."""
    action = forms.text(32, "single", empty=False)
    cancel = table.take("cancel", forms.list_of(action, MOST_ACTIONS, ["double"]), [])
    panic = table.take("panic", forms.list_of(action, MOST_ACTIONS, ["single"], least=1), CALLS_FOR_HELP)
    if isinstance(table.right("source"), GpioPin):
        _refuse(table, ("panic", "cancel"), "only an mqtt: source has actions; leave it out")
        return (), ()
    both = [one for one in cancel if one in panic]
    if both and table.has("panic"):
        table.wrong(f"cancel and panic both have {forms.quoted(both)}: write it in one of them")
        return panic, cancel
    calls = tuple(one for one in panic if one not in cancel)
    if not calls:
        table.wrong("cancel leaves no action that calls for help: write those that do in panic")
    return calls, cancel


def _sensor(table: Table) -> SensorConfig:
    which = table.need("id", forms.identifier("cuisine", reserved=("any", "button")))
    kind = table.need("kind", forms.member(SensorKind, "motion"))
    entrance = table.take("entrance", forms.yes_no(example=True), default=False)
    if entrance and table.right("kind") not in (None, SensorKind.DOOR):
        table.wrong('entrance: only a sensor of kind = "door" is one; leave it out')
    where = _source(table, Pull.DOWN, Active.HIGH)
    if table.right("kind") is SensorKind.TEMPERATURE and isinstance(table.right("source"), GpioPin):
        table.wrong('source: a contact tells no temperature; write "mqtt:TOPIC"')
    return SensorConfig(
        id=which,
        kind=kind,
        room=_room(table),
        source=where,
        silent_after=_silent_after(table),
        entrance=entrance,
    )


def _silent_after(table: Table) -> timedelta | None:
    """Read after what silence a wireless device is out of order; a wire is silent by nature."""
    after = table.take("silent_after", duration("1h", "30d", "25h"), "25h")
    if isinstance(table.right("source"), MqttTopic):
        return after
    if isinstance(table.right("source"), GpioPin):
        _refuse(table, ("silent_after",), "only an mqtt: source has one; leave it out")
    return None


def _room(table: Table) -> str:
    return table.take("room", forms.text(forms.LONGEST_NAME, "salon"), "")


def _source(table: Table, pull: Pull, active: Active) -> Source:
    """Read where a signal comes from and, for a wire, its resistor and its level."""
    where = table.need("source", place_forms.source())
    pull = table.take("pull", forms.member(Pull, pull), pull.value)
    active = table.take("active", forms.member(Active, active), active.value)
    if isinstance(where, GpioPin):
        return replace(where, pull=pull, active=active)
    _refuse(table, ("pull", "active"), ONLY_A_WIRE)
    return where


def _refuse(table: Table, keys: tuple[str, ...], why: str) -> None:
    for key in keys:
        if table.has(key):
            table.wrong(f"{key}: {why}")


def _indicator(table: Table) -> IndicatorConfig:
    pin = forms.whole(0, LAST_PIN, 22)
    speech = table.take("speech", forms.choice(("espeak-ng", "off"), "espeak-ng"), "off")
    led, buzzer, vibration = (table.maybe(key, pin) for key in ("led", "buzzer", "vibration"))
    volume = table.take("volume", forms.whole(25, 200, 150), 100)
    return IndicatorConfig(led, buzzer, speech, vibration, volume)


def _power(table: Table) -> PowerConfig:
    pin = table.maybe("mains_pin", forms.whole(0, LAST_PIN, 24))
    pull = table.take("mains_pull", forms.member(Pull, Pull.DOWN), Pull.DOWN.value)
    active = table.take("mains_active", forms.member(Active, Active.HIGH), Active.HIGH.value)
    file = table.take("mains_file", place_forms.path_or_off("/sys/class/power_supply/AC/online"), "off")
    if pin is None:
        _refuse(table, ("mains_pull", "mains_active"), "only a mains_pin has one; leave it out")
    elif file is not None:
        table.wrong("mains_pin and mains_file both tell of the mains: write one of them")
    battery = table.take("battery_file", place_forms.path_or_off("/sys/class/power_supply/BAT0/capacity"), "off")
    heat = table.take("temperature_file", place_forms.path_or_off(HEAT_FILE), HEAT_FILE)
    volts = table.take("undervoltage_file", place_forms.path_or_off(VOLTAGE_FILE), VOLTAGE_FILE)
    written = {f"{key}_file": found for key, found in zip(_POWER_FILES, (file, battery, heat, volts), strict=True)}
    asked = frozenset(found for key, found in written.items() if found is not None and table.has(key))
    return PowerConfig(None if pin is None else GpioPin(pin, pull, active), file, battery, heat, volts, asked)


def _mqtt(table: Table, folder: Path) -> MqttConfig | None:
    broker = table.take("url", place_forms.broker_url(), "")
    version = table.take("version", forms.whole(4, 5, 5), 5)
    username = table.take("username", forms.text(128, "hub"), "")
    names = ("password_file", "ca", "cert", "key")
    found = {name: table.maybe(name, place_forms.path(f"/etc/telecare-hub/mqtt-{name}")) for name in names}
    if found["password_file"] and not username:
        table.lacks("username", "a password needs a name; write it here")
    for name, other in (("cert", "key"), ("key", "cert")):
        if found[name] and not found[other]:
            table.lacks(other, f"{name} and {other} belong together; write the file's place")
    places = {name: folder / place if place else None for name, place in found.items()}
    return MqttConfig(broker, version, username, **places) if broker else None


def _mail(table: Table, folder: Path) -> MailConfig | None:
    server = table.maybe("server", place_forms.host_name("smtp.example.org"))
    tls = table.take("tls", forms.member(MailTls, MailTls.STARTTLS), MailTls.STARTTLS.value)
    port = table.maybe("port", forms.whole(1, 65535, 587))
    sender = table.maybe("from", place_forms.mail_address())
    user = table.take("user", forms.text(128, "hub@example.org"), "")
    places = {name: table.maybe(name, place_forms.path(f"/etc/telecare-hub/mail-{name}")) for name in _MAIL_FILES}
    if server is None:
        _refuse(table, ("from", "user", "password_file"), "there is no server for it; write its name in server")
        return None
    if sender is None and not table.has("from"):
        table.lacks("from", "write the address that mails come from")
    if bool(user) is not bool(places["password_file"]):
        key = "password_file" if user else "user"
        table.lacks(key, "user and password_file belong together; write both, or neither")
    if tls is MailTls.OFF and not place_forms.is_in_the_home(server):
        table.wrong('tls = "off" is for a server within the home; write "starttls" or "tls"')
    files = {name: folder / place if place else None for name, place in places.items()}
    return MailConfig(server, port or MAIL_PORTS[tls], tls, sender or "", user, **files)


def _check_what_is_shared(
    document: Document, inputs: list[Table], modem: Table, indicator: Table, power: Table
) -> None:
    """No id, no pin, and no topic for the same purpose may be had twice."""
    document.distinct(((table, "id", table.right("id")) for table in inputs), "give each its own id")
    document.distinct(_pins(inputs, modem, indicator, power), "wire each to a pin of its own")
    document.distinct(_topics(inputs), "write one device once")


def _topics(inputs: list[Table]) -> Iterator[tuple[Table, str, object]]:
    """Yield each topic and what it is listened to for: one device may sense movement and heat."""
    for table in inputs:
        where = table.right("source")
        if isinstance(where, MqttTopic):
            yield table, "source", f"mqtt:{where.topic} ({table.right('kind') or 'button'})"


def _pins(inputs: list[Table], modem: Table, indicator: Table, power: Table) -> Iterator[tuple[Table, str, object]]:
    keys = ((modem, "pwrkey"), (modem, "usb_power"), *((table, "source") for table in inputs))
    for table, key in keys:
        where = table.right(key)
        if isinstance(where, GpioPin):
            yield table, key, f"gpio:{where.number}"
    for key in ("led", "buzzer", "vibration"):
        if (pin := indicator.right(key)) is not None:
            yield indicator, key, f"gpio:{pin}"
    if (pin := power.right("mains_pin")) is not None:
        yield power, "mains_pin", f"gpio:{pin}"


def _check_that_nobody_needs_a_broker(inputs: list[Table]) -> None:
    for table in inputs:
        if isinstance(table.right("source"), MqttTopic):
            table.wrong('source: there is no broker for it; write url = "mqtt://127.0.0.1:1883" in [mqtt]')
