"""The commands of a modem that have nothing to do with texts or calls: V.250 and 3GPP TS 27.007.

Each is a function that returns the lines before the final result, or raises `RefusedError`. Knows no
bytes and no line: `hub.sim.modem` does.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from hub.sim.at_line import Command, Form
from hub.sim.modem_device import Device
from hub.sim.modem_memory import SimState
from hub.sim.modem_state import CFUN_FLIGHT, CFUN_FULL, CFUN_MINIMUM, OBEYS_AFTER_S

# None: the final result comes later, the command sees to it.
Handler = Callable[[Device, Command], list[str] | None]

# +CME ERROR, 3GPP TS 27.007 9.2, and the words that AT+CMEE=2 puts instead.
NOT_ALLOWED, NOT_SUPPORTED = 3, 4
NO_SIM, WANTS_PIN, WANTS_PUK, SIM_FAILED, WRONG_PIN, BAD_INDEX, BAD_PARAMETERS = 10, 11, 12, 13, 16, 21, 50
CME_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        NOT_ALLOWED: "operation not allowed",
        NOT_SUPPORTED: "operation not supported",
        NO_SIM: "SIM not inserted",
        WANTS_PIN: "SIM PIN required",
        WANTS_PUK: "SIM PUK required",
        SIM_FAILED: "SIM failure",
        14: "SIM busy",
        WRONG_PIN: "incorrect password",
        BAD_INDEX: "invalid index",
        30: "no network service",
        BAD_PARAMETERS: "incorrect parameters",
        100: "unknown",
    }
)
CME_OF_SIM: Final = MappingProxyType(
    {SimState.ABSENT: NO_SIM, SimState.PIN: WANTS_PIN, SimState.PUK: WANTS_PUK, SimState.ENDED: SIM_FAILED}
)

# Until a list of networks is there; 3GPP names no limit, and three minutes were seen. The port is blocked.
NETWORK_SCAN_S = 45.0
# A USSD answer takes a few seconds on a real network.
USSD_ANSWER_S = 2.0
# A modem's clock that nobody has set: years before any text of ours.
UNSET_CLOCK = "80/01/06,00:00:07+00"


class RefusedError(Exception):
    """The command ends with an error: a +CME ERROR, a +CMS ERROR, or a plain ERROR when neither is given."""

    def __init__(self, *, cme: int | None = None, cms: int | None = None) -> None:
        super().__init__(f"cme={cme} cms={cms}")
        self.cme = cme
        self.cms = cms


def final_of(error: RefusedError, style: int) -> str:
    """Return the final result in the style that `AT+CMEE=` asked for."""
    if error.cms is not None:
        return f"+CMS ERROR: {error.cms}"
    if error.cme is None or style == 0:
        return "ERROR"
    return f"+CME ERROR: {error.cme if style == 1 else CME_WORDS.get(error.cme, 'unknown')}"


def need_sim(modem: Device) -> None:
    """Refuse unless the SIM is ready."""
    if (state := modem.card.state) is not SimState.READY:
        raise RefusedError(cme=CME_OF_SIM[state])


def _echo(modem: Device, command: Command) -> list[str]:
    modem.settings.echo = command.number() == 1
    return []


def _verbose(modem: Device, command: Command) -> list[str]:
    modem.settings.verbose = command.number() == 1
    return []


def _quiet(modem: Device, command: Command) -> list[str]:
    modem.settings.quiet = command.number() == 1
    return []


def _defaults(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    modem.forget_settings()
    return []


def _says(*lines: str) -> Handler:
    def answer(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
        return list(lines)

    return answer


def _identity(field: str) -> Handler:
    def answer(modem: Device, command: Command) -> list[str]:
        return [] if command.form is Form.TEST else [str(getattr(modem.dialect, field))]

    return answer


def _information(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    return list(modem.dialect.identity)


def _imsi(modem: Device, command: Command) -> list[str]:
    need_sim(modem)
    return [] if command.form is Form.TEST else [modem.card.imsi]


def _own_number(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    need_sim(modem)
    return [f'+CNUM: "","{modem.card.number}",145']


def _error_style(modem: Device, command: Command) -> list[str]:
    if command.form is Form.READ:
        return [f"+CMEE: {modem.settings.error_style}"]
    if command.form is Form.TEST:
        return ["+CMEE: (0-2)"]
    modem.settings.error_style = _choice(command.number(), (0, 1, 2))
    return []


def _choice(value: int, allowed: tuple[int, ...]) -> int:
    if value not in allowed:
        raise RefusedError(cme=BAD_PARAMETERS)
    return value


def _pin(modem: Device, command: Command) -> list[str]:
    state = modem.card.state
    if state in {SimState.ABSENT, SimState.ENDED}:
        raise RefusedError(cme=CME_OF_SIM[state])
    if command.form is Form.READ:
        return [f"+CPIN: {state}"]
    if command.form is not Form.SET:
        return []
    if state is SimState.READY:
        raise RefusedError(cme=NOT_ALLOWED)
    _unlock(modem, state, command.fields)
    modem.after(OBEYS_AFTER_S, modem.wake_sim)
    return []


def _unlock(modem: Device, state: SimState, codes: list[str]) -> None:
    if state is SimState.PIN:
        accepted = len(codes) == 1 and modem.card.enter_pin(codes[0])
    else:
        accepted = len(codes) == 2 and modem.card.enter_puk(*codes)
    if not accepted:
        raise RefusedError(cme=WANTS_PUK if modem.card.state is SimState.PUK else WRONG_PIN)


def _locks(modem: Device, command: Command) -> list[str]:
    need_sim(modem)
    asked = command.form is Form.SET and command.fields[1:2] == ["2"]
    return [f"+CLCK: {int(bool(modem.card.pin))}"] if asked else []


def _functionality(modem: Device, command: Command) -> list[str]:
    if command.form is Form.READ:
        return [f"+CFUN: {modem.settings.functionality}"]
    if command.form is Form.TEST:
        return ["+CFUN: (0,1,4),(0,1)"]
    level = _choice(command.number(), (CFUN_MINIMUM, CFUN_FULL, CFUN_FLIGHT))
    if command.number(1) == 1:
        modem.after(OBEYS_AFTER_S, modem.restart)
    else:
        modem.set_functionality(level)
    return []


def _reset(modem: Device, command: Command) -> list[str]:  # noqa: ARG001 -- every handler has this shape
    modem.after(OBEYS_AFTER_S, modem.restart)
    return []


def _registration(modem: Device, command: Command) -> list[str]:
    name, modes = command.name, modem.settings.registration_modes
    if name not in modem.dialect.registration_commands:
        raise RefusedError
    if command.form is Form.TEST:
        return [f"{name}: (0-2)"]
    if command.form is Form.SET:
        modes[name] = _choice(command.number(), (0, 1, 2))
        return []
    mode = modes.get(name, 0)
    return [f"{name}: {mode},{modem.registration}{modem.cell(mode)}"]


def _signal(modem: Device, command: Command) -> list[str]:
    if command.form is Form.TEST:
        return ["+CSQ: (0-31,99),(0-7,99)"]
    heard = modem.signal if modem.settings.functionality == CFUN_FULL else 99
    return [f"+CSQ: {heard},99"]


def _operator(modem: Device, command: Command) -> list[str] | None:
    if command.form is Form.TEST:
        _scan(modem)
        return None
    if command.form is Form.READ:
        return [_operator_now(modem)]
    if (style := command.number(1, -1)) >= 0:
        modem.settings.kept["+COPS"] = str(style)
    return []


def _operator_now(modem: Device) -> str:
    if not modem.is_registered:
        return "+COPS: 0"
    style = modem.settings.kept.get("+COPS", "0")
    name = modem.network.code if style == "2" else modem.network.name
    return f'+COPS: 0,{style},"{name}",7'


def _scan(modem: Device) -> None:
    """List the networks: the port is blocked until the list is there."""
    network = modem.network
    line = f'+COPS: (2,"{network.name}","{network.name}","{network.code}",7),,(0-4),(0-2)'
    modem.answer([line], "+COPS", NETWORK_SCAN_S)
    modem.result("OK", "+COPS", NETWORK_SCAN_S)
    modem.blocked_until = modem.now + NETWORK_SCAN_S


def _clock(modem: Device, command: Command) -> list[str]:
    if command.form is not Form.READ:
        modem.clock_is_set = modem.clock_is_set or command.form is Form.SET
        return []
    now = modem.wall().strftime("%y/%m/%d,%H:%M:%S+00") if modem.clock_is_set else UNSET_CLOCK
    return [f'+CCLK: "{now}"']


def _character_set(modem: Device, command: Command) -> list[str]:
    known = modem.dialect.character_sets
    if command.form is Form.TEST:
        return ["+CSCS: (" + ",".join(f'"{name}"' for name in known) + ")"]
    if command.form is Form.READ:
        return [f'+CSCS: "{modem.settings.character_set}"']
    chosen = command.fields[0] if command.fields else known[0]
    if chosen not in known:
        raise RefusedError(cme=BAD_PARAMETERS)
    modem.settings.character_set = chosen
    return []


def _ussd(modem: Device, command: Command) -> list[str]:
    if command.form is not Form.SET:
        return ["+CUSD: (0-2)"] if command.form is Form.TEST else []
    if len(command.fields) > 1:
        need_sim(modem)
        modem.unsolicited(_ussd_answer(modem, command.fields[1]), USSD_ANSWER_S)
    return []


def _ussd_answer(modem: Device, asked: str) -> str:
    ucs2 = modem.settings.character_set == "UCS2"
    code = from_ucs2(asked) if ucs2 else asked
    if (answer := modem.network.ussd.get(code)) is None:
        return "+CUSD: 4"
    return f'+CUSD: 0,"{to_ucs2(answer) if ucs2 else answer}",{72 if ucs2 else 15}'


def to_ucs2(text: str) -> str:
    """Write ``text`` as the hexadecimal digits of `AT+CSCS="UCS2"`."""
    return text.encode("utf-16-be", "replace").hex().upper()


def from_ucs2(digits: str) -> str:
    """Read hexadecimal digits of `AT+CSCS="UCS2"`; what is none stands for itself."""
    try:
        return bytes.fromhex(digits).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return digits


def iccid(modem: Device, command: Command) -> list[str]:
    """Answer the maker's own command for the card's number."""
    need_sim(modem)
    return [] if command.form is Form.TEST else [modem.dialect.iccid_answers[command.name].format(modem.card.iccid)]


def tries_left(modem: Device, command: Command) -> list[str]:
    """Answer the maker's own command for the tries that the PIN and the PUK have left."""
    card = modem.card
    template = modem.dialect.tries_answers[command.name]
    return [template.format(state=card.state, pin_tries=card.pin_tries, puk_tries=card.puk_tries)]


def keep(modem: Device, command: Command) -> list[str]:
    """Remember a setting that changes nothing here, and say it when asked."""
    kept = modem.settings.kept
    if command.form is Form.SET:
        kept[command.name] = command.argument
        return []
    if command.form is Form.READ:
        return [f"{command.name}: {kept.get(command.name, '0')}"]
    return [f"{command.name}: (0-2)"] if command.form is Form.TEST else []


# Settings that real hosts make and that change nothing in this simulation.
# fmt: off
KEPT: Final = (
    "+CRC", "+CR", "+CLIP", "+CLIR", "+COLP", "+CCWA", "+CVHU", "+CTZU", "+CTZR", "+CLTS", "+CMMS",
    "+CSDH", "+CSCB", "+CSAS", "+CRES", "+DDET", "+QTONEDET", "+CDTAM", "+IPR", "+IFC", "+ICF", "+CSTA",
    "+CMUT", "+CLVL", "+CNMP", "+QCFG", "+QINDCFG", "+QURCCFG", "+CIURC", "^CURC", "^PORTSEL", "^DDTMFCFG", "+CPBS",
    "+CGDCONT", "+CGATT", "+CMER", "+CSSN", "+SJDR", "+CSGS", "+CGSMS", "&C", "&D", "&K", "&S", "&W",
    "&V", "X", "M", "L", "S",
)
# fmt: on

BASIC: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "E": _echo,
        "V": _verbose,
        "Q": _quiet,
        "Z": _defaults,
        "&F": _defaults,
        "I": _information,
        "+CGMI": _identity("manufacturer"),
        "+GMI": _identity("manufacturer"),
        "+CGMM": _identity("model"),
        "+GMM": _identity("model"),
        "+CGMR": _identity("revision"),
        "+GMR": _identity("revision"),
        "+CGSN": _identity("imei"),
        "+GSN": _identity("imei"),
        "+CIMI": _imsi,
        "+CNUM": _own_number,
        "+GCAP": _says("+GCAP: +CGSM"),
        "+CBC": _says("+CBC: 0,100"),
        "+CPAS": _says("+CPAS: 0"),
        "+CMEE": _error_style,
        "+CPIN": _pin,
        "+CLCK": _locks,
        "+CFUN": _functionality,
        "+CRESET": _reset,
        "+CREG": _registration,
        "+CGREG": _registration,
        "+CEREG": _registration,
        "+CSQ": _signal,
        "+COPS": _operator,
        "+CCLK": _clock,
        "+CSCS": _character_set,
        "+CUSD": _ussd,
        **dict.fromkeys(KEPT, keep),
    }
)
