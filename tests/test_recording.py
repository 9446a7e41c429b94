"""The recorded past in a file: what it tells, and that nothing in it can hurt (`hub.recording`)."""

import contextlib
import gzip
import lzma
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import recording
from hub.domain.policy import DoorAway, SensorKind
from hub.domain.records import Span
from hub.domain.replay import Reading, Sign
from hub.errors import ConfigError
from hub.recording import read_recording

PARIS = ZoneInfo("Europe/Paris")
YEAR, HOUR = timedelta(days=366), timedelta(hours=1)
DAY = """timestamp_iso,sensor_id,kind,value
2026-03-02T07:14:09.500,cuisine,motion,on
2026-03-02T07:14:13,cuisine,motion,off
2026-03-02T09:00:00,entree,door,on
2026-03-02T09:00:05,entree,door,off

2026-03-02T08:00:00Z,tap,item,on
2026-03-02T12:00:00+01:00,chair,button,on
2026-03-02T13:00:00,hall,temperature,18.5
"""


def utc(hour: int, minute: int = 0, second: float = 0) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour, minutes=minute, seconds=second)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home.csv"


def mistakes_of(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    with pytest.raises(ConfigError) as wrong:
        read_recording(file, PARIS)
    return str(wrong.value)


@pytest.mark.parametrize(
    "pack",
    [
        bytes,
        gzip.compress,
        lzma.compress,
        lambda text: lzma.compress(text[:90]) + bytes(400_000) + lzma.compress(text[90:]),
    ],
)
def test_signs_of_life_in_their_order_plain_or_packed(file, pack):
    file.write_bytes(pack(DAY.encode()))
    found = read_recording(file, PARIS)
    past = found.past(YEAR, frozenset(), None)

    assert (past.since, past.until, past.blind) == (utc(6, 14, 9.5), utc(12), ())
    assert list(past.signs) == [
        Sign(utc(6, 14, 9.5), "cuisine"),
        Sign(utc(8), "entree"),
        Sign(utc(8), "tap"),
        Sign(utc(8, 0, 5), "entree"),
        Sign(utc(11), "chair"),
    ]
    assert [button.id for button in found.buttons] == ["chair"]
    assert {(s.id, s.kind, s.entrance) for s in found.sensors(frozenset({"entree"}))} == {
        ("cuisine", SensorKind.MOTION, False),
        ("entree", SensorKind.DOOR, True),
        ("tap", SensorKind.MOTION, False),
        ("hall", SensorKind.TEMPERATURE, False),
    }


def test_no_more_than_was_asked_for(file):
    file.write_text(DAY)

    assert [sign.source for sign in read_recording(file, PARIS).past(2 * HOUR, frozenset(), None).signs] == ["chair"]


def test_how_warm_it_was_is_known_and_nonsense_is_no_temperature(file):
    file.write_text("2026-03-02T07:00:00,hall,temperature,18.5\n2026-03-02T06:00:00,hall,temperature,-127\n")
    found = read_recording(file, PARIS)

    assert found.past(YEAR, frozenset(), None).readings == {"hall": (Reading(utc(6), 18.5),)}
    file.write_text("2026-03-02T07:00:00,hall,temperature,unavailable\n")
    assert read_recording(file, PARIS).past(YEAR, frozenset(), None).readings == {}


def test_after_the_entrance_door_nobody_is_at_home_where_the_family_wants_it_so(file):
    file.write_text(DAY)
    found, rule = read_recording(file, PARIS), DoorAway(after=HOUR, lasts=2 * HOUR)

    assert found.past(YEAR, frozenset({"entree"}), rule).blind == (Span(utc(9, 0, 5), utc(10, 0, 5), away=True),)
    assert found.past(YEAR, frozenset({"cuisine"}), rule).blind == ()


def test_every_line_that_is_none_is_told_with_what_to_write(file):
    told = mistakes_of(
        file,
        b"2026-03-02T07:14,cuisine,motion,on\n"
        b"yesterday,cuisine,motion,on\n"
        b"0001-01-01T00:00,cuisine,motion,on\n"
        b"2026-03-02T07:14,cuisine,dance,on\n"
        b"2026-03-02T07:14,cuisine,motion,1\n"
        b"2026-03-02T07:14,,motion,on\n"
        b"2026-03-02T07:14,cuisine,on\n"
        b"2026-03-02T07:14,\xff,motion,on\n"
        b"2026-03-02T07:14,\x1b[2J,motion,on\n",
    )

    for number, advice in (
        (2, "2026-03-02T07:14:09"),
        (3, "1990 to 2100"),
        (4, "motion, door"),
        (5, "on or off"),
        (6, "the id"),
        (7, "timestamp_iso"),
        (8, "timestamp_iso"),
        (9, "the id"),
    ):
        assert any(f"line {number} " in line and advice in line for line in told.splitlines()), number
    assert "line 1 " not in told
    assert "\x1b" not in told
    assert mistakes_of(file, b"nonsense\n" * 1000).count("line ") == recording.MOST_MISTAKES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is no event in it"),
        (b"timestamp_iso,sensor_id,kind,value\n", "there is no event in it"),
        (b"x" * 100_000, "a line is longer"),
        (lzma.compress(DAY.encode())[:-9], "cannot be unpacked"),
        (gzip.compress(DAY.encode())[:-9], "cannot be unpacked"),
        (gzip.compress(DAY.encode())[:12] + b"\xff" * 40, "cannot be unpacked"),
        (b"\xfd7zXZ\x00" + b"\0" * 40, "cannot be unpacked"),
        (lzma.compress(DAY.encode(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}]), "cannot be unpacked"),
        ("".join(f"2026-03-02T07:14,s{n},motion,on\n" for n in range(501)).encode(), "larger than any home"),
    ],
)
def test_what_is_no_recorded_past_is_told_in_one_line(file, content, said):
    assert said in mistakes_of(file, content)


def test_a_bomb_is_left_at_its_first_bytes(file, monkeypatch):
    monkeypatch.setattr(recording, "LARGEST", 2**20)
    for pack in (gzip.compress, lzma.compress):
        assert "more than 1 MB" in mistakes_of(file, pack(DAY.encode() * 5000))
    monkeypatch.setattr(recording, "MOST_LINES", 1000)
    assert "larger than any home (1,000 lines" in mistakes_of(file, b"\n" * 2000)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, said in (
        ("pipe", "no ordinary file"),
        (".", "no ordinary file"),
        ("gone", "write the place"),
        ("a\0b", "the place"),
    ):
        with pytest.raises(ConfigError, match=said):
            read_recording(tmp_path / name, PARIS)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from([*DAY.splitlines(), "", ",", '"', "2026-03-02T07:14,a,b,c"]).map(str.encode) | st.binary())
)
def test_whatever_stands_in_it_ends_in_a_past_or_in_a_mistake(tmp_path_factory, lines):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(b"\n".join(lines))
    with contextlib.suppress(ConfigError):
        found = read_recording(file, PARIS)
        assert found.since <= found.until
