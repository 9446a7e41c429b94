"""A library that others wrote (python-gsmmodem-new, LGPL, never shipped): what it believes of the simulated modem.

It knows AT and PDUs of its own, so that the hub's codec is not only checked against itself.
"""

import queue
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from gsmmodem.modem import GsmModem, Sms

from hub.sim.dialects import DIALECTS
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem
from tests.mosquitto import wait_until

ANNE = "+33612345678"
PATIENCE_S = 20.0
LONG = "Madame Martin a besoin d'aide, allez voir chez elle. " * 5


class Host:
    """The library on one modem; ``inbox`` is what it was told of."""

    def __init__(self, modem: SimulatedModem, port: str) -> None:
        self.modem = modem
        self.inbox: queue.SimpleQueue[Sms] = queue.SimpleQueue()
        self.library = GsmModem(port, 115200, smsReceivedCallbackFunc=self.inbox.put)
        self.library.smsTextMode = False


# One for each kind: the library takes a second to let go of its port.
@pytest.fixture(scope="module", params=DIALECTS)
def host(request) -> Iterator[Host]:
    with ExitStack() as stack:
        modem = SimulatedModem(request.param)
        pty = stack.enter_context(PtyModem(modem))
        host = Host(modem, pty.port)
        stack.callback(host.library.close)
        host.library.connect()
        yield host


def test_it_connects_and_reads_who_the_modem_is(host):
    assert host.library.imei == host.modem.dialect.imei
    assert host.library.imsi == host.modem.card.imsi
    assert host.library.signalStrength == host.modem.signal
    assert host.library.smsc == host.modem.smsc


@pytest.mark.parametrize("text", ["hi", "à l'aide {€}", "Ελλάδα ☀", LONG], ids=["short", "extension", "ucs2", "long"])
def test_it_sends_a_text_that_arrives_as_it_was_written(host, text):
    host.library.sendSms(ANNE, text)

    sent = host.modem.network.sent[-1]
    assert (sent.number, sent.text) == (ANNE, text)


@pytest.mark.parametrize("text", ["j'arrive", "ça va ☀", "{€}"], ids=["short", "ucs2", "extension"])
def test_it_is_told_of_a_text_and_reads_it_as_it_was_written(host, text):
    host.modem.network.deliver(ANNE, text)

    told = host.inbox.get(timeout=PATIENCE_S)
    assert (told.number, told.text) == (ANNE, text)
    # It deletes what it read, and would take the next announcement for a part of that answer.
    wait_until(lambda: not any(store.slots for store in host.modem.memories.values()))
    host.library.write("AT")
