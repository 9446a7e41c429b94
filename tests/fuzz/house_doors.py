"""What people and devices say to the core: texts, MQTT messages, requests on the control socket, facts of a journal."""

import copy
import tomllib
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from zlib import crc32

from hub import fact_json
from hub.domain import inputs as i
from hub.domain.facts import Outcome, Words
from hub.domain.policy import BackInBed, HomeBy, LeftOpen
from hub.domain.replies import Meaning, read_reply
from hub.gsm_alphabet import septets
from hub.messages import Catalogue
from hub.messages.catalogue import SEPTETS
from tests.domain.house import ANNE, HOME, MARIE, MORNING, PAUL, PHONES, QUIET, RESIDENT, START, STRANGER, House
from tests.fuzz.target import CUT, FIXTURES, TAKEN, Target, distinct, pieces

WORDS = Catalogue.load()
SEGMENT_SEPTETS = 160
# What the homes say and note is mostly the same; that much is looked at once.
CHECKS_REMEMBERED = 1024
# A door that may not stand open for longer.
FRONT_DOOR = LeftOpen("porte", "entree", timedelta(minutes=20))
BED = BackInBed("nuit", "lit", timedelta(hours=1))
HOME_BY = HomeBy("retour", time(12))


# --- homes in which something is going on -----------------------------------------------------------------


def _quiet() -> House:
    return House(
        replace(HOME, windows=(MORNING,), silences=(QUIET,), doors=(FRONT_DOOR,), beds=(BED,), home_by=(HOME_BY,))
    )


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
        check_text(words, sent.message.language, sent.at)
    # One of each kind: of the many that follow from time alone, others tell.
    for kind, fact in {type(fact): fact for fact in house.on_record()}.items():
        check_record(kind.__name__, fact_json.dump(fact))


@lru_cache(CHECKS_REMEMBERED)
def check_text(words: Words, language: str, at: datetime) -> None:
    """The text is in the alphabet of telephones, and no longer than its segments."""
    length = septets(WORDS.render(words, language, zone=HOME.zone, now=at))
    assert length is not None, "a text outside the alphabet"
    assert length <= SEPTETS.get(words.key, SEGMENT_SEPTETS), "a text of too many segments"


@lru_cache(CHECKS_REMEMBERED)
def check_record(kind: str, written: str) -> None:
    """What was written is read back as the same."""
    again = fact_json.load_fact(kind, written)
    assert again is not None
    assert fact_json.dump(again) == written, "a fact that is read back as another"


# --- texts ------------------------------------------------------------------------------------------------

# People sign their texts; the first byte of an input is the sender's name.
NAMES = ("", "Paul", "Anne-Marie Le Goff", "Merci", "1", "Stéphane (voisin)", "🆘", "OK Non")
# One text in so many is said again and again, until it is longer than any that is read to its end. Which one is no
# part of the input: a search would make most of them so, for what is long passes many edges.
ENDLESS_EVERY, TIMES = 256, 64
LARGEST_INCIDENT = 999_999
# Whoever needs longer is not understood as coming (`hub.domain.reply_times`).
MINUTES_SAID_AT_MOST = 12 * 60


def feed_replies(data: bytes) -> str:
    """Understand one text, of a sender whose name is the first byte's; what it means is within its bounds."""
    text = data[1:].decode("utf-8", "replace") * (1 if crc32(data) % ENDLESS_EVERY else TIMES)
    reply = read_reply(text, NAMES[(data[0] if data else 0) % len(NAMES)])
    assert reply.incident is None or 0 < reply.incident <= LARGEST_INCIDENT
    assert reply.minutes is None or reply.meaning is Meaning.ANSWER
    assert reply.minutes is None or 0 <= reply.minutes <= MINUTES_SAID_AT_MOST
    assert reply.outcome is None or Outcome(reply.outcome)
    assert reply.language is None or reply.meaning is Meaning.LANGUAGE
    return TAKEN


CORPUS: list[dict[str, Any]] = tomllib.loads((FIXTURES / "replies.toml").read_text("utf-8"))["reply"]
SAID = [entry["text"].encode() for entry in CORPUS]
TOKENS = (
    *(text for text in SAID if 1 < len(text) < 24), CUT, b" no 10", b" no 11", b" dans 10 min", b"demain", b"AWAY",
    b"PAUSE",
)  # fmt: skip


def drawn_reply(draw: Random) -> bytes:
    """What people text, one after another, with the little words between."""
    between = (b" ", b"", b"\n", b", ", b"? ", b" no 10 ", b" dans 5 min ", b"\n> ", b" / ")
    said = (draw.choice((*SAID, *TOKENS)) + draw.choice(between) for _ in range(draw.randint(1, 3)))
    return bytes([draw.randrange(256)]) + b"".join(said)


REPLIES = Target(
    "replies",
    "the meaning of one text",
    feed_replies,
    distinct(bytes([n % len(NAMES)]) + text for n, text in enumerate(SAID)),
    TOKENS,
    320,
    drawn=drawn_reply,
)

# --- texts in a home --------------------------------------------------------------------------------------

TEXTS_AT_MOST = 4
# Between two texts; longer waits only ask everybody again.
MINUTES_AT_MOST = 12


def feed_texts(data: bytes) -> str:
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


def _texts(scene: int, *said: tuple[int, int, bytes]) -> bytes:
    return bytes([scene]) + CUT.join(bytes([who, minutes]) + text for who, minutes, text in said)


def texts_in(data: bytes) -> int:
    """How many people text."""
    return len(pieces(data[1:], TEXTS_AT_MOST))


def drawn_texts(draw: Random) -> bytes:
    """Some people text what people text, at times to an alarm that another than the newest is."""
    ends = (b"", b"", b" 10", b" no 11", b" ?", b" dans 5 min", b" merci", b"\n-- \nPaul")
    said = (
        (draw.randrange(len(SENDERS)), draw.randrange(MINUTES_AT_MOST), draw.choice(SAID) + draw.choice(ends))
        for _ in range(draw.randint(1, TEXTS_AT_MOST))
    )
    return _texts(draw.randrange(len(SCENES)), *said)


TEXTS = Target(
    "texts",
    "texts of the circle, the resident and strangers, decided in nine homes; what is answered fits a telephone",
    feed_texts,
    distinct(
        [
            *(_texts(n % len(SCENES), (n % len(SENDERS), 0, text)) for n, text in enumerate(SAID)),
            *(_texts(scene, (who, 1, b"1"), (who, 5, b"3"), (who, 9, b"9")) for scene in range(9) for who in range(4)),
            *(_texts(2, (0, 0, text), (3, 1, b"SOS"), (1, 2, b"2"), (2, 30, b"STOP")) for text in SAID[:40]),
        ]
    ),
    TOKENS,
    256,
    drawn=drawn_texts,
    holds=texts_in,
)
