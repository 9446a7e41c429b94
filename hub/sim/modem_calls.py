"""Voice calls as a modem reports them: one at a time, dialled or coming in, and keys pressed at the far side.

The makers' own lines are in `dialects`; who answers, and when, is in `mobile_network.Reach`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hub.sim.at_line import Command
from hub.sim.mobile_network import Reach
from hub.sim.modem_commands import NOT_ALLOWED, Handler, RefusedError, need_sim
from hub.sim.modem_device import Device
from hub.sim.modem_state import Call

ACTIVE, DIALLING, ALERTING, INCOMING = 0, 2, 3, 4

# From ATD to the far phone's ringing, on a good network.
ALERTS_AFTER_S = 1.0
# A network gives up ringing after about so long.
RINGS_FOR_S = 60.0
# 3GPP leaves the pace of RING to the maker; most say it every 5 s.
RING_EVERY_S = 5.0


def _dial(modem: Device, command: Command) -> list[str]:
    need_sim(modem)
    if modem.call is not None or not modem.is_registered:
        raise RefusedError(cme=NOT_ALLOWED if modem.call else 30)
    number = command.argument.rstrip(";")
    call = modem.call = Call(number, DIALLING)
    reach = modem.network.reach.get(number, Reach())
    modem.unsolicited(modem.dialect.call_started.format(number))
    if reach.is_busy:
        modem.after(ALERTS_AFTER_S, lambda: _end(modem, call, "BUSY"))
        return []
    modem.after(ALERTS_AFTER_S, lambda: _advance(modem, call, ALERTING))
    if reach.answers_after_s is not None:
        modem.after(ALERTS_AFTER_S + reach.answers_after_s, lambda: _advance(modem, call, ACTIVE))
    modem.after(RINGS_FOR_S, lambda: None if call.state == ACTIVE else _end(modem, call, "NO ANSWER"))
    return []


def _advance(modem: Device, call: Call, state: int) -> None:
    if modem.call is call:
        call.state = state
        if state == ACTIVE:
            modem.unsolicited(modem.dialect.call_answered.format(call.number))


def _end(modem: Device, call: Call, line: str) -> None:
    if modem.call is call:
        modem.call = None
        modem.unsolicited(line)


def _hang_up(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    if modem.call is not None:
        _end(modem, modem.call, modem.dialect.call_ended)
    return []


def _ath(modem: Device, command: Command) -> list[str]:
    # The SIM7600 says OK to ATH and hangs up nothing (transcript call_sim7600_ath_ignored).
    return [] if modem.dialect.name == "sim7600" else _hang_up(modem, command)


def _answer(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    if modem.call is None or not modem.call.is_incoming:
        raise RefusedError
    _advance(modem, modem.call, ACTIVE)
    return []


def _list(modem: Device, command: Command) -> list[str]:
    if command.argument or (call := modem.call) is None:
        return []
    kind_of_number = 145 if "+" in call.number else 129
    return [f'+CLCC: 1,{int(call.is_incoming)},{call.state},0,0,"{call.number}",{kind_of_number}']


def ring(modem: Device, number: str) -> None:
    """``number`` calls the hub; it rings until answered, hung up or a minute is over."""
    if modem.call is not None or not modem.is_registered or modem.is_silent:
        return
    call = modem.call = Call(number, INCOMING, is_incoming=True)
    for turn in range(int(RINGS_FOR_S / RING_EVERY_S)):
        modem.after(turn * RING_EVERY_S, lambda: _say_ring(modem, call))
    modem.after(RINGS_FOR_S, lambda: None if call.state == ACTIVE else _end(modem, call, "NO CARRIER"))


def _say_ring(modem: Device, call: Call) -> None:
    if modem.call is call and call.state == INCOMING:
        modem.unsolicited("RING")
        if modem.settings.kept.get("+CLIP") == "1":
            modem.unsolicited(f'+CLIP: "{call.number}",145,"",0,"",0')


def press_key(modem: Device, key: str) -> None:
    """The far side presses ``key`` during the call."""
    if modem.call is not None and modem.call.state == ACTIVE:
        spoken = str(ord(key)) if modem.dialect.key_as_code else key
        modem.unsolicited(modem.dialect.key_pressed.format(spoken))


CALLS: Final[Mapping[str, Handler]] = MappingProxyType(
    {"D": _dial, "H": _ath, "A": _answer, "+CHUP": _hang_up, "+CLCC": _list}
)
