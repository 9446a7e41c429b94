"""Four kinds of modem, as data: what each answers where the standard leaves a choice.

The facts are from the makers' AT manuals and from logs (tests/fixtures/gsm/transcripts.json). Only what a
host must cope with is here; a dialect is no complete modem of that kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# One line that a modem says by itself, and how many seconds after the one before.
BootLine = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of modem differs from the next. ``{}`` in a template takes the value."""

    name: str
    manufacturer: str
    model: str
    revision: str  # the whole answer to AT+CGMR, with the prefix that some makers put
    identity: tuple[str, ...]  # the answer to ATI
    imei: str = "862000000000000"
    prompt: str = "\r\n> "
    unknown_command: str = "ERROR"
    # Between switching on and the first line; then the lines, before and after the SIM is ready.
    silent_boot_s: float = 3.0
    boot: tuple[BootLine, ...] = ((0.0, "RDY"),)
    ready: tuple[BootLine, ...] = ((1.0, "SMS DONE"),)
    farewell: str = ""  # said when PWRKEY turns it off
    # None: a message command before the store is ready is a plain ERROR.
    not_ready_cms: int | None = 314
    sim_gone: str = "+CPIN: NOT READY"
    sim_back: str = "+CPIN: READY"
    # Slots by store, in the order the modem prefers them after it started.
    memories: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"ME": 23, "SM": 20, "SR": 10}))
    first_slot: int = 0
    report_memory: str = "SR"  # where a status report is put; "" means where texts are put
    cnmi_modes: tuple[str, ...] = ("012", "0123", "023", "012", "01")
    empty_slot_cms: int | None = None  # None: reading an empty slot is a plain OK
    registration_commands: tuple[str, ...] = ("+CREG", "+CGREG", "+CEREG")
    iccid_answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"+CCID": "+CCID: {}"}))
    character_sets: tuple[str, ...] = ("GSM", "IRA", "UCS2")
    # What the modem says of a call: ringing, answered, ended; and of a key pressed at the far side.
    call_started: str = ""
    call_answered: str = ""
    call_ended: str = "NO CARRIER"
    key_pressed: str = "+DTMF: {}"
    key_as_code: bool = False  # the key as the number of its ASCII character
    tries_answers: Mapping[str, str] = field(default_factory=dict)  # how to ask for the tries left
    file_commands: frozenset[str] = frozenset()  # of its own files, and to play them into a call; see `modem_files`


SIM7600: Final = Dialect(
    name="sim7600",
    manufacturer="SIMCOM INCORPORATED",
    model="SIMCOM_SIM7600E-H",
    revision="+CGMR: LE20B04SIM7600M22",
    identity=(
        "Manufacturer: SIMCOM INCORPORATED",
        "Model: SIMCOM_SIM7600E-H",
        "Revision: SIM7600M22_V2.0",
        "IMEI: 862000000000000",
        "+GCAP: +CGSM",
    ),
    # 11 s were seen from power to RDY (transcript sim7600_boot).
    silent_boot_s=11.0,
    boot=((0.0, "RDY"),),
    ready=((0.0, "SMS DONE"), (0.0, "PB DONE")),
    iccid_answers=MappingProxyType({"+CICCID": "+ICCID: {}", "+CCID": "+CCID: {}"}),
    call_answered="VOICE CALL: BEGIN",
    call_ended="VOICE CALL: END: 000010",
    key_pressed="+RXDTMF: {}",
    file_commands=frozenset({"+CFTRANRX", "+FSCD", "+FSLS", "+FSDEL", "+CCMXPLAY", "+CCMXSTOP"}),
    tries_answers=MappingProxyType({"+SPIC": "+SPIC: {pin_tries},{puk_tries},{pin_tries},{puk_tries}"}),
)

SIM800: Final = Dialect(
    name="sim800",
    manufacturer="SIMCOM_Ltd",
    model="SIMCOM_SIM800L",
    revision="Revision:1418B05SIM800L24",
    identity=("SIM800 R14.18",),
    silent_boot_s=3.0,
    boot=((0.0, "RDY"), (0.0, "+CFUN: 1")),
    ready=((4.0, "Call Ready"), (3.0, "SMS Ready")),
    farewell="NORMAL POWER DOWN",
    not_ready_cms=None,
    memories=MappingProxyType({"SM": 20, "ME": 20}),
    first_slot=1,
    # No store of its own for reports, and "+CDSI" unknown: the host must take "+CDS" (ds=1).
    report_memory="",
    cnmi_modes=("0123", "0123", "023", "01", "01"),
    registration_commands=("+CREG", "+CGREG"),
    iccid_answers=MappingProxyType({"+CCID": "{}", "+ICCID": "{}"}),
    character_sets=("IRA", "GSM", "UCS2", "HEX", "PCCP437", "8859-1"),
    key_pressed="+DTMF: {}",
    tries_answers=MappingProxyType({"+SPIC": "+SPIC: {pin_tries},{puk_tries},{pin_tries},{puk_tries}"}),
)

EC25: Final = Dialect(
    name="ec25",
    manufacturer="Quectel",
    model="EC25",
    revision="EC25EFAR06A06M4G",
    identity=("Quectel", "EC25", "Revision: EC25EFAR06A06M4G"),
    silent_boot_s=8.0,
    boot=((0.0, "RDY"), (0.0, "+CFUN: 1")),
    ready=((0.0, "+QUSIM: 1"), (2.0, "+QIND: SMS DONE"), (1.0, "+QIND: PB DONE")),
    farewell="POWERED DOWN",
    memories=MappingProxyType({"ME": 255, "SM": 50, "SR": 60}),
    empty_slot_cms=321,
    iccid_answers=MappingProxyType({"+QCCID": "+QCCID: {}", "+CCID": "+CCID: {}"}),
    call_started='^DSCI: 1,0,2,0,0,"{}",145',
    call_answered='^DSCI: 1,0,0,0,0,"{}",145',
    key_pressed="+QTONEDET: {}",
    key_as_code=True,
    file_commands=frozenset({"+QFUPL", "+QFLST", "+QFDEL", "+QPSND"}),
    tries_answers=MappingProxyType({"+QPINC": '+QPINC: "SC",{pin_tries},{puk_tries}'}),
)

HUAWEI: Final = Dialect(
    name="huawei",
    manufacturer="huawei",
    model="E173",
    revision="11.126.85.00.209",
    identity=(
        "Manufacturer: huawei",
        "Model: E173",
        "Revision: 11.126.85.00.209",
        "IMEI: 862000000000000",
        "+GCAP: +CGSM,+DS,+ES",
    ),
    unknown_command="COMMAND NOT SUPPORT",
    silent_boot_s=5.0,
    boot=((0.0, "^BOOT:91409020,0,0,0,6"),),
    ready=((1.0, "^SRVST:2"), (0.0, "^RSSI:13")),
    sim_gone="^SIMST:255",
    sim_back="^SIMST:1",
    memories=MappingProxyType({"SM": 20, "ME": 100}),
    report_memory="",
    empty_slot_cms=321,
    registration_commands=("+CREG", "+CGREG"),
    iccid_answers=MappingProxyType({"^ICCID": "^ICCID: {}"}),
    character_sets=("IRA", "GSM", "UCS2"),
    call_started="^ORIG:1,0",
    call_answered="^CONN:1,0",
    call_ended="^CEND:1,10,29,16",
    key_pressed="^DDTMF: {}",
    tries_answers=MappingProxyType({"^CPIN": "^CPIN: {state},{pin_tries},{puk_tries},{pin_tries},10,3"}),
)

DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {dialect.name: dialect for dialect in (SIM7600, SIM800, EC25, HUAWEI)}
)
