"""The hub's own id: the same at every start, and nothing in it of the machine's."""

import pytest

from hub.identity import KEPT_ID, drawn_id, known_id

MACHINE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def machine_id(tmp_path):
    file = tmp_path / "machine-id"
    file.write_text(f"{MACHINE}\n")
    return file


def test_the_same_machine_has_the_same_id_which_tells_nothing_of_it(tmp_path, machine_id):
    name = known_id(tmp_path, machine_id)

    assert len(name) == 6
    assert name == known_id(tmp_path / "elsewhere", machine_id)
    assert name not in MACHINE
    machine_id.write_text(MACHINE.replace("0", "1"))
    assert name != known_id(tmp_path, machine_id)


@pytest.mark.parametrize("content", [b"", b"uninitialized\n", b"\xff" * 32, b"0123"])
def test_a_machine_that_has_no_id_yet_gets_one_drawn_and_keeps_it(tmp_path, machine_id, content):
    machine_id.write_bytes(content)
    assert known_id(tmp_path, machine_id) == ""

    drawn, mistakes = drawn_id(tmp_path)
    assert mistakes == ()
    assert known_id(tmp_path, machine_id) == drawn
    assert drawn_id(tmp_path / "other home")[0] != drawn


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff\xfe", b"ABCDEF"])
def test_a_kept_id_that_a_dying_card_has_spoilt_counts_for_nothing(tmp_path, content):
    (tmp_path / KEPT_ID).write_bytes(content)

    assert known_id(tmp_path, tmp_path / "no machine-id") == ""


def test_a_card_that_takes_nothing_is_told_and_gives_an_id_all_the_same(tmp_path):
    (tmp_path / "data").touch()

    drawn, mistakes = drawn_id(tmp_path / "data")
    assert len(drawn) == 6
    assert "no copy could be kept" in mistakes[0].text
