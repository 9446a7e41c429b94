"""Living with it by text, through the running hub: what people write goes in as bytes on a pty, and so do answers."""

import re

import pytest

from tests.mail_server import MailServer
from tests.mosquitto import wait_until
from tests.system.world import MARIE, PAUL, RESIDENT, World

pytestmark = pytest.mark.system
STRANGER = "+33799999999"
CODE = re.compile(r"(?:OUI|YES) (\d{4})")
# SMS-SUBMIT to a number of eleven digits: 00, first octet, reference, length, type and six octets of number, PID, DCS.
DCS_AT = 2 * (1 + 1 + 1 + 1 + 1 + 6 + 1)


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def say(world: World, number: str, words: str, answer: str) -> str:
    """Text the hub, and wait for what it answers."""
    world.network.deliver(number, words)
    return world.gets(number, answer)


def confirm(world: World, number: str, asked: str, answer: str) -> str:
    """Send back the code that this phone was told."""
    found = CODE.search(asked)
    assert found is not None, asked
    return say(world, number, f"OUI {found[1]}", answer)


def swapped(number: str) -> str:
    """The digits of a number as a PDU has them."""
    digits = f"{number.removeprefix('+')}F"
    return "".join(digits[place + 1] + digits[place] for place in range(0, len(digits), 2))


def test_a_day_of_texts(world):
    world.start().ready()
    # Nobody vouches for this machine's clock: the mobile network's takes its place.
    wait_until(lambda: not any(fault["fault"] == "clock.untrusted" for fault in world.status()["faults"]), 60)

    # No more than five texts in a quarter of an hour go to one number, but for alerts: so five each.
    confirm(world, PAUL, say(world, PAUL, "Congés 3 j", "Pour confirmer"), "Noté Paul")
    world.gets(MARIE, "Paul est en congés")
    say(world, PAUL, "congés fin", "Bon retour Paul")
    confirm(world, MARIE, say(world, MARIE, "absent 3 jours stp", "Pour confirmer"), "C'est noté: absence jusqu'au")
    say(world, PAUL, "ABSENT 10j", "seule la famille (Marie)")
    say(world, PAUL, "état ?", "Alertes d'inactivité suspendues")
    say(world, MARIE, "RETOUR", "Bon retour")
    world.network.deliver(STRANGER, "ETAT")
    world.network.deliver(RESIDENT, "au secours")
    world.gets(PAUL, "ALERTE Mme Martin")
    world.gets(MARIE, "ALERTE Mme Martin")
    say(world, PAUL, "1", "12 rue des Lilas")
    world.network.deliver(PAUL, "9 helped")
    wait_until(lambda: not world.status()["incidents"])

    assert world.texts_to(STRANGER) == []
    for sent in world.network.sent:
        # One segment in GSM's own alphabet, to the number that it is for, on the wire.
        assert len(sent.pdus) == 1, sent.text
        assert sent.pdu[DCS_AT : DCS_AT + 2] == "00", sent.text
        assert swapped(sent.number) in sent.pdu


def test_an_alert_by_mail_beside_the_texts(world):
    with MailServer() as server:
        world.edit(
            "[web]", f'[mail]\nserver = "localhost"\nport = {server.port}\ntls = "off"\nfrom = "hub@home.lan"\n\n[web]'
        )
        world.edit('channels = ["sms"]', 'channels = ["mail:marie@example.org", "sms"]', household=True)
        world.start().ready()

        world.press()
        wait_until(lambda: len(server.inbox.mails) >= 2, 30)
        assert {mail["To"] for mail in server.inbox.mails} == {"marie@example.org"}
        assert server.inbox.mails[0]["Subject"] == "ALERTE Mme Martin"
        assert world.stop() == 0
