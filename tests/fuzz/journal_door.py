"""What a card gives back of what was written: facts and a snapshot, as a start finds them."""

from datetime import timedelta

from hub import fact_json
from hub.domain import inputs as i
from hub.domain.decide import decide
from hub.domain.records import State
from hub.domain.state import evolve, next_wake
from hub.errors import JournalError
from hub.recall import checked
from tests.domain.house import House, folded
from tests.fuzz.house_doors import SCENES, visit
from tests.fuzz.order_doors import ODD
from tests.fuzz.target import EDITS, TAKEN, Target, distinct, drawn_edits, edited, edits_of


def feed_journal(data: bytes) -> str:
    """The first byte is the home; then the kind of a fact, a line's end, and its body; or `State`, of a snapshot.

    What is believed is folded, the hub starts on it, and a button is heard.
    """
    house = visit(data[0] if data else 0)
    name, _, body = _record(data[1:]).decode("utf-8", "replace").partition("\n")
    try:
        if name == State.__name__:
            house.state = checked(fact_json.load(State, body))
        else:
            fact = fact_json.load_fact(name, body)
            house.state = house.state if fact is None else evolve(house.state, fact)
    except JournalError:
        return JournalError.__name__
    _start_on(house.state, house)
    return TAKEN


def _record(data: bytes) -> bytes:
    """Return the kind and the body that an input stands for: itself, or one of the examples with edits."""
    if data[:1] != EDITS:
        return data
    kind = _RECORDS[(data[1] if len(data) > 1 else 0) % len(_RECORDS)].partition(b"\n")[0]
    return kind + b"\n" + edited(data, _BODIES)


def _start_on(state: State, house: House) -> None:
    """Start as the process does after a fold, hear a button, and look what is due."""
    next_wake(state)
    now = house.now + timedelta(minutes=1)
    for seen in (
        i.Booted(now, True, True, state.at),
        i.ButtonPressed(now, "salon"),
        i.Tick(now + timedelta(minutes=1)),
    ):
        for fact in decide(state, seen, house.policy):
            state = evolve(state, fact)
            assert abs(getattr(fact, "incident", None) or 0) < 2**63, "a number that no journal takes"
    fact_json.dump(state)


_LIVED = [fact for scene in SCENES for fact in scene.on_record()]
_FACTS = tuple(
    {type(fact): type(fact).__name__.encode() + b"\n" + fact_json.dump(fact).encode() for fact in _LIVED}.values()
)
_STATES = distinct(b"State\n" + fact_json.dump(folded(scene.on_record())).encode() for scene in SCENES)
_RECORDS = (*_FACTS, *_STATES)
_BODIES = tuple(record.partition(b"\n")[2] for record in _RECORDS)
# What a field may say instead of what it said.
VALUES = (
    *ODD, b'{"$at":"0001-01-01T00:00:00Z"}', b'{"$at":"9999-12-31T23:59:59.999999Z"}',
    b'{"$at":"2026-03-02T10:05:00Z"}',
    b'{"$at":"8000-12-31T00:00:00Z"}', b'{"$at":"1900-01-01T00:00:00Z"}', b"3e10", b"-3e10", b"9007199254740992",
    b"1", b"2", b'"paul"', b'"alerting"', b'"closed"', b'"answered"', b'"technical"', b'[["a","b"]]', b'["all"]',
    b'[["paul",{}]]',
)  # fmt: skip
JOURNAL = Target(
    "journal",
    "facts and a snapshot read back, a start on them, and a press",
    feed_journal,
    distinct(bytes([n % 9]) + body for n, body in enumerate([*_RECORDS, *edits_of(_BODIES, ODD)])),
    (
        b'{"$at":"', b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59Z", b"+14:00", b"null", b"true", b"1e300", b"-1",
        b"NaN", b'"at":', b'"incident":', b'"message":', b'"due":', b'"plan":', b'"by":', b"[", b"{", b"\\ud83d",
        *(name.encode() + b"\n" for name in fact_json.kinds_of_fact()),
    ),
    8000,
    frozenset({JournalError.__name__}),
    lambda draw: bytes([draw.randrange(len(SCENES))]) + drawn_edits(draw, VALUES),
)  # fmt: skip
