"""Settings, the roads in and out: what there is, whether it works, where it is changed; and never a secret."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.inputs import FaultCleared, FaultSeen, LinkChanged
from hub.settings import in_force
from hub.web.roads import without_names
from tests.web.home import NOW, Home

PASSWORD = "geheim"
# So long that no token of a page has it by chance.
PIN = "47118215"


def with_a_broker(world):
    broker = 'url = "mqtts://10.0.0.2:8883"\nusername = "huebner"\npassword_file = "mqtt-password"'
    world.edit('[mqtt]\nurl = ""', f"[mqtt]\n{broker}")
    world.edit('ping_url = ""', f'ping_url = "https://huebner:{PASSWORD}@hc-ping.com/{PASSWORD}"')
    world.edit('listen = "off"', 'listen = "0.0.0.0:8080"\nnames = ["hub.example.org"]')
    secret = world.folder / "mqtt-password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)


@pytest.fixture
def wired(folder):
    with Home(folder, edit=with_a_broker) as home:
        yield home


def shown(home, person="marie"):
    """The roads on that person's page, as one line of text."""
    part = home.browser(person).get("/settings").text.partition('id="roads"')[2].partition("</article>")[0]
    return " ".join(re.sub("<[^>]*>", " ", part).split())


def road(home, name):
    """What is said of one road."""
    return next(said for said in re.split(r"(?<=next start\.) ", shown(home)) if f" {name}:" in f" {said}")


def test_a_home_without_a_broker_says_what_is_off(home):
    texts = road(home, "Texts (modem)")
    assert "connected" in texts
    assert f"Port {home.folder}/modem Profile auto" in texts
    assert "section [modem]" in texts
    assert "– MQTT: off Changed in hub.toml, section [mqtt]" in road(home, "MQTT")
    assert "– Outside watcher: off Changed in hub.toml, section [watch]" in road(home, "Outside watcher")
    assert "– Mail: off Changed in hub.toml, section [mail]" in road(home, "Mail")
    assert "Opened here as http://localhost/" in road(home, "These pages")


def test_the_broker_the_topics_and_the_names_of_the_pages(wired):
    wired.tell(LinkChanged(wired.now, "mqtt", up=True))
    broker = road(wired, "MQTT")
    assert "MQTT: connected Broker mqtts://10.0.0.2:8883" in broker
    assert f"Topics begin with telecare/{wired.settings.config.hub.id}/" in broker
    assert "Home Assistant no discovery in this release" in broker
    assert "Last proven: 14:20" in broker
    assert "Listens on 0.0.0.0:8080 Further names hub.example.org" in road(wired, "These pages")


@pytest.mark.parametrize(("link", "fault", "name"), [("sms", "modem.absent", "Texts"), ("mqtt", "mqtt.absent", "MQTT")])
def test_what_is_not_connected_says_since_when(wired, link, fault, name):
    wired.tell(LinkChanged(wired.now, link, up=False))
    assert f"{name}" in shown(wired)
    assert "! " in shown(wired)
    assert "not connected since" not in shown(wired)
    wired.tell(FaultSeen(wired.now, fault, f"//huebner:{PASSWORD}@10.0.0.2"))
    wired.later(hours=2)

    assert re.search(rf"! {name}[^:]*: not connected since 14:20", shown(wired))
    assert PASSWORD not in shown(wired)
    wired.tell(FaultCleared(wired.now, fault))
    wired.tell(LinkChanged(wired.now, link, up=True))
    assert "not connected" not in shown(wired)


def test_the_outside_watcher_says_when_it_last_heard_us(wired):
    assert "– Outside watcher: on Not proven yet." in shown(wired)
    heard_at = wired.now - timedelta(hours=1)
    wired.house = replace(wired.house, watcher_heard_at=lambda: heard_at)
    wired._app = None

    assert "✓ Outside watcher: on Last proven: 13:20" in shown(wired)


def test_no_secret_is_shown_whatever_is_written(wired):
    """As hub.toml may have them; and were one to slip into an address, not even then."""
    config = wired.settings.config
    broker = replace(config.mqtt.broker, host=f"huebner:{PASSWORD}@broker.lan")
    modem = replace(config.modem, port=f"rfc2217://huebner:{PASSWORD}@10.0.0.3:2217", sim_pin=PIN)
    odd = replace(config, mqtt=replace(config.mqtt, broker=broker), modem=modem)
    wired.settings = replace(wired.settings, config=odd)
    page = wired.browser("marie").get("/settings").text

    assert "mqtts://broker.lan:8883" in page
    assert "rfc2217://10.0.0.3:2217" in page
    for secret in (PASSWORD, "huebner", PIN, "hc-ping", "mqtt-password"):
        assert secret not in page, secret


def test_a_password_that_somebody_wrote_into_the_brokers_address_is_on_no_page(wired):
    config = wired.world.config
    config.write_text(config.read_text().replace("mqtts://10.0.0.2", f"mqtts://huebner:{PASSWORD}@10.0.0.2"))
    wired.settings = in_force(config, NOW)
    assert wired.settings.config_mistakes, "it is refused"

    for path in ("/settings", "/devices", "/"):
        assert PASSWORD not in wired.browser("marie").get(path).text, path
    assert "mqtts://10.0.0.2:8883" in shown(wired)


@pytest.mark.parametrize("person", ["paul", "anne", "resident"])
def test_nobody_but_the_family_sees_them(wired, person):
    assert not shown(wired, person)
    assert "10.0.0.2" not in wired.browser(person).get("/settings").text


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("mqtt://hub:word@10.0.0.2", "mqtt://10.0.0.2"),
        ("mqtt://hub:w@rd@10.0.0.2", "mqtt://10.0.0.2"),
        ("socket://hub:pa/ss@10.0.0.2:1", "socket://10.0.0.2:1"),
        ("hub@broker", "broker"),
        ("/dev/ttyUSB0", "/dev/ttyUSB0"),
        ("/dev/serial/by-id/modem@1", "/dev/serial/by-id/modem@1"),
        ("fe80::1", "fe80::1"),
    ],
)
def test_whoever_asks_is_cut_off_an_address(written, bare):
    assert without_names(written) == bare
