"""A real Mosquitto on a free loopback port, for tests; started, killed, frozen and restarted at will.

    pytestmark = pytest.mark.system

    @pytest.fixture
    def broker(tmp_path):
        with Mosquitto(tmp_path) as running:
            yield running

`Listener` is another client of that broker, with what it heard. `TLS` makes certificates.
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties

START_DEADLINE_S = 10.0


def wait_until(what: Callable[[], Any], within_s: float = 10.0) -> Any:
    """Return ``what()`` as soon as it is true; fails when it is not within ``within_s``."""
    until = time.monotonic() + within_s
    while not (found := what()):
        if time.monotonic() > until:
            pytest.fail(f"not within {within_s} s: {getattr(what, '__doc__', None) or what}")
        time.sleep(0.005)
    return found


def free_port() -> int:
    """Return a loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binary() -> str:
    """Return where Mosquitto is; skips the test on a machine without it."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("mosquitto is not installed; ./install.sh --test does it")
    return found


class Mosquitto:
    """One broker. ``settings`` are lines of its configuration; without any, everybody may do everything."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = ("allow_anonymous true",)) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.configure(*settings)

    def configure(self, *settings: str) -> None:
        """Write other settings, for the next start."""
        # As root Mosquitto becomes the user "mosquitto", who may read nothing of a test's folder.
        lines = (f"listener {self.port} 127.0.0.1", "persistence false", "user root", *settings)
        self._config.write_text("\n".join(lines) + "\n")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """What the broker has to say."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [binary(), "-c", str(self._config)], stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        until = time.monotonic() + START_DEADLINE_S
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"mosquitto does not start: {self.log}")
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it in mid-air: the kernel still accepts connections, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)


def password_file(folder: Path, username: str, password: str) -> Path:
    """Make a password file for the setting of that name."""
    file = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(file), username, password], check=True, capture_output=True)
    return file


class Listener:
    """Another client: hears ``topics``, and publishes. Each heard message is (topic, payload, retained)."""

    def __init__(self, port: int, topics: tuple[str, ...] = ("#",), **login: str) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if login:
            self._client.username_pw_set(login["username"], login["password"])
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe([(topic, 1) for topic in topics])
        self._client.loop_start()
        assert self._ready.wait(5), "the listener was not let in"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload), bool(message.retain)))

    def on(self, topic: str) -> list[bytes]:
        """Return the payloads heard on ``topic``, oldest first."""
        return [payload for where, payload, _ in list(self.heard) if where == topic]

    def say(self, topic: str, payload: str | bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish, and wait until the broker has it."""
        info = self._client.publish(topic, payload, qos, retain, Properties(3))  # type: ignore[no-untyped-call]
        info.wait_for_publish(5)


class Tls:
    """An authority of our own, a broker's certificate for 127.0.0.1 and localhost, and a client's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.ca = folder / "ca.crt"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=lab", "-keyout", "ca.key", "-out", "ca.crt")
        self.server = self._signed("server", curve, "subjectAltName=DNS:localhost,IP:127.0.0.1")
        self.client = self._signed("client", curve, "extendedKeyUsage=clientAuth")

    def settings(self, *, client_certificate: bool) -> tuple[str, ...]:
        """Return the broker's lines for these certificates."""
        certificate, key = self.server
        required = str(client_certificate).lower()
        return (
            f"cafile {self.ca}",
            f"certfile {certificate}",
            f"keyfile {key}",
            f"require_certificate {required}",
            "allow_anonymous true",
        )

    def _signed(self, name: str, curve: list[str], extension: str) -> tuple[Path, Path]:
        (self.folder / f"{name}.ext").write_text(extension)
        self._openssl("req", *curve, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.crt"),
        )
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


def flood(port: int, topic: str, messages: int, per_s: int) -> None:
    """Publish ON and OFF by turns at quality 0, as a device gone mad would."""

    def packet(payload: bytes) -> bytes:
        body = struct.pack("!H", len(topic)) + topic.encode() + payload
        return bytes([0x30, len(body)]) + body

    connect = b"\x00\x04MQTT\x04\x02\x00\x3c\x00\x05flood"
    burst = (packet(b"ON") + packet(b"OFF")) * 100
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(bytes([0x10, len(connect)]) + connect)
        sock.recv(4)
        for _ in range(messages // 200):
            sock.sendall(burst)
            time.sleep(200 / per_s)
