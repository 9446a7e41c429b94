"""What people and devices say to the core: texts, MQTT messages, requests on the control socket, facts of a journal."""

import atexit
import copy
import json
import shutil
import tempfile
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub import control, fact_json
from hub.control import ControlServer, Settlements
from hub.desk import Desk
from hub.domain import facts as f
from hub.domain import inputs as i
from hub.domain.decide import decide
from hub.domain.policy import Policy, SensorKind
from hub.domain.records import State
from hub.domain.state import evolve, next_wake
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_payloads import content_of, gestures, level
from hub.drivers.mqtt_reader import Arrival, MqttButton, MqttSensor, Reader
from hub.errors import FormError, JournalError
from hub.gsm_alphabet import septets
from hub.messages import Catalogue
from hub.messages.catalogue import SEPTETS
from hub.settings import InForce, to_policy
from tests.domain.house import ANNE, HOME, MARIE, MORNING, PAUL, PHONES, QUIET, RESIDENT, START, STRANGER, House, folded
from tests.fuzz.file_doors import FAMILY, HOUSEHOLD_TOML, HUB
from tests.fuzz.target import CUT, EDITS, FIXTURES, TAKEN, Target, distinct, edited, edits_of, pieces

WORDS = Catalogue.load()
SEGMENT_SEPTETS = 160


# --- homes in which something is going on -----------------------------------------------------------------


def _quiet() -> House:
    return House(replace(HOME, windows=(MORNING,), silences=(QUIET,)))


def _warned() -> House:
    house = _quiet()
    house.press()
    return house


def _alerting() -> House:
    house = _warned()
    house.pass_time(minutes=4)
    return house


def _answered() -> House:
    house = _alerting()
    house.text(PAUL, "1 dans 10 min")
    return house


def _attended() -> House:
    house = _answered()
    house.text(PAUL, "3")
    return house


def _two_alarms() -> House:
    house = _answered()
    house.sense("fumee")
    house.sense("co")
    house.pass_time(minutes=2)
    return house


def _closed() -> House:
    house = _attended()
    house.text(PAUL, "9 fausse alerte")
    return house


def _silent() -> House:
    """Nobody moves, and the resident is asked."""
    house = _quiet()
    house.pass_time(hours=4, minutes=1)
    return house


def _away_and_broken() -> House:
    house = _quiet()
    house.command(i.Action.AWAY, by=MARIE, until=START + timedelta(days=3))
    house.fail("modem.sick", "no answer")
    house.step_clock(timedelta(hours=1))
    return house


SCENES = tuple(
    scene()
    for scene in (_quiet, _warned, _alerting, _answered, _attended, _two_alarms, _closed, _silent, _away_and_broken)
)
SENDERS = (PHONES[PAUL], PHONES[ANNE], PHONES[MARIE], PHONES[RESIDENT], STRANGER, "", "INFO-SMS", "0600000001")


def visit(number: int) -> House:
    """Return one of the homes, as it is now; what happens there stays there."""
    house = copy.copy(SCENES[number % len(SCENES)])
    house.facts, house.sent = [], []
    return house


def check(house: House) -> None:
    """What was told fits a telephone, and what became a fact can be written and read again."""
    told = {sent.message.words: sent for sent in house.sent}
    for words, sent in told.items():
        text = WORDS.render(words, sent.message.language, zone=house.policy.zone, now=sent.at)
        length = septets(text)
        assert length is not None, "a text outside the alphabet"
        assert length <= SEPTETS.get(words.key, SEGMENT_SEPTETS), "a text of too many segments"
    # One of each kind: of the many that follow from time alone, others tell.
    for kind, fact in {type(fact): fact for fact in house.on_record()}.items():
        written = fact_json.dump(fact)
        again = fact_json.load_fact(kind.__name__, written)
        assert again is not None
        assert fact_json.dump(again) == written, "a fact that is read back as another"


# --- texts ------------------------------------------------------------------------------------------------

TEXTS_AT_MOST = 4
# Between two texts; longer waits only ask everybody again.
MINUTES_AT_MOST = 12


def feed_replies(data: bytes) -> str:
    """The first byte is the home; then pieces: who (one byte), how many minutes later (one), and the text."""
    house = visit(data[0] if data else 0)
    for number, piece in enumerate(pieces(data[1:], TEXTS_AT_MOST)):
        who, minutes, text = piece[:1], piece[1:2], piece[2:]
        house.pass_time(minutes=minutes[0] % MINUTES_AT_MOST if minutes else 0)
        sender = SENDERS[(who[0] if who else 0) % len(SENDERS)]
        house.tell(i.SmsReceived(house.now, f"text {number}", sender, text.decode("utf-8", "replace")))
    house.pass_time(minutes=1)
    check(house)
    return TAKEN


CORPUS: list[dict[str, Any]] = tomllib.loads((FIXTURES / "replies.toml").read_text("utf-8"))["reply"]
SAID = [entry["text"].encode() for entry in CORPUS]


def _texts(scene: int, *said: tuple[int, int, bytes]) -> bytes:
    return bytes([scene]) + CUT.join(bytes([who, minutes]) + text for who, minutes, text in said)


REPLIES = Target(
    "replies",
    "texts of the circle, the resident and strangers, decided in nine homes; what is answered fits a telephone",
    feed_replies,
    distinct(
        [
            *(_texts(n % len(SCENES), (n % len(SENDERS), 0, text)) for n, text in enumerate(SAID)),
            *(_texts(scene, (who, 1, b"1"), (who, 5, b"3"), (who, 9, b"9")) for scene in range(9) for who in range(4)),
            *(_texts(2, (0, 0, text), (3, 1, b"SOS"), (1, 2, b"2"), (2, 30, b"STOP")) for text in SAID[:40]),
        ]
    ),
    (*(text for text in SAID if 1 < len(text) < 24), CUT, b" no 10", b" no 11", b" dans 10 min", b"demain", b"AWAY", b"PAUSE"),
    512,
)

# --- MQTT -------------------------------------------------------------------------------------------------

CMD = "telecare/7f3a9c/cmd"
DEVICES = (
    CMD, "zigbee2mqtt/pendant", "zigbee2mqtt/cuisine", "zigbee2mqtt/entree", "zigbee2mqtt/entree/contact",
    "zigbee2mqtt/bridge/state", "tele/lit/SENSOR", "esp/fumee", "esp/chute", "somewhere/else",
)  # fmt: skip
RETAINED, REPEATED = 1, 2
MESSAGES_AT_MOST = 6


def feed_mqtt(data: bytes) -> str:
    """The first byte is the home; then pieces: topic (one byte), flags and seconds (one), payload; orders are obeyed."""
    house, refused = visit(data[0] if data else 0), ""
    reader = Reader(
        CMD,
        [MqttButton("salon", DEVICES[1], cancel=("double",))],
        [
            MqttSensor("cuisine", SensorKind.MOTION, DEVICES[2]),
            MqttSensor("entree", SensorKind.DOOR, DEVICES[3]),
            MqttSensor("entree", SensorKind.DOOR, DEVICES[4]),
            MqttSensor("lit", SensorKind.BED, DEVICES[6]),
            MqttSensor("fumee", SensorKind.SMOKE, DEVICES[7]),
            MqttSensor("chute", SensorKind.FALL, DEVICES[8]),
        ],
    )
    for piece in pieces(data[1:], MESSAGES_AT_MOST):
        topic, flags, payload = piece[:1], piece[1] if len(piece) > 1 else 0, edited(piece[2:], RECORDS)
        house.pass_time(seconds=flags >> 2)
        where = DEVICES[(topic[0] if topic else 0) % len(DEVICES)]
        arrival = Arrival(house.now, where, payload, bool(flags & RETAINED), bool(flags & REPEATED))
        for seen in reader.read(arrival):
            if isinstance(seen, Refused):
                refused = _refusal(seen)
            else:
                assert not arrival.retained, "a retained message is told"
                house.tell(seen)
        refused = _understood(payload) or refused
    assert all(line.isprintable() for line in reader.complaints.take(house.now).splitlines())
    check(house)
    return refused or TAKEN


def _refusal(seen: Refused) -> str:
    json.dumps({"text": seen.text, "id": seen.request}, ensure_ascii=False).encode()
    return Refused.__name__


def _understood(payload: bytes) -> str:
    """What the payload says of every kind of device."""
    try:
        content = content_of(payload)
    except FormError:
        return FormError.__name__
    gestures(content)
    for kind in SensorKind:
        assert level(content, kind, "a/contact") in (True, False, None)
    return ""


PAYLOADS = (
    b'{"action":"single","battery":100,"linkquality":134}', b'{"sos":true}', b'{"Button1":{"Action":"SINGLE"}}', b"ON",
    b'{"occupancy":true,"illuminance":12}', b'{"contact":false}', b'{"smoke":true}', b'{"state":"online"}', b"online",
    b'{"Switch1":{"Action":"ON"}}', b'{"event_type":"double"}', b"false", b'{"presence":null,"value":1.0}',
)  # fmt: skip
ORDERS = (
    b'{"cmd":"ANSWER","incident":10,"by":"paul","id":"abc"}', b'{"cmd":"CLOSE","by":"paul","outcome":"false_alarm"}',
    b'{"cmd":"TRIGGER"}', b'{"cmd":"DECLINE","by":"anne"}', b'{"cmd":"ATTEND","by":"paul"}', b'{"cmd":"TEST"}',
    b'{"cmd":"AWAY","until":"2026-03-05T18:00:00Z","by":"marie"}', b'{"cmd":"ARM_HOME"}', b'{"cmd":"DISARM"}',
    b'{"cmd":"PAUSE","until":"9999-12-31T23:59:59-12:00","by":"marie"}', b'{"cmd":"BACK","id":7}',
)  # fmt: skip
RECORDS = tuple(one for one in (*ORDERS, *PAYLOADS) if one.startswith(b"{"))
ODD = (
    b"null", b"true", b"-1", b"0", b"10", b"1e308", b"", b"10.5", b"[]", b"{}", b"9999-12-31T23:59:59-12:00",
    b"0001-01-01T00:00:00+14:00", b"2026-03-02T10:00:00Z", b"paul", b"resident", "é\u2028".encode(), b'"\\ud83d"', b"3" * 400,
)  # fmt: skip
MQTT = Target(
    "mqtt",
    "messages of devices and orders, read and decided in nine homes",
    feed_mqtt,
    distinct(
        [
            *(bytes([n % 9, at % 10, 0]) + payload for n, payload in enumerate(PAYLOADS) for at in range(1, 10)),
            *(bytes([scene, 0, 0]) + order for order in ORDERS for scene in range(9)),
            *(bytes([2, n % 2, 0]) + edit for n, edit in enumerate(edits_of(RECORDS, ODD))),
            *(bytes([n]) + CUT.join(bytes([n, 4 * n]) + one for one in (*PAYLOADS, *ORDERS)[n : n + 5]) for n in range(20)),
        ]
    ),
    (*PAYLOADS, *ORDERS, CUT, b'"until":"', b"T18:00:00Z", b'"incident":', b"10", b'\\ud83d', b"1e400", b"[", b"{"),
    1024,
    frozenset({FormError.__name__, Refused.__name__}),
)

# --- the control socket -----------------------------------------------------------------------------------


class Hall:
    """The core of a home that decides at once, as the loop does it, for requests of the command line."""

    def __init__(self, house: House, policy: Policy, settlements: Settlements) -> None:
        self.state, self.policy, self._settlements = house.state, policy, settlements
        self._now = house.now

    def now(self) -> datetime:
        return self._now

    def post(self, seen: i.Input) -> None:
        if isinstance(seen, i.PolicyReplaced):
            self.policy = seen.policy
        for fact in decide(self.state, seen, self.policy):
            self.state = evolve(self.state, fact)
            fact_json.dump(fact)
            if isinstance(fact, f.CommandSettled):
                self._settlements.settle(fact)


_FOLDER = Path(tempfile.mkdtemp(prefix="telecare-fuzz-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_HUB = replace(HUB, hub=replace(HUB.hub, data_dir=_FOLDER))
_IN_FORCE = InForce(_HUB, FAMILY, to_policy(_HUB, FAMILY), ())
# The server's thread is not started: what comes by a socket, `tests/test_control.py` tries.
_STUMBLED = "the hub stumbled over this"


def feed_control(data: bytes) -> str:
    """The first byte is the home; the rest is what a client writes in its line."""
    settlements = Settlements()
    house = visit(data[0] if data else 0)
    hall = Hall(house, house.policy, settlements)
    desk = Desk(hall, hall, hall.post, settlements, lambda: _IN_FORCE)  # type: ignore[arg-type]
    stumbled: list[Exception] = []

    def handle(request: dict[str, Any]) -> dict[str, Any]:
        try:
            return desk.handle(request)
        except Exception as error:
            stumbled.append(error)
            raise

    answer = ControlServer(_FOLDER, handle)._answer(edited(data[1:], WRITTEN).partition(b"\n")[0])
    for error in stumbled:
        raise error
    line = json.dumps(answer).encode()
    assert len(line) < control.LINE_AT_MOST
    assert isinstance(answer["ok"], bool)
    return TAKEN if answer["ok"] else "refused"


REQUESTS: tuple[dict[str, Any], ...] = (
    {"do": "status"},
    *({"do": "command", "action": action} for action in i.Action),
    *({"do": "command", "action": action, "by": "paul", "incident": 10} for action in i.Action),
    {"do": "command", "action": "close", "outcome": "false_alarm", "by": "paul", "incident": "10"},
    {"do": "command", "action": "away", "until": "2026-03-05T18:00:00Z", "by": "marie"},
    {"do": "command", "action": "pause", "until": "9999-12-31T23:59:59-12:00", "by": "marie"},
    {"do": "household", "toml": HOUSEHOLD_TOML.decode(), "file": "new.toml"},
    {"do": "household", "toml": "[resident]\nname = 7"},
    {"do": "harm"},
)
WRITTEN = tuple(json.dumps(request, ensure_ascii=False).encode() for request in REQUESTS)
CONTROL = Target(
    "control",
    "requests on the control socket, decided in nine homes",
    feed_control,
    distinct(
        [
            *(bytes([n % 9]) + line for at, line in enumerate(WRITTEN) for n in (at, at + 3)),
            *(bytes([n % 9]) + edit for n, edit in enumerate(edits_of(WRITTEN, ODD))),
        ]
    ),
    (
        b'"do":', b'"command"', b'"status"', b'"household"', b'"action":', b'"by":', b'"incident":', b'"outcome":',
        b'"until":"', b'"toml":"', b'"file":"', b'"false_alarm"', b'"helped"', b"T18:00:00Z", b"+14:00", b"1e400", b"NaN",
        b"null", b"true", b"\\ud83d", b"\\u0000", *(b'"%s"' % action.encode() for action in i.Action),
    ),
    2048,
    frozenset({"refused"}),
)  # fmt: skip

# --- a journal --------------------------------------------------------------------------------------------


def feed_journal(data: bytes) -> str:
    """The first byte is the home; then the kind of a fact, a line's end, and its body; or `State`, of a snapshot.

    What is believed is folded, the hub starts on it, and a button is heard.
    """
    house = visit(data[0] if data else 0)
    name, _, body = _record(data[1:]).decode("utf-8", "replace").partition("\n")
    try:
        if name == State.__name__:
            house.state = fact_json.load(State, body)
        else:
            fact = fact_json.load_fact(name, body)
            house.state = house.state if fact is None else evolve(house.state, fact)
    except JournalError:
        return JournalError.__name__
    _start_on(house.state, house)
    return TAKEN


def _record(data: bytes) -> bytes:
    """Return the kind and the body that an input stands for: itself, or a fact of the examples with edits."""
    if data[:1] != EDITS:
        return data
    kind = _FACTS[(data[1] if len(data) > 1 else 0) % len(_FACTS)].partition(b"\n")[0]
    return kind + b"\n" + edited(data, _BODIES)


def _start_on(state: State, house: House) -> None:
    """Start as the process does after a fold, hear a button, and look what is due."""
    fact_json.dump(state)
    next_wake(state)
    now = house.now + timedelta(minutes=1)
    for seen in (i.Booted(now, True, True, state.at), i.ButtonPressed(now, "salon"), i.Tick(now + timedelta(minutes=1))):
        for fact in decide(state, seen, house.policy):
            state = evolve(state, fact)
    fact_json.dump(state)


_LIVED = [fact for scene in SCENES for fact in scene.on_record()]
_FACTS = tuple({type(fact): type(fact).__name__.encode() + b"\n" + fact_json.dump(fact).encode() for fact in _LIVED}.values())
_BODIES = tuple(fact.partition(b"\n")[2] for fact in _FACTS)
_STATES = distinct(b"State\n" + fact_json.dump(folded(scene.on_record())).encode() for scene in SCENES)
JOURNAL = Target(
    "journal",
    "facts and a snapshot read back, a start on them, and a press",
    feed_journal,
    distinct(bytes([n % 9]) + body for n, body in enumerate([*_FACTS, *_STATES, *edits_of(_BODIES, ODD)])),
    (
        b'{"$at":"', b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z", b"+14:00", b"null", b"true", b"1e300", b"-1", b"NaN",
        b'"at":', b'"incident":', b'"message":', b'"due":', b'"plan":', b'"by":', b"[", b"{", b"\\ud83d",
        *(name.encode() + b"\n" for name in fact_json.kinds_of_fact()),
    ),
    4096,
    frozenset({JournalError.__name__}),
)  # fmt: skip
