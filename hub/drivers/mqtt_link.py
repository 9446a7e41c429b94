"""One connection to an MQTT broker, from the dialling to its end, on the thread of its owner.

Built on paho-mqtt without its threads, and with a new client for each connection. paho's own
thread ends unheard with the first exception in a callback while ``is_connected()`` stays true; its
``publish`` writes to the socket on the caller's thread; and after a reconnect it sends all its
unacknowledged messages at once, more than a broker allows. Here paho only packs and unpacks; what
waits is in `mqtt_outbox`, what failed is a `LinkError`, and who is told is the owner's affair.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, LogLevel, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from hub.drivers.mqtt_outbox import Outbox
from hub.drivers.mqtt_reader import Subscription
from hub.drivers.mqtt_topics import Publish
from hub.errors import DriverError

ABSENT = "mqtt.absent"
REFUSED = "mqtt.refused"
DUPLICATE = "mqtt.duplicate"

# For the TCP and the TLS handshake, each; a broker in the house needs milliseconds.
CONNECT_TIMEOUT_S = 5.0
# From the connection to the last subscription. A broker that is stopped accepts and says nothing.
ANSWER_DEADLINE_S = 10.0
# A silent broker is noticed after two of these; the will is published after one and a half.
KEEPALIVE_S = 20
# Presses told to the broker while we were away are kept there for so long. Longer, and a call for help would
# come so late that whoever sent it has found other help.
SESSION_EXPIRY_S = 3600
# A restart of the hub takes less than this: nobody need hear that it was offline.
WILL_DELAY_S = 5
# Brokers allow 20 unacknowledged messages or more (Mosquitto: max_inflight_messages); half of that is fast enough.
UNACKNOWLEDGED_AT_MOST = 10
# MQTT 5 lets us name the largest packet: above our limit for payloads, so that we see and tell of what is too
# large, and far below the 256 MB that paho would gather otherwise.
LARGEST_PACKET = 256 * 1024

# MQTT 5.0, section 2.4. Version 3.1.1's return codes are turned into these by paho.
_UNSUPPORTED_VERSION = 0x84
_BAD_LOGIN = (0x86, 0x87)
_BUSY = (0x88, 0x89)
_TAKEN_OVER = 0x8E


class LinkError(DriverError):
    """The connection could not be made, or ended. ``fault``: the code under which that is told."""

    def __init__(self, message: str, fault: str = ABSENT) -> None:
        super().__init__(message, permanent=fault != ABSENT)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Access:
    """Where the broker is and how it lets us in. ``version``: 5, or 4 for MQTT 3.1.1."""

    host: str
    port: int = 1883
    tls: bool = False
    version: int = 5
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class _OwnedSocket(ssl.SSLSocket):
    """Closes itself when the handshake fails; paho leaves that to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


class Bell:
    """Wakes the thread that waits for the broker. `ring` is for all threads."""

    def __init__(self) -> None:
        self._heard, self._rung = socket.socketpair()
        self._heard.setblocking(False)
        self._rung.setblocking(False)

    def ring(self) -> None:
        """Wake the waiting thread. Once rung it needs no second time, and once closed nobody waits."""
        with suppress(OSError):
            self._rung.send(b"!")

    def hush(self) -> None:
        """Forget the ringing so far."""
        with suppress(BlockingIOError):
            self._heard.recv(4096)

    def fileno(self) -> int:
        """For `select.poll`."""
        return self._heard.fileno()

    def close(self) -> None:
        """Let go of both ends."""
        self._heard.close()
        self._rung.close()


class Link:
    """One connection. Not to be used again once `turn` has raised.

    ``hear`` returns whether a message is dealt with; if not, the broker keeps it for the next connection.
    """

    def __init__(
        self,
        access: Access,
        client_id: str,
        will: Publish,
        subscriptions: Sequence[Subscription],
        outbox: Outbox,
        bell: Bell,
        hear: Callable[[MQTTMessage], bool],
    ) -> None:
        self.is_ready = False
        self.denied: list[str] = []
        self._access = access
        self._subscriptions = tuple(subscriptions)
        self._outbox = outbox
        self._bell = bell
        self._unacknowledged: dict[int, Publish] = {}
        self._room = UNACKNOWLEDGED_AT_MOST
        self._answer_by = 0.0
        self._end: LinkError | None = None
        self._evidence = ""
        self._poll = select.poll()
        self._poll.register(bell.fileno(), select.POLLIN)
        self._hear = hear
        self._client = self._made(client_id, will)

    @property
    def is_over(self) -> bool:
        """Whether the socket is closed."""
        return self._client.socket() is None

    @property
    def unacknowledged(self) -> tuple[Publish, ...]:
        """What was sent and may not have arrived, in the order it was sent."""
        return tuple(self._unacknowledged.values())

    # --- dialling -----------------------------------------------------------------------------------

    def _made(self, client_id: str, will: Publish) -> Client:
        is_5 = self._access.version == MQTTProtocolVersion.MQTTv5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=None if is_5 else False,
            protocol=MQTTProtocolVersion.MQTTv5 if is_5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if self._access.username:
            client.username_pw_set(self._access.username, self._access.password)
        properties = _properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_S) if is_5 else None
        client.will_set(will.topic, will.payload, will.qos, will.retain, properties)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        client.on_log = self._on_log
        client.on_message = self._on_message
        return client

    def dial(self) -> None:
        """Connect and begin the session. Blocks for ten seconds at the most; raises `LinkError`."""
        if self._access.tls:
            self._client.tls_set_context(self._tls())
        try:
            self._connect()
        except ssl.SSLCertVerificationError as stranger:
            advice = "ca in [mqtt] must be the authority that signed the broker's certificate, for the name in url"
            raise LinkError(f"{self._access}: {stranger.verify_message}; {advice}", REFUSED) from stranger
        except OSError as missing:
            raise LinkError(f"{self._access}: {missing.strerror or missing}") from missing
        self._answer_by = time.monotonic() + ANSWER_DEADLINE_S

    def _tls(self) -> ssl.SSLContext:
        access = self._access
        try:
            context = ssl.create_default_context(cafile=access.ca)
            # Python 3.13 wants a key usage in every authority's certificate; one made at home with `openssl req -x509`
            # has none, and an upgrade of Python must not lock a hub out. Who signed is checked as before.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context.sslsocket_class = _OwnedSocket
            if access.cert is not None:
                context.load_cert_chain(access.cert, access.key)
        except OSError as unreadable:
            files = ", ".join(str(file) for file in (access.ca, access.cert, access.key) if file)
            raise LinkError(f"cannot use {files} of [mqtt]: {unreadable}", REFUSED) from unreadable
        return context

    def _connect(self) -> None:
        host, port = self._access.host, self._access.port
        if self._access.version != MQTTProtocolVersion.MQTTv5:
            self._client.connect(host, port, KEEPALIVE_S)
            return
        properties = _properties(
            PacketTypes.CONNECT, SessionExpiryInterval=SESSION_EXPIRY_S, MaximumPacketSize=LARGEST_PACKET
        )
        # Not a clean start: presses that the broker kept while we restarted are the reason for the session.
        self._client.connect(host, port, KEEPALIVE_S, clean_start=False, properties=properties)

    # --- while it stands ------------------------------------------------------------------------------

    def turn(self, timeout_s: float) -> None:
        """Send what is due, wait for the broker or the bell, read. Raises `LinkError` once the end has come."""
        if self.is_ready:
            self._hand_over()
        self._wait(timeout_s)
        self._client.loop_read()
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()
        self._check()

    def send(self, publish: Publish) -> None:
        """Send this at once, before anything that waits."""
        info = self._client.publish(publish.topic, publish.payload, publish.qos, publish.retain)
        if publish.qos:
            self._unacknowledged[info.mid] = publish

    def hang_up(self) -> None:
        """Say goodbye: the broker forgets the will, and keeps the session."""
        self._client.disconnect()

    def close(self) -> None:
        """Let go of the socket, whatever its state."""
        sock = self._client.socket()
        if sock is not None:
            sock.close()

    def _hand_over(self) -> None:
        # Nothing is given to paho while its last packet waits for the socket: its own queue has no bounds.
        while len(self._unacknowledged) < self._room and not self._client.want_write():
            publish = self._outbox.take()
            if publish is None:
                return
            self.send(publish)

    def _wait(self, timeout_s: float) -> None:
        sock: Any = self._client.socket()
        if sock is None:
            return
        decrypted = isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
        self._poll.register(sock.fileno(), select.POLLIN | (select.POLLOUT if self._client.want_write() else 0))
        ready = self._poll.poll(0 if decrypted else timeout_s * 1000)
        if any(number == self._bell.fileno() for number, _ in ready):
            self._bell.hush()

    def _check(self) -> None:
        if self._end is not None:
            raise self._end
        if self.is_over:
            ended = "it closed the connection" if self.is_ready else "it hung up before it had answered"
            raise LinkError(f"{self._access}: {self._evidence or ended}{self._hint()}")
        if not self.is_ready and time.monotonic() > self._answer_by:
            raise LinkError(f"{self._access}: it accepts connections and does not answer{self._hint()}")

    def _hint(self) -> str:
        """What a broker that hangs up without a word may mean by it."""
        if self.is_ready:
            return ""
        if self._access.tls and self._access.cert is None:
            return "; if it asks for a certificate of the hub, write cert and key in [mqtt]"
        if self._access.version == MQTTProtocolVersion.MQTTv5:
            return "; if it knows no MQTT 5 write version = 4 in [mqtt], if it wants TLS write mqtts:// in url"
        return ""

    # --- what paho calls back -------------------------------------------------------------------------

    def _on_connect(
        self, client: Client, _userdata: object, _flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._end = _refusal(self._access, reason)
            return
        # paho's Properties are attributes that exist where the broker sent them.
        self._room = min(self._room, getattr(properties, "ReceiveMaximum", self._room))
        if self._access.version == MQTTProtocolVersion.MQTTv5:
            client.subscribe([(s.topic, _options(s)) for s in self._subscriptions])
        else:
            client.subscribe([(s.topic, s.qos) for s in self._subscriptions])

    def _on_subscribe(
        self, _client: Client, _userdata: object, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        refused = [s.topic for s, r in zip(self._subscriptions, reasons, strict=False) if r.is_failure]
        self.denied += [f"may not read {topic}" for topic in refused]
        self.is_ready = True

    def _on_publish(
        self, _client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: Properties
    ) -> None:
        publish = self._unacknowledged.pop(mid, None)
        if publish is None:  # quality 0: paho calls back when it is written
            return
        if reason.is_failure and len(self.denied) < len(self._subscriptions) + UNACKNOWLEDGED_AT_MOST:
            self.denied.append(f"may not write {publish.topic}")
        self._outbox.delivered(publish)

    def _on_message(self, client: Client, _userdata: object, message: MQTTMessage) -> None:
        if self._hear(message) and message.qos:
            client.ack(message.mid, message.qos)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if flags.is_disconnect_packet_from_server and self._end is None:
            fault = DUPLICATE if reason.value == _TAKEN_OVER else ABSENT
            self._end = LinkError(f"{self._access}: it ended the connection ({reason})", fault)

    def _on_log(self, _client: Client, _userdata: object, level: int, text: str) -> None:
        if level == LogLevel.MQTT_LOG_ERR:
            self._evidence = text


def _properties(packet: int, **values: int) -> Properties:
    """Fill in paho's properties, which are attributes."""
    properties = Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves its constructor untyped
    for name, value in values.items():
        setattr(properties, name, value)
    return properties


def _options(subscription: Subscription) -> SubscribeOptions:
    retained = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE
    if not subscription.wants_retained:
        retained = SubscribeOptions.RETAIN_DO_NOT_SEND
    return SubscribeOptions(qos=subscription.qos, retainHandling=retained)


def _refusal(access: Access, reason: ReasonCode) -> LinkError:
    """Say why the broker does not let us in, and what to do."""
    if reason.value in _BUSY:
        return LinkError(f"{access}: {reason}")
    advice = "the broker's log tells more"
    if reason.value in _BAD_LOGIN:
        advice = "check username and password_file in [mqtt], and the broker's password file"
    elif reason.value == _UNSUPPORTED_VERSION:
        advice = (
            "write version = 4 in [mqtt]" if access.version != MQTTProtocolVersion.MQTTv311 else "update the broker"
        )
    return LinkError(f"{access} refuses the hub ({reason}): {advice}", REFUSED)
