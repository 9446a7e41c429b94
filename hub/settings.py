"""Both files together: what holds now, and what is wrong with what was written.

A mistake must never silence a home: the hub runs on the last hub.toml without mistakes and on the
newest household that can be read, keeps a copy of both in ``data_dir``, and tells what to put
right. Only a first start with nothing known good ends, with every mistake of both files.

The files that hub.toml names are looked at here, and nowhere before.
"""

import contextlib
import re
import shlex
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub import config as hub_toml
from hub import household as household_toml
from hub.config import DEFAULT_DATA_DIR, HubConfig
from hub.domain.policy import Button, Climate, Extreme, Policy, Sensor, SensorKind
from hub.errors import ConfigError, FormError, JournalError, Mistake
from hub.forms import hint, shown
from hub.household import BLANK, Household, export
from hub.household_store import HouseholdStore
from hub.identity import MACHINE_ID, drawn_id, known_id
from hub.keeping import is_there, keep
from hub.place_forms import GpioPin, Source
from hub.place_forms import path as path_form
from hub.reading import parsed, read_bytes, read_file

LAST_GOOD = "hub.toml.good"
LAST_HOUSEHOLD = "household.toml.good"
# Made by `telecare-hub pages setup`: whoever may write into the data folder wants the family to begin on the pages.
# Without it a first start with no household ends, as CONTRACT has it.
SET_UP = "setup.awaited"
# A household's file older than this one was deleted by the family (`hub.erasing`), and only could not be removed.
ERASED = "erased"
# Words that stand for "any sign" in a window, beside the ids of sensors.
SIGNS = ("any", "button")

_KEY_LINE = r"""^[ \t]*{key}[ \t]*=[ \t]*(?:"([^"\\\n]*)"|'([^'\n]*)')"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` found: a part with mistakes in its text is None. ``cautions`` keep nobody from running on it."""

    config: HubConfig | None
    household: Household | None
    mistakes: tuple[Mistake, ...]
    cautions: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class InForce:
    """What the hub runs on, and what to put right (one sentence each): in hub.toml, and in the household."""

    config: HubConfig
    household: Household
    policy: Policy
    config_mistakes: tuple[str, ...] = ()
    household_mistakes: tuple[str, ...] = ()

    @property
    def mistakes(self) -> tuple[str, ...]:
        """All that is to be put right."""
        return self.config_mistakes + self.household_mistakes

    def with_household(self, household: Household) -> "InForce":
        """Return the same with a new household, which has no mistakes."""
        return InForce(self.config, household, to_policy(self.config, household), self.config_mistakes)


def to_policy(config: HubConfig, household: Household) -> Policy:
    """Put the installer's and the family's decisions together for the core."""
    return Policy(
        zone=ZoneInfo(config.hub.timezone),
        resident=household.resident,
        people=household.people,
        waves=household.waves,
        country=config.hub.country,
        languages=hub_toml.LANGUAGES,
        windows=household.windows,
        silences=household.silences,
        doors=household.doors,
        beds=household.beds,
        home_by=household.home_by,
        climate=household.climate,
        no_news=household.no_news,
        delays=household.delays,
        buttons=tuple(
            Button(b.id, b.room, b.debounce, b.cancel_hold, _link(b.source), b.silent_after) for b in config.buttons
        ),
        sensors=tuple(
            Sensor(s.id, s.kind, s.room, _link(s.source), s.silent_after, s.entrance) for s in config.sensors
        ),
        drill_every=household.drill_every,
        digest_at=household.digest_at,
        nudge_before=household.nudge_before,
        heartbeat_every=household.heartbeat_every,
        door_away=household.door_away,
        learned=household.learned,
        retention=household.retention,
        # The installer wired a loudspeaker and a microphone to the modem, and the family wants them used.
        hands_free=household.hands_free and config.modem.audio,
    )


def _link(source: Source) -> str:
    """The driver that hears this device."""
    return "gpio" if isinstance(source, GpioPin) else "mqtt"


def load(path: Path, machine_id: Path = MACHINE_ID) -> Loaded:
    """Read hub.toml and the household.toml it names, with every mistake of both. Writes nothing."""
    config, mistakes = _try_config(path)
    if config is None:
        file = path.parent / _glimpse(path, "household", "household.toml")
    else:
        file = config.hub.household
        config = _named(config, known_id(config.hub.data_dir, machine_id))
        mistakes += surroundings(config, path)
    household, household_mistakes = _try_household(file)
    if config is not None and household is not None:
        household_mistakes += strangers(config, household, file)
    return Loaded(
        config, household, mistakes + household_mistakes, open_to_all((path, file)) + _not_there(config, path)
    )


def load_or_last_good(path: Path, machine_id: Path = MACHINE_ID) -> tuple[HubConfig, tuple[str, ...]]:
    """Return what to run on, and the mistakes of hub.toml; ConfigError when nothing is known good.

    A text without mistakes is what holds, even where a file it names is out of order; a copy is
    kept once all is in order.
    """
    config, mistakes = _config_in_force(path)
    name = known_id(config.hub.data_dir, machine_id)
    if not config.hub.id and not name:
        name, unkept = drawn_id(config.hub.data_dir)
        mistakes += unkept
    return _named(config, name), tuple(map(str, mistakes))


def in_force(path: Path, at: datetime, machine_id: Path = MACHINE_ID) -> InForce:
    """Return everything to run on; ConfigError with the mistakes of both files when nothing is known good.

    ``at`` is when the household is taken from its file, if it is, for its first revision.
    """
    try:
        config, mistakes = load_or_last_good(path, machine_id)
        household, more = household_in_force(config, at)
    except ConfigError as first_start:
        both = load(path, machine_id).mistakes + first_start.mistakes
        raise ConfigError(dict.fromkeys(both)) from first_start
    return InForce(config, household, to_policy(config, household), mistakes, tuple(map(str, more)))


def household_in_force(config: HubConfig, at: datetime) -> tuple[Household, tuple[Mistake, ...]]:
    """Return the newest household of the database, else that of a file, which becomes the first revision."""
    store = HouseholdStore(config.hub.households)
    household, mistakes = _stored(store, config.hub.households)
    read_from = config.hub.households
    if household is None:
        read_from = config.hub.household
        household, in_files = _household_of_files(config)
        if household is None and awaits_set_up(config):
            return BLANK, (
                *mistakes,
                Mistake(str(config.hub.household), "nobody lives here yet: set it up on the pages"),
            )
        mistakes += in_files
        if household is None:
            raise ConfigError(mistakes)
        mistakes += _store_first(store, household, at)
    mistakes += keep(config.hub.data_dir / LAST_HOUSEHOLD, export(household).encode())
    return household, mistakes + strangers(config, household, read_from)


def awaits_set_up(config: HubConfig) -> bool:
    """Whether the family begins on the pages: asked for, and no file of theirs is there that might only be broken."""
    files = (config.hub.household, config.hub.data_dir / LAST_HOUSEHOLD)
    return is_there(config.hub.data_dir / SET_UP) and not _not_erased(config, *files)


def _not_erased(config: HubConfig, *files: Path) -> list[Path]:
    """Those of ``files`` that are there and were written since the family last had everything deleted."""
    erased = _written_at(config.hub.data_dir / ERASED)
    return [each for each in files if is_there(each) and _written_at(each) > erased]


def household_on_record(config: HubConfig) -> Household:
    """Return the household that a start would run on. Writes nothing: whoever asks may not be the hub's user.

    :raises ConfigError: none can be read.
    """
    with contextlib.suppress(JournalError):
        newest = HouseholdStore(config.hub.households).newest()
        if newest is not None:
            return newest
    household, mistakes = _household_of_files(config)
    if household is None:
        raise ConfigError(mistakes)
    return household


def _stored(store: HouseholdStore, database: Path) -> tuple[Household | None, tuple[Mistake, ...]]:
    """Return what the database has; one that is torn is set aside, so that edits can be stored again."""
    try:
        return store.look()
    except JournalError as broken:
        if broken.permanent:
            store.set_aside()
        return None, (Mistake(str(database), str(broken)),)


def _household_of_files(config: HubConfig) -> tuple[Household | None, tuple[Mistake, ...]]:
    """Return the household of the family's file or of our copy, and what is wrong with those that cannot be read.

    The one written later goes first: a database that was lost takes no edits of the family with it, and
    whoever wrote the file afresh after that means it.
    """
    file, copy = config.hub.household, config.hub.data_dir / LAST_HOUSEHOLD
    mistakes: tuple[Mistake, ...] = ()
    there = _not_erased(config, file, copy)
    if not there and is_there(file):
        return None, (Mistake(str(file), "the family had everything deleted since it was written"),)
    for each in sorted(there or [file], key=_written_at, reverse=True):
        household, found = _try_household(each)
        mistakes += found
        if household is not None:
            return household, mistakes
    return None, mistakes


def _written_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except (OSError, ValueError):
        return 0.0


def _store_first(store: HouseholdStore, household: Household, at: datetime) -> tuple[Mistake, ...]:
    """Store what the file had. A card that takes nothing is no reason not to run on it."""
    try:
        store.add(export(household), "household.toml", at)
    except JournalError as refused:
        return (Mistake("household.toml", f"it could not be stored: {refused}"),)
    return ()


def _config_in_force(path: Path) -> tuple[HubConfig, tuple[Mistake, ...]]:
    """Return hub.toml, or the copy of its last text without mistakes, or raise ConfigError."""
    try:
        text = read_file(path)
        config = hub_toml.parse(text, path)
    except ConfigError as wrong:
        return _last_good(path, wrong.mistakes)
    good = config.hub.data_dir / LAST_GOOD
    mistakes = surroundings(config, path)
    if mistakes and not is_there(good):
        raise ConfigError(mistakes)
    return config, mistakes or keep(good, text.encode())


def _last_good(path: Path, mistakes: tuple[Mistake, ...]) -> tuple[HubConfig, tuple[Mistake, ...]]:
    good = path.parent / _glimpse(path, "data_dir", DEFAULT_DATA_DIR) / LAST_GOOD
    if not is_there(good):
        raise ConfigError(mistakes)
    try:
        return hub_toml.parse(read_file(good), good, path.parent), mistakes
    except ConfigError as torn:
        raise ConfigError(mistakes + torn.mistakes) from torn


def _named(config: HubConfig, name: str) -> HubConfig:
    """Give a hub without an id of its own this one."""
    return config if config.hub.id else replace(config, hub=replace(config.hub, id=name))


def _try_config(path: Path) -> tuple[HubConfig | None, tuple[Mistake, ...]]:
    try:
        return hub_toml.parse(read_file(path), path), ()
    except ConfigError as wrong:
        return None, wrong.mistakes


def _try_household(file: Path) -> tuple[Household | None, tuple[Mistake, ...]]:
    try:
        return household_toml.parse(read_file(file), file), ()
    except ConfigError as wrong:
        return None, wrong.mistakes


def _glimpse(path: Path, key: str, default: str) -> str:
    """Find a path of [hub] in a file that may be broken: in its tree, else in its text, else ``default``."""
    try:
        text = read_bytes(path).decode("utf-8", "replace")
    except ConfigError:
        return default
    try:
        hub = parsed(text, path).get("hub")
        written = hub.get(key) if isinstance(hub, dict) else None
    except ConfigError:
        line = re.search(_KEY_LINE.format(key=key), text, re.MULTILINE)
        written = line and (line[1] or line[2])
    try:
        return path_form(default).read(written)
    except FormError:
        return default


def strangers(config: HubConfig, household: Household, file: Path) -> tuple[Mistake, ...]:
    """Find what the family's rules expect from sensors that the installer's file does not have."""
    known = [sensor.id for sensor in config.sensors]
    needing = [f"[[home_by]] {rule.name}" for rule in household.home_by]
    needing += ["[door_away]"] if household.door_away is not None else []
    has_entrance = any(sensor.entrance for sensor in config.sensors)
    no_entrance = tuple(
        Mistake(str(file), f"{heading}: no [[sensor]] of hub.toml has entrance = true")
        for heading in ([] if has_entrance else needing)
    )
    unknown_signs = tuple(
        Mistake(str(file), f'[[window]] {window.name} sign: there is no [[sensor]] "{sign}"{hint(sign, known)}')
        for window in household.windows
        for sign in window.sign
        if sign not in known and sign not in SIGNS
    )
    doors = _not_of_kind(config, SensorKind.DOOR, [(f"[[door]] {rule.name}", rule.sensor) for rule in household.doors])
    beds = _not_of_kind(config, SensorKind.BED, [(f"[[bed]] {rule.name}", rule.sensor) for rule in household.beds])
    wanted = [(_heading(rule), sensor) for rule in household.climate for sensor in rule.sensors]
    rooms = _not_of_kind(config, SensorKind.TEMPERATURE, wanted)
    wrong_things = tuple(Mistake(str(file), wrong) for wrong in (*doors, *beds, *rooms))
    if not any(sensor.kind is SensorKind.TEMPERATURE for sensor in config.sensors):
        wrong_things += tuple(
            Mistake(str(file), f'{_heading(rule)}: no [[sensor]] of hub.toml has kind = "temperature"')
            for rule in household.climate
            if not rule.sensors
        )
    return no_entrance + unknown_signs + wrong_things


def _heading(rule: Climate) -> str:
    return "[frost]" if rule.extreme is Extreme.COLD else "[heat]"


def _not_of_kind(config: HubConfig, kind: SensorKind, wanted: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Say which rules (by their headings) want a sensor that is not there, or is not of this kind."""
    kinds = {sensor.id: sensor.kind for sensor in config.sensors}
    for heading, sensor in wanted:
        if sensor not in kinds:
            yield f'{heading} sensor: there is no [[sensor]] "{sensor}"{hint(sensor, kinds)}'
        elif kinds[sensor] is not kind:
            yield f'{heading} sensor: "{sensor}" is no {kind}, but of kind = "{kinds[sensor]}"'


def open_to_all(files: Iterable[Path]) -> tuple[Mistake, ...]:
    """Find which of the two files everybody on this machine may read: a PIN, key codes and numbers are in them."""
    found = []
    for file in files:
        with contextlib.suppress(OSError, ValueError):
            mode = file.stat().st_mode
            if mode & stat.S_IRWXO:
                found.append(Mistake(str(file), f"secrets are in it, and {_readable_by_others(file, mode)}"))
    return tuple(found)


def _not_there(config: HubConfig | None, path: Path) -> tuple[Mistake, ...]:
    """Find the files of [power] that are missing at this moment; a device that is unplugged takes its files with it."""
    asked = config.power.asked if config else frozenset()
    return tuple(
        Mistake(str(path), f"[power] {shown(str(file))} is not there now: until it is, this is not watched")
        for file in sorted(asked)
        if not file.exists()
    )


def _readable_by_others(file: Path, mode: int) -> str:
    return f"others may read it (mode {stat.S_IMODE(mode):04o}); run chmod 600 {shlex.quote(str(file))}"


def surroundings(config: HubConfig, path: Path) -> tuple[Mistake, ...]:
    """Find what is wrong with the files that hub.toml names."""
    mistakes = []
    for heading, section in (("mqtt", config.mqtt), ("mail", config.mail)):
        for key, is_secret in (("password_file", True), ("ca", False), ("cert", False), ("key", True)):
            file: Path | None = getattr(section, key, None)
            wrong = _wrong_with(file, is_secret=is_secret) if file else ""
            if wrong:
                mistakes.append(Mistake(str(path), f"[{heading}] {key} = {shown(str(file))}: {wrong}"))
    return tuple(mistakes)


def _wrong_with(file: Path, *, is_secret: bool) -> str:
    """Say what stands in the way of using a file, and nothing when all is well."""
    try:
        mode = file.stat().st_mode
    except OSError as gone:
        return f"it cannot be found ({gone.strerror}); write the place of the file"
    if not stat.S_ISREG(mode):
        return "it is no ordinary file; write the place of the file"
    if is_secret and mode & (stat.S_IRWXG | stat.S_IRWXO):
        return _readable_by_others(file, mode)
    return ""
