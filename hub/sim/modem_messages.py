"""The commands for texts: 3GPP TS 27.005, in PDU mode, and in text mode as far as older hosts use it.

Knows stores, slots, the prompt and what follows it. What a PDU means is `hub.drivers.modem.pdu`'s and the
network's affair.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from hub.sim.at_line import Command, Form
from hub.sim.mobile_network import Outcome
from hub.sim.modem_commands import Handler, RefusedError, from_ucs2
from hub.sim.modem_device import Device
from hub.sim.modem_memory import MessageMemory, SimState, Status, StoredText
from hub.sim.modem_state import Prompt
from hub.sim.modem_text_mode import WORDS, readable
from hub.sim.modem_wire import Kind

# +CMS ERROR, 3GPP TS 27.005 3.2.5.
NOT_ALLOWED, NOT_SUPPORTED, BAD_PDU, BAD_TEXT = 302, 303, 304, 305
NO_SIM, WANTS_PIN, SIM_FAILED, WANTS_PUK, BAD_INDEX = 310, 311, 313, 316, 321
NO_NETWORK, NO_ACKNOWLEDGEMENT_EXPECTED = 331, 340
CMS_OF_SIM: Final = MappingProxyType(
    {SimState.ABSENT: NO_SIM, SimState.PIN: WANTS_PIN, SimState.PUK: WANTS_PUK, SimState.ENDED: SIM_FAILED}
)

# The longest SMS-SUBMIT of 3GPP TS 23.040 without its SMSC: 164 octets and what a long number adds.
LONGEST_PDU = 176
# After a deletion the modem tells the network that there is room (RP-SMMA), which then tries again.
MORE_AFTER_S = 1.0
# Two digits an octet, the SMSC before it, and the line ends that hosts put in between.
LONGEST_BODY = 1024


def _need_store(modem: Device) -> None:
    if (state := modem.card.state) is not SimState.READY:
        raise RefusedError(cms=CMS_OF_SIM[state])
    if not modem.sms_ready:
        raise RefusedError(cms=modem.dialect.not_ready_cms)


def _mode(modem: Device, command: Command) -> list[str]:
    if command.form is Form.TEST:
        return ["+CMGF: (0,1)"]
    if command.form is Form.READ:
        return [f"+CMGF: {int(modem.settings.text_mode)}"]
    _need_store(modem)
    if (mode := command.number()) not in {0, 1}:
        raise RefusedError(cms=NOT_SUPPORTED)
    modem.settings.text_mode = mode == 1
    return []


def _service(modem: Device, command: Command) -> list[str]:
    if command.form is Form.TEST:
        return ["+CSMS: (0,1)"]
    if command.form is Form.READ:
        return [f"+CSMS: {modem.settings.message_service},1,1,1"]
    if (service := command.number()) not in {0, 1}:
        raise RefusedError(cms=NOT_SUPPORTED)
    modem.settings.message_service = service
    return ["+CSMS: 1,1,1"]


def _stores(modem: Device, command: Command) -> list[str]:
    _need_store(modem)
    if command.form is Form.TEST:
        every = [f'"{name}"' for name in modem.memories]
        texts = [name for name in every if name != '"SR"']
        return [f"+CPMS: ({','.join(every)}),({','.join(texts)}),({','.join(texts)})"]
    if command.form is Form.SET:
        modem.settings.stores = _chosen(modem, command.fields)
    used = [
        ([f'"{store.name}"'] if command.form is Form.READ else []) + [str(len(store.slots)), str(store.capacity)]
        for store in (modem.memories[name] for name in modem.settings.stores)
    ]
    return ["+CPMS: " + ",".join(field for store in used for field in store)]


def _chosen(modem: Device, names: list[str]) -> list[str]:
    known = [name in modem.memories and (place == 0 or name != "SR") for place, name in enumerate(names)]
    if not 1 <= len(names) <= 3 or not all(known):
        raise RefusedError(cms=NOT_ALLOWED)
    return names + modem.settings.stores[len(names) :]


def _announce(modem: Device, command: Command) -> list[str]:
    allowed = modem.dialect.cnmi_modes
    if command.form is Form.TEST:
        return ["+CNMI: " + ",".join(f"({','.join(modes)})" for modes in allowed)]
    if command.form is Form.READ:
        return ["+CNMI: " + ",".join(str(mode) for mode in modem.settings.announce)]
    wanted = [
        command.number(place, before) if command.argument else 0 for place, before in enumerate(modem.settings.announce)
    ]
    if not all(str(mode) in modes for mode, modes in zip(wanted, allowed, strict=True)):
        raise RefusedError(cms=NOT_SUPPORTED)
    modem.settings.announce = wanted
    modem.collect()
    return []


def _acknowledge(modem: Device, command: Command) -> list[str]:
    if command.form is Form.TEST:
        return ["+CNMA: (0-2)"]
    if modem.settings.message_service != 1:
        raise RefusedError(cms=NO_ACKNOWLEDGEMENT_EXPECTED)
    return []


def _centre(modem: Device, command: Command) -> list[str]:
    _need_store(modem)
    if command.form is Form.READ:
        return [f'+CSCA: "{modem.smsc}",145']
    if command.form is Form.SET:
        modem.smsc = command.fields[0] if command.fields else ""
    return []


def _parameters(modem: Device, command: Command) -> list[str]:
    if command.form is Form.READ:
        return ["+CSMP: " + modem.settings.kept.get("+CSMP", "17,167,0,0")]
    if command.form is Form.SET:
        modem.settings.kept["+CSMP"] = command.argument
    return []


# Stored texts


def _opened(modem: Device) -> MessageMemory:
    return modem.memories[modem.settings.stores[0]]


def _indexed(modem: Device, command: Command) -> int:
    index = command.number(otherwise=-1)
    if not _opened(modem).has_slot(index):
        raise RefusedError(cms=BAD_INDEX)
    return index


def _read(modem: Device, command: Command) -> list[str]:
    _need_store(modem)
    if command.form is not Form.SET:
        return []
    text = _opened(modem).slots.get(_indexed(modem, command))
    if text is None:
        if modem.dialect.empty_slot_cms is None:
            return []
        raise RefusedError(cms=modem.dialect.empty_slot_cms)
    return _shown(modem, text, "+CMGR: ")


def _shown(modem: Device, text: StoredText, header: str) -> list[str]:
    """Return the two lines of a stored text, which is read from now on."""
    if modem.settings.text_mode:
        lines = readable(text, header, modem.settings.character_set)
    else:
        lines = [f"{header}{text.status:d},,{text.length}", text.pdu]
    if text.status is Status.UNREAD:
        text.status = Status.READ
    return lines


def _list(modem: Device, command: Command) -> list[str]:
    if command.form is Form.TEST:
        return [
            "+CMGL: " + ("(" + ",".join(f'"{word}"' for word in WORDS) + ")" if modem.settings.text_mode else "(0-4)")
        ]
    _need_store(modem)
    wanted = _wanted(modem, command)
    return [
        line
        for index, text in sorted(_opened(modem).slots.items())
        if wanted is None or text.status is wanted
        for line in _shown(modem, text, f"+CMGL: {index},")
    ]


def _wanted(modem: Device, command: Command) -> Status | None:
    """Return the state of the texts to list, None for all. Left out, it is "unread"."""
    asked = command.fields[0] if command.fields else ""
    if modem.settings.text_mode:
        if asked and asked not in WORDS:
            raise RefusedError(cms=NOT_ALLOWED)
        place = WORDS.index(asked) if asked else 0
    else:
        place = command.number()
    if not 0 <= place <= 4:
        raise RefusedError(cms=NOT_ALLOWED)
    return None if place == 4 else Status(place)


def _delete(modem: Device, command: Command) -> list[str]:
    store = _opened(modem)
    if command.form is Form.TEST:
        return [f"+CMGD: ({','.join(str(index) for index in sorted(store.slots))}),(0-4)"]
    _need_store(modem)
    if flag := command.number(1):
        gone = set(_LAST_DELETED[: min(flag, 4)])
        store.slots = {index: text for index, text in store.slots.items() if text.status not in gone}
    else:
        store.slots.pop(_indexed(modem, command), None)
    modem.after(MORE_AFTER_S, modem.collect)
    return []


# `AT+CMGD=1,<flag>`: 1 deletes what was read, 2 what was sent too, 3 what was not sent too, 4 everything.
_LAST_DELETED = (Status.READ, Status.SENT, Status.UNSENT, Status.UNREAD)


# Texts that go


def _send(modem: Device, command: Command) -> None:
    _need_store(modem)
    if modem.settings.text_mode:
        number = command.fields[0] if command.fields else ""
        if modem.settings.character_set == "UCS2":
            number = from_ucs2(number)
        prompt = Prompt(None, number)
    else:
        prompt = Prompt(command.number())
        if not 1 <= (prompt.length or 0) <= LONGEST_PDU:
            raise RefusedError(cms=BAD_PDU)
    modem.prompt = prompt
    modem.say(Kind.PROMPT, modem.dialect.prompt, "+CMGS", then=lambda: setattr(prompt, "is_open", True))


def take_body(modem: Device, prompt: Prompt) -> None:
    """The body that the prompt asked for is complete: the faults, then the network, have their say."""
    hand_over = partial(_hand_over, modem, prompt)
    for fault in modem.faults:
        hand_over = partial(fault.submit, modem, hand_over)
    hand_over()


def _hand_over(modem: Device, prompt: Prompt) -> None:
    if not modem.is_registered:
        outcome = Outcome(0.0, cms_error=NO_NETWORK)
    elif prompt.length is None:
        text = bytes(prompt.body).decode("latin-1").rstrip("\r\n")
        ucs2 = modem.settings.character_set == "UCS2"
        outcome = modem.network.submit_text(prompt.number, from_ucs2(text) if ucs2 else text, modem.now)
    else:
        outcome = _hand_over_pdu(modem, prompt.length, bytes(prompt.body))
    answer_submit(modem, outcome)


def _hand_over_pdu(modem: Device, length: int, body: bytes) -> Outcome:
    digits = b"".join(body.split()).decode("latin-1")
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return Outcome(0.0, cms_error=BAD_PDU)
    # The announced length counts all but the SMSC, whose first octet says how long it is.
    if not octets or len(octets) - 1 - octets[0] != length:
        return Outcome(0.0, cms_error=BAD_PDU)
    return modem.network.submit_pdu(digits, modem.now)


def answer_submit(modem: Device, outcome: Outcome) -> None:
    """Say what the network said, when it says it."""
    if outcome.reference is None:
        modem.result(f"+CMS ERROR: {outcome.cms_error}", "+CMGS", outcome.after_s)
        return
    modem.answer([f"+CMGS: {outcome.reference}"], "+CMGS", outcome.after_s)
    modem.result("OK", "+CMGS", outcome.after_s)


MESSAGES: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "+CMGF": _mode,
        "+CSMS": _service,
        "+CPMS": _stores,
        "+CNMI": _announce,
        "+CNMA": _acknowledge,
        "+CSCA": _centre,
        "+CSMP": _parameters,
        "+CMGR": _read,
        "+CMGL": _list,
        "+CMGD": _delete,
        "+CMGS": _send,
    }
)
