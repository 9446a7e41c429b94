"""A SIM7600 on the USB of the emulated machine: four serial interfaces, of which 02 speaks AT.

QEMU takes a USB device over a socket (usbredir, the protocol of SPICE for USB over a network); this is the far end.
So the guest's own drivers (xhci, option), its udev and its /dev/ttyUSB2 are real. What the guest writes to interface
02 goes to a simulated modem on a pseudo-terminal, and back. Knows USB, and nothing of AT.
"""

import os
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from hub.sim.pty_modem import make_raw

# SIMCom's numbers, and those that lsusb shows of a SIM7600.
VENDOR, PRODUCT, VERSION = 0x1E0E, 0x9001, 0x0318
STRINGS = ("SimTech, Incorporated", "SimTech SIM7600", "0123456789ABCDEF")
INTERFACES = 4
AT_INTERFACE = 2
BULK_SIZE = 512  # USB 2.0 at high speed
# A modem that nobody reads forgets; this is far more than an answer.
UNREAD_LIMIT = 65_536
READ_SIZE = 4096

HELLO_VERSION = b"telecare-hub"
ENGLISH = 0x0409
SPEED_HIGH = 2
SUCCESS, CANCELLED, STALL = 0, 1, 4
EP_CONTROL, EP_BULK, EP_NONE = 0, 2, 255
# What xHCI wants of a far end: a device's version, packet sizes, long packet numbers, long transfers.
CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6


class Packet(IntEnum):
    """Kinds of packets that we say or understand."""

    HELLO = 0
    DEVICE_CONNECT = 1
    DEVICE_DISCONNECT = 2
    INTERFACE_INFO = 4
    EP_INFO = 5
    SET_CONFIGURATION = 6
    GET_CONFIGURATION = 7
    CONFIGURATION_STATUS = 8
    SET_ALT_SETTING = 9
    GET_ALT_SETTING = 10
    ALT_SETTING_STATUS = 11
    CANCEL_DATA = 21
    CONTROL = 100
    BULK = 101


CONTROL_HEADER = struct.Struct("<BBBBHHH")
BULK_HEADER = struct.Struct("<BBHIH")
GET_DESCRIPTOR = 6
DEVICE, CONFIGURATION, STRING = 1, 2, 3


class UsbModem:
    """The device at the far end of QEMU's socket. ``port``: the simulated modem's pseudo-terminal.

    `connect` at each start of the machine; `plug` and `unplug` as often as one likes.
    """

    def __init__(self, port: str) -> None:
        self._port = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        make_raw(self._port)
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._read = b""
        self._long_numbers = False
        self._wanted: deque[tuple[int, int, int]] = deque()  # (number, endpoint, size) that the guest waits for
        self._unread = b""
        self._orders: dict[int, Callable[[int, bytes], None]] = {
            Packet.SET_CONFIGURATION: lambda number, _: self._say(
                Packet.CONFIGURATION_STATUS, number, bytes([SUCCESS, 1])
            ),
            Packet.GET_CONFIGURATION: lambda number, _: self._say(
                Packet.CONFIGURATION_STATUS, number, bytes([SUCCESS, 1])
            ),
            Packet.SET_ALT_SETTING: self._on_alt_setting,
            Packet.GET_ALT_SETTING: self._on_alt_setting,
            Packet.CANCEL_DATA: self._on_cancel,
            Packet.CONTROL: self._on_control,
            Packet.BULK: self._on_bulk,
        }

    def connect(self, path: Path) -> None:
        """Say hello to QEMU, which listens at ``path``; the device is not plugged in yet."""
        self.disconnect()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(path))
        self._read, self._long_numbers = b"", False
        self._wanted.clear()
        self._unread = b""
        self._say(Packet.HELLO, 0, HELLO_VERSION.ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))
        while not self._long_numbers:
            self._hear(self._line)
        self._thread = threading.Thread(target=self._run, args=(self._line,), name="usb modem", daemon=True)
        self._thread.start()

    def disconnect(self) -> None:
        """Leave the socket, as when the machine is gone."""
        if self._line is not None:
            self._line.shutdown(socket.SHUT_RDWR)
            assert self._thread is not None
            self._thread.join()
            self._line.close()
            self._line = None

    def close(self) -> None:
        self.disconnect()
        os.close(self._port)

    def plug(self) -> None:
        """Plug it in: the guest finds a new device."""
        with self._lock:
            self._unread = b""
        self._say(Packet.INTERFACE_INFO, 0, _interface_info())
        self._say(Packet.EP_INFO, 0, _endpoint_info())
        about = struct.pack("<BBBBHHH", SPEED_HIGH, 0, 0, 0, VENDOR, PRODUCT, VERSION)
        self._say(Packet.DEVICE_CONNECT, 0, about)

    def unplug(self) -> None:
        """Pull it. Bytes on their way are gone."""
        self._say(Packet.DEVICE_DISCONNECT, 0, b"")
        with self._lock:
            self._wanted.clear()
            self._unread = b""

    # The socket

    def _say(self, kind: Packet, number: int, body: bytes) -> None:
        header = struct.pack("<IIQ" if self._long_numbers else "<III", kind, len(body), number)
        assert self._line is not None
        with self._lock:
            self._line.sendall(header + body)

    def _run(self, line: socket.socket) -> None:
        while True:
            readable, _, _ = select.select([line, self._port], [], [])
            if line in readable:
                try:
                    self._hear(line)
                except ConnectionError:
                    return
            if self._port in readable:
                self._unread = (self._unread + os.read(self._port, READ_SIZE))[-UNREAD_LIMIT:]
            self._give()

    def _hear(self, line: socket.socket) -> None:
        data = line.recv(READ_SIZE)
        if not data:
            raise ConnectionError("QEMU is gone")
        self._read += data
        while self._take_packet():
            pass

    def _take_packet(self) -> bool:
        """Understand one packet, if it is there whole."""
        header = struct.Struct("<IIQ" if self._long_numbers else "<III")
        if len(self._read) < header.size:
            return False
        kind, length, number = header.unpack_from(self._read)
        if len(self._read) < header.size + length:
            return False
        body = self._read[header.size : header.size + length]
        self._read = self._read[header.size + length :]
        if kind == Packet.HELLO:
            self._long_numbers = True  # as QEMU has been able to for ten years
        elif kind in self._orders:
            self._orders[kind](number, body)
        return True

    # What the guest wants

    def _on_alt_setting(self, number: int, body: bytes) -> None:
        self._say(Packet.ALT_SETTING_STATUS, number, bytes([SUCCESS, body[0], 0]))

    def _on_control(self, number: int, body: bytes) -> None:
        endpoint, request, kind, _, value, index, length = CONTROL_HEADER.unpack_from(body)
        status, data = SUCCESS, b""
        if kind == 0x80 and request == GET_DESCRIPTOR:
            found = _descriptor(value >> 8, value & 0xFF)
            status, data = (STALL, b"") if found is None else (SUCCESS, found[:length])
        elif kind & 0x80:
            data = bytes(length)  # a status: nothing is halted
        # Whatever else is set (the lines DTR and RTS, a rate) is set.
        header = CONTROL_HEADER.pack(
            endpoint, request, kind, status, value, index, len(data) if kind & 0x80 else length
        )
        self._say(Packet.CONTROL, number, header + data)

    def _on_bulk(self, number: int, body: bytes) -> None:
        endpoint, _, low, stream, high = BULK_HEADER.unpack_from(body)
        length = high << 16 | low
        if endpoint & 0x80:
            self._wanted.append((number, endpoint, length))
            return
        if endpoint == _out(AT_INTERFACE):
            os.write(self._port, body[BULK_HEADER.size :])
        self._say(Packet.BULK, number, BULK_HEADER.pack(endpoint, SUCCESS, low, stream, high))

    def _on_cancel(self, number: int, _: bytes) -> None:
        for wanted in list(self._wanted):
            if wanted[0] == number:
                self._wanted.remove(wanted)
                self._say(Packet.BULK, number, BULK_HEADER.pack(wanted[1], CANCELLED, 0, 0, 0))

    def _give(self) -> None:
        """Hand what the modem said to whoever reads interface 02."""
        for wanted in list(self._wanted):
            number, endpoint, size = wanted
            if endpoint == _in(AT_INTERFACE) and self._unread:
                data, self._unread = self._unread[:size], self._unread[size:]
                self._wanted.remove(wanted)
                self._say(Packet.BULK, number, BULK_HEADER.pack(endpoint, SUCCESS, len(data), 0, 0) + data)


def _in(interface: int) -> int:
    return 0x81 + interface


def _out(interface: int) -> int:
    return 0x01 + interface


def _interface_info() -> bytes:
    used = range(32)
    return b"".join(
        (
            struct.pack("<I", INTERFACES),
            bytes(n if n < INTERFACES else 0 for n in used),
            bytes(0xFF if n < INTERFACES else 0 for n in used),  # the maker's own class
            bytes(0xFF if n < INTERFACES else 0 for n in used),
            bytes(0xFF if n < INTERFACES else 0 for n in used),
        )
    )


def _endpoint_info() -> bytes:
    """First the sixteen endpoints out, then the sixteen in."""
    kinds = [EP_NONE] * 32
    interfaces = [0] * 32
    sizes = [0] * 32
    for control in (0, 16):
        kinds[control], sizes[control] = EP_CONTROL, 64
    for n in range(INTERFACES):
        for place in (1 + n, 17 + n):
            kinds[place], interfaces[place], sizes[place] = EP_BULK, n, BULK_SIZE
    return bytes(kinds) + bytes(32) + bytes(interfaces) + struct.pack("<32H", *sizes)


def _descriptor(kind: int, number: int) -> bytes | None:
    if kind == DEVICE:
        return struct.pack("<BBHBBBBHHHBBBB", 18, DEVICE, 0x0200, 0, 0, 0, 64, VENDOR, PRODUCT, VERSION, 1, 2, 3, 1)
    if kind == CONFIGURATION:
        return _configuration()
    if kind == STRING and number <= len(STRINGS):
        text = struct.pack("<H", ENGLISH) if number == 0 else STRINGS[number - 1].encode("utf-16-le")
        return bytes([2 + len(text), STRING]) + text
    return None


def _configuration() -> bytes:
    body = b""
    for n in range(INTERFACES):
        body += struct.pack("<9B", 9, 4, n, 0, 2, 0xFF, 0xFF, 0xFF, 0)
        for endpoint in (_in(n), _out(n)):
            body += struct.pack("<BBBBHB", 7, 5, endpoint, 2, BULK_SIZE, 0)
    return struct.pack("<BBHBBBBB", 9, CONFIGURATION, 9 + len(body), INTERFACES, 1, 0, 0xA0, 250) + body
