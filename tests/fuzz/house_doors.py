"""What people and devices say to the core: texts, MQTT messages, requests on the control socket, facts of a journal."""

import copy
import tomllib
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hub import fact_json
from hub.domain import inputs as i
from hub.gsm_alphabet import septets
from hub.messages import Catalogue
from hub.messages.catalogue import SEPTETS
from tests.domain.house import ANNE, HOME, MARIE, MORNING, PAUL, PHONES, QUIET, RESIDENT, START, STRANGER, House
from tests.fuzz.target import CUT, FIXTURES, TAKEN, Target, distinct, pieces

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


def drawn_texts(draw: Random) -> bytes:
    """Some people text what people text, at times to an alarm that another than the newest is."""
    ends = (b"", b"", b" 10", b" no 11", b" ?", b" dans 5 min", b" merci", b"\n-- \nPaul")
    said = (
        (draw.randrange(len(SENDERS)), draw.randrange(MINUTES_AT_MOST), draw.choice(SAID) + draw.choice(ends))
        for _ in range(draw.randint(1, TEXTS_AT_MOST))
    )
    return _texts(draw.randrange(len(SCENES)), *said)


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
    (
        *(text for text in SAID if 1 < len(text) < 24),
        CUT,
        b" no 10",
        b" no 11",
        b" dans 10 min",
        b"demain",
        b"AWAY",
        b"PAUSE",
    ),
    512,
    drawn=drawn_texts,
)
