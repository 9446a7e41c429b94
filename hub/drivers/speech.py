"""What the resident hears: words in, spoken by espeak-ng.

Knows how to hand words to a program and to notice that nobody could hear them; the words are
`hub.messages`'. A text comes from people (a neighbour's name), so that it goes in by stdin, never by a
shell or an argument, and without what espeak-ng would take for phonemes.
"""

import logging
import shutil
import subprocess
import threading
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence

from hub.domain.inputs import Input
from hub.drivers.faults import StandingFaults
from hub.errors import DriverError
from hub.ports import Clock, Post

log = logging.getLogger(__name__)

# Two at most wait while one is spoken: an older sentence is no longer true when its turn comes.
QUEUE_LIMIT = 2
# One sentence or two. Spoken at RATE_WPM that is 13 s of French (measured with espeak-ng 1.51).
TEXT_LIMIT = 200
# TEXT_LIMIT characters of single digits, the slowest text there is, take 53 s.
UTTERANCE_DEADLINE_S = 70.0
# espeak-ng's own rate is 175 words a minute; slower is easier on old ears.
RATE_WPM = 140
# espeak-ng's own amplitude is 100, and 200 its loudest; half of what is usual is heard by whoever lies awake next door,
# and wakes few.
SOFT_PART = 0.5
USUAL_VOLUME = 100
# `Source.stop` promises two seconds; a killed process is gone in a few milliseconds.
STOP_DEADLINE_S = 1.5
# As much of the program's complaint as an installer needs.
DETAIL_LIMIT = 200

VOICES = {"fr": "fr-fr", "en": "en-gb"}
DEFAULT_VOICE = "en-gb"

FAILED = "speech.failed"
ABSENT = "speech.absent"


def speakable(text: str) -> str:
    """Return ``text`` as one bounded line, without control characters and square brackets.

    espeak-ng reads [[...]] as phonemes; a line's end would be a sentence's end.
    """
    bounded = text[:TEXT_LIMIT]
    plain = "".join(" " if unicodedata.category(c).startswith("C") or c in "[]" else c for c in bounded)
    return " ".join(plain.split())


class EspeakSpeaker:
    """A voice from the hub's own loudspeaker: a `hub.ports.Speaker`, with start and stop like a `Source`.

    ``volume``: in per cent of the program's own. ``command``: the program, and arguments to go before ours (tests:
    ``-w FILE`` renders into a file).
    """

    def __init__(
        self,
        post: Post,
        clock: Clock,
        command: Sequence[str] = ("espeak-ng",),
        *,
        volume: int = USUAL_VOLUME,
        deadline_s: float = UTTERANCE_DEADLINE_S,
        faults_before: Iterable[str] = (),
    ) -> None:
        self._post = post
        self._command = tuple(command)
        self._volume = volume
        self._deadline_s = deadline_s
        self._faults = StandingFaults(self._post_unless_stopped, clock, faults_before)
        self._waiting: deque[tuple[str, str, bool]] = deque(maxlen=QUEUE_LIMIT)
        self._changed = threading.Condition(threading.RLock())
        self._speaking: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to speak, on a thread of its own. Returns at once; an absent program is posted as a fault."""
        if not self.is_alive():
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
            self._thread.start()

    def say(self, text: str, language: str, *, softly: bool = False) -> None:
        """Say ``text`` aloud in ``language`` ("fr", "en"). Never blocks, never raises.

        When too much waits, the oldest is dropped. What is said before the start is said then.
        """
        words = speakable(text)
        with self._changed:
            if words and not self._stopped.is_set():
                self._waiting.append((words, language, softly))
                self._changed.notify()

    def stop(self) -> None:
        """Fall silent at once, in mid-word if need be. Nothing is posted after it returned."""
        with self._changed:
            self._stopped.set()
            self._waiting.clear()
            self._changed.notify()
            if self._speaking is not None:
                self._speaking.kill()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def is_alive(self) -> bool:
        """Whether the thread that speaks runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        self._faults.tell({} if shutil.which(self._command[0]) else self._absent())
        while (utterance := self._next()) is not None:
            faults = self._speak(*utterance)
            if not self._stopped.is_set():  # killed in mid-word is not out of order
                self._faults.tell(faults)

    def _next(self) -> tuple[str, str, bool] | None:
        """Wait for something to say; None when it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopped.is_set())
            return None if self._stopped.is_set() else self._waiting.popleft()

    def _speak(self, text: str, language: str, softly: bool) -> dict[str, str]:
        """Speak to the end; return what was out of order."""
        program = shutil.which(self._command[0])
        if program is None:
            return self._absent()
        voice = VOICES.get(language, DEFAULT_VOICE)
        amplitude = round(self._volume * (SOFT_PART if softly else 1))
        volume = () if amplitude == USUAL_VOLUME else ("-a", str(amplitude))
        ours = ("-b", "1", "-s", str(RATE_WPM), *volume, "-v", voice, "--stdin")  # -b 1: the text is UTF-8
        try:
            self._utter((program, *self._command[1:], *ours), text)
        except (DriverError, OSError) as broken:
            return {FAILED: f"{broken}. What to do: plug in a loudspeaker; speaker-test shows if it works"}
        except Exception as bug:  # the top of a driver's thread: told, and tried again
            log.exception("speech: a mistake of ours")
            return {FAILED: repr(bug)}
        return {}

    def _utter(self, command: Sequence[str], text: str) -> None:
        """Run the program with ``text`` on its stdin. Raises `DriverError` when nothing was heard."""
        with self._changed:
            if self._stopped.is_set():
                return
            self._speaking = subprocess.Popen(  # noqa: S603 -- the installer's program, our arguments, no shell
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        with self._speaking as process:
            try:
                _, complaint = process.communicate(text.encode(), timeout=self._deadline_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise DriverError(f"{command[0]} spoke for over {self._deadline_s:.0f} s") from None
            finally:
                self._speaking = None
        _refuse_silence(process.returncode, complaint.decode(errors="replace"))

    def _absent(self) -> dict[str, str]:
        program = self._command[0]
        return {ABSENT: f'no program "{program}". What to do: sudo apt install espeak-ng, or speech = "off"'}

    def _post_unless_stopped(self, seen: Input) -> None:
        with self._changed:
            if not self._stopped.is_set():
                self._post(seen)


def _refuse_silence(status: int, complaint: str) -> None:
    """Raise `DriverError` when the program could not be heard.

    espeak-ng 1.51 ends with status 0 even without a sound card; only a last line of stderr tells. ALSA's
    chatter there does not: it comes with cards that work.
    """
    lines = complaint.splitlines()
    errors = [line for line in lines if line.lower().startswith(("error:", "can't write"))]
    if errors or status != 0:
        evidence = " / ".join(errors or lines[-1:]) or "no word of why"
        raise DriverError(f"espeak-ng could not be heard (status {status}): {evidence[:DETAIL_LIMIT]}")
