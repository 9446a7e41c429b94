"""Small files: the old or the new, never a half; nobody else reads them; a card that takes nothing is told."""

import subprocess
import sys

import pytest

from hub.keeping import is_there, keep


def test_what_is_kept_can_be_read_by_its_owner_only(tmp_path):
    file = tmp_path / "data" / "hub.toml.good"

    assert keep(file, b"pin = 1234") == ()
    assert file.read_bytes() == b"pin = 1234"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["hub.toml.good"]


def test_what_is_the_same_is_not_written_again(tmp_path):
    file = tmp_path / "kept"
    keep(file, b"one")
    before = file.stat().st_ino

    keep(file, b"one")
    assert file.stat().st_ino == before
    keep(file, b"two")
    assert file.read_bytes() == b"two"


def test_half_a_file_of_a_power_cut_is_in_nobody_s_way(tmp_path):
    (tmp_path / ".kept.new").write_bytes(b"hal")

    assert keep(tmp_path / "kept", b"whole") == ()
    assert (tmp_path / "kept").read_bytes() == b"whole"
    assert not (tmp_path / ".kept.new").exists()


def test_a_card_that_takes_nothing_leaves_the_old_and_is_told(tmp_path):
    file = tmp_path / "kept"
    keep(file, b"old")
    # A folder in the place of the fresh copy: refused for everyone, root included.
    (tmp_path / ".kept.new").mkdir()

    (mistake,) = keep(file, b"new")
    assert mistake.file == str(file)
    assert "look at the disk" in mistake.text
    assert file.read_bytes() == b"old"


# Ends as the power does: at once, with nothing put in order.
POWER_CUT = """
import os, sys
from pathlib import Path
from hub.keeping import keep
owner, name = {"write": (os, "fdopen"), "sync": (os, "fsync"), "rename": (type(Path()), "replace")}[sys.argv[1]]
setattr(owner, name, lambda *_: os._exit(9))
keep(Path(sys.argv[2]), b"new")
"""


@pytest.mark.parametrize("moment", ["write", "sync", "rename"])
def test_a_power_cut_at_any_moment_leaves_the_old_whole(tmp_path, moment):
    file = tmp_path / "kept"
    keep(file, b"old")
    cut = subprocess.run([sys.executable, "-c", POWER_CUT, moment, str(file)], check=False)

    assert cut.returncode == 9
    assert file.read_bytes() == b"old"
    assert keep(file, b"new") == ()
    assert file.read_bytes() == b"new"


def test_a_name_that_no_file_can_have_is_not_there(tmp_path):
    assert not is_there(tmp_path / "nul\0byte")
    assert not is_there(tmp_path)
    assert not is_there(tmp_path / "nothing")
