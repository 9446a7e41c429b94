"""Words to a WAV that a modem can play into a call: espeak-ng's voice at 8 kHz, 16 bit, one channel.

espeak-ng speaks at 22,050 Hz, so that its samples are filtered and thinned out here. Each phrase has a thread for the
second or two that this takes on a Raspberry Pi: the modem's own thread waits for nothing.
"""

import logging
import subprocess
import sys
import threading
from array import array
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from math import ceil, cos, floor, gcd, pi, sin
from operator import mul

from hub.drivers.speech import DEFAULT_VOICE, RATE_WPM, VOICES, speakable
from hub.errors import DriverError

log = logging.getLogger(__name__)

# What SIM7600, A7670 and EC25 play into a call.
RATE_HZ = 8000
SAMPLE_BYTES = 2
HEADER_BYTES = 44
# A phrase is a sentence. A longer one would hold up the modem while it is taken in: 160 kB are 14 s at 115200 baud.
LONGEST_S = 10
# espeak-ng is done with a sentence in a fraction of a second; on a busy Pi Zero in a few.
RENDER_DEADLINE_S = 30.0
# Quieter than this is no speech: what stands before and after it is cut off.
SILENCE = 64
# The filter: so many zero crossings of the sinc on each side, and up to this part of what 8 kHz can carry.
CROSSINGS = 8
PASS = 0.92
_PEAK = 32767

Rendered = Callable[[str, str, bytes], None]


def name_of(language: str, phrase: str) -> str:
    """Return the name of the file that holds ``phrase``: another voice, or another phrase, is another file."""
    voice = VOICES.get(language, DEFAULT_VOICE)
    return f"tc{sha256(f'{voice} {RATE_WPM} {RATE_HZ} {speakable(phrase)}'.encode()).hexdigest()[:12]}.wav"


def is_ours(name: str) -> bool:
    """Whether a file of this name was put into the modem by a hub."""
    return name.startswith("tc") and name.endswith(".wav")


def wav_of(pcm: bytes) -> bytes:
    """Return ``pcm``, samples of 16 bit little-endian at 8 kHz, as a WAV."""
    sizes = (36 + len(pcm), 16, 1, 1, RATE_HZ, RATE_HZ * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES, len(pcm))
    riff, form, kind, channels, rate, a_second, frame, bits, length = sizes
    return b"".join(
        (
            b"RIFF",
            riff.to_bytes(4, "little"),
            b"WAVEfmt ",
            form.to_bytes(4, "little"),
            kind.to_bytes(2, "little"),
            channels.to_bytes(2, "little"),
            rate.to_bytes(4, "little"),
            a_second.to_bytes(4, "little"),
            frame.to_bytes(2, "little"),
            bits.to_bytes(2, "little"),
            b"data",
            length.to_bytes(4, "little"),
            pcm,
        )
    )


def samples_of(wav: bytes) -> tuple[int, "array[int]"]:
    """Return the rate and the samples of a WAV of one channel with 16 bit; a length that is not so is not believed.

    :raises DriverError: it is no such WAV.
    """
    at, rate = 12, 0
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise DriverError(f"espeak-ng gave no WAV: {wav[:12]!r}")
    while at + 8 <= len(wav):
        kind, length = wav[at : at + 4], int.from_bytes(wav[at + 4 : at + 8], "little")
        body = wav[at + 8 : at + 8 + length]
        if kind == b"fmt " and len(body) >= 16:
            if body[:4] != b"\x01\x00\x01\x00" or body[14:16] != b"\x10\x00":
                raise DriverError("espeak-ng gave a WAV that is not 16 bit with one channel")
            rate = int.from_bytes(body[4:8], "little")
        if kind == b"data" and rate:
            samples = array("h", body[: len(body) // SAMPLE_BYTES * SAMPLE_BYTES])
            if sys.byteorder == "big":
                samples.byteswap()
            return rate, samples
        at += 8 + length + length % 2
    raise DriverError("espeak-ng gave a WAV without samples")


def resampled(samples: Sequence[int], from_hz: int) -> "array[int]":
    """Return ``samples`` at `RATE_HZ`, without what 8 kHz cannot carry, which would come back as noise."""
    if from_hz == RATE_HZ:
        return array("h", samples)
    up, down, reach, phases = _filters(from_hz)
    padded = array("h", [0] * reach) + array("h", samples) + array("h", [0] * (reach + 1))
    length = 2 * reach + 1
    out = array("h")
    for number in range(len(samples) * up // down):
        whole, phase = divmod(number * down, up)
        total = sum(map(mul, phases[phase], padded[whole : whole + length]))
        out.append(max(-_PEAK, min(_PEAK, round(total))))
    return out


@cache
def _filters(from_hz: int) -> tuple[int, int, int, tuple[tuple[float, ...], ...]]:
    """Return the steps up and down, how far each side is looked, and the weights for each place between two samples."""
    divisor = gcd(from_hz, RATE_HZ)
    up, down = RATE_HZ // divisor, from_hz // divisor
    # In cycles of an input sample; never above what the input itself carries.
    cutoff = PASS * min(RATE_HZ, from_hz) / from_hz
    reach = ceil(CROSSINGS / cutoff)
    phases = []
    for phase in range(up):
        weights = [_weight(place - reach - phase / up, cutoff, reach + 1) for place in range(2 * reach + 1)]
        whole = sum(weights)
        phases.append(tuple(weight / whole for weight in weights))
    return up, down, reach, tuple(phases)


def _weight(distance: float, cutoff: float, width: float) -> float:
    """Return a sinc under a Hann window."""
    window = 0.5 + 0.5 * cos(pi * distance / width)
    angle = pi * distance * cutoff
    return cutoff * window * (1.0 if abs(angle) < 1e-9 else sin(angle) / angle)


def trimmed(samples: "array[int]") -> "array[int]":
    """Return ``samples`` without the silence before and after, and no more than `LONGEST_S`."""
    loud = [place for place, sample in enumerate(samples) if abs(sample) > SILENCE]
    if not loud:
        return samples[:0]
    first = max(0, floor(loud[0] - RATE_HZ / 50))
    last = loud[-1] + RATE_HZ // 20
    return samples[first : min(last, first + LONGEST_S * RATE_HZ)]


def render(language: str, phrase: str, command: Sequence[str] = ("espeak-ng",)) -> bytes:
    """Return the WAV of ``phrase``, spoken in ``language``.

    :raises DriverError: there is no espeak-ng, or it said nothing.
    """
    voice = VOICES.get(language, DEFAULT_VOICE)
    ours = ("-b", "1", "-s", str(RATE_WPM), "-v", voice, "--stdin", "--stdout")  # -b 1: the text is UTF-8
    try:
        spoken = subprocess.run(  # noqa: S603 -- our program and arguments, no shell; the words go in by stdin
            (*command, *ours),
            input=speakable(phrase).encode(),
            capture_output=True,
            timeout=RENDER_DEADLINE_S,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DriverError(f"no words for telephone calls: {error}") from error
    rate, samples = samples_of(spoken)
    heard = trimmed(resampled(samples, rate))
    if not heard:
        raise DriverError(f"espeak-ng said nothing for {phrase!r}")
    if sys.byteorder == "big":
        heard.byteswap()
    return wav_of(heard.tobytes())


class Renderer:
    """Renders what it is asked, each phrase on a thread that ends with it. ``say``: see `render`."""

    def __init__(self, say: Callable[[str, str], bytes] = render) -> None:
        self._say = say
        self._has_complained = False

    def ask(self, language: str, phrase: str, done: Rendered) -> None:
        """Render ``phrase`` and call ``done`` with it, on that thread; with no bytes when that cannot be done."""

        def work() -> None:
            done(language, phrase, self._try(language, phrase))

        threading.Thread(target=work, name="call phrase", daemon=True).start()

    def _try(self, language: str, phrase: str) -> bytes:
        try:
            return self._say(language, phrase)
        except DriverError as error:
            # Once: without espeak-ng it is the same for each of thirty phrases.
            log.log(logging.DEBUG if self._has_complained else logging.WARNING, "modem: %s", error)
            self._has_complained = True
        except Exception:
            log.exception("modem: a phrase could not be rendered")
        return b""
