"""Whatever stands in a file, reading it ends in a configuration or in a ConfigError, and shows no secret."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub import config, household
from hub.errors import ConfigError
from hub.reading import Document, decoded

FILE = Path("/etc/telecare-hub/hub.toml")
EXAMPLES = Path(__file__).parent.parent / "firmware_config" / "examples"
HUB = (EXAMPLES / "hub.toml").read_text()
HOUSEHOLD = (EXAMPLES / "household.toml").read_text()
SECRET = "73519"
QUICK = settings(deadline=None, max_examples=100)

SECTIONS = (*config.HOUSEHOLD_SECTIONS, *household.HUB_SECTIONS)
KEYS = sorted({line.split(" =")[0].strip("# ") for line in (HUB + HOUSEHOLD).splitlines() if " =" in line})
WORDS = sorted({word for line in (HUB + HOUSEHOLD).splitlines() for word in line.split('"')[1::2]})
VALUES = st.recursive(
    st.one_of(
        st.sampled_from(WORDS),
        st.text(max_size=20),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.times(),
        st.dates(),
        st.datetimes(),
        st.builds(lambda: 16**6000),
        st.just("x" * 5000),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
    max_leaves=6,
)
TABLES = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=9)), VALUES, max_size=8)
TREES = st.dictionaries(
    st.one_of(st.sampled_from(SECTIONS), st.text(max_size=9)),
    st.one_of(TABLES, st.lists(TABLES, max_size=4), VALUES),
    max_size=8,
)


def mistakes_of(parse: Callable[[str, Path], object], text: str) -> str:
    """Read a text; nothing but ConfigError may come of it."""
    try:
        parse(text, FILE)
    except ConfigError as refused:
        return str(refused)
    return ""


def read_both(text: str) -> None:
    """Read a text as either file; what is told is short and harmless to a terminal."""
    told = mistakes_of(config.parse, text) + mistakes_of(household.parse, text)
    assert len(told) < 100_000
    assert all(character.isprintable() or character == "\n" for character in told)


@QUICK
@given(st.binary(max_size=300))
@example(b"\xff")
@example(b"[[person]]\x00")
def test_any_bytes_end_in_a_configuration_or_its_mistakes(content):
    try:
        text = decoded(content, FILE)
    except ConfigError:
        return
    read_both(text)


@QUICK
@given(st.sampled_from([HUB, HOUSEHOLD]), st.data())
def test_a_file_with_some_bytes_changed_ends_in_a_configuration_or_its_mistakes(text, data):
    content = bytearray(text.encode())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        changed = decoded(bytes(content), FILE)
    except ConfigError:
        return
    read_both(changed)


@QUICK
@given(TREES)
def test_any_tree_ends_in_a_configuration_or_its_mistakes(tree):
    hub = Document(FILE, tree, {})
    config.read(hub, FILE.parent)
    family = Document(FILE, tree, {})
    household.read(family)

    told = "\n".join(str(mistake) for mistake in hub.finish() + family.finish())
    assert len(told) < 100_000
    assert all(character.isprintable() or character == "\n" for character in told)


@QUICK
@given(
    st.one_of(
        st.sampled_from([SECRET, int(SECRET), float(SECRET), [SECRET], {"a": SECRET}]),
        st.text(max_size=9).map(lambda noise: noise + SECRET),
        st.text(max_size=50).map(lambda noise: SECRET + noise),
    )
)
def test_a_secret_that_is_written_wrongly_is_not_told(value):
    hub = Document(FILE, {"modem": {"sim_pin": value}}, {})
    sim = config.read(hub, FILE.parent)
    family = Document(FILE, {"resident": {"key_code": value}}, {})
    home = household.read(family)

    assert SECRET not in "".join(str(mistake) for mistake in hub.finish() + family.finish())
    assert SECRET not in repr(sim) + repr(home)
