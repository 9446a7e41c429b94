"""What no card takes is left where the next process finds it."""

import stat
from contextlib import closing
from pathlib import Path

import pytest

from hub.domain import facts as f
from hub.domain.inputs import ButtonPressed, SmsReceived
from hub.domain.records import Phase
from hub.journal import Journal, Numbered
from hub.ledger import Scribe
from hub.refuge import BYTES_AT_MOST, NAME, Refuge, refuge_of
from hub.sim.memory_card import Condition, MemoryCard
from tests.domain.house import PAUL, PHONES, START
from tests.shell import Bench

FACTS = tuple(Numbered(seq, f.FaultRaised(START, f"x.{seq}", "été")) for seq in (7, 9))


@pytest.fixture
def refuge(tmp_path: Path) -> Refuge:
    return Refuge(tmp_path / NAME)


# The file


def test_another_process_reads_what_one_left(refuge: Refuge) -> None:
    refuge.add(FACTS[:1])
    refuge.add(FACTS[1:])
    assert refuge.path is not None

    assert Refuge(refuge.path).read() == FACTS
    assert stat.S_IMODE(refuge.path.stat().st_mode) == 0o600


def test_it_is_empty_once_the_journal_has_them(refuge: Refuge) -> None:
    refuge.add(FACTS)
    refuge.empty()
    assert refuge.read() == ()

    refuge.add(FACTS[1:])
    assert refuge.read() == FACTS[1:]


def test_what_was_left_is_emptied_by_the_process_that_read_it(refuge: Refuge) -> None:
    refuge.add(FACTS)
    assert refuge.path is not None
    next_one = Refuge(refuge.path)
    next_one.read()
    next_one.empty()

    assert not refuge.path.exists()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"seq": "1", "kind": "FaultRaised", "body": "{}"}',
        b"[" * 100_000,
        b'{"seq": 8, "ki',
    ],
    ids=["no text", "no row", "an empty row", "no number", "deep", "cut short"],
)
def test_a_line_that_is_no_fact_spoils_no_other(refuge: Refuge, rubbish: bytes) -> None:
    assert refuge.path is not None
    refuge.add(FACTS[:1])
    refuge.path.write_bytes(refuge.path.read_bytes() + rubbish + b"\n")
    refuge.add(FACTS[1:])

    assert refuge.read() == FACTS


def test_it_takes_no_more_memory_than_it_may(refuge: Refuge, caplog: pytest.LogCaptureFixture) -> None:
    long = Numbered(8, f.FaultRaised(START, "x", "é" * (BYTES_AT_MOST // 4)))
    for _ in range(5):
        refuge.add((long,))
    refuge.add(FACTS)
    assert refuge.path is not None

    assert refuge.path.stat().st_size <= BYTES_AT_MOST
    assert refuge.read()[-2:] == FACTS
    assert [record.message for record in caplog.records if "it is full" in record.message] == [
        "what no card takes is in no other place either, and gone if the hub is killed: it is full"
    ]


def test_a_folder_that_is_not_there_is_told_once_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refuge = Refuge(tmp_path / "gone" / NAME)
    refuge.add(FACTS)
    refuge.add(FACTS)
    refuge.empty()

    assert refuge.read() == ()
    assert len(caplog.records) == 1


def test_a_link_that_somebody_laid_there_is_not_followed(refuge: Refuge, tmp_path: Path) -> None:
    assert refuge.path is not None
    other = tmp_path / "other"
    other.write_text("mine\n")
    refuge.path.symlink_to(other)
    refuge.add(FACTS)

    assert other.read_text() == "mine\n"


def test_a_folder_in_its_place_is_told(refuge: Refuge, caplog: pytest.LogCaptureFixture) -> None:
    assert refuge.path is not None
    refuge.path.mkdir()

    assert refuge.read() == ()
    assert "cannot be read again" in caplog.text


def test_its_place_is_the_first_folder_that_systemd_names(tmp_path: Path) -> None:
    assert refuge_of(f"{tmp_path}:/run/other").path == tmp_path / NAME
    nowhere = refuge_of("")
    nowhere.add(FACTS)
    nowhere.empty()
    assert nowhere.read() == ()


# The hub


@pytest.mark.parametrize("condition", [Condition.FULL, Condition.READ_ONLY])
def test_a_call_that_the_card_did_not_take_is_there_after_a_kill(tmp_path: Path, condition: Condition) -> None:
    card = MemoryCard()
    with Bench(tmp_path, card=card) as hub:
        card.become(condition)
        hub.tell(ButtonPressed(hub.now, "salon"))
        hub.tell(SmsReceived(hub.now, "text 1", PHONES[PAUL], "1"))
        known = hub.state
        hub.scribe.abandon()
    with Bench(tmp_path, card=card, world=hub.world) as after:
        (incident,) = after.state.open_incidents()
        assert (incident.phase, incident.answered_by) == (Phase.ANSWERED, PAUL)
        assert after.recalled.state.incidents == known.incidents
        assert after.recalled.last_seq >= hub.scribe.last_seq

        card.become(Condition.GOOD)
        after.pass_time(minutes=6)
        assert after.scribe.is_up_to_date
        assert not (tmp_path / NAME).exists()
        after.scribe.abandon()
    with Bench(tmp_path, card=card, world=hub.world) as last:
        assert last.recalled.unwritten == ()
        assert [i.phase for i in last.state.open_incidents()] == [Phase.ANSWERED]


def test_what_the_card_took_after_all_is_not_read_twice(tmp_path: Path) -> None:
    card = MemoryCard()
    with Bench(tmp_path, card=card) as hub:
        card.become(Condition.FULL)
        hub.tell(ButtonPressed(hub.now, "salon"))
        left = (tmp_path / NAME).read_bytes()
        card.become(Condition.GOOD)
        hub.pass_time(minutes=6)
        hub.scribe.abandon()
    # The process was killed between the card's last word and the emptying.
    (tmp_path / NAME).write_bytes(left)
    with Bench(tmp_path, card=card, world=hub.world) as after:
        assert after.recalled.unwritten == ()
        assert len(after.state.open_incidents()) == 1
        assert not (tmp_path / NAME).exists()


def test_it_is_emptied_only_when_the_journal_has_what_another_process_left(tmp_path: Path) -> None:
    refuge = Refuge(tmp_path / NAME)
    refuge.add(FACTS)
    path = tmp_path / "journal.sqlite3"
    scribe = Scribe(Journal(path), lambda: Journal(path), print, refuge=refuge, unwritten=FACTS)
    assert not scribe.is_up_to_date

    assert scribe.flush()
    scribe.abandon()

    assert refuge.read() == ()
    with closing(Journal(path, read_only=True)) as journal:
        assert tuple(journal.facts()) == FACTS
