"""What a modem says: lines to the grammar, whole conversations to the machine, digits to the codec."""

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hub.domain.inputs import SendReported, SendState, SmsReceived
from hub.drivers.modem import calls, pdu, responses
from hub.drivers.modem.at import LINE_LIMIT, Event, Grammar, Info, Unsolicited
from hub.drivers.modem.machine import Machine
from hub.errors import PduError
from hub.gsm_alphabet import septets
from hub.ports import Outgoing
from hub.sim.modem import SimulatedModem
from tests.fuzz.target import CUT, FIXTURES, TAKEN, Target, distinct, pieces

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = "+33612345678"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / "gsm" / name).read_text("utf-8"))


LINES: list[bytes] = [
    vector["line"].encode("latin-1", "replace")
    for vector in fixture("response_vectors.json")["vectors"]
    if "line" in vector
]
TALKS = [
    [step["modem"].encode("latin-1", "replace") for step in sequence["steps"] if "modem" in step]
    for sequence in fixture("transcripts.json")["sequences"]
]
PDUS = [vector["pdu"] for vector in fixture("pdu_vectors.json")["vectors"] if len(vector.get("pdu", "")) > 8]
DIGIT_LINES: list[bytes] = [digits.encode() for digits in PDUS]
AT_TOKENS = distinct(
    [
        b"\r\n", b"\r", b"> ", b"OK", b"ERROR", b"\r\nOK\r\n", b"AT", b'"', b",", b"RDY", b"SMS Ready", b"NO CARRIER",
        b"+CMT: ,20", b"+CMGS: 5", b'+CMTI: "SM",3', b'+CUSD: 1,"', b"+CMGR: 0,,20", b"+CMS ERROR: 38", b"+CPIN: READY",
        *(line.strip().partition(b":")[0] + b": " for line in LINES),
    ]
)  # fmt: skip

# --- the grammar, and what its lines mean -----------------------------------------------------------------

# Half of all second bytes.
UNCUT = b"\x7f"
COMMANDS = (None, "AT", "AT+CSQ", "AT+CMGR=3", "AT+CMGL=4", "AT+CMGS=20", "AT+CPIN?", "ATD112;", 'AT+CUSD=1,"*100#"')


def heard(command: str | None, *parts: bytes) -> list[Event]:
    """What a grammar that has just been asked ``command`` makes of the bytes."""
    grammar = Grammar()
    if command is not None:
        grammar.begin(command)
    events: list[Event] = []
    for part in parts:
        grammar.feed(part)
        events += iter(grammar.next_event, None)
        assert len(grammar._bytes) <= LINE_LIMIT, "a line without an end is kept"
    return events


def feed_grammar(data: bytes) -> str:
    """The first byte is what was asked, the second where the rest is cut, if at all: that makes no difference."""
    asked, cut, said = data[:1], data[1:2], data[2:]
    command = COMMANDS[(asked[0] if asked else 0) % len(COMMANDS)]
    events = heard(command, said)
    if cut > UNCUT:
        at = (cut[0] - UNCUT[0]) * len(said) // (0xFF - UNCUT[0])
        assert events == heard(command, said[:at], said[at:]), "where the bytes are cut makes a difference"
    for event in events:
        if isinstance(event, Info | Unsolicited):
            responses.decode(event.line)
            calls.decode(event.line)
    return TAKEN


GRAMMAR = Target(
    "at",
    "the AT grammar, cut at any place, and the meaning of its lines",
    feed_grammar,
    distinct(
        [
            *(bytes([n % 9, 0]) + line + b"\r\n" for n, line in enumerate(LINES)),
            *(bytes([5, 180]) + b"".join(talk) for talk in TALKS),
            *(b"\x03\xc0+CMGR: 0,,20\r\n" + digits.encode() + b"\r\nOK\r\n" for digits in PDUS),
        ]
    ),
    AT_TOKENS,
    512,
)

# --- the machine ------------------------------------------------------------------------------------------

# What the first byte of a piece stands for; any other is said by the modem.
HUBS = WAIT, SEND, FORGET, REOPEN = b"\x01", b"\x02", b"\x03", b"\x04"
PIECES_AT_MOST = 60
WAITS = tuple(WAIT + b"%d" % milliseconds for milliseconds in (50, 1000, 5000, 30_000, 120_000, 700_000))
# Of the pieces of a story that is drawn, how many are no lines of the modem.
HUBS_SHARE = 0.4
LONGEST_WAIT_S = 1000.0
# An hour of a sick modem takes some hundred steps; a machine that wants more of them in one instant spins.
TURNS_AT_MOST = 400
STUCK_TURNS = 100
# Written in answer to one piece; the longest text of ours has ten parts.
WRITTEN_AT_MOST = 5000


class Story:
    """A machine to which things happen, without any modem that would answer."""

    def __init__(self) -> None:
        self.now, self.texts, self.turns = 0.0, 0, 0
        self.machine = Machine(lambda: NOON + timedelta(seconds=self.now), speeds=(115200,))
        self.machine.port_opened(self.now)
        self.reports: list[SendReported] = []
        self.keys: list[str] = []

    def play(self, piece: bytes, *, quietly: bool = True) -> None:
        """Let it happen; ``quietly``: what the machine writes goes nowhere."""
        kind, rest = piece[:1], piece[1:]
        if kind == WAIT:
            self.wait(float(rest[:7]) / 1000 if rest[:7].isdigit() else 1.0)
        elif kind == SEND:
            self.texts += 1
            words = rest.decode("utf-8", "replace")[:400] or "ALERTE"
            self.machine.send(Outgoing(self.texts, ANNA, words, bool(self.texts % 2), timedelta(hours=1)), self.now)
        elif kind == FORGET:
            self.machine.forget(self.keys[-1] if self.keys else "no such key", self.now)
        elif kind == REOPEN:
            self.machine.port_closed(self.now)
            self.machine.port_opened(self.now)
        else:
            self.machine.receive(piece, self.now)
        assert not quietly or len(self.machine.take_bytes()) < WRITTEN_AT_MOST
        self.settle()

    def settle(self) -> None:
        """Take what is posted; open the port again where the machine asks for it."""
        for seen in self.machine.take_inputs():
            if isinstance(seen, SendReported):
                self.reports.append(seen)
            elif isinstance(seen, SmsReceived):
                self.keys.append(seen.key)
        if self.machine.wants_reopen:
            self.machine.port_closed(self.now)
            self.machine.port_opened(self.now)

    def wait(self, seconds: float) -> None:
        end, in_one_instant = self.now + min(seconds, LONGEST_WAIT_S), 0
        while self.turns < TURNS_AT_MOST and (due := self.machine.next_timer()) is not None and due <= end:
            self.turns += 1
            in_one_instant = in_one_instant + 1 if due <= self.now else 0
            assert in_one_instant < STUCK_TURNS, "the machine spins"
            self.now = max(self.now, due)
            self.machine.handle_timer(self.now)
            assert len(self.machine.take_bytes()) < WRITTEN_AT_MOST
            self.settle()
        self.now = end

    def end(self) -> None:
        """The port goes away: by then something was said of every text, once, or twice if it was in doubt."""
        self.machine.port_closed(self.now)
        self.settle()
        said = Counter(report.message for report in self.reports)
        assert set(said) == set(range(1, self.texts + 1)), "nothing was said of a text"
        for report in self.reports:
            assert said[report.message] == 1 or report.state is not SendState.FAILED, "failed, and something else too"


def recorded(dialect: str, *moves: bytes | str | float) -> list[bytes]:
    """Return, as pieces, what a modem said and when while ``moves`` happened: pieces, texts that came, seconds."""
    story, modem = Story(), SimulatedModem(dialect)
    done: list[bytes] = []
    for move in moves:
        if isinstance(move, bytes):
            done.append(move)
            story.play(move, quietly=False)
        elif isinstance(move, str):
            modem.network.deliver(ANNA, move)
        else:
            done += _lived(story, modem, story.now + move)
    return done


def _lived(story: Story, modem: SimulatedModem, end: float) -> list[bytes]:
    done: list[bytes] = []
    while story.now < end:
        modem.receive(story.machine.take_bytes(), story.now)
        modem.handle_timer(story.now)
        if said := modem.take_bytes():
            done.append(said)
            story.play(said, quietly=False)
        else:
            dues = [due for due in (story.machine.next_timer(), modem.next_timer()) if due is not None]
            milliseconds = max(1, int((min([*dues, end]) - story.now) * 1000))
            done.append(WAIT + b"%d" % milliseconds)
            story.now += milliseconds / 1000
            modem.handle_timer(story.now)
            story.machine.handle_timer(story.now)
            story.settle()
    return done


# The first byte of an input: a modem just found, or one that is ready.
AFRESH, READY = b"\x00", b"\x01"
START_S = 20.0
START = recorded("sim7600", START_S)
LIVES = [
    recorded(
        dialect, 20.0, SEND + b"ALERTE", 8.0, "j'y vais", 5.0, FORGET, 3.0, SEND + "deux parts: é".encode() * 14, 9.0
    )
    for dialect in ("sim7600", "sim800", "ec25", "huawei")
]


def feed_machine(data: bytes) -> str:
    """Pieces: what the modem says, and what the hub wants meanwhile, or that time passes."""
    story = Story()
    if data[:1] != AFRESH:
        for piece in START:
            story.play(piece)
    for piece in pieces(data[1:], PIECES_AT_MOST):
        story.play(piece)
    story.end()
    return TAKEN


def lines_in(data: bytes) -> int:
    """How many of the pieces the modem says; those with which a story starts, always the same, are none of them."""
    return sum(piece[:1] not in HUBS for piece in pieces(data[1:], PIECES_AT_MOST))


def drawn_story(draw: Random) -> bytes:
    """Lines of all kinds, with texts to send, waits and a port that comes and goes between them."""
    return draw.choice((AFRESH, READY)) + CUT.join(_drawn_move(draw) for _ in range(draw.randint(4, 30)))


def _drawn_move(draw: Random) -> bytes:
    if draw.random() < HUBS_SHARE:
        return draw.choice((SEND, FORGET, REOPEN, *WAITS))
    if draw.random() < HUBS_SHARE:
        return draw.choice((b"\r\nOK\r\n", b"> ", b"\r\n+CMGS: 7\r\n\r\nOK\r\n"))
    return b"\r\n" + draw.choice((*AT_TOKENS, *LINES, *DIGIT_LINES)) + b"\r\n"


MACHINE = Target(
    "machine",
    "the modem's machine: what it says, while texts go, time passes and the port comes and goes",
    feed_machine,
    distinct(
        [
            *(AFRESH + CUT.join(life) for life in LIVES),
            *(READY + CUT.join(life[len(START) :]) for life in LIVES),
            *(READY + SEND + CUT + CUT.join(talk) + CUT + WAIT + b"60000" for talk in TALKS),
            *(READY + line + b"\r\n" + CUT + WAIT + b"5000" for line in LINES),
            *(READY + b"\r\n+CMT: ,20\r\n" + digits.encode() + b"\r\n" for digits in PDUS),
            READY + b'\r\n+CMTI: "ME",3\r\n' + CUT + b"\r\n+CMGR: 0,,20\r\n" + PDUS[0].encode() + b"\r\n\r\nOK\r\n",
        ]
    ),
    (
        *AT_TOKENS,
        CUT,
        CUT + WAIT + b"1000" + CUT,
        CUT + WAIT + b"60000" + CUT,
        CUT + SEND + CUT,
        CUT + FORGET + CUT,
        CUT + REOPEN + CUT,
    ),
    2200,
    drawn=drawn_story,
    holds=lines_in,
)

# --- the codec --------------------------------------------------------------------------------------------

# The first byte of an input: octets, digits as they stand, or a text to write.
OCTETS, DIGITS, WRITE = b"\x00", b"\x01", b"\x02"
LONGEST_SEPTETS = 160


def feed_codec(data: bytes) -> str:
    """Read digits as a message of the network and as one of ours, or write a text; what is read is written again."""
    kind, rest = data[:1], data[1:]
    try:
        if kind == WRITE:
            _write(rest)
        elif kind == DIGITS:
            _read(rest.decode("latin-1"), None)
        else:
            length = rest[0] if rest and rest[0] < 200 else None
            _read(rest[1:].hex(), length)
    except PduError:
        return PduError.__name__
    return TAKEN


def _read(digits: str, tpdu_length: int | None) -> None:
    """Read it both ways; what neither can read is refused."""
    refused: PduError | None = None
    try:
        said = pdu.decode_incoming(digits, tpdu_length=tpdu_length)
    except PduError as error:
        refused = error
    else:
        _rewrite_incoming(said)
    with suppress(PduError):
        _rewrite_submit(pdu.decode_submit(digits))
        refused = None
    if refused is not None:
        raise refused


def _check_body(body: pdu.Body) -> None:
    assert len(body.units) <= LONGEST_SEPTETS
    assert body.header.part is None or 1 <= body.header.part.number <= body.header.part.total <= 255


def _is_plain(body: pdu.Body) -> bool:
    """Whether `encode_*` would say it in the same units: alone, in the usual alphabet, without half characters."""
    return body.header == pdu.Header() and body.encoding is not pdu.Encoding.OCTETS


def _rewrite_incoming(said: pdu.Deliver | pdu.StatusReport) -> None:
    if isinstance(said, pdu.StatusReport):
        if said.sent_at and said.discharged_at and said.recipient.lstrip("+"):
            with suppress(PduError):  # a name, or a number longer than any that is dialled
                made = pdu.encode_status_report(
                    said.reference, said.recipient, said.sent_at, said.discharged_at, said.status, smsc=said.smsc
                )
                assert pdu.decode_incoming(made.hex) == said
        return
    _check_body(said.body)
    assert said.text in pdu.join([said])
    if _is_plain(said.body) and said.sent_at:
        with suppress(PduError):
            made_again = pdu.encode_deliver(said.sender, said.text, said.sent_at, smsc=said.smsc)
            again = [pdu.decode_incoming(one.hex) for one in made_again]
            delivers = [one for one in again if isinstance(one, pdu.Deliver)]
            assert pdu.join(delivers) == said.text
            assert {one.sent_at for one in delivers} == {said.sent_at}


def _rewrite_submit(submit: pdu.Submit) -> None:
    _check_body(submit.body)
    if _is_plain(submit.body):
        made = pdu.encode_submit(submit.recipient, submit.text, reference=submit.reference, smsc=submit.smsc)
        again = [pdu.decode_submit(one.hex) for one in made]
        assert pdu.join(again) == submit.text
        assert {one.recipient for one in again} == {submit.recipient}


def _write(data: bytes) -> None:
    """Write any text to a number; read again it says the same, and rewritten it fits the alphabet of texts."""
    text = data.decode("utf-8", "replace")
    parts = [pdu.decode_submit(one.hex) for one in pdu.encode_submit(ANNA, text, concat_reference=len(data) * 37)]
    assert pdu.join(parts) == text
    assert septets(pdu.to_gsm7_text(text)) is not None
    again = pdu.encode_deliver(text, "ok", NOON)
    pdu.decode_incoming(again[0].hex)


CODEC = Target(
    "pdu",
    "the PDU codec: read as a text of the network and as one of ours, and written again",
    feed_codec,
    distinct(
        [
            *(OCTETS + b"\xff" + bytes.fromhex(digits) for digits in PDUS if len(digits) % 2 == 0),
            *(DIGITS + digits.encode() for digits in PDUS),
            *(
                WRITE + text.encode()
                for text in ("ALERTE Mme Martin: [salle] 22h45 €", "à l’aide 🆘", "Ω" * 200, "é" * 200)
            ),
        ]
    ),
    (
        b"\x91",
        b"\xd0",
        b"\x05\x00\x03",
        b"\x06\x08\x04",
        b"\x25\x01\x03",
        b"\x24\x01\x01",
        b"\x00\x08",
        b"\x00\x04",
        "€".encode(),
    ),
    420,
    frozenset({PduError.__name__}),
)
