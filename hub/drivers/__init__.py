"""The drivers of this hub, by name: the one table that a newcomer edits.

A driver is a function that is told what the installer wrote and where to post, and returns what it
brings: a source that watches, channels that carry messages, a light, a voice, a mirror. None means that hub.toml does
not ask for it. Each imports its library only when it is asked for: a home without a broker never loads MQTT.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from hub.config import HubConfig
from hub.domain.policy import Policy
from hub.domain.trouble import MAINS_LOST
from hub.drivers.gpio_chip import GpioChip
from hub.messages import Catalogue
from hub.place_forms import Active, GpioPin, MqttTopic
from hub.ports import Channel, Clock, Indicator, Mirror, Post, Source, Speaker


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a driver may know. ``chip``: the pins of the Pi, one for all drivers.

    ``faults``: what stood when the last run of the hub ended; a driver takes back what it finds in order.
    ``commit_s``: how long the journal's last commit took. ``words``: what people read.
    """

    config: HubConfig
    post: Post
    clock: Clock
    chip: GpioChip
    policy: Policy
    faults: frozenset[str] = frozenset()
    commit_s: Callable[[], float] = field(default=lambda: 0.0)
    words: Catalogue = field(default_factory=lambda: Catalogue(MappingProxyType({})))

    def faults_of(self, kind: str) -> frozenset[str]:
        """The faults of before whose codes begin with ``kind``."""
        return frozenset(code for code in self.faults if code.startswith(f"{kind}."))


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a driver brings. ``sources`` are started in their order; ``forget`` empties a text's SIM slots."""

    sources: tuple[Source, ...] = ()
    channels: Mapping[str, Channel] = field(default_factory=lambda: MappingProxyType({}))
    indicator: Indicator | None = None
    speaker: Speaker | None = None
    mirror: Mirror | None = None
    forget: Callable[[str], None] | None = None


def modem(wiring: Wiring) -> Fitted | None:
    """The GSM modem: texts out and in, calls, its PWRKEY and its supply."""
    from hub.drivers.modem.driver import ModemDriver  # noqa: PLC0415 -- pyserial only where it is used
    from hub.drivers.modem.power import wired_power  # noqa: PLC0415

    config = wiring.config
    power = wired_power(config.modem, wiring.chip, wiring.post, wiring.clock, wiring.faults)
    driver = ModemDriver(
        config.modem.port,
        wiring.clock,
        wiring.post,
        profile=config.modem.profile,
        sim_pin=config.modem.sim_pin,
        credit_code=config.modem.credit_code,
        data_dir=config.hub.data_dir,
        power=power,
    )
    sources: tuple[Source, ...] = (driver,) if power is None else (driver, power)
    return Fitted(sources=sources, channels={"sms": driver, "call": driver.telephone}, forget=driver.forget)


def gpio(wiring: Wiring) -> Fitted | None:
    """Wired buttons and sensors, the light and the buzzer."""
    from hub.drivers.gpio import GpioInputs, Line, LineKind, Pull  # noqa: PLC0415 -- only where something is wired
    from hub.drivers.indicator import GpioIndicator  # noqa: PLC0415

    config = wiring.config
    wired: list[tuple[str, LineKind, MqttTopic | GpioPin]] = [
        *((button.id, LineKind.BUTTON, button.source) for button in config.buttons),
        *((sensor.id, LineKind.SENSOR, sensor.source) for sensor in config.sensors),
    ]
    if (mains := config.power.mains_pin) is not None:
        wired.append(("mains", LineKind.MAINS, mains))
    lines = [
        Line(name, kind, pin.number, Pull(pin.pull.value), pin.active is Active.HIGH)
        for name, kind, pin in wired
        if isinstance(pin, GpioPin)
    ]
    shows = config.indicator
    if not lines and shows.led is shows.buzzer is shows.vibration is None:
        return None
    chip = wiring.chip
    faults, shown = wiring.faults_of("gpio"), wiring.faults_of("indicator")
    indicator = GpioIndicator(
        shows.led, shows.buzzer, chip, wiring.post, wiring.clock, vibration=shows.vibration, faults_before=shown
    )
    inputs = GpioInputs(lines, chip, wiring.post, wiring.clock, faults_before=faults)
    return Fitted(sources=(inputs, indicator), indicator=indicator)


def mqtt(wiring: Wiring) -> Fitted | None:
    """Remote buttons and sensors in; state and incidents out."""
    config = wiring.config
    if config.mqtt is None:
        return None
    from hub.drivers.mqtt import Access, MqttSource  # noqa: PLC0415 -- paho only where there is a broker
    from hub.drivers.mqtt_mirror import MqttMirror  # noqa: PLC0415
    from hub.drivers.mqtt_reader import MqttButton, MqttSensor  # noqa: PLC0415

    broker, secret = config.mqtt.broker, config.mqtt.password_file
    access = Access(
        host=broker.host,
        port=broker.port,
        tls=broker.tls,
        version=config.mqtt.version,
        username=config.mqtt.username or None,
        password=secret.read_text(encoding="utf-8").strip() if secret and secret.exists() else None,
        ca=config.mqtt.ca,
        cert=config.mqtt.cert,
        key=config.mqtt.key,
    )
    buttons = [
        MqttButton(b.id, b.source.topic, b.panic, b.cancel) for b in config.buttons if isinstance(b.source, MqttTopic)
    ]
    sensors = [MqttSensor(s.id, s.kind, s.source.topic) for s in config.sensors if isinstance(s.source, MqttTopic)]
    source = MqttSource(access, config.hub.id, buttons, sensors, wiring.clock, wiring.post)
    return Fitted(sources=(source,), mirror=MqttMirror(source))


def mail(wiring: Wiring) -> Fitted | None:
    """The household's mail server: news and alerts out."""
    config = wiring.config.mail
    if config is None:
        return None
    from hub.drivers.mail import MailChannel, account_of  # noqa: PLC0415 -- smtplib only where mails are sent

    # A channel is not told in whose language it speaks: the footer is in each.
    footer = "\n".join(wiring.words.in_each_language("word.mail.footer"))
    before = wiring.faults_of("mail")
    channel = MailChannel(account_of(config), footer, wiring.post, wiring.clock, faults_before=before)
    return Fitted(sources=(channel,), channels={"mail": channel})


def speech(wiring: Wiring) -> Fitted | None:
    """What the resident hears."""
    from hub.drivers.speech import EspeakSpeaker  # noqa: PLC0415 -- subprocess only where it is used

    if wiring.config.indicator.speech == "off":
        return None
    command = (wiring.config.indicator.speech,)
    volume, before = wiring.config.indicator.volume, wiring.faults_of("speech")
    speaker = EspeakSpeaker(wiring.post, wiring.clock, command, volume=volume, faults_before=before)
    return Fitted(sources=(speaker,), speaker=speaker)


def power(wiring: Wiring) -> Fitted | None:
    """Mains, battery, voltage and heat of the machine."""
    from hub.drivers.power import Power, undervoltage_file  # noqa: PLC0415 -- only where there is something to read

    config = wiring.config.power
    config = replace(config, undervoltage_file=undervoltage_file(config.undervoltage_file, config.asked))
    usual = (config.temperature_file, config.undervoltage_file)
    if not config.asked and not any(file is not None and file.exists() for file in usual):
        return None
    # Whether there is mains is a reading, and the rules make the fault of it.
    before = wiring.faults_of("power") - {MAINS_LOST}
    return Fitted(sources=(Power(config, wiring.post, wiring.clock, before=before).source,))


def disk(wiring: Wiring) -> Fitted | None:
    """The card that the journal lies on, and the copies of it on a stick."""
    from hub.drivers.copies import CopyWatch  # noqa: PLC0415 -- after the alarm path
    from hub.drivers.disk import Disk  # noqa: PLC0415

    folder, before = wiring.config.hub.data_dir, wiring.faults_of("disk") | wiring.faults_of("backup")
    copies = CopyWatch(folder, wiring.clock)
    card = Disk(folder, wiring.commit_s, wiring.post, wiring.clock, also=copies.look, before=before)
    return Fitted(sources=(card.source,))


REGISTRY: Mapping[str, Callable[[Wiring], Fitted | None]] = MappingProxyType(
    {"modem": modem, "gpio": gpio, "mqtt": mqtt, "mail": mail, "speech": speech, "power": power, "disk": disk}
)
