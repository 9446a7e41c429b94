import asyncio
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hub.sim import demo_picture

LARGEST = 150_000  # bytes: a README is read on telephones too


def read(picture: str) -> str:
    whole = ET.fromstring(picture)  # noqa: S314 -- our own
    return " ".join("".join(whole.itertext()).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def drawn():
    return asyncio.run(demo_picture.draw())


def test_the_picture_is_the_same_each_time(drawn):
    assert asyncio.run(demo_picture.draw()) == drawn


def test_the_picture_shows_an_alarm_in_which_paul_has_just_answered(drawn):
    words = read(drawn)

    for told in ("DEMO", "At Mrs Martin's", "→ Paul is going", "1, 10 min", "The phones"):
        assert told in words


def test_whoever_looks_at_it_is_sent_nowhere(drawn):
    addresses = set(re.findall(r"https?://[^\"' )]+", drawn))

    assert addresses <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    assert "@font-face" not in drawn


def test_the_picture_of_the_readme_is_small_enough_and_whole():
    picture = Path(__file__).parents[2] / demo_picture.PICTURE

    assert picture.stat().st_size < LARGEST
    assert "Paul" in read(picture.read_text(encoding="utf-8"))


def test_the_command_writes_it_to_the_file_named(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["demo_picture", str(tmp_path / "new" / "demo.svg")])

    demo_picture.main()

    assert (tmp_path / "new" / "demo.svg").read_text(encoding="utf-8").startswith("<svg")
