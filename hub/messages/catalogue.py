"""The catalogue: every text in every language, and the two ways to ask for one.

Knows the files of `hub/locales`, read once, and which texts must fit a telephone. Knows nothing of
incidents, channels, or of who is told what. It never raises: a key, a value or a whole language that is
missing makes a poorer text, for no words may stop an alarm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from importlib import resources
from importlib.resources.abc import Traversable

from hub.domain.facts import Fact, Words
from hub.gsm_alphabet import JOINED_SEGMENT, SEGMENT
from hub.messages import wording
from hub.messages.sentences import Term, Told, told
from hub.messages.tongue import Tongue, read_tongue, span

# For whoever asks for a language that has no file, and for a key that a language's file lacks.
DEFAULT_LANGUAGE = "fr"
DEFAULT_COUNTRY = "FR"

# Keys that begin so are heard or shown on a screen: any length, any character.
UNLIMITED = ("say.", "log.", "word.", "replay.", "month.")
# Every other text is one segment: networks lose segments, and some telephones show them in the wrong order. Only
# the way in may take two, for half an address helps nobody.
SEPTETS = {"access": 2 * JOINED_SEGMENT}

# Drivers with more faults than a family can tell apart: all of a driver are told in the same words.
WORDY_DRIVERS = ("gpio", "indicator", "mail", "mqtt")
# A key without words (a new kind of detector, a new fault) is told in those of its family.
_OF_DRIVERS = tuple(f"{told}.{driver}" for told in ("tech.raised", "tech.restored") for driver in WORDY_DRIVERS)
FAMILIES = ("alert.hazard", "alert", "say.hazard", *_OF_DRIVERS, "tech.raised", "tech.restored")

_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every text in every language. ``mistakes``: what was wrong with a file that could not be read."""

    tongues: Mapping[str, Tongue]
    mistakes: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Catalogue":
        """Read the languages in ``folder``, by default the hub's own. A file gone bad costs only its language."""
        tongues: dict[str, Tongue] = {}
        mistakes: list[str] = []
        for file in _language_files(folder or resources.files("hub") / "locales"):
            try:
                tongues[file.name.removesuffix(_SUFFIX)] = read_tongue(file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                mistakes.append(f"{file.name}: {error}; install the hub again")
        return cls(tongues, tuple(mistakes))

    def render(
        self,
        words: Words,
        language: str,
        *,
        zone: tzinfo,
        now: datetime | None = None,
        country: str = DEFAULT_COUNTRY,
    ) -> str:
        """Return ``words`` as a person reads or hears them.

        Times are in ``zone``, with their date when that is not the day of ``now``. What goes to a telephone is
        GSM 03.38 and fits its segments: names are shortened before words are lost.
        """
        tongue = self._tongue(language)
        given = {name: _written(value, tongue, zone, now) for name, value in words.values}
        template = self._template(_with_family(words.key), tongue) or wording.bare(words.key, given)
        values = given | tongue.numbers_to_call(country)
        if words.key.startswith(UNLIMITED):
            return wording.fill(template, wording.in_full(values, tongue))
        return wording.fitted(template, values, tongue, SEPTETS.get(words.key, SEGMENT))

    def sentence(self, fact: Fact, language: str, zone: tzinfo, names: Mapping[str, str]) -> str:
        """Return ``fact`` as a sentence that a family understands: "14:02:03 Mme Martin a appuyé ...".

        ``names``: how people call whom the facts know by an id (persons, "resident", "hub", sensors, buttons);
        also "message 41" for whom message 41 went to, since later facts know no more of it than its number.
        """
        tongue = self._tongue(language)
        story = told(fact, names)
        values = {name: self._told(value, language, zone, fact.at) for name, value in story.values.items()}
        template = self._template(story.keys, tongue) or wording.bare(story.keys[-1], values)
        clock = Tongue(time="%H:%M:%S").instant(fact.at, zone)
        return f"{clock} {wording.fill(template, values)}"

    def in_each_language(self, key: str) -> tuple[str, ...]:
        """Return the words of ``key``, which has no values, in every language that has them."""
        return tuple(tongue.templates[key] for tongue in self.tongues.values() if key in tongue.templates)

    def indispensable(self, key: str) -> frozenset[str]:
        """The values that the text ``key`` cannot do without; it has others that it leaves out when missing."""
        template = self._template(_with_family(key), self._tongue(DEFAULT_LANGUAGE))
        return wording.indispensable(template or "")

    def _tongue(self, language: str) -> Tongue:
        """The language of that code; "fr-BE" is "fr"."""
        known = self.tongues.get(language.lower().replace("_", "-").partition("-")[0])
        return known or self.tongues.get(DEFAULT_LANGUAGE) or Tongue()

    def _template(self, keys: Iterable[str], tongue: Tongue) -> str | None:
        """The words of the first key that has some in this language; else in the default one."""
        candidates = tuple(keys)
        both = (tongue, self._tongue(DEFAULT_LANGUAGE))
        found = (each.templates.get(key) for each in both for key in candidates)
        return next((template for template in found if template), None)

    def _told(self, value: Told, language: str, zone: tzinfo, at: datetime) -> str:
        tongue = self._tongue(language)
        match value:
            case Words():
                return self.render(value, language, zone=zone, now=at)
            case Term():
                return self._template(value.keys, tongue) or value.instead
            case tuple():
                return wording.joined(value, tongue.both)
            case _:
                return _written(value, tongue, zone, at)


def _language_files(folder: Traversable) -> list[Traversable]:
    try:
        files = [file for file in folder.iterdir() if file.name.endswith(_SUFFIX)]
    except OSError:  # no folder at all: every text is bare, and the alarm goes out
        return []
    return sorted(files, key=lambda file: file.name)


def _with_family(key: str) -> tuple[str, ...]:
    return (key, *(family for family in FAMILIES if key.startswith(f"{family}.")))


def _written(
    value: str | float | datetime | time | timedelta | None, tongue: Tongue, zone: tzinfo, now: datetime | None
) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return tongue.instant(value, zone, now)
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return span(value)
        case _:
            return wording.clean(value)
