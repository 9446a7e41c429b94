"""What devices, Home Assistant and the command line say: MQTT messages, and requests on the control socket."""

import atexit
import json
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hub import control, fact_json
from hub.control import ControlServer, Settlements
from hub.desk import Desk
from hub.domain import facts as f
from hub.domain import inputs as i
from hub.domain.decide import decide
from hub.domain.policy import Policy, SensorKind
from hub.domain.state import evolve
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_payloads import content_of, gestures, level
from hub.drivers.mqtt_reader import Arrival, MqttButton, MqttSensor, Reader
from hub.errors import FormError
from hub.settings import InForce, to_policy
from tests.domain.house import House
from tests.fuzz.file_doors import FAMILY, HOUSEHOLD_TOML, HUB
from tests.fuzz.house_doors import SCENES, check, visit
from tests.fuzz.target import CUT, TAKEN, Target, distinct, drawn_edits, edited, edits_of, pieces

CMD = "telecare/7f3a9c/cmd"
DEVICES = (
    CMD, "zigbee2mqtt/pendant", "zigbee2mqtt/cuisine", "zigbee2mqtt/entree", "zigbee2mqtt/entree/contact",
    "zigbee2mqtt/bridge/state", "tele/lit/SENSOR", "esp/fumee", "esp/chute", "somewhere/else",
    "zigbee2mqtt/pendant/availability",
)  # fmt: skip
PRESENCES = tuple(at for at, topic in enumerate(DEVICES) if topic.endswith(("/bridge/state", "/availability")))
RETAINED, REPEATED = 1, 2
MESSAGES_AT_MOST = 6
# What happened once; a retained message tells of it again. Whether something is there is a state, and may be retained.
EVENTS = (i.ButtonPressed, i.ButtonCancelled, i.SensorChanged, i.Commanded)


def feed_mqtt(data: bytes) -> str:
    """The first byte is the home; then pieces: topic (one byte), flags and seconds (one), and the payload."""
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
                assert not (arrival.retained and isinstance(seen, EVENTS)), "a retained message is told"
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
    b"0001-01-01T00:00:00+14:00",
    b"2026-03-02T10:00:00Z", b"paul", b"resident", "é\u2028".encode(), b'"\\ud83d"', b"3" * 400,
)  # fmt: skip
MQTT = Target(
    "mqtt",
    "messages of devices and orders, read and decided in nine homes",
    feed_mqtt,
    distinct(
        [
            *(bytes([n % 9, at % 10, 0]) + payload for n, payload in enumerate(PAYLOADS) for at in range(1, 10)),
            *(bytes([scene, 0, 0]) + order for order in ORDERS for scene in range(9)),
            # Whether a bridge or a device is there is told by a retained message too.
            *(
                bytes([8, at, RETAINED]) + said
                for at in PRESENCES
                for said in (b"online", b"offline", b'{"state":"offline"}')
            ),
            *(bytes([2, n % 2, 0]) + edit for n, edit in enumerate(edits_of(RECORDS, ODD))),
            *(
                bytes([n]) + CUT.join(bytes([n, 4 * n]) + one for one in (*PAYLOADS, *ORDERS)[n : n + 5])
                for n in range(20)
            ),
        ]
    ),
    (*PAYLOADS, *ORDERS, CUT, b'"until":"', b"T18:00:00Z", b'"incident":', b"10", b"\\ud83d", b"1e400", b"[", b"{"),
    512,
    frozenset({FormError.__name__, Refused.__name__}),
    lambda draw: (
        bytes([draw.randrange(len(SCENES)), draw.randrange(len(DEVICES)), draw.randrange(4)]) + drawn_edits(draw, ODD)
    ),
)

# --- the control socket -----------------------------------------------------------------------------------


class Hall:
    """The core of a home that decides at once, as the loop does it, for requests of the command line."""

    def __init__(self, house: House, policy: Policy, settlements: Settlements) -> None:
        self.state, self.policy, self._settlements = house.state, policy, settlements
        self._now = house.now
        self.stumbled: list[Exception] = []

    def now(self) -> datetime:
        return self._now

    def post(self, seen: i.Input) -> None:
        """Decide; what is raised here would be raised in the deciding thread, where no request is to blame."""
        try:
            self._decide(seen)
        except Exception as error:
            self.stumbled.append(error)
            raise

    def _decide(self, seen: i.Input) -> None:
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
    stumbled = hall.stumbled

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
    *({"do": "command", "action": action, "until": "2026-03-05T18:00:00Z"} for action in i.Action),
    *({"do": "command", "action": action, "by": "paul", "incident": 10} for action in i.Action),
    *({"do": "command", "action": action, "by": "resident"} for action in ("pause", "back", "well")),
    {"do": "command", "action": "consent", "by": "marie", "text": "resident"},
    {"do": "command", "action": "off", "by": "resident"},
    {"do": "command", "action": "expect", "until": "2026-03-05T10:00:00Z", "by": "marie"},
    {"do": "command", "action": "visitor", "until": "2026-03-05T18:00:00Z", "by": "marie"},
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
        b'"until":"', b'"toml":"', b'"file":"', b'"false_alarm"', b'"helped"', b"T18:00:00Z", b"+14:00", b"1e400",
        b"NaN", b"null", b"true", b"\\ud83d", b"\\u0000", *(b'"%s"' % action.encode() for action in i.Action),
    ),
    2000,
    frozenset({"refused"}),
    lambda draw: bytes([draw.randrange(len(SCENES))]) + drawn_edits(draw, ODD),
)  # fmt: skip
