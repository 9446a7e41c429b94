"""A modem's own files, as far as a call needs them: taken in from the host, listed, deleted, played to the far side.

SIMCom: AT+CFTRANRX, +FSCD, +FSLS, +FSDEL, +CCMXPLAY, +CCMXSTOP (SIM7500_SIM7600 AT manual, A76XX audio application
note). Quectel: AT+QFUPL, +QFLST, +QFDEL, +QPSND (EC2x file and audio manuals). A dialect names those that it has. What
a file says is the comment in it (RIFF's LIST chunk), where there is one: `say` of `hub.sim.phone_voice` writes it.
"""

import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from hub.sim.at_line import Command, Form
from hub.sim.modem_calls import ACTIVE, hear
from hub.sim.modem_commands import BAD_PARAMETERS, NOT_ALLOWED, Handler, RefusedError
from hub.sim.modem_device import Device
from hub.sim.modem_state import Intake
from hub.sim.modem_wire import Kind

# +CME ERROR of Quectel's file commands.
NO_SUCH_FILE, FILE_EXISTS, TOOK_TOO_LONG = 405, 407, 421
# 8 kHz, 16 bit, one channel.
BYTES_A_SECOND = 16_000
LONGEST_FILE = 10_000_000
# Between the end of a file and the modem's word that it ended.
STOP_TOLD_AFTER_S = 0.1


def _name(path: str) -> str:
    """Return a file's name without its drive: there is one drive here."""
    return path.replace("\\", "/").rpartition("/")[2].rpartition(":")[2]


def _length(command: Command) -> int:
    length = command.number(1)
    if not 0 < length <= LONGEST_FILE:
        raise RefusedError(cme=BAD_PARAMETERS)
    return length


# Taking a file in


def _take_simcom(modem: Device, command: Command) -> None:
    intake = Intake(_name(command.fields[0]), _length(command))
    modem.say(Kind.PROMPT, "\r\n>", command.name, then=lambda: setattr(modem, "intake", intake))


def _take_quectel(modem: Device, command: Command) -> None:
    intake = Intake(_name(command.fields[0]), _length(command))
    if intake.name in modem.files:
        raise RefusedError(cme=FILE_EXISTS)
    modem.say(Kind.PROMPT, "\r\nCONNECT\r\n", command.name, then=lambda: setattr(modem, "intake", intake))
    modem.after(command.number(2, 5), lambda: _give_up(modem, intake))


def _give_up(modem: Device, intake: Intake) -> None:
    if modem.intake is intake:
        modem.intake = None
        modem.result(f"+CME ERROR: {TOOK_TOO_LONG}", "+QFUPL")


def take_bytes(modem: Device, data: bytes) -> bytes:
    """Take what the intake asks for; return what comes after it."""
    if (intake := modem.intake) is None:
        return data
    missing = intake.length - len(intake.data)
    intake.data += data[:missing]
    if len(intake.data) == intake.length:
        modem.intake = None
        modem.files[intake.name] = bytes(intake.data)
        if "+QFUPL" in modem.dialect.file_commands:
            modem.answer([f"+QFUPL: {intake.length},{_checksum(intake.data):x}"], "+QFUPL")
        modem.result("OK", "file")
    return data[missing:]


def _checksum(data: bytes | bytearray) -> int:
    """Return the XOR of the file's 16-bit words."""
    even = bytes(data) + b"\0" * (len(data) % 2)
    total = 0
    for word in struct.unpack(f">{len(even) // 2}H", even):
        total ^= word
    return total


# Listing and deleting


def _list_simcom(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    return ["+FSLS: FILES:", *sorted(modem.files)] if modem.files else []


def _list_quectel(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- as above
    return [f'+QFLST: "{name}",{len(data)}' for name, data in sorted(modem.files.items())]


def _directory(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- as above
    return ["+FSCD: E:/"]


def _delete(modem: Device, command: Command) -> list[str]:
    if modem.files.pop(_name(command.fields[0]), None) is None:
        raise RefusedError(cme=NO_SUCH_FILE)
    return []


# Playing


def _play_simcom(modem: Device, command: Command) -> list[str]:
    _begin(modem, _name(command.fields[0]), "+AUDIOSTATE: audio play stop")
    modem.unsolicited("+AUDIOSTATE: audio play")
    return ["+CCMXPLAY:"]


def _stop_simcom(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    _stop(modem, "+AUDIOSTATE: audio play stop")
    return ["+CCMXSTOP:"]


def _play_quectel(modem: Device, command: Command) -> list[str]:
    if command.form is not Form.SET or command.number() == 0:
        _stop(modem, "+QPSND: 0")
    else:
        _begin(modem, _name(command.fields[1]), "+QPSND: 0")
    return []


def _begin(modem: Device, name: str, end: str) -> None:
    if name not in modem.files:
        raise RefusedError(cme=NO_SUCH_FILE)
    if modem.call is None or modem.call.state != ACTIVE or modem.playing is not None:
        raise RefusedError(cme=NOT_ALLOWED)
    modem.playing, data, call = name, modem.files[name], modem.call

    def over() -> None:
        if modem.playing == name and modem.call is call:
            hear(modem, words_of(name, data))
            _stop(modem, end)

    modem.after(len(data) / BYTES_A_SECOND, over)


def _stop(modem: Device, end: str) -> None:
    if modem.playing is not None:
        modem.playing = None
        modem.unsolicited(end, STOP_TOLD_AFTER_S)


def words_of(name: str, wav: bytes) -> str:
    """Return what ``wav`` says of itself, or the file's name."""
    for kind, body in _chunks(wav, 12):
        if kind == b"LIST" and body.startswith(b"INFO"):
            for inner, text in _chunks(body, 4):
                if inner == b"ICMT":
                    return text.rstrip(b"\0").decode("utf-8", "replace")
    return name


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


FILES: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "+CFTRANRX": _take_simcom,
        "+FSCD": _directory,
        "+FSLS": _list_simcom,
        "+FSDEL": _delete,
        "+CCMXPLAY": _play_simcom,
        "+CCMXSTOP": _stop_simcom,
        "+QFUPL": _take_quectel,
        "+QFLST": _list_quectel,
        "+QFDEL": _delete,
        "+QPSND": _play_quectel,
    }
)
