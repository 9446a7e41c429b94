"""The mistakes that `bench/mutants.py` makes, and that it can tell a test that sees one from a test that does not."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bench.mutating import Mutant, mutants, mutated

ROOT = Path(__file__).parents[2]
HOUSE = '''\
"""A house. "a.b" and 3 in words are words."""
import logging

from enum import StrEnum

log = logging.getLogger(__name__)
ROOMS = 4


class Light(StrEnum):
    ON = "on"


def is_big(people: int, rooms: int = ROOMS) -> bool:
    """Whether 2 or more have a room each."""
    log.info("asked about %d", people + 1)
    if people > rooms and not people == 1:
        return True
    return False


def doors() -> list[int]:
    found: list[int] = []
    found.append(max(1, ROOMS))
    return sorted(found)
'''
# One test sees everything about big houses but their limit; nobody looks at the doors.
TESTS = """\
from hub.house import Light, is_big


def test_five_people_in_three_rooms():
    assert is_big(5, 3) is True
    assert is_big(2, 3) is False


def test_a_light_is_written_as_on():
    assert Light.ON.value == "on"
"""
PROGRAM = """\
import sys
from pathlib import Path
import pytest
from judging import Judge
from mutating import mutants
root = Path(sys.argv[1])
tell = lambda mutant, verdict: print(f"{mutant.text} | {mutant.change} | {verdict}", flush=True)
judge = Judge(root, ["hub/house.py"], mutants(root, "hub/house.py"), tell)
sys.exit(pytest.main(["-q", "-s", "--timeout=0", "-p", "no:cacheprovider", "--rootdir", str(root), str(root)], [judge]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "house.py").write_text(HOUSE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_house.py").write_text(TESTS)
    return tmp_path


def changes(project: Path) -> list[tuple[str, str]]:
    return [(mutant.text, mutant.change) for mutant in mutants(project, "hub/house.py")]


def test_each_mistake_is_one_change_of_one_line(project: Path) -> None:
    assert changes(project) == [
        ("ROOMS = 4", "4 becomes 5"),
        ("ROOMS = 4", "4 becomes 3"),
        ('ON = "on"', "'on' becomes 'onx'"),
        ("if people > rooms and not people == 1:", "condition negated"),
        ("if people > rooms and not people == 1:", "and becomes or"),
        ("if people > rooms and not people == 1:", "> becomes >="),
        ("if people > rooms and not people == 1:", "not removed"),
        ("if people > rooms and not people == 1:", "== becomes !="),
        ("if people > rooms and not people == 1:", "1 becomes 2"),
        ("if people > rooms and not people == 1:", "1 becomes 0"),
        ("return True", "returns None"),
        ("return True", "True becomes False"),
        ("return False", "False becomes True"),
        ("found.append(max(1, ROOMS))", "removed"),
        ("found.append(max(1, ROOMS))", "1 becomes 2"),
        ("found.append(max(1, ROOMS))", "1 becomes 0"),
        ("return sorted(found)", "returns None"),
    ]


def difference(project: Path, mutant: Mutant) -> list[str]:
    right, wrong = ast.unparse(ast.parse(HOUSE)).splitlines(), ast.unparse(mutated(project, mutant)).splitlines()
    return [line.strip() for line in wrong if line not in right]


def test_a_mistake_changes_nothing_else(project: Path) -> None:
    every = mutants(project, "hub/house.py")

    assert difference(project, every[0]) == ["ROOMS = 5"]
    assert difference(project, every[4]) == ["if people > rooms or not people == 1:"]
    assert difference(project, every[13]) == ["pass"]
    assert len({tuple(difference(project, mutant)) for mutant in every if mutant.change != "removed"}) >= 13


def test_a_mistake_knows_where_it_is(project: Path) -> None:
    every = mutants(project, "hub/house.py")

    assert [(mutant.function, mutant.name) for mutant in every[:3]] == [("", "ROOMS")] * 2 + [("", "ON")]
    assert {mutant.function for mutant in every[3:]} == {"is_big", "doors"}


def test_what_a_test_sees_is_killed_and_what_none_looks_at_survives(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project)],
        cwd=project,
        env={"PYTHONPATH": f"{project}:{ROOT / 'bench'}"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    told = dict(line.rsplit(" | ", 1) for line in done.stdout.splitlines() if line.count(" | ") == 2)

    assert len(told) == len(set(changes(project))), done.stdout + done.stderr
    assert {mistake for mistake, verdict in told.items() if verdict == "survived"} == {
        "ROOMS = 4 | 4 becomes 5",
        "ROOMS = 4 | 4 becomes 3",
        "if people > rooms and not people == 1: | > becomes >=",
        "if people > rooms and not people == 1: | 1 becomes 0",
        "if people > rooms and not people == 1: | 1 becomes 2",
        "found.append(max(1, ROOMS)) | removed",
        "found.append(max(1, ROOMS)) | 1 becomes 2",
        "found.append(max(1, ROOMS)) | 1 becomes 0",
        "return sorted(found) | returns None",
    }
    assert set(told.values()) == {"killed", "survived"}
