"""What the resident hears. Programs are real: espeak-ng itself, or a few lines of sh in its place."""

import os
import select
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gpio_bench import DEADLINE_S, Inbox, TickingClock
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.speech import QUEUE_LIMIT, TEXT_LIMIT, EspeakSpeaker, speakable

OURS = ["-b", "1", "-s", "140", "-v", "fr-fr", "--stdin"]


class Program:
    """A program in espeak-ng's place that tells us, through a FIFO, when something happens."""

    def __init__(self, folder: Path, body: str) -> None:
        self.path = folder / "talker"
        # Before there is a program: whoever waits for one runs it at once.
        os.mkfifo(folder / "tells")
        self.path.write_text(f"#!/bin/sh\ncd {folder}\n{body}\n")
        self.path.chmod(0o755)
        self._tells = os.open(folder / "tells", os.O_RDWR)  # RDWR: never end-of-file between writers

    def next_word(self) -> str:
        assert select.select([self._tells], [], [], DEADLINE_S)[0], "the program said nothing"
        return os.read(self._tells, 100).decode().strip()

    def close(self) -> None:
        os.close(self._tells)


@pytest.fixture
def program(tmp_path) -> Iterator[Callable[[str], Program]]:
    made = []

    def make(body: str) -> Program:
        made.append(Program(tmp_path, body))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def speaking(inbox) -> Iterator[Callable[..., EspeakSpeaker]]:
    started = []

    def start(*command: str, **options: float) -> EspeakSpeaker:
        speaker = EspeakSpeaker(inbox.post, TickingClock(), command, **options)
        speaker.start()
        started.append(speaker)
        return speaker

    yield start
    for speaker in started:
        speaker.stop()


# -- words ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=500))
def test_any_text_becomes_one_bounded_line_that_can_be_sent(text):
    line = speakable(text)

    assert len(line) <= TEXT_LIMIT
    assert line.encode().decode() == line
    assert line.isprintable()
    assert not set(line) & set("[]")


def test_words_stay_as_they_are():
    assert speakable("Anne est en route, 10 min.\nTout va bien ?") == "Anne est en route, 10 min. Tout va bien ?"


def test_a_text_of_nothing_is_not_spoken(speaking, program, inbox):
    talker = program("cat >> said; echo done > tells")
    speaker = speaking(str(talker.path))

    speaker.say(" \x07\n", "fr")
    speaker.say("Bonjour", "fr")

    assert talker.next_word() == "done"
    assert (talker.path.parent / "said").read_text() == "Bonjour"


@pytest.mark.parametrize("text", ['"; rm -rf / #', "$(reboot)", "-w /etc/passwd", "`id`", "Zoë & l'été"])
def test_a_text_reaches_the_program_by_stdin_only_and_as_it_is(speaking, program, text):
    talker = program('cat > said; printf "%s\\n" "$@" > arguments; echo done > tells')

    speaking(str(talker.path)).say(text, "fr")

    assert talker.next_word() == "done"
    assert (talker.path.parent / "said").read_text() == text
    assert (talker.path.parent / "arguments").read_text().split() == OURS


@pytest.mark.parametrize(("softly", "amplitude"), [(False, "150"), (True, "75")])
def test_for_old_ears_it_is_louder(speaking, program, softly, amplitude):
    talker = program('echo "$@" > arguments; cat > words; echo spoken > tells')
    speaking(str(talker.path), volume=150).say("Tout va bien ?", "fr", softly=softly)
    assert talker.next_word() == "spoken"

    assert (talker.path.parent / "arguments").read_text().split() == [*OURS[:4], "-a", amplitude, *OURS[4:]]


def test_what_is_asked_at_night_is_said_softly(speaking, program):
    talker = program('cat > said; printf "%s\\n" "$@" > arguments; echo done > tells')

    speaking(str(talker.path)).say("Tout va bien ?", "fr", softly=True)

    assert talker.next_word() == "done"
    assert (talker.path.parent / "arguments").read_text().split() == [*OURS[:4], "-a", "50", *OURS[4:]]


@pytest.mark.parametrize(("language", "voice"), [("fr", "fr-fr"), ("en", "en-gb"), ("-w /tmp/x", "en-gb")])
def test_a_language_chooses_a_voice_and_never_becomes_an_argument(speaking, program, language, voice):
    talker = program('echo "$6" > tells; cat > said')

    speaking(str(talker.path)).say("Bonjour", language)

    assert talker.next_word() == voice


# -- the queue --------------------------------------------------------------------------------


def test_when_too_much_waits_the_newest_are_said(speaking, program):
    talker = program("read words; echo $words > tells; read go < go")
    os.mkfifo(talker.path.parent / "go")
    speaker = speaking(str(talker.path))
    speaker.say("zero", "en")
    assert talker.next_word() == "zero"

    for number in range(1, 6):
        speaker.say(str(number), "en")

    said = []
    for _ in range(QUEUE_LIMIT):
        (talker.path.parent / "go").write_text("\n")
        said.append(talker.next_word())
    assert said == ["4", "5"]


def test_what_is_said_before_the_start_is_said_after_it(inbox, program):
    talker = program("cat > tells")
    speaker = EspeakSpeaker(inbox.post, TickingClock(), (str(talker.path),))

    speaker.say("Bonjour", "fr")
    speaker.start()

    assert talker.next_word() == "Bonjour"
    speaker.stop()


def test_stop_silences_in_mid_word_and_nothing_is_posted_after_it(speaking, program, inbox):
    talker = program("echo $$ > tells; exec sleep 60")
    speaker = speaking(str(talker.path))
    speaker.say("Bonjour", "fr")
    speaker.say("Encore", "fr")
    pid = int(talker.next_word())

    began = time.monotonic()
    speaker.stop()

    assert time.monotonic() - began < 2.0
    assert not Path(f"/proc/{pid}").exists()
    assert inbox.posted == []
    assert not speaker.is_alive()


def test_it_can_be_started_again_and_says_nothing_stale(speaking, program):
    talker = program("cat > tells")
    speaker = speaking(str(talker.path))
    speaker.stop()
    speaker.say("stale", "en")

    speaker.start()
    speaker.say("fresh", "en")

    assert talker.next_word() == "fresh"
    assert speaker.is_alive()


# -- faults -----------------------------------------------------------------------------------


def test_an_absent_program_is_told_once_and_taken_back_when_it_is_there(speaking, program, inbox, tmp_path):
    path = tmp_path / "talker"
    speaker = speaking(str(path))
    inbox.wait_for_fault("speech.absent")
    speaker.say("Un", "fr")
    talker = program("cat > tells")

    speaker.say("Deux", "fr")
    speaker.say("Trois", "fr")
    talker.next_word()
    inbox.wait_for_fault("-speech.absent")

    assert inbox.faults() == ["speech.absent", "-speech.absent"]
    assert "apt install espeak-ng" in inbox.posted[0].detail


def test_failing_is_told_once_until_it_works_again(speaking, program, inbox):
    talker = program("cat > said; echo spoke > tells; test -e card || { echo 'ALSA: no card' >&2; exit 1; }")
    speaker = speaking(str(talker.path))
    for _ in range(2):
        speaker.say("Bonjour", "fr")
        talker.next_word()

    inbox.wait_for_fault("speech.failed")
    (talker.path.parent / "card").touch()
    speaker.say("Bonjour", "fr")
    inbox.wait_for_fault("-speech.failed")

    assert inbox.faults() == ["speech.failed", "-speech.failed"]
    assert "ALSA: no card" in inbox.posted[0].detail


def test_chatter_of_alsa_beside_a_card_that_works_is_no_fault(speaking, program, inbox):
    talker = program("cat > said; echo 'ALSA lib pcm.c:2666: Unknown PCM cards.pcm.rear' >&2; echo $? > tells")
    speaker = speaking(str(talker.path))

    for _ in range(2):  # the second begins only when the first was judged
        speaker.say("Bonjour", "fr")
        talker.next_word()

    assert inbox.posted == []


def test_a_program_that_hangs_is_killed_at_the_deadline(speaking, program, inbox):
    talker = program("echo $$ > tells; exec sleep 60")

    speaking(str(talker.path), deadline_s=0.2).say("Bonjour", "fr")
    pid = int(talker.next_word())
    inbox.wait_for_fault("speech.failed")

    assert not Path(f"/proc/{pid}").exists()


def test_a_program_that_cannot_be_run_is_a_fault(speaking, tmp_path, inbox):
    broken = tmp_path / "talker"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)

    speaking(str(broken)).say("Bonjour", "fr")

    inbox.wait_for_fault("speech.failed")


# -- espeak-ng itself -------------------------------------------------------------------------


@pytest.mark.system
@pytest.mark.parametrize(
    ("text", "language"), [("Anne est en route. Été, ça va ?", "fr"), ("Anne is on her way.", "en")]
)
def test_espeak_renders_the_words_as_sound(speaking, program, inbox, text, language):
    talker = program('espeak-ng -w words.wav "$@"; echo $? > tells')

    speaking(str(talker.path)).say(text, language)
    assert talker.next_word() == "0"

    with wave.open(str(talker.path.parent / "words.wav")) as sound:
        length_s = sound.getnframes() / sound.getframerate()
        loudest = max(abs(x) for x in memoryview(sound.readframes(sound.getnframes())).cast("h"))
    assert 0.8 < length_s < 10
    assert loudest > 1000
    assert inbox.posted == []


@pytest.mark.system
def test_espeak_takes_no_part_of_a_text_for_phonemes(tmp_path):
    def phonemes(text: str) -> bytes:
        return subprocess.run(
            ["espeak-ng", "--stdin", "-q", "-x", "-v", "en"],
            input=speakable(text).encode(), capture_output=True, check=True, timeout=DEADLINE_S,
        ).stdout  # fmt: skip

    assert phonemes("call [[h@l]] now") == phonemes("call h@l now")


@pytest.mark.system
def test_espeak_without_a_sound_card_is_a_fault_though_it_ends_with_success(speaking, inbox):
    speaking("espeak-ng", "-d", "no-such-card").say("Bonjour", "fr")

    inbox.wait_for_fault("speech.failed")

    assert "status 0" in inbox.posted[0].detail


@pytest.mark.system
def test_espeak_writes_by_the_command_of_a_test(speaking, inbox, tmp_path):
    speaker = speaking("espeak-ng", "-w", str(tmp_path / "no" / "folder.wav"))

    speaker.say("Bonjour", "fr")

    inbox.wait_for_fault("speech.failed")
    assert "Can't write" in inbox.posted[0].detail
