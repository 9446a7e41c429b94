"""hub.toml: what an installer writes, and what he is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.config import ButtonConfig, HubConfig, SensorConfig, parse
from hub.domain.policy import SensorKind
from hub.errors import ConfigError
from hub.place_forms import Active, Broker, GpioPin, Listen, MqttTopic, Pull
from hub.reading import MOST_MISTAKES

FILE = Path("/etc/telecare-hub/hub.toml")
MAIL = '[mail]\nserver = "smtp.example.org"\nfrom = "hub@example.org"\n'
BROKER = '[mqtt]\nurl = "mqtt://127.0.0.1:1883"\n'


def read(text: str) -> HubConfig:
    return parse(text, FILE)


def mistakes(text: str) -> list[str]:
    """What is told of a text, without the file's name."""
    with pytest.raises(ConfigError) as refused:
        read(text)
    assert {mistake.file for mistake in refused.value.mistakes} == {str(FILE)}
    return [mistake.text for mistake in refused.value.mistakes]


def button(lines: str, rest: str = "") -> str:
    return f'[[button]]\nid = "salon"\n{lines}\n{rest}'


def test_the_mail_server_has_the_usual_port_of_its_encryption():
    mail = read(
        '[mail]\nserver = "smtp.example.org"\nfrom = "hub@example.org"\nuser = "hub"\npassword_file = "p"\n'
    ).mail
    home = read('[mail]\nserver = "nas.lan"\ntls = "off"\nfrom = "hub@nas.lan"\n').mail
    implicit = read('[mail]\nserver = "smtp.example.org"\ntls = "tls"\nfrom = "hub@example.org"\nca = "/ca.pem"\n').mail
    chosen = read('[mail]\nserver = "smtp.example.org"\nport = 2525\nfrom = "hub@example.org"\n').mail

    assert (mail.port, mail.tls, mail.password_file, mail.user) == (587, "starttls", FILE.parent / "p", "hub")
    assert (home.port, implicit.port, chosen.port) == (25, 465, 2525)
    assert (implicit.sender, implicit.ca) == ("hub@example.org", Path("/ca.pem"))
    assert read("").mail is None


def test_an_empty_file_is_a_hub_with_a_modem_and_pages_and_nothing_wired():
    config = read("")

    assert config.buttons == config.sensors == ()
    assert config.modem.port == "/dev/telecare-modem"
    assert config.hub.data_dir == Path("/var/lib/telecare-hub")
    assert config.hub.household == Path("/etc/telecare-hub/household.toml")
    assert config.web == Listen("0.0.0.0", 8080)
    assert config.mqtt is None
    assert config.ping_url == ""


def test_a_wired_button_goes_to_ground_with_a_pull_up():
    wired = read(button('source = "gpio:17"')).buttons[0]

    assert wired == ButtonConfig(
        id="salon",
        room="",
        source=GpioPin(17, Pull.UP, Active.LOW),
        debounce=timedelta(milliseconds=50),
        cancel_hold=timedelta(seconds=3),
        panic=(),
        cancel=(),
    )


def test_a_wired_sensor_is_active_high_unless_said_otherwise():
    sensor = '[[sensor]]\nid = "porte"\nkind = "door"\nsource = "gpio:4"\n'

    assert read(sensor).sensors[0] == SensorConfig("porte", SensorKind.DOOR, "", GpioPin(4, Pull.DOWN, Active.HIGH))
    assert read(sensor + 'pull = "up"\nactive = "low"').sensors[0].source == GpioPin(4, Pull.UP, Active.LOW)


def test_a_pendant_tells_by_its_actions_what_calls_and_what_cancels():
    pendant = read(button('source = "mqtt:z/pendant"\npanic = ["single"]\ncancel = ["double"]', BROKER)).buttons[0]

    assert pendant.source == MqttTopic("z/pendant")
    assert (pendant.panic, pendant.cancel) == (("single",), ("double",))


def test_every_action_of_a_pendant_calls_for_help_unless_it_cancels():
    pendant = read(button('source = "mqtt:z/pendant"\ncancel = ["double"]', BROKER)).buttons[0]

    assert pendant.panic == ("single", "hold", "emergency", "sos")


def test_a_broker_is_let_in_by_name_password_and_certificates_beside_the_file():
    mqtt = read(
        '[mqtt]\nurl = "mqtts://broker.lan"\nversion = 4\nusername = "hub"\npassword_file = "mqtt.pass"\n'
        'ca = "/ca.pem"\ncert = "c.pem"\nkey = "k.pem"'
    ).mqtt

    assert mqtt is not None
    assert mqtt.broker == Broker("broker.lan", 8883, tls=True)
    assert mqtt.version == 4
    assert mqtt.password_file == FILE.parent / "mqtt.pass"
    assert (mqtt.ca, mqtt.cert, mqtt.key) == (Path("/ca.pem"), FILE.parent / "c.pem", FILE.parent / "k.pem")


@pytest.mark.parametrize("written", ["gpio:4", "GPIO4"])
def test_what_presses_the_modem_s_key_and_cuts_its_supply(written):
    modem = read(
        f'[modem]\npwrkey = "{written}"\npwrkey_hold = "1s"\nusb_power = "gpio:5"\nusb_power_active = "low"'
    ).modem

    assert modem.pwrkey == GpioPin(4, Pull.NONE, Active.HIGH)
    assert modem.pwrkey_hold == timedelta(seconds=1)
    assert modem.usb_power == GpioPin(5, Pull.NONE, Active.LOW)


@pytest.mark.parametrize(
    "file", ["/sys/bus/usb/devices/1-1.2/authorized", "/sys/bus/usb/devices/1-1:1.0/1-1-port2/disable"]
)
def test_the_supply_may_be_a_file_of_the_kernel(file):
    assert read(f'[modem]\nusb_power = "{file}"').modem.usb_power == Path(file)


def test_which_files_of_the_power_were_asked_for_is_known():
    power = read('[power]\nmains_file = "/sys/AC/online"\nbattery_file = "off"').power

    assert power.asked == {Path("/sys/AC/online")}
    assert power.temperature_file is not None


def test_without_a_word_nothing_is_wired_to_the_modem():
    assert (read("").modem.pwrkey, read("").modem.usb_power) == (None, None)


@pytest.mark.parametrize(
    ("written", "found"),
    [("[::1]:80", Listen("::1", 80)), ("hub.local:8080", Listen("hub.local", 8080)), ("off", None)],
)
def test_the_pages_listen_where_they_are_told(written, found):
    assert read(f'[web]\nlisten = "{written}"').web == found


def test_every_mistake_is_told_at_once_with_its_place_and_what_to_write():
    text = """
        [hub]
        timezone = "Europe/Pariss"
        [modem]
        prot = "/dev/ttyUSB0"
        [[button]]
        id = "salon"
        source = "gpio:28"
        [[sensor]]
        id = "Cuisine"
        kind = "moton"
        source = "gpio:27"
        [indicator]
        led = true
    """

    assert mistakes(text) == [
        '[hub] timezone = \'Europe/Pariss\': write a time zone such as "Europe/Paris"; did you mean "Europe/Paris"?',
        '[[button]] salon source = \'gpio:28\': write "gpio:<BCM number, 0 to 27>" or "mqtt:<topic, without + or #>"',
        '[[sensor]] Cuisine id = \'Cuisine\': write 1 to 32 of a-z, 0-9, "_" and "-", such as "cuisine"',
        (
            '[[sensor]] Cuisine kind = \'moton\': write one of "motion", "door", "bed", "smoke", "co", "flood", "gas", '
            '"temperature", "fall"; did you mean "motion"?'
        ),
        "[indicator] led = true: write a whole number from 0 to 27, without quotes",
        '[modem] unknown key "prot"; did you mean "port"?',
    ]


def test_the_error_reads_as_a_list_under_the_name_of_the_file():
    with pytest.raises(ConfigError) as refused:
        read('[hub]\nid = "A"\ncountry = "France"')

    first, *rest = str(refused.value).splitlines()
    assert first == "/etc/telecare-hub/hub.toml has 2 mistake(s):"
    assert [line[:7] for line in rest] == ["  [hub]", "  [hub]"]
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[buton]", 'unknown section "buton"; did you mean "button"?'),
        ("[[person]]", "[person] belongs in household.toml: move it there"),
        ("[[hub]]", "[hub] is a list of 1: write [hub] once, on a line of its own"),
        ("hub = 1", "[hub] is 1: write [hub] once, on a line of its own"),
        ("button = 1", "[[button]] is 1: write [[button]], in two brackets, above each of them"),
        (
            '[button]\nid = "b"\nsource = "gpio:1"',
            "[[button]] is a table: write [[button]], in two brackets, above each of them",
        ),
        ('[[button]]\nsource = "gpio:1"', '[[button]] 1 id is missing: write id = "salon"'),
        ('[[button]]\nid = "any"\nsource = "gpio:1"', '"any" has a meaning of its own; choose another id'),
        ('[[sensor]]\nid = "s"\nsource = "gpio:1"', '[[sensor]] s kind is missing: write kind = "motion"'),
        (button('source = "gpio:1"\ndebounce = 50'), "write a whole number and a unit (ms, s, min, h, d)"),
        (
            button('source = "gpio:1"\ncancel_hold = "1min"'),
            'cancel_hold = \'1min\': write a duration from "1s" to "10s"',
        ),
        (button('source = "gpio:1"\npanic = ["x"]'), "panic: only an mqtt: source has actions; leave it out"),
        (
            button('source = "mqtt:t"\ndebounce = "1s"', BROKER),
            "debounce: only a gpio: source has one; leave it out",
        ),
        (button('source = "mqtt:t"\npull = "up"', BROKER), "pull: only a gpio: source has one; leave it out"),
        (
            button('source = "mqtt:t"'),
            'source: there is no broker for it; write url = "mqtt://127.0.0.1:1883" in [mqtt]',
        ),
        (button('source = "mqtt:z/+"', BROKER), 'write "gpio:<BCM'),
        ('[mail]\nserver = "smtp.example.org"', "write the address that mails come from"),
        ('[mail]\nfrom = "hub@example.org"', "there is no server for it"),
        (MAIL + 'user = "hub"', "user and password_file belong together"),
        (MAIL + 'password_file = "p"', "user and password_file belong together"),
        (MAIL + 'tls = "off"', 'tls = "off" is for a server within the home'),
        (MAIL.replace("hub@", "hub@a@"), "write an address such as"),
        (MAIL.replace("hub@", "hub\\r\\nBcc:eve@"), "write an address such as"),
        (
            button('source = "mqtt:t"\npanic = ["a"]\ncancel = ["a"]', BROKER),
            'cancel and panic both have "a": write it in one of them',
        ),
        (
            button('source = "mqtt:t"\ncancel = ["single", "double", "hold", "emergency", "sos"]', BROKER),
            "cancel leaves no action that calls for help: write those that do in panic",
        ),
        (
            button('source = "mqtt:t"\npanic = []', BROKER),
            'panic = a list of 0: write a list of 1 to 16, such as ["single"]',
        ),
        (button('source = "mqtt:t"\npanic = ["a", "a"]', BROKER), "'a' stands in it twice"),
        (button('source = "mqtt:t"\npanic = ["a", 1]', BROKER), "of 1: write a text in quotes"),
        ('[hub]\ntimezone = "Europe"', 'write a time zone such as "Europe/Paris"'),
        ('[modem]\nprofile = "../x"', 'write "auto" or the name of a file of firmware_config/modems'),
        ("[modem]\npwrkey = 4", 'pwrkey = 4: write "gpio:<BCM number, 0 to 27>"'),
        ('[modem]\npwrkey = "gpio:28"', 'write "gpio:<BCM number, 0 to 27>"'),
        ('[modem]\npwrkey_active = "low"', "pwrkey_active: only a pin of pwrkey has one; leave it out"),
        ('[modem]\npwrkey_hold = "1s"', "pwrkey_hold: only a pwrkey has one; leave it out"),
        ('[power]\nmains_file = "online"', "mains_file = 'online': write the whole place of the file, such as \"/sys"),
        ('[power]\nbattery_file = "./BAT0/capacity"', "write the whole place of the file"),
        (
            '[modem]\nusb_power = "/sys/bus/usb/devices/1-1/authorized"\nusb_power_active = "low"',
            "usb_power_active: only a pin of usb_power has one; leave it out",
        ),
        ('[modem]\nusb_power = "/dev/ttyUSB0"', 'or a file such as "/sys/bus/usb/devices/1-1.2/authorized"'),
        ('[modem]\nusb_power = "authorized"', 'write "gpio:<BCM number'),
        ("[modem]\nusb_power = 1", 'write "gpio:<BCM number>", or a file'),
        (
            button('source = "gpio:4"', '[modem]\npwrkey = "GPIO4"'),
            "[[button]] salon source = 'gpio:4' is also that of [modem]: wire each to a pin of its own",
        ),
        ('[mqtt]\nurl = "http://b"', 'write "mqtt://<host>:1883", "mqtts://<host>:8883", or empty quotes for none'),
        ('[mqtt]\nurl = "mqtt://b:99999"', 'write "mqtt://<host>:1883"'),
        ('[mqtt]\nversion = 3\nurl = "mqtt://b"', "write a whole number from 4 to 5, without quotes"),
        ('[mqtt]\npassword_file = "p"', "username is missing: a password needs a name; write it here"),
        ('[mqtt]\ncert = "c"', "key is missing: cert and key belong together; write the file's place"),
        ('[mqtt]\nca = ""', "write the place of a file in quotes"),
        ('[web]\nlisten = ":8080"', 'write "<address>:<port>" such as "0.0.0.0:8080", or "off"'),
        ('[watch]\nping_url = "http://example.org/1"', "write an https:// address such as"),
        ('[hub]\ncountry = "fr"', 'write the two capital letters of the country, such as "FR"'),
    ],
)
def test_one_mistake_is_told_once(text, told):
    (only,) = mistakes(text)

    assert told in only


def test_two_buttons_on_one_pin_and_a_light_on_it_too_are_refused():
    text = button('source = "gpio:5"', '[[button]]\nid = "b"\nsource = "gpio:5"\n[indicator]\nled = 5')

    assert mistakes(text) == [
        "[[button]] b source = 'gpio:5' is also that of [[button]] salon: wire each to a pin of its own",
        "[indicator] led = 'gpio:5' is also that of [[button]] salon: wire each to a pin of its own",
    ]


def test_a_wire_tells_no_temperature():
    sensor = '[[sensor]]\nid = "a"\nkind = "temperature"\nsource = "gpio:5"\n'

    assert mistakes(sensor) == ['[[sensor]] a source: a contact tells no temperature; write "mqtt:TOPIC"']


def test_a_button_and_a_sensor_do_not_share_an_id():
    text = button('source = "gpio:5"', '[[sensor]]\nid = "salon"\nkind = "bed"\nsource = "gpio:6"')

    assert mistakes(text) == ["[[sensor]] salon id = 'salon' is also that of [[button]] salon: give each its own id"]


def test_one_wireless_device_may_be_two_kinds_of_sensor_but_not_twice_the_same():
    sensor = '[[sensor]]\nid = "{}"\nkind = "{}"\nsource = "mqtt:z/box"\n'

    assert len(read(BROKER + sensor.format("a", "motion") + sensor.format("b", "temperature")).sensors) == 2
    assert "write one device once" in mistakes(BROKER + sensor.format("a", "motion") + sensor.format("b", "motion"))[0]


@pytest.mark.parametrize("pin", ['"12345678a"', "1234", '"1 2 3 4"', '["9876"]'])
def test_the_pin_of_the_sim_is_never_shown(pin):
    (told,) = mistakes(f"[modem]\nsim_pin = {pin}")

    assert told == "[modem] sim_pin: write the 4 to 8 digits of the SIM's PIN in quotes, or empty quotes for none"


def test_the_pin_of_the_sim_is_in_no_repr():
    assert "4711" not in repr(read('[modem]\nsim_pin = "4711"'))


def test_a_password_in_the_address_of_the_broker_is_refused_and_not_repeated():
    (told,) = mistakes('[mqtt]\nurl = "mqtt://hub:geheim@broker"')

    assert "geheim" not in told
    assert "password_file" in told


def test_the_token_of_an_address_is_not_repeated():
    (told,) = mistakes('[watch]\nping_url = "http://example.org/ping/1f2e3d"')

    assert "1f2e3d" not in told


@pytest.mark.parametrize("server", ["127.0.0.1:8000", "192.168.1.9", "[::1]:80", "watcher", "watcher.local"])
def test_a_watcher_within_the_home_needs_no_https(server):
    assert read(f'[watch]\nping_url = "http://{server}/ping"').ping_url == f"http://{server}/ping"


def test_of_very_many_mistakes_the_first_are_told():
    told = mistakes("[hub]\n" + "\n".join(f"nonsense{n} = 1" for n in range(1000)))

    assert len(told) == MOST_MISTAKES + 1
    assert told[-1] == "and more: put these right first"


def test_more_buttons_than_any_home_has_are_refused():
    text = "".join(f'[[button]]\nid = "b{n}"\nsource = "mqtt:{n}"\n' for n in range(51))

    assert mistakes(BROKER + text) == ["[[button]] stands here 51 times: the most is 50"]


def test_what_a_terminal_would_obey_is_written_out():
    (told,) = mistakes('[modem]\nprofile = "\\u001b[2J"\n')

    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            button('source = "gpio:17"\nsilent_after = "2h"'),
            "[[button]] salon silent_after: only an mqtt: source has one; leave it out",
        ),
        (
            button('source = "mqtt:zigbee2mqtt/p"\nsilent_after = "31d"', BROKER),
            '[[button]] salon silent_after = \'31d\': write a duration from "1h" to "30d"',
        ),
        (
            '[[sensor]]\nid = "a"\nkind = "motion"\nsource = "gpio:5"\nentrance = true\n',
            '[[sensor]] a entrance: only a sensor of kind = "door" is one; leave it out',
        ),
        (
            '[power]\nmains_pin = 24\nmains_file = "/sys/x"\n',
            "[power] mains_pin and mains_file both tell of the mains: write one of them",
        ),
        ('[power]\nmains_pull = "up"\n', "[power] mains_pull: only a mains_pin has one; leave it out"),
        (
            "[power]\nmains_pin = 17\n" + button('source = "gpio:17"'),
            "[power] mains_pin = 'gpio:17' is also that of [[button]] salon: wire each to a pin of its own",
        ),
        ("[power]\nmains_pin = 99\n", "[power] mains_pin = 99: write a whole number from 0 to 27, without quotes"),
    ],
)
def test_a_mistake_in_what_is_watched_over_is_told_with_its_remedy(text: str, told: str):
    assert mistakes(text) == [told]
