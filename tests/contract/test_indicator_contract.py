"""What the core may rely on in any light and any voice: the same for the real ones and their twins."""

import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.domain.inputs import Input
from hub.drivers.gpio_chip import GpioChip
from hub.drivers.indicator import LIGHT, GpioIndicator
from hub.drivers.speech import EspeakSpeaker
from hub.ports import Pattern
from hub.sim.indicator import MEMORY, SimIndicator, SimSpeaker

DEADLINE_S = 10.0


class StandingClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.present = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.present


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def posted() -> list[Input]:
    return []


def wait_until(is_true: Callable[[], bool]) -> None:
    """Wait on a condition that nobody announces."""
    never, tries = threading.Event(), int(DEADLINE_S / 0.01)
    assert any(is_true() or never.wait(0.01) for _ in range(tries))


class IndicatorContract:
    """Subclasses give ``indicator``, stopped, and ``is_lit``."""

    @pytest.fixture
    def indicator(self, clock: StandingClock, posted: list[Input], tmp_path: Path) -> Any:
        raise NotImplementedError

    def is_lit(self) -> bool:
        raise NotImplementedError

    def test_it_is_alive_between_start_and_stop(self, indicator):
        assert not indicator.is_alive()
        indicator.start()
        assert indicator.is_alive()
        indicator.stop()
        assert not indicator.is_alive()

    def test_it_is_dark_until_told_and_after_the_stop(self, indicator):
        indicator.start()
        assert not self.is_lit()

        indicator.show(Pattern.READY)
        wait_until(self.is_lit)

        indicator.stop()
        assert not self.is_lit()

    def test_what_is_shown_before_the_start_is_shown_after_it(self, indicator):
        indicator.show(Pattern.READY)
        assert not self.is_lit()

        indicator.start()

        wait_until(self.is_lit)

    def test_showing_never_raises_whenever_it_is_asked(self, indicator, posted):
        for act in (lambda: None, indicator.start, indicator.stop, indicator.stop, indicator.start):
            act()
            for pattern in (*Pattern, *Pattern):
                indicator.show(pattern)

        assert posted == []


class TestSimIndicator(IndicatorContract):
    @pytest.fixture
    def indicator(self, clock):
        self.twin = SimIndicator(clock)
        return self.twin

    def is_lit(self):
        return self.twin.pattern is not None and LIGHT[self.twin.pattern].at(0)[0]

    def test_it_remembers_what_was_shown_since_when(self, indicator, clock):
        indicator.start()
        began = clock.present
        indicator.show(Pattern.HEARD)
        clock.present += timedelta(seconds=10)
        indicator.show(Pattern.HEARD)
        indicator.show(Pattern.CALLING)

        assert [(shown.at - began, shown.pattern) for shown in indicator.shown] == [
            (timedelta(0), Pattern.HEARD),
            (timedelta(seconds=10), Pattern.CALLING),
        ]

    def test_its_memory_is_bounded(self, indicator):
        for _ in range(MEMORY):
            indicator.show(Pattern.HEARD)
            indicator.show(Pattern.READY)

        assert len(indicator.shown) == MEMORY


class TestGpioIndicator(IndicatorContract):
    @pytest.fixture
    def indicator(self, clock, posted, tmp_path):
        self.chip = GpioChip("mock", tmp_path)
        self.pin = self.chip.open().pin(22)
        indicator = GpioIndicator(22, 23, self.chip, posted.append, clock)
        yield indicator
        indicator.stop()

    def is_lit(self):
        return self.pin.function == "output" and bool(self.pin.state)


class SpeakerContract:
    """Subclasses give ``speaker``, stopped, and ``said``: what was heard so far."""

    @pytest.fixture
    def speaker(self, clock: StandingClock, posted: list[Input], tmp_path: Path) -> Any:
        raise NotImplementedError

    def said(self) -> list[str]:
        raise NotImplementedError

    def test_it_is_alive_between_start_and_stop(self, speaker):
        assert not speaker.is_alive()
        speaker.start()
        assert speaker.is_alive()
        speaker.stop()
        assert not speaker.is_alive()

    def test_words_are_said_as_one_line(self, speaker):
        speaker.start()

        speaker.say("Anne est en route.\nTout va bien.", "fr")

        wait_until(lambda: self.said() == ["Anne est en route. Tout va bien."])

    def test_nothing_is_said_after_the_stop(self, speaker):
        speaker.start()
        speaker.stop()

        speaker.say("Bonjour", "fr")

        assert self.said() == []

    @pytest.mark.parametrize("text", ["", "\x00\x1b", "x" * 100_000, "\ud800", "🙂", "[[", "-w /tmp/x"])
    def test_saying_never_raises_whatever_the_words(self, speaker, text):
        speaker.say(text, "fr")
        speaker.start()
        speaker.say(text, "??")
        speaker.stop()
        speaker.say(text, "", softly=True)


class TestSimSpeaker(SpeakerContract):
    @pytest.fixture
    def speaker(self, clock):
        self.twin = SimSpeaker(clock)
        return self.twin

    def said(self):
        return [said.text for said in self.twin.said]


class TestEspeakSpeaker(SpeakerContract):
    @pytest.fixture
    def speaker(self, clock, posted, tmp_path):
        program = tmp_path / "talker"
        program.write_text(f"#!/bin/sh\n{{ cat; echo; }} >> {tmp_path / 'said'}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.heard = tmp_path / "said"
        speaker = EspeakSpeaker(posted.append, clock, (str(program),))
        yield speaker
        speaker.stop()

    def said(self):
        return self.heard.read_text().splitlines() if self.heard.exists() else []
