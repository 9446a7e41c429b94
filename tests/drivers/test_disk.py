"""The card: its room, its mode, how fast it is; on real file systems where one may mount them."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.domain.inputs import FaultSeen, Input, Observed
from hub.drivers.disk import BYTES_LEFT, ROOM_AGAIN, SLOW_S, Disk
from hub.drivers.wear import wear_of
from tests.mosquitto import wait_until
from tests.small_disk import small_disk

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
MB = 1_000_000


class Clock:
    def now(self) -> datetime:
        return NOW


def disk(folder: Path, took: float = 0.0) -> Disk:
    return Disk(folder, lambda: took, lambda _seen: None, Clock())


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 400 MB."""
    with small_disk(tmp_path / "card", "400m") as folder:
        yield folder


def fill(card: Path, leave: float) -> None:
    """Take up all but so many bytes, without writing them."""
    room = os.statvfs(card)
    with (card / "ballast").open("ab") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(int(room.f_bavail * room.f_frsize - leave), 1))


def test_a_card_with_room_is_in_order(card: Path) -> None:
    assert disk(card).look() == {}


def test_a_card_that_fills_is_told_before_it_is_full_and_until_there_is_room(card: Path) -> None:
    looks = disk(card)
    fill(card, leave=BYTES_LEFT - 5 * MB)
    assert "MB free" in looks.look()["disk.filling"]

    (card / "ballast").unlink()
    fill(card, leave=BYTES_LEFT * (1 + ROOM_AGAIN) / 2)
    assert looks.look().keys() == {"disk.filling"}

    (card / "ballast").unlink()
    assert looks.look() == {}


def test_a_card_that_the_kernel_made_read_only_is_told(card: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", card], check=True)

    assert disk(card).look() == {"disk.read_only": "mounted read-only"}


def test_a_commit_that_takes_a_second_is_told(tmp_path: Path) -> None:
    assert "disk.slow" not in disk(tmp_path, took=SLOW_S).look()
    assert disk(tmp_path, took=2.3).look()["disk.slow"] == "a commit took 2.3 s"


def test_a_folder_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    assert disk(tmp_path / "gone").look() == {}


def test_what_stood_stands_while_nobody_can_look(card: Path) -> None:
    looks = disk(card)
    fill(card, leave=1 * MB)
    looks.look()
    looks._folder = card / "gone"

    assert looks.look().keys() == {"disk.filling"}


def test_a_mistake_in_looking_costs_one_round(tmp_path: Path) -> None:
    posted: list[Input] = []
    times = iter([ZeroDivisionError, 5.0])

    def took() -> float:
        found = next(times, 5.0)
        if not isinstance(found, float):
            raise found("a bug of ours")
        return found

    looks = Disk(tmp_path, took, posted.append, Clock(), every_s=0.01)
    looks.source.start()
    try:
        wait_until(lambda: any(isinstance(seen, FaultSeen) and seen.fault == "disk.slow" for seen in posted))
    finally:
        looks.source.stop()


def test_how_much_room_is_left_is_a_reading(card: Path) -> None:
    posted: list[Input] = []
    looks = Disk(card, lambda: 0.0, posted.append, Clock())
    looks.look()
    fill(card, leave=220 * MB)
    looks.look()

    assert posted == [Observed(NOW, "disk_free_gb", 0.4), Observed(NOW, "disk_free_gb", 0.2)]


def test_a_card_that_cannot_be_asked_has_no_reading(tmp_path: Path) -> None:
    posted: list[Input] = []
    Disk(tmp_path / "gone", lambda: 0.0, posted.append, Clock()).look()

    assert posted == []


class Kernel:
    """What a kernel tells of the card of ``folder``, in files."""

    def __init__(self, sys: Path, folder: Path, partition: str = "mmcblk0/mmcblk0p2") -> None:
        self.card = sys / "devices/mmc0/block/mmcblk0"
        device = folder.stat().st_dev
        link = sys / f"dev/block/{os.major(device)}:{os.minor(device)}"
        (self.card.parent / partition).mkdir(parents=True)
        (self.card / "device").mkdir()
        link.parent.mkdir(parents=True)
        link.symlink_to(self.card.parent / partition)

    def tells(self, life: str, spares: str | None = "0x01\n") -> None:
        (self.card / "device/life_time").write_text(life)
        if spares is not None:
            (self.card / "device/pre_eol_info").write_text(spares)


@pytest.mark.parametrize("partition", ["mmcblk0/mmcblk0p2", "mmcblk0"])
def test_an_emmc_says_how_much_of_its_life_is_used(tmp_path: Path, partition: str) -> None:
    sys = tmp_path / "sys"
    kernel = Kernel(sys, tmp_path, partition)
    posted: list[Input] = []
    looks = Disk(tmp_path, lambda: 0.0, posted.append, Clock(), sys=sys)

    kernel.tells("0x01 0x03\n")
    assert "disk.worn" not in looks.look()
    assert Observed(NOW, "disk_life_used_percent", 30) in posted
    kernel.tells("0x09 0x01\n")
    assert looks.look()["disk.worn"] == "90 % of its life is used"
    kernel.tells("0x02 0x02\n", spares="0x02\n")
    assert looks.look()["disk.worn"] == "20 % of its life is used"


@pytest.mark.parametrize("life", ["", "0x00 0x00\n", "0x0c 0xff\n", "new\n", "é"])
def test_a_card_that_says_nothing_of_its_life_is_not_worn(tmp_path: Path, life: str) -> None:
    sys = tmp_path / "sys"
    Kernel(sys, tmp_path).tells(life, spares="0x03\n")

    assert wear_of(tmp_path, sys) is None
    assert wear_of(tmp_path, tmp_path / "none") is None
    assert wear_of(tmp_path / "gone", sys) is None
