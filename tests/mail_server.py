"""A mail server on a free port: aiosmtpd, real SMTP with real TLS; and one that is as rude as it is told to be."""

import contextlib
import gc
import socket
import ssl
import threading
import warnings
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.mosquitto import free_port

USER, PASSWORD = "hub@example.org", "s3cret-nobody-sees"


class Inbox:
    """What was taken. ``refuses``: an address, and the server's words to whoever wants to reach it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.refuses: dict[str, str] = {}
        self.refuses_mail = ""
        self.logins = 0
        self.changed = threading.Condition()

    async def handle_RCPT(self, _s: Any, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses_mail:
            return self.refuses_mail
        with self.changed:
            self.envelopes.append(envelope)
            self.mails.append(cast("EmailMessage", message_from_bytes(cast("bytes", envelope.content), policy=default)))
            self.changed.notify_all()
        return "250 taken"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        given = (data.login, data.password) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == (USER.encode(), PASSWORD.encode()), handled=False)


class MailServer:
    """aiosmtpd, running. ``certificate``: it offers TLS, from the first byte on with ``implicit``; then it asks for a
    login, and takes nothing from whoever has not encrypted the line.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None, *, implicit: bool = False, port: int = 0) -> None:
        self.inbox = Inbox()
        self.port = port or free_port()
        more: dict[str, Any] = {}
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            login = {"authenticator": self.inbox.authenticate, "auth_required": True}
            # On a line that is encrypted from its first byte aiosmtpd does not see that it is.
            more = (
                {**login, "ssl_context": context, "auth_require_tls": False}
                if implicit
                else {**login, "tls_context": context, "require_starttls": True}
            )
        self._controller = Controller(self.inbox, hostname="127.0.0.1", port=self.port, server_hostname="mail", **more)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
        with warnings.catch_warnings():
            # aiosmtpd leaves the lines open of whoever did not hang up.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


class RudeServer:
    """A listener on a free port that does with each caller what ``talk`` says."""

    def __init__(self, talk: Callable[[socket.socket], object]) -> None:
        self._talk = talk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.over = threading.Event()
        self._callers: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for line in (self._listener, *self._callers):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        for line in (self._listener, *self._callers):
            line.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                caller, _ = self._listener.accept()
                self._callers.append(caller)
                self._talk(caller)
            except OSError:
                continue
