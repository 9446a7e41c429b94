"""Voice calls as a modem reports them: one at a time, dialled or coming in, keys, and what is played into the call.

The makers' own lines are in `dialects`; who answers, when, and what is pressed is in `mobile_network.Reach`; files and
their playing are in `modem_files`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hub.sim.at_line import Command
from hub.sim.mobile_network import Reach, Ring
from hub.sim.modem_commands import BAD_PARAMETERS, NOT_ALLOWED, Handler, RefusedError, need_sim
from hub.sim.modem_device import Device
from hub.sim.modem_state import Call

ACTIVE, DIALLING, ALERTING, INCOMING = 0, 2, 3, 4
NO_NETWORK = 30
KEYS = "0123456789*#ABCD"

# From ATD to the far phone's ringing, on a good network.
ALERTS_AFTER_S = 1.0
# A network gives up ringing after about so long.
RINGS_FOR_S = 60.0
# 3GPP leaves the pace of RING to the maker; most say it every 5 s.
RING_EVERY_S = 5.0
# From the last word that somebody waited for to the key.
PRESSES_AFTER_S = 1.0


def _dial(modem: Device, command: Command) -> list[str]:
    need_sim(modem)
    if modem.call is not None or not modem.is_registered:
        raise RefusedError(cme=NOT_ALLOWED if modem.call else NO_NETWORK)
    number = command.argument.rstrip(";")
    ring = Ring(number, modem.now)
    call = modem.call = Call(number, DIALLING, ring=ring)
    reach = modem.network.reach_of(number)
    modem.unsolicited(modem.dialect.call_started.format(number))
    if reach.is_busy:
        modem.after(ALERTS_AFTER_S, lambda: _end(modem, call, "BUSY", "engaged"))
        return []
    modem.after(ALERTS_AFTER_S, lambda: _alert(modem, call))
    if reach.answers_after_s is not None:
        modem.after(ALERTS_AFTER_S + reach.answers_after_s, lambda: _pick_up(modem, call, reach))
    modem.after(RINGS_FOR_S, lambda: None if call.state == ACTIVE else _end(modem, call, "NO ANSWER", "not answered"))
    return []


def _alert(modem: Device, call: Call) -> None:
    if modem.call is call:
        call.state = ALERTING
        _tell(modem, call, "rings")


def _pick_up(modem: Device, call: Call, reach: Reach) -> None:
    if modem.call is not call or call.state == ACTIVE:
        return
    _answer_to(modem, call)
    _tell(modem, call, "picked up")
    if reach.hangs_up_after_s is not None:
        modem.after(reach.hangs_up_after_s, lambda: _end(modem, call, modem.dialect.call_ended, "hung up"))
    if reach.presses and reach.after_seconds is not None:
        modem.after(reach.after_seconds, lambda: _press_once(modem, call, reach.presses))


def _answer_to(modem: Device, call: Call) -> None:
    call.state = ACTIVE
    modem.unsolicited(modem.dialect.call_answered.format(call.number))


def _end(modem: Device, call: Call, line: str, how: str) -> None:
    if modem.call is call:
        modem.end_call(how)
        modem.unsolicited(line)


def _tell(modem: Device, call: Call, what: str, words: str = "") -> None:
    if call.ring is not None:
        modem.network.tell_of_call(call.ring, what, words)


def hear(modem: Device, words: str) -> None:
    """The far side has heard ``words`` to their end; somebody who waited for them presses a key."""
    if (call := modem.call) is None or call.ring is None:
        return
    call.ring.heard.append(words)
    _tell(modem, call, "hears", words)
    reach = modem.network.reach_of(call.number)
    if reach.presses and reach.after_seconds is None and reach.having_heard in words:
        modem.after(PRESSES_AFTER_S, lambda: _press_once(modem, call, reach.presses))


def _press_once(modem: Device, call: Call, keys: str) -> None:
    """Press what is to be pressed in this call, if that has not been done."""
    if modem.call is not call or (call.ring is not None and call.ring.pressed):
        return
    for key in keys:
        press_key(modem, key)


def _hang_up(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    if modem.call is not None:
        _end(modem, modem.call, modem.dialect.call_ended, "ended")
    return []


def _ath(modem: Device, command: Command) -> list[str]:
    # The SIM7600 says OK to ATH and hangs up nothing (transcript call_sim7600_ath_ignored).
    return [] if modem.dialect.name == "sim7600" else _hang_up(modem, command)


def _answer(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    if modem.call is None or not modem.call.is_incoming:
        raise RefusedError
    _answer_to(modem, modem.call)
    return []


def _list(modem: Device, command: Command) -> list[str]:
    if command.argument or (call := modem.call) is None:
        return []
    kind_of_number = 145 if "+" in call.number else 129
    return [f'+CLCC: 1,{int(call.is_incoming)},{call.state},0,0,"{call.number}",{kind_of_number}']


def _tone(modem: Device, command: Command) -> list[str]:
    """A tone for the far side: 3GPP TS 27.007, +VTS."""
    tones = "".join(command.fields)
    if not tones or any(tone not in KEYS for tone in tones):
        raise RefusedError(cme=BAD_PARAMETERS)
    if modem.call is None or modem.call.state != ACTIVE:
        raise RefusedError(cme=NOT_ALLOWED)
    hear(modem, f"tone {tones}")
    return []


def pick_up(modem: Device) -> None:
    """Whoever is rung picks up now."""
    if modem.call is not None and not modem.call.is_incoming:
        _pick_up(modem, modem.call, Reach())


def put_down(modem: Device) -> None:
    """Whoever is rung hangs up, or refuses the call."""
    if (call := modem.call) is not None:
        _end(modem, call, modem.dialect.call_ended if call.state == ACTIVE else "BUSY", "hung up")


def ring(modem: Device, number: str) -> None:
    """``number`` calls the hub; it rings until answered, hung up or a minute is over."""
    if modem.call is not None or not modem.is_registered or modem.is_silent:
        return
    call = modem.call = Call(number, INCOMING, is_incoming=True)
    for turn in range(int(RINGS_FOR_S / RING_EVERY_S)):
        modem.after(turn * RING_EVERY_S, lambda: _say_ring(modem, call))
    modem.after(RINGS_FOR_S, lambda: None if call.state == ACTIVE else _end(modem, call, "NO CARRIER", "not answered"))


def _say_ring(modem: Device, call: Call) -> None:
    if modem.call is call and call.state == INCOMING:
        modem.unsolicited("RING")
        if modem.settings.kept.get("+CLIP") == "1":
            modem.unsolicited(f'+CLIP: "{call.number}",145,"",0,"",0')


def press_key(modem: Device, key: str) -> None:
    """The far side presses ``key`` during the call."""
    if (call := modem.call) is not None and call.state == ACTIVE:
        spoken = str(ord(key)) if modem.dialect.key_as_code else key
        modem.unsolicited(modem.dialect.key_pressed.format(spoken))
        if call.ring is not None:
            call.ring.pressed += key
            _tell(modem, call, "presses", key)


CALLS: Final[Mapping[str, Handler]] = MappingProxyType(
    {"D": _dial, "H": _ath, "A": _answer, "+CHUP": _hang_up, "+CLCC": _list, "+VTS": _tone}
)
