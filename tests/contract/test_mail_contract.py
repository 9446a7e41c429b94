"""What the core may rely on in any road for mails: the driver at a real SMTP server, and its twin in the house."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.config import MailTls
from hub.domain.inputs import Input, SendReported, SendState
from hub.drivers.mail import Account, MailChannel
from hub.ports import Outgoing
from hub.sim.mailboxes import Mailboxes, SimulatedMail
from tests.mail_server import MailServer

PAUL, NOBODY = "paul@example.org", "nobody@example.org"
WITHIN_S = 30.0


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def mail(message: int, to: str = PAUL, text: str = "", *, urgent: bool = True) -> Outgoing:
    return Outgoing(message, to, text or f"ALERTE {message}", urgent, timedelta(hours=1))


class MailContract:
    """Subclasses give ``road``, stopped; ``got`` what lies in the boxes, and ``refuse`` an address for good."""

    posted: list[Input]

    @pytest.fixture
    def road(self) -> Any:
        raise NotImplementedError

    def got(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def refuse(self, address: str) -> None:
        raise NotImplementedError

    def until(self, holds: Callable[[], object]) -> None:
        never, end = threading.Event(), time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, self.posted
            never.wait(0.005)

    def reports(self, message: int) -> list[SendReported]:
        return [each for each in list(self.posted) if isinstance(each, SendReported) and each.message == message]

    @pytest.fixture
    def ready(self, road: Any) -> Any:
        road.start()
        return road

    def test_it_is_alive_between_start_and_stop(self, road):
        assert not road.is_alive()
        road.start()
        assert road.is_alive()
        road.stop()
        assert not road.is_alive()

    def test_a_mail_is_reported_once_and_lies_in_the_box_when_it_is(self, ready):
        ready.send(mail(1, text="ALERTE Mme Martin: bouton d'appel à 14h02 (salon). No 27"))
        self.until(lambda: self.reports(1))

        assert [each.state for each in self.reports(1)] == [SendState.ACCEPTED]
        assert self.got() == [(PAUL, "ALERTE Mme Martin: bouton d'appel à 14h02 (salon). No 27")]

    def test_what_is_sent_before_the_start_goes_then(self, road):
        road.send(mail(1))
        road.start()
        self.until(lambda: self.reports(1))

        assert self.got() == [(PAUL, "ALERTE 1")]

    def test_a_recipient_whom_nobody_knows_is_a_final_failure_with_its_reason(self, ready):
        self.refuse(NOBODY)
        ready.send(mail(1, NOBODY))
        self.until(lambda: self.reports(1))

        (report,) = self.reports(1)
        assert (report.state, report.permanent) == (SendState.FAILED, True)
        assert "recipient was refused (550" in report.reason

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "paul",
            "paul@example.org>\r\nRCPT TO:<eve@example.org",
            "paul@example.org, eve@example.org",
            "paul@example.org\nBcc: eve@example.org",
            '"paul@evil"@example.org',
            "päul@example.org",
            "a" * 65 + "@example.org",
        ],
    )
    def test_what_is_no_plain_address_is_a_final_failure_and_the_server_never_hears_it(self, ready, address):
        ready.send(mail(1, address))
        self.until(lambda: self.reports(1))

        (report,) = self.reports(1)
        assert (report.state, report.permanent) == (SendState.FAILED, True)
        assert self.got() == []

    def test_after_a_failure_the_next_one_goes(self, ready):
        self.refuse(NOBODY)
        ready.send(mail(1, NOBODY))
        ready.send(mail(2))
        self.until(lambda: self.reports(2))

        assert self.got() == [(PAUL, "ALERTE 2")]

    def test_nothing_is_posted_after_the_stop(self, ready):
        ready.send(mail(1))
        ready.stop()
        told = len(self.posted)
        ready.send(mail(2))
        threading.Event().wait(0.2)

        assert len(self.posted) == told


class TestMailChannel(MailContract):
    @pytest.fixture
    def road(self):
        self.posted = []
        with MailServer() as self.server:
            account = Account("127.0.0.1", self.server.port, MailTls.OFF, "hub@example.org")
            channel = MailChannel(account, "Not read.", self.posted.append, RealClock())
            yield channel
            channel.stop()

    def got(self):
        return [(sent["To"], sent.get_content().partition("\n")[0].strip()) for sent in list(self.server.inbox.mails)]

    def refuse(self, address):
        self.server.inbox.refuses[address] = "550 nobody here"


class TestSimulatedMail(MailContract):
    @pytest.fixture
    def road(self):
        self.posted, self.boxes = [], Mailboxes()
        return SimulatedMail(self.boxes, self.posted.append, RealClock())

    def got(self):
        return self.boxes.got

    def refuse(self, address):
        self.boxes.refused.add(address)
