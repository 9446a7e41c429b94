"""Mail: alerts and news, handed to the household's own mail server (submission, RFC 6409).

Knows how to hand one mail over and to say honestly what became of it. What a server says after the last line of a mail
is "accepted"; whether anybody reads it is not known, and nobody answers by mail. The password is in no log and no
report. A mail waits for at most `DEADLINE_S`, however slowly a server drips; only the machine's own resolver and a
server with many addresses that all stay silent may take longer, and still less than the core waits for a report.
"""

import logging
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path

from hub.config import MailConfig, MailTls
from hub.domain.inputs import Input, SendReported, SendState
from hub.drivers.faults import StandingFaults
from hub.errors import DriverError
from hub.place_forms import is_mail_address
from hub.ports import Clock, Outgoing, Post

log = logging.getLogger(__name__)

# For a connection and for each step of the talk. Some servers make a stranger wait 20 s for their greeting.
CONNECT_S, STEP_S = 10.0, 30.0
# For a whole mail, from the connection to the server's last word.
DEADLINE_S = 60.0
# A connection that was cut stays in a step for a moment, where the socket is just being wrapped in TLS: cut again.
CUT_AGAIN_S = 0.5
# The core hands over one message at a time, and an alert beside it; more than this is not the core's doing.
WAITING_AT_MOST = 8
# The server is tried when the hub starts and once a day, and each half hour while it is out of order: a wrong password
# that is repeated more often locks an account.
CHECK_EVERY_S, CHECK_AGAIN_S = 24 * 3600.0, 1800.0
# `Source.stop` promises two seconds.
STOP_DEADLINE_S = 1.7
# In characters: of a text, of its subject, and of a server's answer that is passed on.
TEXT_LIMIT, SUBJECT_LIMIT, DETAIL_LIMIT = 2000, 60, 200
# How the hub introduces itself: smtplib's own way asks the resolver for the machine's name, and may wait for it.
OWN_NAME = "[127.0.0.1]"
_END_OF_SUBJECT = re.compile(r"[:.?!]")

ABSENT = "mail.absent"
REFUSED = "mail.refused"
# What waiting does not mend: no TLS, a certificate of somebody else, a password that cannot be sent.
_REFUSALS = (smtplib.SMTPNotSupportedError, ssl.SSLError, ValueError)


class ServerError(DriverError):
    """The server itself is out of order for us, which is told as a fault."""


class UnknownError(DriverError):
    """The connection broke while the server had the mail: it may have taken it, or not."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose server takes the mails. ``user`` "": it asks for no login. ``ca``: who vouches for it, None: the system."""

    host: str
    port: int
    tls: MailTls
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None


def account_of(config: MailConfig) -> Account:
    """Return what the installer wrote, with the password read from its file. Raises OSError, ValueError."""
    secret = config.password_file
    password = secret.read_text(encoding="utf-8").strip() if secret else ""
    return Account(config.server, config.port, config.tls, config.sender, config.user, password, config.ca)


def one_line(text: str, limit: int) -> str:
    """Return ``text`` bounded, on one line, without signs that do not print."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 2 * limit]).split())[:limit]


def composed(outgoing: Outgoing, sender: str, footer: str, clock: Clock) -> bytes:
    """Return the mail as a server takes it: what it says, and the first words of that as its subject."""
    text = one_line(outgoing.text, TEXT_LIMIT)
    first = _END_OF_SUBJECT.split(text, maxsplit=1)[0][:SUBJECT_LIMIT].strip()
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, outgoing.address
    mail["Subject"] = first or "-"
    mail["Date"] = format_datetime(clock.now())
    # The domain is given: Python would ask the resolver. A new one each time: of two with the same, a phone hides one.
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    # No out-of-office note comes back (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    if outgoing.urgent:
        mail["Importance"] = "high"
    mail.set_content(f"{text}\n\n-- \n{footer}\n", charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()


class Client(smtplib.SMTP):
    """smtplib's client, which can be cut short from another thread from its first moment on."""

    def __init__(self, account: Account, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=OWN_NAME, timeout=STEP_S)
        self._host = account.host  # by this name smtplib checks the certificate
        self._account, self._context = account, context
        self._line: socket.socket | None = None
        self.is_cut = False

    def open(self) -> None:
        """Connect, encrypt, log in."""
        code, answer = self.connect(self._account.host, self._account.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        self.ehlo_or_helo_if_needed()
        if self._account.tls is MailTls.STARTTLS:
            self.starttls(context=self._context)
            self.ehlo_or_helo_if_needed()
        if self._account.user:
            self.login(self._account.user, self._account.password)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # smtplib asks here for its socket. A second handle on the same connection outlives its wrapping in TLS.
        plain = socket.create_connection((host, port), CONNECT_S)
        try:
            plain.settimeout(timeout)
            self._line = plain.dup()
            if self.is_cut:
                self.cut()
            encrypts = self._account.tls is MailTls.TLS
            return self._context.wrap_socket(plain, server_hostname=host) if encrypts else plain
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """End whatever it waits for. From any thread, any number of times."""
        self.is_cut = True
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        super().close()
        if self._line is not None:
            self._line.close()


class MailChannel:
    """A `hub.ports.Channel` for mails, with start and stop like a `Source`.

    ``footer``: below each mail; it says that nobody reads an answer.
    """

    def __init__(
        self,
        account: Account,
        footer: str,
        post: Post,
        clock: Clock,
        *,
        deadline_s: float = DEADLINE_S,
        check_again_s: float = CHECK_AGAIN_S,
        faults_before: Iterable[str] = (),
    ) -> None:
        self._account, self._footer = account, footer
        self._post, self._clock = post, clock
        self._deadline_s, self._check_again_s = deadline_s, check_again_s
        self._faults = StandingFaults(self._post_unless_stopped, clock, faults_before)
        self._is_in_order = True
        self._waiting: list[Outgoing] = []
        self._changed = threading.Condition(threading.RLock())
        self._client: Client | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to hand over, on a thread of its own. Returns at once; a server that is not there is posted."""
        if not self.is_alive():
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
            self._thread.start()

    def send(self, outgoing: Outgoing) -> None:
        """Take a mail; exactly one `SendReported` follows. Never blocks, never raises."""
        with self._changed:
            is_taken = len(self._waiting) < WAITING_AT_MOST
            if is_taken:
                # What is urgent goes before what is not.
                place = sum(each.urgent >= outgoing.urgent for each in self._waiting)
                self._waiting.insert(place, outgoing)
                self._changed.notify()
        if not is_taken:
            self._report(outgoing, SendState.FAILED, "too many mails wait for the server", permanent=False)

    def stop(self) -> None:
        """Hang up, and end within two seconds. Nothing is posted after it returned."""
        with self._changed:
            self._stopped.set()
            self._waiting.clear()
            self._changed.notify()
            if self._client is not None:
                self._client.cut()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def is_alive(self) -> bool:
        """Whether the thread that hands over runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        self._attempt(None)
        while not self._stopped.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopped.is_set(), self._rest_s())
                outgoing = self._waiting.pop(0) if self._waiting else None
            if not self._stopped.is_set():
                self._attempt(outgoing)

    def _rest_s(self) -> float:
        return CHECK_EVERY_S if self._is_in_order else self._check_again_s

    def _attempt(self, outgoing: Outgoing | None) -> None:
        """Hand this mail over, or (None) see whether the server would take one; tell what came of it."""
        state, reason, permanent = SendState.ACCEPTED, "", False
        try:
            self._deliver(outgoing)
        except UnknownError as unknown:
            state, reason = SendState.UNCERTAIN, str(unknown)
        except DriverError as refused:
            state, reason, permanent = SendState.FAILED, str(refused), refused.permanent
        except Exception as bug:  # the top of a driver's thread: told, and the next mail is tried
            log.exception("mail: a mistake of ours")
            state, reason = SendState.UNCERTAIN, repr(bug)[:DETAIL_LIMIT]
        if outgoing is not None:
            self._report(outgoing, state, reason, permanent=permanent)

    def _deliver(self, outgoing: Outgoing | None) -> None:
        if outgoing is not None and not is_mail_address(outgoing.address):
            raise DriverError("this is no address of a mail", permanent=True)
        with self._connected() as client:
            if outgoing is not None:
                self._hand_over(client, outgoing)
            with suppress(smtplib.SMTPException, OSError):
                client.docmd("quit")  # its mail is accepted already, whatever it says to this

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        """Connect and log in, for `DEADLINE_S` at most. Raises `ServerError`."""
        done = threading.Event()
        try:
            client = Client(self._account, ssl.create_default_context(cafile=self._account.ca))
        except OSError as wrong:
            words = f"ca = {self._account.ca} cannot be used: {self._said(wrong)}"
            self._tell({REFUSED: words})
            raise ServerError(words) from wrong
        with self._changed:
            self._client = client
            if self._stopped.is_set():
                client.cut()
        keeper = threading.Thread(target=self._cut_when_over, args=(client, done), name="mail-deadline", daemon=True)
        keeper.start()
        try:
            try:
                client.open()
            except (smtplib.SMTPException, OSError, ValueError) as wrong:
                raise self._trouble(client, wrong) from wrong
            self._tell({})
            yield client
        finally:
            done.set()
            keeper.join()
            with self._changed:
                self._client = None
            client.close()

    def _cut_when_over(self, client: Client, done: threading.Event) -> None:
        wait_s = self._deadline_s
        while not done.wait(wait_s):
            client.cut()
            wait_s = CUT_AGAIN_S

    def _hand_over(self, client: Client, outgoing: Outgoing) -> None:
        """Give the mail to the server. Raises `DriverError` where it was certainly not taken, else `UnknownError`."""
        try:
            self._expect(client.mail(self._account.sender), "the sender")
            self._expect(client.rcpt(outgoing.address), "the recipient")
        except (smtplib.SMTPException, OSError) as broken:
            raise DriverError(f"the server hung up: {self._said(broken)}") from broken
        mail = composed(outgoing, self._account.sender, self._footer, self._clock)
        answer: tuple[int, bytes | str]
        try:
            answer = client.data(mail)
        except smtplib.SMTPDataError as refused:
            answer = (refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as broken:
            raise UnknownError(f"the server had the mail and said nothing: {self._said(broken)}") from broken
        self._expect(answer, "the mail")

    def _expect(self, answer: tuple[int, bytes | str], what: str) -> None:
        """Raise `DriverError` unless the server took ``what``. 4xx may pass (a grey list), 5xx does not."""
        code, words = answer
        if code // 100 != 2:
            raise DriverError(f"{what} was refused ({code} {self._said(words)})", permanent=code >= 500)

    def _trouble(self, client: Client, wrong: Exception) -> ServerError:
        """What is told of a server that cannot be used; the family hears of it as a fault."""
        code = wrong.smtp_code if isinstance(wrong, smtplib.SMTPResponseException) else 0
        # "No suitable authentication method" is smtplib's bare error.
        is_refusal = isinstance(wrong, _REFUSALS) or type(wrong) is smtplib.SMTPException or code >= 500
        where = f"{self._account.host}:{self._account.port}"
        if is_refusal and not client.is_cut:
            words = f"{where} does not let the hub in: {self._said(wrong)}"
            self._tell({REFUSED: words})
        else:
            words = f"{where} does not answer: {self._said(wrong)}"
            self._tell({ABSENT: words})
        return ServerError(words, permanent=code >= 500)

    def _said(self, what: Exception | bytes | str) -> str:
        """A server's words, or an error's, for a log: bounded, on one line, without the password."""
        if isinstance(what, smtplib.SMTPResponseException):
            said = f"{what.smtp_code} {_decoded(what.smtp_error)}"
        else:
            said = f"{type(what).__name__}: {what}" if isinstance(what, Exception) else _decoded(what)
        password = self._account.password
        return one_line(said.replace(password, "***") if password else said, DETAIL_LIMIT)

    def _tell(self, faults: dict[str, str]) -> None:
        if not self._stopped.is_set():  # cut by `stop` is not out of order
            self._is_in_order = not faults
            self._faults.tell(faults)

    def _report(self, outgoing: Outgoing, state: SendState, reason: str, *, permanent: bool) -> None:
        now = self._clock.now()
        self._post_unless_stopped(SendReported(now, outgoing.message, state, None, reason, permanent=permanent))

    def _post_unless_stopped(self, seen: Input) -> None:
        with self._changed:
            if not self._stopped.is_set():
                self._post(seen)


def _decoded(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
