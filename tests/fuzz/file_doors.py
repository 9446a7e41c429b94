"""What people write into hub.toml and household.toml."""

from pathlib import Path
from random import Random

from hub import config, household
from hub.domain.facts import Purpose
from hub.errors import ConfigError
from hub.reading import decoded
from hub.settings import strangers, to_policy
from tests.domain.house import House
from tests.fuzz.target import CUT, EDITS, EDITS_AT_MOST, EXAMPLES, TAKEN, Target, distinct, pieces

HUB_TOML, HOUSEHOLD_TOML = ((EXAMPLES / name).read_bytes() for name in ("hub.toml", "household.toml"))
FILE = Path("/etc/telecare-hub/hub.toml")
TOLD_AT_MOST = 100_000
# How many of the values in a drawn file are not quite what stands in ours.
ODDLY = 0.5
ODD_SIGNS = (b"", b"0", b"9", b"-", b" ", b'"', "é".encode(), b"[", b"x")
HUB = config.parse(HUB_TOML.decode(), FILE)
FAMILY = household.parse(HOUSEHOLD_TOML.decode())


def without_comments(text: bytes) -> bytes:
    """The examples are half explanations; a change of one goes for nothing."""
    lines = (line.strip() for line in text.splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"#")) + b"\n"


_HUB, _HOUSEHOLD = without_comments(HUB_TOML), without_comments(HOUSEHOLD_TOML)
HUB_LINES, HOUSEHOLD_LINES = _HUB.splitlines(keepends=True), _HOUSEHOLD.splitlines(keepends=True)


def tokens_of(text: bytes) -> tuple[bytes, ...]:
    """The headings, keys and values of an example, those it only explains too."""
    lines = [line.strip(b"# ") for line in text.splitlines() if b" =" in line or b"[" in line]
    keys = (line.partition(b" =")[0] + b" = " for line in lines if b" =" in line)
    values = (line.partition(b" = ")[2].partition(b"  #")[0] for line in lines if b" = " in line)
    headings = (b"\n" + line + b"\n" for line in lines if line.startswith(b"["))
    return distinct(
        token
        for token in (*keys, *values, *headings, b'"""', b"'", b"inf", b"1979-05-27", CUT, EDITS)
        if len(token) < 60
    )


def one_line_off(text: bytes) -> list[bytes]:
    """The text without one of its lines, for each: small files lead faster to new ground."""
    lines = text.splitlines(keepends=True)
    return [b"".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines))]


def blocks(text: bytes) -> list[bytes]:
    """Each section alone."""
    return [b"[" + block for block in text.replace(b"\n[", b"\0[").removeprefix(b"[").split(b"\0[")]


def written(data: bytes, example: list[bytes]) -> bytes:
    """Return the file that an input stands for: itself, or the example with edits.

    An edit is a line's number (one byte) and what comes in the place of its value; after "+" a line of its own, after
    "-" nothing, and the line is gone. Random bytes are hardly ever TOML; these files are, and what they say is odd.
    """
    if data[:1] != EDITS:
        return data
    lines = example.copy()
    for edit in pieces(data[1:], EDITS_AT_MOST):
        at, sign, rest = (edit[0] if edit else 0) % len(lines), edit[1:2], edit[2:]
        if sign == b"+":
            lines[at] += rest + b"\n"
        elif sign == b"-":
            lines[at] = b""
        else:
            lines[at] = lines[at].partition(b" = ")[0].rstrip() + b" = " + edit[1:] + b"\n"
    return b"".join(lines)


def edits(example: list[bytes]) -> list[bytes]:
    """Seeds: each line's value written again by an edit, each line repeated, and each left out."""
    numbered = [(at, line.rstrip()) for at, line in enumerate(example)]
    return [
        *(EDITS + bytes([at]) + line.partition(b" = ")[2] for at, line in numbered if b" = " in line),
        *(EDITS + bytes([at]) + b"+" + line + CUT + bytes([at]) + b"-" for at, line in numbered),
    ]


def drawn_file(draw: Random, example: list[bytes], values: tuple[bytes, ...]) -> bytes:
    """The example with one to four edits, each of a value that stands in some place of our files, or nearly so."""
    changes = []
    for _ in range(draw.randint(1, 4)):
        value = draw.choice(values)
        if draw.random() < ODDLY:
            at = draw.randrange(len(value) + 1)
            value = value[:at] + draw.choice(ODD_SIGNS) + value[at + 1 :]
        changes.append(bytes([draw.randrange(len(example))]) + draw.choice((b"", b"", b"+", b"-")) + value)
    return EDITS + CUT.join(changes)


def check_told(refused: ConfigError) -> str:
    """What is told of mistakes is short, and harmless to a terminal."""
    told = str(refused)
    assert len(told) < TOLD_AT_MOST
    assert told.replace("\n", "").isprintable()
    return ConfigError.__name__


def feed_config(data: bytes) -> str:
    """Read hub.toml; what is taken makes a policy with the family's decisions."""
    try:
        found = config.parse(decoded(written(data, HUB_LINES), FILE), FILE)
    except ConfigError as refused:
        return check_told(refused)
    to_policy(found, FAMILY)
    strangers(found, FAMILY, FILE)
    return TAKEN


def feed_household(data: bytes) -> str:
    """Read household.toml; what is taken comes back from its own export, and a press alerts somebody."""
    try:
        found = household.parse(decoded(written(data, HOUSEHOLD_LINES), FILE), FILE)
    except ConfigError as refused:
        return check_told(refused)
    assert household.parse(household.export(found)) == found
    strangers(HUB, found, FILE)
    house = House(to_policy(HUB, found))
    house.press(HUB.buttons[0].id)
    house.pass_time(minutes=2)
    assert any(sent.message.purpose is Purpose.ALERT for sent in house.sent), "a press alerts nobody"
    return TAKEN


HUB_TOKENS, HOUSEHOLD_TOKENS = tokens_of(HUB_TOML), tokens_of(HOUSEHOLD_TOML)
CONFIG = Target(
    "config",
    "hub.toml, and the policy it makes",
    feed_config,
    distinct([HUB_TOML, _HUB, *one_line_off(_HUB), *blocks(_HUB), *edits(HUB_LINES)]),
    HUB_TOKENS,
    2500,
    frozenset({ConfigError.__name__}),
    lambda draw: drawn_file(draw, HUB_LINES, HUB_TOKENS),
)
HOUSEHOLD = Target(
    "household",
    "household.toml: exported and read again, and a press in the home it describes",
    feed_household,
    distinct([HOUSEHOLD_TOML, _HOUSEHOLD, *one_line_off(_HOUSEHOLD), *blocks(_HOUSEHOLD), *edits(HOUSEHOLD_LINES)]),
    HOUSEHOLD_TOKENS,
    1400,
    frozenset({ConfigError.__name__}),
    lambda draw: drawn_file(draw, HOUSEHOLD_LINES, HOUSEHOLD_TOKENS),
)
