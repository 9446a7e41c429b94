"""What the core expects of the world: small Protocols that drivers and their simulated twins fulfil.

A source watches something and posts inputs. A channel takes messages and posts what became of
them. Both run on threads of their own; what they post is all the core ever hears of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from hub.domain.facts import Fact
from hub.domain.inputs import Input
from hub.domain.records import State
from hub.domain.view import View

Post: TypeAlias = Callable[[Input], None]


class Clock(Protocol):
    """The hub's one clock."""

    def now(self) -> datetime:
        """Return the present as aware UTC; it never steps, see `hub.clock`."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address, as a channel gets it.

    ``message``: its number in the journal, echoed in every report. ``urgent``: part of an incident;
    goes ahead of everything else. ``validity``: after this the network may forget it (an alert an hour old
    helps nobody). ``language`` ("fr", "en"): of ``text``, for whoever says it aloud. ``is_alert``: it calls somebody to
    help; a telephone call is cut short for it.
    """

    message: int
    address: str
    text: str
    urgent: bool
    validity: timedelta
    language: str = ""
    is_alert: bool = False


class Source(Protocol):
    """Something that watches: a GPIO chip, a broker, a modem."""

    def start(self) -> None:
        """Begin to watch, on a thread of its own. Returns at once; what is missing is posted as a fault."""
        ...

    def stop(self) -> None:
        """End within two seconds. Nothing is posted after it returned."""
        ...

    def is_alive(self) -> bool:
        """Whether the thread that watches still runs (the watchdog asks)."""
        ...


class Channel(Protocol):
    """A road to people."""

    def send(self, outgoing: Outgoing) -> None:
        """Take a message; exactly one `SendReported` follows. Never blocks, never raises.

        The core hands over one message at a time; only an alert may come while an ordinary text is under way, and
        should cut short what that one waits for.
        """
        ...


class SmsRoad(Source, Channel, Protocol):
    """A modem: a source of texts and a channel for them."""

    def forget(self, key: str) -> None:
        """Empty the SIM slots of the text ``key``: its fact is on disk."""
        ...


# As long as anybody talks to somebody who waits for help.
TALKS_FOR = timedelta(minutes=10)


class Telephone(Channel, Protocol):
    """A modem that calls people and speaks to them; the same one that texts, one thing at a time.

    `send` dials: each line of the text is a phrase, said one after the other and again until a key is pressed, the
    patience ends, or somebody hangs up. Keys are posted as `KeyHeard`. The report: ACCEPTED when the call was picked up
    (by somebody, or by a machine), FAILED for ever when it was not (engaged, no answer), FAILED for now, for the reason
    `CUT_SHORT`, when an alert cut it short. Whether there is a way to call is posted as `LinkChanged` of "call". Who
    rings the hub is posted as `CallCame`, once, when the number is known; it rings out unless it is taken.
    """

    def end(self, message: int, text: str) -> None:
        """Say the lines of ``text`` in the call's language, and hang up. Never blocks, never raises.

        Before the call is picked up nothing is said. Of a call that is over, nothing happens.
        """
        ...

    def take(self) -> None:
        """Pick up for whoever rings the hub now (`CallCame`): the loudspeaker and the microphone at home are theirs.

        An alert ends it at once, as does so long a talk that nobody can still be talking (`TALKS_FOR`); `CallOver` is
        posted once it is over, or if nobody rang any more. Never blocks, never raises.
        """
        ...

    def keep(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Prepare what calls will say, (language, phrase) each, so that no call waits for it; replaces what was kept.

        Never blocks, never raises.
        """
        ...


class Pattern(StrEnum):
    """What the light and the buzzer say at home."""

    READY = "ready"  # steady light: the hub watches
    HEARD = "heard"  # fast blinking, short beeps: a press was heard, it can still be cancelled
    ASKED = "asked"  # slow blinking, soft beeps: is everything all right?
    ASKED_SOFTLY = "asked_softly"  # slow blinking, no sound: the same at night, at first
    CALLING = "calling"  # blinking: people are being told
    COMING = "coming"  # long light, short dark: somebody is on the way or there
    FAULT = "fault"  # two flashes, a pause: the hub cannot do its work


class Indicator(Protocol):
    """A light and a buzzer in the home."""

    def show(self, pattern: Pattern) -> None:
        """Show ``pattern`` until told otherwise. Never blocks, never raises."""
        ...


class Speaker(Protocol):
    """A voice in the home."""

    def say(self, text: str, language: str, *, softly: bool = False) -> None:
        """Say ``text`` aloud in ``language`` ("fr", "en"). Never blocks, never raises."""
        ...


class Mirror(Protocol):
    """Who is shown every fact and the view that follows: MQTT."""

    def show(self, facts: tuple[Fact, ...], last_seq: int, state: State, now: View) -> None:
        """Pass on what happened. ``last_seq``: the last fact's number in the journal. Never blocks, never raises."""
        ...

    def beat(self) -> None:
        """Give a sign of life, every few minutes. Never blocks, never raises."""
        ...
