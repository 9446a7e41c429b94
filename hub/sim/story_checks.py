"""What a story can expect: the sentences after ``->``, and how each is seen.

A check looks at what happened since its step (`Seen`) and at how the house stands now, and says what was seen instead
when it does not hold. Words are compared as people read them: the kind of apostrophe and of space does not matter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hub.domain import facts as f
from hub.domain.records import Incident
from hub.sim.house import Happening, House
from hub.sim.modem_calls import ACTIVE
from hub.sim.story_steps import SentenceError, somebody

Check: TypeAlias = Callable[..., str]

_QUOTED = r'"([^"]*)"'
_NAME = r"(.+?)"

CHECKS: list[tuple[re.Pattern[str], Check]] = []
_ALIKE = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened since the step, and the names that its other expectations speak of."""

    happenings: tuple[Happening, ...]
    spoken_of: frozenset[str]

    def texts_to(self, who: str) -> list[str]:
        """What this phone got."""
        return [h.text for h in self.happenings if h.kind == "sms" and h.who == who]

    def rung(self) -> list[str]:
        """Whose phones rang, in order."""
        return [h.who for h in self.happenings if h.kind == "call" and h.text == "rings"]

    def of(self, kind: str) -> list[str]:
        """What happened of this kind, in words."""
        return [h.text for h in self.happenings if h.kind == kind]

    def facts(self, kind: type[f.Fact]) -> list[f.Fact]:
        """The facts of this kind."""
        return [h.fact for h in self.happenings if isinstance(h.fact, kind)]


def check(pattern: str) -> Callable[[Check], Check]:
    """Add an expectation; the function returns "" when it holds, else what was seen instead."""

    def register(do: Check) -> Check:
        CHECKS.append((re.compile(pattern), do))
        return do

    return register


def judge(house: House, seen: Seen, sentence: str) -> str:
    """Return "" when ``sentence`` holds, else what was seen instead. Raises `SentenceError` for an unknown one."""
    for pattern, holds in CHECKS:
        match = pattern.fullmatch(sentence)
        if match is not None:
            return holds(house, seen, *(part for part in match.groups() if part is not None))
    raise SentenceError(f"no expectation says {sentence!r}; docs/stories.md lists them all")


def names_in(sentence: str) -> frozenset[str]:
    """Whose texts ``sentence`` expects, for "nobody else gets anything"."""
    match = re.match(rf"{_NAME} gets ", sentence)
    return frozenset({match[1]}) if match else frozenset()


def _has(words: str, texts: list[str]) -> bool:
    return any(words.translate(_ALIKE) in text.translate(_ALIKE) for text in texts)


def _listed(texts: list[str]) -> str:
    return "; ".join(f"«{text}»" for text in texts) or "nothing"


# --- texts ---------------------------------------------------------------------------------------------


@check(f"a mail to {_QUOTED} says {_QUOTED}")
def _mail(_house: House, seen: Seen, address: str, words: str) -> str:
    mails = [h.text for h in seen.happenings if h.kind == "mail" and h.who == address]
    return "" if _has(words, mails) else f"{address} got {_listed(mails)}"


@check("nobody gets anything")
def _nobody(_house: House, seen: Seen) -> str:
    return _listed([f"{h.who}: {h.text}" for h in seen.happenings if h.kind == "sms"]) if seen.of("sms") else ""


@check("nobody else gets anything")
def _nobody_else(_house: House, seen: Seen) -> str:
    others = [f"{h.who}: {h.text}" for h in seen.happenings if h.kind == "sms" and h.who not in seen.spoken_of]
    return _listed(others) if others else ""


@check(f"{_NAME} gets nothing")
def _gets_nothing(house: House, seen: Seen, who: str) -> str:
    texts = seen.texts_to(somebody(house, who))
    return f"{who} got {_listed(texts)}" if texts else ""


@check(rf"{_NAME} gets (\d+) texts?")
def _gets_so_many(house: House, seen: Seen, who: str, number: str) -> str:
    texts = seen.texts_to(somebody(house, who))
    return "" if len(texts) == int(number) else f"{who} got {len(texts)}: {_listed(texts)}"


@check(f"{_NAME} gets {_QUOTED}")
def _gets(house: House, seen: Seen, who: str, words: str) -> str:
    texts = seen.texts_to(somebody(house, who))
    return "" if _has(words, texts) else f"{who} got {_listed(texts)}"


@check(f"{_NAME} is not told {_QUOTED}")
def _not_told(house: House, seen: Seen, who: str, words: str) -> str:
    texts = [text for text in seen.texts_to(somebody(house, who)) if _has(words, [text])]
    return f"{who} got {_listed(texts)}" if texts else ""


# --- calls ---------------------------------------------------------------------------------------------


@check("no phone rings")
def _nobody_rings(_house: House, seen: Seen) -> str:
    rung = seen.rung()
    return f"{', '.join(rung)} rang" if rung else ""


@check(f"{_NAME}'s phone rings")
def _rings(house: House, seen: Seen, who: str) -> str:
    return "" if somebody(house, who) in seen.rung() else f"rang: {', '.join(seen.rung()) or 'nobody'}"


@check(f"{_NAME}'s phone does not ring")
def _does_not_ring(house: House, seen: Seen, who: str) -> str:
    return "it rang" if somebody(house, who) in seen.rung() else ""


@check(f"{_NAME} hears {_QUOTED}")
def _hears(house: House, seen: Seen, who: str, words: str) -> str:
    heard = [h.text for h in seen.happenings if h.kind == "heard" and h.who == somebody(house, who)]
    return "" if _has(words, heard) else f"{who} heard {_listed(heard)}"


@check(f"{_NAME} is put through")
def _put_through(house: House, _seen: Seen, who: str) -> str:
    call = house.modem.call
    talks = call is not None and call.is_incoming and call.state == ACTIVE
    is_theirs = call is not None and call.number == house.number_of(somebody(house, who))
    return "" if talks and is_theirs else "nobody is" if not talks else "somebody else is"


@check(f"{_NAME} is not put through")
def _not_put_through(house: House, seen: Seen, who: str) -> str:
    return "they are" if not _put_through(house, seen, who) else ""


# --- at home -------------------------------------------------------------------------------------------


@check(r"the light is (\w+)")
def _light_is(house: House, _seen: Seen, pattern: str) -> str:
    shown = str(house.light.pattern or "dark")
    return "" if shown == pattern else f"it is {shown}"


@check(r"the light turns (\w+)")
def _light_turns(_house: House, seen: Seen, pattern: str) -> str:
    return "" if pattern in seen.of("light") else f"it turned {', '.join(seen.of('light')) or 'to nothing else'}"


@check("the voice says nothing")
def _voice_silent(_house: House, seen: Seen) -> str:
    return _listed(seen.of("voice")) if seen.of("voice") else ""


@check(f"the voice says {_QUOTED}")
def _voice(_house: House, seen: Seen, words: str) -> str:
    return "" if _has(words, seen.of("voice")) else f"it said {_listed(seen.of('voice'))}"


# --- how things stand ------------------------------------------------------------------------------------


@check(r"the state is (\w+)")
def _state(house: House, _seen: Seen, condition: str) -> str:
    found = str(house.view.condition) if house.view else "not known"
    return "" if found == condition else f"it is {found}"


@check(r"the next alert would be at (\d{2}:\d{2})")
def _next_alert(house: House, _seen: Seen, moment: str) -> str:
    return _same_time(house, house.view.next_alert_at if house.view else None, moment)


@check("no alert would come")
def _no_next_alert(house: House, _seen: Seen) -> str:
    at = house.view.next_alert_at if house.view else None
    return f"one would at {at.astimezone(house.zone):%d/%m %H:%M:%S}" if at else ""


@check("no incident is open")
def _no_incident(house: House, _seen: Seen) -> str:
    return _told_of([i for i in house.state.open_incidents() if i.kind is not f.Kind.TECHNICAL])


@check(r"(\d+) incidents? (?:is|are) open")
def _incidents(house: House, _seen: Seen, number: str) -> str:
    found = [i for i in house.state.open_incidents() if i.kind is not f.Kind.TECHNICAL]
    return "" if len(found) == int(number) else _told_of(found) or "none is open"


@check(r"the incident is (warning|alerting|answered|attended)")
def _phase(house: House, _seen: Seen, phase: str) -> str:
    found = _newest(house)
    return "" if found is not None and found.phase == phase else _told_of([found] if found else []) or "there is none"


@check(r"the incident is closed as (\w+)")
def _closed(house: House, _seen: Seen, outcome: str) -> str:
    found = _newest(house)
    if found is None or found.is_open:
        return _told_of([found] if found else []) or "there is none"
    return "" if found.outcome == outcome else f"it is closed as {found.outcome}"


@check(r"wave (\d+) begins")
def _wave(_house: House, seen: Seen, number: str) -> str:
    begun = [fact.wave for fact in seen.facts(f.WaveStarted) if isinstance(fact, f.WaveStarted)]
    return "" if int(number) in begun else f"begun: {begun or 'none'}"


@check("no wave begins")
def _no_wave(_house: House, seen: Seen) -> str:
    return "one began" if seen.facts(f.WaveStarted) else ""


@check(f"the fault {_QUOTED} stands")
def _fault(house: House, _seen: Seen, code: str) -> str:
    return "" if code in house.state.faults else f"standing: {', '.join(house.state.faults) or 'none'}"


@check("no fault stands")
def _no_fault(house: House, _seen: Seen) -> str:
    return ", ".join(house.state.faults)


@check(f"the answer to the order is {_QUOTED}")
def _answer(_house: House, seen: Seen, words: str) -> str:
    return "" if _has(words, seen.of("command")) else f"it was {_listed(seen.of('command'))}"


@check("the hub is off")
def _off(house: House, _seen: Seen) -> str:
    return "it runs" if house.hub is not None else ""


def _newest(house: House) -> Incident | None:
    people_matter = [i for i in house.state.incidents.values() if i.kind is not f.Kind.TECHNICAL]
    return people_matter[-1] if people_matter else None


def _told_of(incidents: list[Incident]) -> str:
    return ", ".join(f"No {i.number} is {i.phase}{f' as {i.outcome}' if i.outcome else ''}" for i in incidents)


def _same_time(house: House, at: datetime | None, moment: str) -> str:
    found = "never" if at is None else f"{at.astimezone(house.zone):%H:%M}"
    return "" if found == moment else f"it is {found}"


__all__ = ["CHECKS", "Seen", "SentenceError", "check", "judge", "names_in"]
