"""The mail driver before a real SMTP server: login, TLS, refusals, servers that hang, and what the mail itself says."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from gpio_bench import Inbox
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config import MailTls
from hub.domain.inputs import SendReported, SendState
from hub.drivers.mail import DETAIL_LIMIT, SUBJECT_LIMIT, WAITING_AT_MOST, Account, MailChannel, composed
from hub.ports import Outgoing
from tests.mail_server import PASSWORD, USER, MailServer, RudeServer
from tests.mosquitto import Tls, free_port

# aiosmtpd does not see that a line which is encrypted from its first byte is.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
PAUL = "paul@example.org"
FOOTER = "Nobody reads an answer."


class StandingClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


def mail(message: int = 1, text: str = "ALERTE Mme Martin: bouton", *, urgent: bool = True) -> Outgoing:
    return Outgoing(message, PAUL, text, urgent, timedelta(hours=1))


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def channel(inbox) -> Iterator[Callable[..., MailChannel]]:
    made: list[MailChannel] = []

    def make(port: int, tls: MailTls = MailTls.OFF, user: str = "", **more) -> MailChannel:
        account = Account(
            "localhost", port, tls, "hub@example.org", user, more.pop("password", ""), more.pop("ca", None)
        )
        made.append(MailChannel(account, FOOTER, inbox.post, StandingClock(), **more))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


def reported(inbox: Inbox, message: int = 1) -> SendReported:
    """Wait for what became of a message."""

    def of(posted) -> list[SendReported]:
        return [each for each in posted if isinstance(each, SendReported) and each.message == message]

    inbox.wait_for(of)
    (report,) = of(inbox.posted)
    return report


# --- encrypted, and let in -----------------------------------------------------------------------------


@pytest.mark.parametrize(("tls", "implicit"), [(MailTls.STARTTLS, False), (MailTls.TLS, True)])
def test_a_mail_goes_over_tls_with_a_login(channel, inbox, lab, tls, implicit):
    with MailServer(lab.server, implicit=implicit) as server:
        channel(server.port, tls, USER, password=PASSWORD, ca=lab.ca).send(mail())

        assert reported(inbox).state is SendState.ACCEPTED
        assert len(server.inbox.mails) == 1
        assert server.inbox.logins == 2  # it was tried at the start, too
        assert inbox.faults() == []


@pytest.mark.parametrize(("tls", "implicit"), [(MailTls.STARTTLS, False), (MailTls.TLS, True)])
def test_a_wrong_password_is_a_fault_and_a_final_failure_and_stands_in_no_log(
    channel, inbox, lab, caplog, tls, implicit
):
    with caplog.at_level(logging.DEBUG), MailServer(lab.server, implicit=implicit) as server:
        wrong = "wr0ng-but-a-secret"
        road = channel(server.port, tls, USER, password=wrong, ca=lab.ca)
        inbox.wait_for_fault("mail.refused")
        road.send(mail())

        report = reported(inbox)
        assert (report.state, report.permanent) == (SendState.FAILED, True)
        assert "535" in report.reason
        assert server.inbox.mails == []
        assert wrong not in f"{inbox.posted}{caplog.text}{road._account}"


def test_a_server_that_echoes_the_password_brings_it_into_no_log(channel, inbox):
    def echo(line: socket.socket) -> None:
        with line.makefile("rwb") as talk:
            for answer in ("220 hello", "250-me\r\n250 AUTH LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"):
                talk.write(f"{answer}\r\n".encode())
                talk.flush()
                talk.readline()
            talk.write(f"535 {PASSWORD} is wrong\r\n".encode())

    with RudeServer(echo) as server:
        channel(server.port, user=USER, password=PASSWORD)
        inbox.wait_for_fault("mail.refused")

        assert "*** is wrong" in str(inbox.posted)
        assert PASSWORD not in str(inbox.posted)


def test_a_password_that_smtp_cannot_say_is_refused_and_not_a_crash(channel, inbox, lab):
    with MailServer(lab.server) as server:
        channel(server.port, MailTls.STARTTLS, USER, password="pässwörd", ca=lab.ca)
        inbox.wait_for_fault("mail.refused")


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.TLS])
def test_a_certificate_of_somebody_else_is_refused(channel, inbox, lab, tls):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*lab.server)  # the system knows no such authority
    heard: list[bytes] = []

    def encrypt(line: socket.socket) -> None:
        if tls is MailTls.STARTTLS:
            for answer in (b"220 me", b"250-me\r\n250 STARTTLS"):
                line.sendall(answer + b"\r\n")
                heard.append(line.recv(100))
            line.sendall(b"220 go\r\n")
        with line.dup() as plain, context.wrap_socket(plain, server_side=True) as encrypted:
            heard.append(encrypted.recv(100))

    with RudeServer(encrypt) as server:
        channel(server.port, tls, USER, password=PASSWORD).send(mail())

        report = reported(inbox)
        assert (report.state, report.permanent) == (SendState.FAILED, False)
        assert "certificate" in report.reason.lower()
        assert b"AUTH" not in b"".join(heard)
        assert "mail.refused" in inbox.faults()


def test_a_server_that_offers_no_tls_gets_neither_mail_nor_password(channel, inbox):
    with MailServer() as server:
        channel(server.port, MailTls.STARTTLS, USER, password=PASSWORD).send(mail())

        assert reported(inbox).state is SendState.FAILED
        assert "mail.refused" in inbox.faults()
        assert (server.inbox.mails, server.inbox.logins) == ([], 0)


def test_an_authority_that_is_not_there_is_told(channel, inbox, tmp_path):
    with MailServer() as server:
        channel(server.port, MailTls.STARTTLS, ca=tmp_path / "gone.crt").send(mail())

        assert "gone.crt" in reported(inbox).reason
        assert "mail.refused" in inbox.faults()


# --- servers that are not there, hang, or refuse ---------------------------------------------------------


def test_no_server_is_a_fault_that_is_over_with_the_first_one_that_answers(channel, inbox):
    port = free_port()
    road = channel(port, check_again_s=0.05)
    inbox.wait_for_fault("mail.absent")
    road.send(mail())
    report = reported(inbox)
    assert (report.state, report.permanent) == (SendState.FAILED, False)

    with MailServer(port=port):
        inbox.wait_for_fault("-mail.absent")


def silence(line: socket.socket) -> None:
    line.recv(1)


def drip(line: socket.socket) -> None:
    """A greeting that never ends, a line at a time: no step of it is slow."""
    while True:
        line.sendall(b"220-please wait\r\n")
        threading.Event().wait(0.02)


@pytest.mark.parametrize("talk", [silence, drip])
@pytest.mark.parametrize("tls", [MailTls.OFF, MailTls.TLS])
def test_a_server_that_hangs_is_left_at_the_deadline(channel, inbox, talk, tls):
    with RudeServer(talk) as server:
        began = time.monotonic()
        channel(server.port, tls, deadline_s=0.3).send(mail())
        report = reported(inbox)

        assert report.state is SendState.FAILED
        assert not report.permanent
        assert time.monotonic() - began < 5.0  # the check at the start, and the mail


def after_data(then: Callable[[socket.socket], object]) -> Callable[[socket.socket], None]:
    """A server that takes every line, up to the mail; what comes then is ``then``'s."""

    def talk(line: socket.socket) -> None:
        with line.makefile("rwb") as lines:
            lines.write(b"220 me\r\n")
            lines.flush()
            for command in lines:
                is_data = command.lower().startswith(b"data")
                lines.write(b"354 go\r\n" if is_data else b"250 ok\r\n")
                lines.flush()
                if is_data:
                    break
            else:
                return
            while lines.readline() not in (b".\r\n", b""):
                pass
            then(line)

    return talk


@pytest.mark.parametrize("then", [silence, lambda line: line.shutdown(socket.SHUT_RDWR)])
def test_of_a_mail_that_the_server_had_and_said_nothing_of_nobody_knows(channel, inbox, then):
    with RudeServer(after_data(then)) as server:
        channel(server.port, deadline_s=0.5).send(mail())

        assert reported(inbox).state is SendState.UNCERTAIN


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 nobody here", True), ("451 grey list, come again", False), ("452 full", False)]
)
def test_what_may_pass_is_tried_again_and_what_does_not_is_final(channel, inbox, answer, permanent):
    with MailServer() as server:
        server.inbox.refuses[PAUL] = answer
        channel(server.port).send(mail())

        report = reported(inbox)
        assert (report.state, report.permanent) == (SendState.FAILED, permanent)
        assert answer in report.reason
        assert inbox.faults() == []  # that is the recipient's, not the server's


def test_a_mail_that_is_refused_after_it_was_read_is_a_failure(channel, inbox):
    with MailServer() as server:
        server.inbox.refuses_mail = "554 it looks like spam"
        channel(server.port).send(mail())

        assert (reported(inbox).state, reported(inbox).permanent) == (SendState.FAILED, True)


def test_what_a_server_says_is_passed_on_bounded_and_on_one_line(channel, inbox):
    with MailServer() as server:
        server.inbox.refuses[PAUL] = "550-" + "x" * 300 + "\r\n550 \x1b[31m" + "y" * 300
        channel(server.port).send(mail())

        reason = reported(inbox).reason
        assert len(reason) <= DETAIL_LIMIT + 40
        assert reason.isprintable()


def test_a_stop_ends_a_mail_in_the_middle_within_two_seconds(channel, inbox):
    reached = threading.Event()

    def hang(line: socket.socket) -> None:
        reached.set()
        silence(line)

    with RudeServer(hang) as server:
        road = channel(server.port)
        assert reached.wait(5)
        began = time.monotonic()
        road.stop()

        assert time.monotonic() - began < 2.0
        assert not road.is_alive()
        assert inbox.posted == []  # to be stopped is not to be out of order


def test_more_than_the_core_ever_hands_over_is_refused_at_once(channel, inbox):
    with RudeServer(silence) as server:
        road = channel(server.port)
        for number in range(1, WAITING_AT_MOST + 3):
            road.send(mail(number))

        report = reported(inbox, WAITING_AT_MOST + 2)
        assert (report.state, report.permanent) == (SendState.FAILED, False)


def test_what_is_urgent_goes_first(channel, inbox):
    with MailServer() as server:
        account = Account("localhost", server.port, MailTls.OFF, "hub@example.org")
        road = MailChannel(account, FOOTER, inbox.post, StandingClock())
        for number, urgent in ((1, False), (2, True), (3, False), (4, True)):
            road.send(mail(number, urgent=urgent))
        road.start()
        reported(inbox, 3)
        road.stop()

        assert [each.message for each in inbox.of(SendReported)] == [2, 4, 1, 3]


# --- the mail itself ---------------------------------------------------------------------------------------


def read(outgoing: Outgoing):
    return message_from_bytes(composed(outgoing, "hub@example.org", FOOTER, StandingClock()), policy=default)


def test_the_subject_says_what_it_is_and_the_body_all_of_it():
    sent = read(mail(text="ALERTE Mme Martin: bouton d'appel à 14h02 (salon). Répondez 1 = j'y vais. No 27"))

    assert sent["Subject"] == "ALERTE Mme Martin"
    assert "bouton d'appel à 14h02 (salon). Répondez 1 = j'y vais. No 27" in sent.get_content()
    assert FOOTER in sent.get_content()
    assert (sent["From"], sent["To"], sent["Importance"]) == ("hub@example.org", PAUL, "high")
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Date"].datetime == StandingClock().now()
    assert sent["Message-ID"].endswith("@example.org>")


def test_the_way_in_stands_in_no_subject():
    sent = read(mail(text="Chez Mme Martin: 12 rue des Lilas. Clé: 4321. No 27"))

    assert sent["Subject"] == "Chez Mme Martin"
    assert "4321" not in str(sent["Subject"])


def test_news_is_not_urgent():
    assert read(mail(urgent=False))["Importance"] is None


@pytest.mark.parametrize(
    "text",
    [
        "hello\r\nBcc: eve@example.org\r\n\r\nbuy",
        "hello\nTo: eve@example.org",
        "hello\x0bBcc: eve@example.org",
        "hello\u2028Bcc: eve@example.org",
        "\r\n\r\n.\r\nMAIL FROM:<eve@example.org>",
        ".\r\n",
        "",
        "=?utf-8?q?Bcc=3A_eve=40example=2Eorg?=",
    ],
)
def test_no_text_becomes_a_header_or_a_second_mail(channel, inbox, text):
    with MailServer() as server:
        channel(server.port).send(mail(text=text))

        assert reported(inbox).state is SendState.ACCEPTED
        (sent,), (envelope,) = server.inbox.mails, server.inbox.envelopes
        assert envelope.rcpt_tos == [PAUL]
        assert sent.get_all("To") == [PAUL]
        assert sent["Bcc"] is None


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=3000))
def test_any_text_is_one_bounded_mail_of_seven_bits(text):
    raw = composed(mail(text=text), "hub@example.org", FOOTER, StandingClock())

    assert raw.isascii()
    assert len(raw) < 20_000
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert len(str(message_from_bytes(raw, policy=default)["Subject"])) <= SUBJECT_LIMIT
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert len(names) == len(set(names))
    assert b"bcc" not in names
