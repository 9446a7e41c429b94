"""What the lines of a modem mean: one line in, one value out.

Pure. Knows the answers and unsolicited lines of 3GPP TS 27.005 / 27.007 and the makers' own that
the hub needs, in every spelling seen in the field (tests/fixtures/gsm/response_vectors.json). A
line that cannot be read is None, never an error: modems say many things. Decides nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from hub.drivers.modem.at import prefix_of

# A modem whose clock was never set says 1970, 1980 or 2004; this program is younger than its year here.
# And 80/01/06 is not 2080: a year is written with two digits, and read as one of this century.
FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR = 2024, 2069
# +CSQ (3GPP TS 27.007, 8.5): 0 is -113 dBm or less, two dB a step, 31 is -51 or more, 99 unknown; from 100 on
# some makers repeat the scale for 3G and 4G.
_CSQ_UNKNOWN = 99
# ^HCSQ (Huawei): 0 is below -120 dBm, one dB a step, 255 unknown.
_HCSQ_UNKNOWN = 255


class Registration(StrEnum):
    """The state of +CREG, +CGREG, +CEREG and +C5GREG, in the order of their numbers."""

    IDLE = "idle"
    HOME = "home"
    SEARCHING = "searching"
    DENIED = "denied"
    UNKNOWN = "unknown"
    ROAMING = "roaming"
    HOME_SMS_ONLY = "home_sms_only"
    ROAMING_SMS_ONLY = "roaming_sms_only"
    EMERGENCY_ONLY = "emergency_only"
    HOME_CSFB_NOT_PREFERRED = "home_csfb_not_preferred"
    ROAMING_CSFB_NOT_PREFERRED = "roaming_csfb_not_preferred"
    ATTACHED_RLOS = "attached_rlos"

    @property
    def carries_sms(self) -> bool:
        """Whether texts can be sent in this state."""
        return self in _CARRY_SMS

    @property
    def carries_calls(self) -> bool:
        """Whether somebody can be called in this state; on LTE alone that needs VoLTE, which no state tells."""
        return self in _CARRY_CALLS


_STATES = tuple(Registration)
_CARRY_CALLS = frozenset(_STATES[number] for number in (1, 5, 9, 10))
_CARRY_SMS = frozenset(_STATES[number] for number in (1, 5, 6, 7, 9, 10))

_ACCESS = (
    "gsm",
    "gsm_compact",
    "umts",
    "edge",
    "hsdpa",
    "hsupa",
    "hspa",
    "lte",
    "ec_gsm_iot",
    "lte_nb",
    "lte",
    "5gnr",
    "5gnr",
    "5gnr",
)


@dataclass(frozen=True, slots=True)
class Network:
    """Where and how the modem is registered, by ``domain`` ("+CREG", "+CEREG", ...)."""

    domain: str
    state: Registration
    area: int = 0
    cell: int = 0
    access: str = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """Strength of reception; None when the modem does not know it."""

    dbm: int | None


@dataclass(frozen=True, slots=True)
class NetworkTime:
    """The network's clock as the modem tells it."""

    at: datetime

    @property
    def is_plausible(self) -> bool:
        """Whether this clock was ever set."""
        return FIRST_PLAUSIBLE_YEAR <= self.at.year <= LAST_PLAUSIBLE_YEAR


@dataclass(frozen=True, slots=True)
class StoredText:
    """The header of a message that was read: its slot (None for +CMGR), status (0, 1 received; 2, 3 ours)."""

    index: int | None
    status: int
    length: int


@dataclass(frozen=True, slots=True)
class TextArrived:
    """A message lies in slot ``index`` of ``memory``; ``report``: a delivery report."""

    memory: str
    index: int
    report: bool = False


@dataclass(frozen=True, slots=True)
class Storage:
    """How full the memories of +CPMS are: (name or "", used, total) for reading, writing and receiving."""

    memories: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class StorageFull:
    """The modem says that nothing more fits into ``memory``."""

    memory: str


@dataclass(frozen=True, slots=True)
class SimState:
    """What +CPIN says: "READY", "SIM PIN", "SIM PUK", "NOT READY", "NOT INSERTED" ..."""

    state: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The network took a text; ``reference`` comes back in its delivery report."""

    reference: int


@dataclass(frozen=True, slots=True)
class Operator:
    """The network's name, or None while there is none."""

    name: str | None


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Huawei's ^SYSINFO: whether there is service, on a foreign network, and with a valid SIM."""

    in_service: bool
    roaming: bool
    sim_valid: bool | None


@dataclass(frozen=True, slots=True)
class UssdAnswer:
    """The answer to a USSD code; ``text`` may be in UCS-2 digits still when ``coding`` says so."""

    status: int
    text: str = ""
    coding: int | None = None


@dataclass(frozen=True, slots=True)
class PowerTrouble:
    """The modem's supply is outside of what it bears."""

    line: str


# A comma with an even number of quotes behind it.
_COMMA_OUTSIDE_QUOTES = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')


def fields_of(line: str) -> list[str]:
    """Return what follows the prefix, split at commas outside quotes; the quotes stay on."""
    rest = line[len(prefix_of(line)) :].removeprefix(":")
    return [part.strip() for part in _COMMA_OUTSIDE_QUOTES.split(rest)]


def unquoted(field: str) -> str:
    """Return ``field`` without its quotes."""
    return field.strip().strip('"')


def read_network(line: str) -> Network:
    """Read a registration line, asked for or not.

    An answer puts a number ``n`` before the state, an unsolicited line does not, and some modems
    mix the two up; what can be a state, and where the hexadecimal fields begin, tells them apart.
    """
    fields = fields_of(line)
    if _has_mode(fields):
        fields = fields[1:]
    area, cell, access = _location(fields[1:])
    return Network(prefix_of(line), _STATES[int(fields[0])], area, cell, access)


def _has_mode(fields: list[str]) -> bool:
    if len(fields) == 2:
        return True
    # State, area and cell make three; with ``n`` before them they are at least four.
    if len(fields) < 4 or not fields[1].isdecimal() or int(fields[1]) >= len(_STATES):
        return False
    # "0001" is an area code, unless this modem pads the number before it too ("002,0011").
    return len(fields[1]) <= 2 or (len(fields[0]) > 1 and fields[0].startswith("0"))


def _location(fields: list[str]) -> tuple[int, int, str]:
    fields = [unquoted(field) for field in fields]
    # LTE modems may put a routing area of two digits between the tracking area and the cell.
    if len(fields) >= 4 and len(fields[1]) <= 2 < len(fields[2]):
        del fields[1]
    fields += [""] * (3 - len(fields))
    return _hex(fields[0]), _hex(fields[1]), _access(fields[2])


def _hex(field: str) -> int:
    digits = re.match(r"[0-9A-Fa-f]{1,9}", field)
    return int(digits.group(), 16) if digits else 0


def _access(field: str) -> str:
    if not field.isdecimal() or int(field) >= len(_ACCESS):
        return "unknown"
    return _ACCESS[int(field)]


def _signal(line: str) -> Signal:
    level = int(fields_of(line)[0])
    if level >= 100:  # 3G and 4G by their own scale: 100 is -116 dBm, one dB a step, 199 unknown
        return Signal(None if level >= 199 else level - 216)
    return Signal(None if level == _CSQ_UNKNOWN else min(level, 31) * 2 - 113)


def _huawei_signal(line: str) -> Signal:
    fields = fields_of(line)
    if len(fields) < 2 or int(fields[1]) == _HCSQ_UNKNOWN:
        return Signal(None)
    return Signal(int(fields[1]) - 121)


_CLOCK = re.compile(r'"?(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d\d)?')


def _clock(line: str) -> NetworkTime:
    found = _CLOCK.search(line)
    if found is None:
        raise ValueError(line)
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    quarters = int(found.group(7) or 0)
    zone = timezone(timedelta(minutes=15 * quarters))
    return NetworkTime(datetime(2000 + year, month, day, hour, minute, second, tzinfo=zone))


_EXTENDED_CLOCK = re.compile(r'"?([+-]?\d{1,2})"?,\d,"?(\d{4})/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)')


def _extended_clock(line: str) -> NetworkTime | None:
    """Read 3GPP TS 27.007, 8.41: the zone, summer time, and (some leave it out) the time of day there."""
    found = _EXTENDED_CLOCK.search(line)
    if found is None:
        return None
    quarters, *numbers = (int(part) for part in found.groups())
    # +CTZE tells the local time, summer time included, as its zone is; +CTZEU tells UTC.
    zone = UTC if prefix_of(line) == "+CTZEU" else timezone(timedelta(minutes=15 * quarters))
    year, month, day, hour, minute, second = numbers
    return NetworkTime(datetime(year, month, day, hour, minute, second, tzinfo=zone))


def _simcom_clock(line: str) -> NetworkTime:
    # The time is UTC; the offset behind it is for display.
    year, month, day, hour, minute, second = (int(field) for field in fields_of(line)[:6])
    return NetworkTime(datetime(year, month, day, hour, minute, second, tzinfo=UTC))


def _stored_text(line: str) -> StoredText:
    """Read a header whose length is the LAST field: some modems leave the name out, comma and all."""
    fields = fields_of(line)
    numbers = fields[:2] if prefix_of(line) == "+CMGL" else ["", fields[0]]
    index = int(numbers[0]) if numbers[0] else None
    return StoredText(index, int(numbers[1]), int(fields[-1]))


def _text_arrived(line: str) -> TextArrived:
    memory, index = fields_of(line)[:2]
    return TextArrived(unquoted(memory).upper(), int(index), report=line.startswith("+CDSI"))


_MEMORY = re.compile(r'(?:"?([A-Z]{2})"?,)?(\d+),(\d+)')


def _storage(line: str) -> Storage:
    rest = line.partition(":")[2].replace(" ", "")
    memories = tuple((name, int(used), int(total)) for name, used, total in _MEMORY.findall(rest))
    if not memories:
        raise ValueError(line)
    return Storage(memories[:3])


def _storage_full(line: str) -> StorageFull:
    return StorageFull(unquoted(line.partition(":")[2]).upper())


def _indicator(line: str) -> StorageFull | None:
    # Some SIMCom firmwares tell a full store as the indicator SMSFULL or number 8.
    fields = [unquoted(field).upper() for field in fields_of(line)]
    return StorageFull("") if fields[:2] in (["SMSFULL", "1"], ["8", "1"]) else None


def _sim_state(line: str) -> SimState:
    return SimState(unquoted(line.partition(":")[2]).upper())


def _huawei_sim(line: str) -> SimState:
    return SimState("READY" if fields_of(line)[0] == "1" else "NOT READY")


def _sent(line: str) -> Sent:
    return Sent(int(fields_of(line)[0]) % 256)


def _operator(line: str) -> Operator:
    fields = fields_of(line)
    return Operator(unquoted(fields[2]) if len(fields) > 2 else None)


def _service(line: str) -> ServiceState:
    fields = [int(field) if field.isdecimal() else None for field in fields_of(line)]
    sim = fields[4] if prefix_of(line) == "^SYSINFO" else fields[3]
    return ServiceState(fields[0] == 2, fields[2] == 1, None if sim is None else sim == 1)


def _ussd(line: str) -> UssdAnswer:
    found = re.fullmatch(r'\+CUSD:\s*(\d+)(?:,\s*"(.*)"(?:,\s*(\d+))?)?.*', line, re.DOTALL)
    if found is None:
        raise ValueError(line)
    status, text, coding = found.groups()
    return UssdAnswer(int(status), text or "", int(coding) if coding else None)


READERS: dict[str, Callable[[str], object | None]] = {
    "+CREG": read_network,
    "+CGREG": read_network,
    "+CEREG": read_network,
    "+C5GREG": read_network,
    "+CSQ": _signal,
    "^HCSQ": _huawei_signal,
    "+CCLK": _clock,
    "^NWTIME": _clock,
    "+CTZE": _extended_clock,
    "+CTZEU": _extended_clock,
    "*PSUTTZ": _simcom_clock,
    "+CMGL": _stored_text,
    "+CMGR": _stored_text,
    "+CMTI": _text_arrived,
    "+CDSI": _text_arrived,
    "+CPMS": _storage,
    "^SMMEMFULL": _storage_full,
    "+SMSFULL": _storage_full,
    "+CIEV": _indicator,
    "+CPIN": _sim_state,
    "^SIMST": _huawei_sim,
    "+CMGS": _sent,
    "+COPS": _operator,
    "^SYSINFO": _service,
    "^SYSINFOEX": _service,
    "+CUSD": _ussd,
}


def decode(line: str) -> object | None:
    """Return the value of ``line``, or None when it says nothing that the hub understands."""
    line = line.strip()
    reader = READERS.get(prefix_of(line))
    if reader is None:
        return PowerTrouble(line) if re.match(r"(?:UNDER|OVER)-VOLTAGE", line) else None
    try:
        return reader(line)
    # These three, and no others, are how a torn line shows: a missing field, no number, no such date.
    except (ValueError, IndexError, OverflowError):
        return None
