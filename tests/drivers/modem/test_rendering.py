"""Words to a WAV: espeak-ng's own voice, thinned out to what a telephone carries."""

import io
import threading
import wave
from array import array
from math import pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.drivers.modem.rendering import (
    LONGEST_S,
    RATE_HZ,
    Renderer,
    render,
    resampled,
    samples_of,
    trimmed,
    wav_of,
)
from hub.errors import DriverError

FROM_HZ = 22_050
PHRASE = "Si vous y allez, tapez 1."


def tone(hz: float, rate: int = FROM_HZ, seconds: float = 0.5) -> list[int]:
    return [round(10_000 * sin(2 * pi * hz * n / rate)) for n in range(int(rate * seconds))]


def loudness(samples: array) -> float:
    middle = samples[400:-400]
    return (sum(sample * sample for sample in middle) / len(middle)) ** 0.5


def read(wav: bytes) -> tuple[wave._wave_params, bytes]:
    with wave.open(io.BytesIO(wav)) as opened:
        return opened.getparams(), opened.readframes(opened.getnframes())


def test_a_phrase_becomes_a_wav_that_modems_play() -> None:
    params, frames = read(render("fr", PHRASE))

    assert (params.nchannels, params.sampwidth, params.framerate) == (1, 2, RATE_HZ)
    assert 1.0 < params.nframes / RATE_HZ < 4.0
    assert max(abs(sample) for sample in array("h", frames)) > 3000


def test_the_languages_sound_different() -> None:
    assert render("fr", "Marie") != render("en", "Marie")


@pytest.mark.parametrize("hz", [200, 1000, 3000])
def test_what_a_telephone_carries_is_kept(hz: int) -> None:
    assert loudness(resampled(tone(hz), FROM_HZ)) == pytest.approx(7071, rel=0.02)


@pytest.mark.parametrize("hz", [4500, 6000, 9000])
def test_what_it_does_not_carry_is_gone_and_not_heard_as_noise(hz: int) -> None:
    assert loudness(resampled(tone(hz), FROM_HZ)) < 100


def test_time_is_kept() -> None:
    quiet_then_loud = [0] * FROM_HZ + tone(800, seconds=1.0)
    found = resampled(quiet_then_loud, FROM_HZ)

    assert len(found) == 2 * RATE_HZ
    assert next(n for n, sample in enumerate(found) if abs(sample) > 2000) == pytest.approx(RATE_HZ, abs=20)


def test_8_khz_is_left_as_it_is() -> None:
    assert list(resampled([1, -2, 3], RATE_HZ)) == [1, -2, 3]


@given(st.lists(st.integers(-32768, 32767), max_size=300), st.sampled_from([FROM_HZ, 16_000, 44_100, 11_025]))
def test_whatever_is_said_fits_into_16_bits(samples: list[int], rate: int) -> None:
    assert len(resampled(samples, rate)) == len(samples) * RATE_HZ // rate


def test_silence_before_and_after_is_cut_off_and_a_speech_is_bounded() -> None:
    loud = array("h", tone(500, RATE_HZ, 1.0))
    quiet = array("h", [0] * RATE_HZ)

    assert len(trimmed(quiet + loud + quiet)) == pytest.approx(RATE_HZ * 1.07, abs=60)
    assert len(trimmed(array("h", tone(500, RATE_HZ, LONGEST_S + 5.0)))) == LONGEST_S * RATE_HZ
    assert not trimmed(quiet)


@given(st.binary(max_size=200))
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    for wav in (data, wav_of(b"\1\0\2\0")[:40] + data):
        try:
            samples_of(wav)
        except DriverError:
            continue


def test_a_wav_is_read_back() -> None:
    assert samples_of(wav_of(b"\1\0\2\0")) == (RATE_HZ, array("h", [1, 2]))
    with pytest.raises(DriverError, match="16 bit"):
        samples_of(wav_of(b"\1\0").replace(b"\x10\0data", b"\x08\0data"))


@pytest.mark.parametrize("command", [("espeak-that-is-not-there",), ("true",)])
def test_without_a_voice_there_is_an_error_that_says_so(command: tuple[str, ...]) -> None:
    with pytest.raises(DriverError):
        render("fr", PHRASE, command)


def test_a_name_is_no_option_and_no_phoneme() -> None:
    assert render("fr", "-w /tmp/x [[halloU]] Marie")


def bug(_language: str, _phrase: str) -> bytes:
    raise ZeroDivisionError


def no_voice(_language: str, _phrase: str) -> bytes:
    raise DriverError("no voice")


@pytest.mark.parametrize(("say", "wav"), [(lambda _l, p: p.encode(), b"Bonjour"), (no_voice, b""), (bug, b"")])
def test_the_renderer_answers_from_a_thread_whatever_happens(say, wav: bytes) -> None:
    told, answers = threading.Event(), []

    def done(*answer: object) -> None:
        answers.append((*answer, threading.current_thread().name))
        told.set()

    Renderer(say).ask("fr", "Bonjour", done)

    assert told.wait(5)
    assert answers == [("fr", "Bonjour", wav, "call phrase")]
