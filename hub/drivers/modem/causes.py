"""Why a modem or the network refuses: the codes of +CMS ERROR and +CME ERROR, and what each calls for.

Pure, and a table: 3GPP TS 24.011 (1 to 127), 23.040 (128 to 255), 27.005 (300 to 512), makers above that.
The classes are our advice (tests/fixtures/gsm/cms_errors.json); `sending` acts on them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """What a refusal calls for."""

    NUMBER = "permanent_for_number"  # this number never takes this text: the next person, at once
    PASSING = "temporary"  # try again later; the next person meanwhile
    TARIFF = "sim_or_network_config"  # nothing helps until a person changes the SIM or its tariff
    OUR_PDU = "local_pdu"  # damaged on the line, or our mistake: send once more at once
    MODEM = "modem_state"  # the modem is not ready or full: put that right, then send again
    UNKNOWN = "unknown"  # try again, then another radio access
    UNCERTAIN = "uncertain"  # it may have gone out
    SENT = "treat_as_sent"  # the service centre has it already
    SMSC = "fix_smsc"  # the service centre's number was lost: write it back, send once more
    HARMLESS = "ignore"


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a refusal. ``code`` is None where the modem gave words of its own, or a bare ERROR."""

    code: int | None
    words: str
    remedy: Remedy

    def __str__(self) -> str:
        return self.words if self.code is None else f"{self.words} ({self.code})"


_R = Remedy
CMS: dict[int, tuple[str, Remedy]] = {
    1: ("Unassigned number", _R.NUMBER),
    8: ("Operator determined barring", _R.TARIFF),
    10: ("Call barred", _R.TARIFF),
    17: ("Network failure", _R.PASSING),
    21: ("Short message transfer rejected", _R.PASSING),
    22: ("Congestion / memory capacity exceeded", _R.PASSING),
    27: ("Destination out of service", _R.PASSING),
    28: ("Unidentified subscriber", _R.NUMBER),
    29: ("Facility rejected", _R.TARIFF),
    30: ("Unknown subscriber", _R.NUMBER),
    38: ("Network out of order", _R.PASSING),
    41: ("Temporary failure", _R.PASSING),
    42: ("Congestion", _R.PASSING),
    47: ("Resources unavailable", _R.PASSING),
    50: ("Requested facility not subscribed", _R.TARIFF),
    69: ("Requested facility not implemented", _R.TARIFF),
    81: ("Invalid short message transfer reference", _R.PASSING),
    95: ("Invalid message, unspecified", _R.OUR_PDU),
    96: ("Invalid mandatory information", _R.OUR_PDU),
    97: ("Message type non-existent", _R.OUR_PDU),
    98: ("Message not compatible with protocol state", _R.PASSING),
    99: ("Information element non-existent", _R.OUR_PDU),
    111: ("Protocol error, unspecified", _R.PASSING),
    127: ("Interworking, unspecified", _R.PASSING),
    128: ("Telematic interworking not supported", _R.OUR_PDU),
    129: ("Short message type 0 not supported", _R.OUR_PDU),
    130: ("Cannot replace short message", _R.OUR_PDU),
    143: ("Unspecified TP-PID error", _R.OUR_PDU),
    144: ("Data coding scheme not supported", _R.OUR_PDU),
    145: ("Message class not supported", _R.OUR_PDU),
    159: ("Unspecified TP-DCS error", _R.OUR_PDU),
    160: ("Command cannot be actioned", _R.OUR_PDU),
    161: ("Command unsupported", _R.OUR_PDU),
    175: ("Unspecified TP-Command error", _R.OUR_PDU),
    176: ("TPDU not supported", _R.OUR_PDU),
    192: ("SC busy", _R.PASSING),
    193: ("No SC subscription", _R.TARIFF),
    194: ("SC system failure", _R.PASSING),
    195: ("Invalid SME address", _R.NUMBER),
    196: ("Destination SME barred", _R.NUMBER),
    197: ("SM Rejected - duplicate SM", _R.SENT),
    208: ("SIM SMS storage full", _R.MODEM),
    209: ("No SMS storage capability in SIM", _R.MODEM),
    210: ("Error in MS", _R.MODEM),
    211: ("Memory capacity exceeded", _R.MODEM),
    212: ("SIM application toolkit busy", _R.MODEM),
    213: ("SIM data download error", _R.MODEM),
    255: ("Unspecified error cause", _R.UNKNOWN),
    300: ("ME failure", _R.MODEM),
    301: ("SMS service of ME reserved", _R.MODEM),
    302: ("Operation not allowed (often: not ready yet)", _R.MODEM),
    303: ("Operation not supported", _R.MODEM),
    304: ("Invalid PDU mode parameter", _R.OUR_PDU),
    305: ("Invalid text mode parameter", _R.OUR_PDU),
    310: ("SIM not inserted", _R.MODEM),
    311: ("SIM PIN required", _R.MODEM),
    312: ("PH-SIM PIN required", _R.MODEM),
    313: ("SIM failure (transient during boot)", _R.MODEM),
    314: ("SIM busy", _R.MODEM),
    315: ("SIM wrong", _R.MODEM),
    316: ("SIM PUK required", _R.MODEM),
    317: ("SIM PIN2 required", _R.MODEM),
    318: ("SIM PUK2 required", _R.MODEM),
    320: ("Memory failure", _R.MODEM),
    321: ("Invalid memory index", _R.MODEM),
    322: ("Memory full", _R.MODEM),
    330: ("SMSC address unknown", _R.SMSC),
    331: ("No network service", _R.PASSING),
    332: ("Network timeout", _R.UNCERTAIN),
    340: ("No +CNMA acknowledgement expected", _R.HARMLESS),
    341: ("Buffer overflow", _R.MODEM),
    342: ("SMS size more than expected", _R.OUR_PDU),
    500: ("Unknown error", _R.UNKNOWN),
    512: ("SIMCom/Quectel: FDN/other vendor specific, 512 and above differ by vendor", _R.UNKNOWN),
    515: ("Wavecom +CME: please wait, init or command in progress", _R.MODEM),
}

# +CME ERROR (3GPP TS 27.007, 9.2) as far as it can answer a command about texts or the SIM.
CME: dict[int, tuple[str, Remedy]] = {
    3: ("Operation not allowed", _R.MODEM),
    4: ("Operation not supported", _R.MODEM),
    10: ("SIM not inserted", _R.MODEM),
    11: ("SIM PIN required", _R.MODEM),
    12: ("SIM PUK required", _R.MODEM),
    13: ("SIM failure", _R.MODEM),
    14: ("SIM busy", _R.MODEM),
    15: ("SIM wrong", _R.MODEM),
    16: ("Incorrect password", _R.MODEM),
    20: ("Memory full", _R.MODEM),
    30: ("No network service", _R.PASSING),
    31: ("Network timeout", _R.UNCERTAIN),
    32: ("Network not allowed, emergency calls only", _R.PASSING),
    100: ("Unknown error", _R.UNKNOWN),
    515: ("Please wait, init or command in progress", _R.MODEM),
}

# These pass by themselves while a modem or its SIM starts.
CME_WAITS = frozenset({3, 13, 14, 15, 515})
CMS_WAITS = frozenset({302, 313, 314, 515})
CMS_FULL = frozenset({208, 209, 210, 211, 322})
SIM_ABSENT = 10
SIM_WANTS_PIN = 11
SIM_WANTS_PUK = 12
# It was ready before: it has been taken out, or started anew.
SIM_GONE = frozenset({SIM_ABSENT, SIM_WANTS_PIN, SIM_WANTS_PUK})

_CODED = re.compile(r"\+CM([ES]) ERROR: ?(.*)")


def cause_of(final: str) -> Cause:
    """Return why a command ended with the line ``final``.

    With AT+CMEE=2 a modem gives words instead of numbers; the table's own words are recognised.
    """
    coded = _CODED.match(final)
    if coded is None:
        return Cause(None, final.strip() or "no answer", Remedy.UNKNOWN)
    kind, detail = coded.group(1), coded.group(2).strip()
    table = CMS if kind == "S" else CME
    code = int(detail) if detail.isdecimal() and len(detail) < 6 else _code_by_words(table, detail)
    if code is None:
        return Cause(None, detail or final.strip(), Remedy.UNKNOWN)
    words, remedy = table.get(code, ("unknown error", Remedy.UNKNOWN))
    return Cause(code, f"+CM{kind} ERROR: {words}", remedy)


def sim_code(final: str) -> int | None:
    """Return the number of a +CME ERROR, or of a +CMS ERROR about the SIM as its +CME ERROR; else None."""
    code = cause_of(final).code
    return code if final.startswith("+CME") else _SIM_AS_CME.get(code or 0)


_SIM_AS_CME = {310: SIM_ABSENT, 311: SIM_WANTS_PIN, 316: SIM_WANTS_PUK, 313: 13, 314: 14, 315: 15}


def _code_by_words(table: dict[int, tuple[str, Remedy]], words: str) -> int | None:
    wanted = words.casefold()
    for code, (name, _) in table.items():
        if name.casefold() == wanted:
            return code
    return None
