"""What the command line finds out by itself: the journal on disk, with or without a hub that runs on it."""

import contextlib
import json
import os
import socket
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hub import backup, daily_copy, fact_json
from hub.clock import HubClock
from hub.config import DEFAULT_ZONE, HubConfig
from hub.control import alone, ask
from hub.domain.evidence import Month
from hub.domain.facts import LevelSeen, MessageRequested, TemperatureSeen
from hub.domain.policy import TELLS_BOTH_WAYS, Policy, Window
from hub.domain.records import State
from hub.domain.replay import Past
from hub.domain.state import evolve
from hub.errors import BackupError, ConfigError, ControlError, JournalError, Mistake
from hub.forms import hint
from hub.history import month as month_on_record
from hub.history import names_in, of_incident
from hub.household import Household, export
from hub.household import parse as parse_household
from hub.household_store import HouseholdStore
from hub.journal import Journal, Numbered
from hub.keeping import is_there, keep
from hub.messages import Catalogue
from hub.past import LONGEST_PAST, read_past
from hub.reading import read_file
from hub.recall import tell
from hub.recording import Recording, read_recording
from hub.settings import SET_UP, SIGNS, household_on_record, load, load_or_last_good, strangers, to_policy
from hub.status import report
from hub.web.accounts import CODE_LASTS, DATABASE, SETUP, Accounts

# Without a number, `log` tells this many of the newest facts.
NEWEST_TOLD = 50
# In days: how far back rules are tried on the past of this home, unless somebody says otherwise.
DAYS_TRIED = 60


def config(path: Path) -> HubConfig:
    """Where the hub's data is; the last known good settings serve when the file has mistakes.

    :raises ConfigError: nothing can be made of the file.
    """
    found = load(path).config
    return load_or_last_good(path)[0] if found is None else found


def status(found: HubConfig) -> dict[str, Any]:
    """Ask the running hub; when it is down, read the journal."""
    with contextlib.suppress(ControlError):
        answer = ask(found.hub.data_dir, {"do": "status"})
        if answer.pop("ok", False):
            return answer
    state = State()
    with _journal(found) as journal:
        for numbered in tell(journal):
            state = evolve(state, numbered.fact)
    return report(state, policy_of(found), found.hub.id, running=False)


def told(found: HubConfig, incident: int | None, *, as_json: bool) -> Iterator[str]:
    """Yield one incident, or the newest facts, as sentences in the home's language or as JSON lines."""
    with _journal(found) as journal:
        shown = _newest(journal) if incident is None else of_incident(journal, incident)
        messages = _messages(journal)
    if incident is not None and not shown:
        raise JournalError(f"there is no incident {incident}; `telecare-hub log` tells the newest facts")
    policy, words, day = policy_of(found), Catalogue.load(), None
    names = names_in(policy, messages)
    for each in shown:
        if as_json:
            yield _as_json(each)
            continue
        local = each.fact.at.astimezone(policy.zone).date()
        if local != day:
            day = local
            yield f"--- {day.isoformat()} ---"
        yield words.sentence(each.fact, found.hub.language, policy.zone, names)


def _newest(journal: Journal) -> list[Numbered]:
    """The newest facts; as with signs of life, nobody wants to read of each door that moved, or each degree."""
    return [each for each in journal.facts() if not isinstance(each.fact, LevelSeen | TemperatureSeen)][-NEWEST_TOLD:]


class Rehearsal(NamedTuple):
    """What rules are tried on: a past, the home with its rules, and what could not be taken into account."""

    past: Past
    policy: Policy
    language: str
    cautions: tuple[str, ...] = ()


def rehearsal(
    path: Path, file: Path | None, rules: Path | None, days: int | None, things: tuple[str, ...] = ()
) -> Rehearsal:
    """The last ``days`` days: of the recorded past in ``file``, with the rules of the household.toml ``rules``.

    Without ``file`` of what is on record here, without ``rules`` with the family's own. For both files hub.toml may be
    missing: it tells the zone and the entrance. ``things``: doors and beds that are tried besides the rules' own.

    :raises ConfigError: the settings, ``file`` or ``rules`` have mistakes, or there is no such door or bed.
    :raises JournalError: there is no journal, or it cannot be read.
    """
    if file is None:
        return _rehearsal_here(config(path), rules, _span(days, DAYS_TRIED), things)
    span = _span(days, LONGEST_PAST.days)
    if rules is None:
        found = config(path)
        return _rehearsal_of_file(file, household_on_record(found), found, path, span, things)
    there = config(path) if is_there(path) else None
    return _rehearsal_of_file(file, _household_in(rules), there, path, span, things)


def _rehearsal_here(found: HubConfig, rules: Path | None, longest: timedelta, things: tuple[str, ...]) -> Rehearsal:
    policy = policy_of(found)
    if rules is not None:
        tried = _household_in(rules)
        if unknown := strangers(found, tried, rules):
            raise ConfigError(unknown)
        policy = to_policy(found, tried)
    _refuse_strange_things(found.hub.journal, things, {s.id for s in policy.sensors if s.kind in TELLS_BOTH_WAYS})
    with _journal(found) as journal:
        return Rehearsal(read_past(journal, policy, longest), policy, found.hub.language)


def _rehearsal_of_file(
    file: Path, rules: Household, found: HubConfig | None, path: Path, longest: timedelta, things: tuple[str, ...]
) -> Rehearsal:
    zone = ZoneInfo(DEFAULT_ZONE if found is None else found.hub.timezone)
    recorded = read_recording(file, zone)
    entrances = frozenset(s.id for s in found.sensors if s.entrance) if found is not None else frozenset[str]()
    _refuse_strange_signs(file, rules.windows, recorded)
    _refuse_strange_things(file, things, recorded.standing)
    cautions = [f"{path} is not there: times are read as those of {DEFAULT_ZONE}"] if found is None else []
    home_by = rules.home_by
    if (home_by or rules.door_away) and not entrances & recorded.kinds.keys():
        cautions.append(
            f"no [[sensor]] of {file} has entrance = true in {path}: [[home_by]] and [door_away] are left out"
        )
        home_by = ()
    doors = tuple(rule for rule in rules.doors if rule.sensor in recorded.standing)
    beds = tuple(rule for rule in rules.beds if rule.sensor in recorded.standing)
    sensors = (*(rule.sensor for rule in rules.doors), *(rule.sensor for rule in rules.beds))
    absent = dict.fromkeys(sensor for sensor in sensors if sensor not in recorded.standing)
    cautions += [f'there is no door or bed "{thing}" in {file}: the rules about it are left out' for thing in absent]
    climate = rules.climate if recorded.readings else ()
    if rules.climate and not climate:
        cautions.append(f"there is no thermometer in {file}: [frost] and [heat] are left out")
    policy = Policy(
        zone,
        rules.resident,
        rules.people,
        rules.waves,
        windows=rules.windows,
        silences=rules.silences,
        doors=doors,
        beds=beds,
        home_by=home_by,
        climate=climate,
        learned=rules.learned,
        buttons=recorded.buttons,
        sensors=recorded.sensors(entrances),
    )
    language = rules.resident.language if found is None else found.hub.language
    wanted = recorded.standing.intersection((*things, *sensors))
    past = recorded.past(longest, entrances, rules.door_away, wanted)
    return Rehearsal(past, policy, language, tuple(cautions))


def _refuse_strange_signs(file: Path, windows: tuple[Window, ...], recorded: Recording) -> None:
    """A window that waits for a sensor which is not there would alarm every day."""
    unknown = [
        Mistake(str(file), f'[[window]] {window.name} wants "{sign}", which is not in it{hint(sign, recorded.kinds)}')
        for window in windows
        for sign in window.sign
        if sign not in (*recorded.kinds, *SIGNS)
    ]
    if unknown:
        raise ConfigError(unknown)


def _refuse_strange_things(file: Path, things: Iterable[str], known: Collection[str]) -> None:
    """A door or a bed which is not there, or tells no more than movements, would never alarm."""
    strange = dict.fromkeys(thing for thing in things if thing not in known)
    if strange:
        raise ConfigError(Mistake(str(file), f'there is no door or bed "{t}" in it{hint(t, known)}') for t in strange)


def _span(days: int | None, usual: int) -> timedelta:
    return timedelta(days=max(1, min(usual if days is None else days, LONGEST_PAST.days)))


def _household_in(file: Path) -> Household:
    if not is_there(file):
        raise ConfigError([Mistake(str(file), "there is no such file: write the place of a household.toml")])
    return parse_household(read_file(file), file)


def month(found: HubConfig, first: date | None) -> tuple[Month, Policy]:
    """What the silences of a month came to (default: of this one), and what the home is made of.

    :raises JournalError: there is no journal, or it cannot be read.
    """
    policy = policy_of(found)
    first = first or HubClock().now().astimezone(policy.zone).date().replace(day=1)
    with _journal(found) as journal:
        return month_on_record(journal, first, policy.zone), policy


def household(found: HubConfig) -> str:
    """The household in force, as TOML."""
    return export(household_on_record(found))


def refuse_to_overwrite(file: Path) -> None:
    """Let an older household be replaced, and nothing else: hub.toml lies in the same folder.

    :raises ConfigError: something else is there.
    """
    if file.is_file() and file.stat().st_size:
        try:
            parse_household(file.read_text(encoding="utf-8"), file)
        except (ConfigError, OSError, UnicodeDecodeError) as other:
            advice = "it is there and is no household; write the name of a new file"
            raise ConfigError([Mistake(str(file), advice)]) from other


def take_up_household(path: Path, file: Path) -> str:
    """Check ``file``; hand it to the running hub, or store it for the next start. Return what was done.

    :raises ConfigError: the file has mistakes, or cannot be read.
    """
    found = config(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Mistake(str(file), f"it cannot be read: {error}")]) from error
    household_read = parse_household(text, file)
    unknown = strangers(found, household_read, file)
    if unknown:
        # A window that waits for a sensor which is not there would alarm every day.
        raise ConfigError(unknown)
    try:
        answer = ask(found.hub.data_dir, {"do": "household", "toml": text, "file": str(file)})
    except ControlError:
        HouseholdStore(found.hub.households).add(export(household_read), "cli", HubClock().now())
        return "stored; the hub takes it up at its next start"
    if not answer["ok"]:
        raise ControlError(answer["text"])
    return str(answer["text"])


def invitation(path: Path, person: str) -> str:
    """Make a code with which ``person`` may choose a password for the pages; say how to use it.

    Whoever may write into the data folder may do this: the folder is the login, as for the other commands.

    :raises ConfigError: there is no such person in the household.
    """
    found = config(path)
    known = ["resident", *(each.id for each in household_on_record(found).people)]
    if person not in known:
        raise ConfigError([Mistake("household", f'there is no [[person]] "{person}"{hint(person, known)}')])
    return f"{_code(found, person)}  for {person}, once, within {_MINUTES} minutes: {_address(found, 'welcome')}"


def set_up(path: Path) -> str:
    """Make the code with which the family begins on the pages of a blank hub; say how to use it.

    :raises ConfigError: the home has a household already.
    """
    found = config(path)
    if household_is_there(found):
        advice = "there is one already; write telecare-hub pages invite and the id of somebody with the role admin"
        raise ConfigError([Mistake("household", advice)])
    code = _code(found, SETUP)
    unkept = keep(found.hub.data_dir / SET_UP, b"telecare-hub pages setup\n")
    if unkept:
        raise ControlError(str(unkept[0]))
    _give_to_the_folders_owner(found.hub.data_dir / SET_UP)
    return f"{code}  to set the home up, once, within {_MINUTES} minutes: {_address(found, 'setup')}"


_MINUTES = int(CODE_LASTS.total_seconds() // 60)


def back_up(path: Path, file: Path) -> str:
    """Write everything of this home into ``file``.

    :raises BackupError: it cannot be read or written.
    """
    found = config(path)
    backup.write(found, file.absolute(), HubClock().now())
    return f"{file}: everything of this home; a key code is in it, keep it like a key"


def copy_daily(path: Path, folder: Path) -> str:
    """Make today's copy of this home in ``folder``, and keep the newest of before.

    :raises BackupError: there is none; what to do is in the sentence, and told by the hub that runs.
    """
    made = daily_copy.make(config(path), folder.absolute(), HubClock().now())
    return f"{made.name}: everything of this home; a key code is in it, keep it like a key"


def restore(path: Path, file: Path) -> str:
    """Make this home what ``file`` says: at once where no hub runs, else at its next start. Say which.

    :raises BackupError: it is no backup that this hub could run on; nothing was changed.
    """
    found = config(path)
    found.hub.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with file.open("rb") as content:
            held = backup.stage(found, content, HubClock().now())
    except OSError as error:
        raise BackupError(f"{file}: {error.strerror}") from error
    backup.agree(found)
    for each in (found.hub.data_dir / backup.WAITING, *(found.hub.data_dir / backup.WAITING).iterdir()):
        _give_to_the_folders_owner(each)
    said = f"{held.resident}, {held.people} people, {held.facts} facts, made on {held.made_at:%Y-%m-%d %H:%M} UTC"
    # By the lock and not by asking: a hub that does not answer still writes into its files.
    with alone(found.hub.data_dir) as is_alone:
        if not is_alone:
            return f"checked ({said}); the hub takes it up at its next start: systemctl restart telecare-hub"
        backup.apply(found.hub.data_dir)
    return f"restored ({said})"


def household_is_there(found: HubConfig) -> bool:
    """Whether a start would find a household, or something that should be one."""
    try:
        household_on_record(found)
    except ConfigError:
        return is_there(found.hub.household)
    return True


def _give_to_the_folders_owner(file: Path) -> None:
    if os.geteuid() == 0:
        folder = file.parent.stat()
        os.chown(file, folder.st_uid, folder.st_gid)


def _address(found: HubConfig, page: str) -> str:
    return f"http://{socket.gethostname()}:{found.web.port}/{page}" if found.web else "the pages, once [web] is on"


def _code(found: HubConfig, person: str) -> str:
    accounts = Accounts(found.hub.data_dir / DATABASE, HubClock().now)
    try:
        accounts.prepare()
        code = accounts.invite(person, CODE_LASTS)
    except (sqlite3.Error, OSError) as error:
        raise ControlError(f"{found.hub.data_dir}: no invitation can be kept here ({error})") from error
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


@contextlib.contextmanager
def _journal(found: HubConfig) -> Iterator[Journal]:
    """The journal for reading only: a command run by root must not leave files that the hub cannot write."""
    path = found.hub.journal
    if not path.exists():
        raise JournalError(f"{path} does not exist: no hub has run here yet")
    journal = Journal(path, read_only=True)
    try:
        yield journal
    finally:
        journal.close()


def policy_of(found: HubConfig) -> Policy:
    """Return what both files come to, with the household that the hub would run on."""
    return to_policy(found, parse_household(household(found)))


def _messages(journal: Journal) -> dict[int, MessageRequested]:
    """Every message request, by the message's number: later facts about a message know no more of it."""
    requests = (n.fact for n in journal.facts() if isinstance(n.fact, MessageRequested))
    return {request.message: request for request in requests}


def _as_json(numbered: Numbered) -> str:
    body = _plain(json.loads(fact_json.dump(numbered.fact)))
    # Not "kind": an incident has a kind of its own.
    return json.dumps({"seq": numbered.seq, "fact": type(numbered.fact).__name__} | body, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Write instants as text: what tells them apart in the journal is of no use to whoever reads the log."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return (
            value[fact_json.INSTANT]
            if value.keys() == {fact_json.INSTANT}
            else {k: _plain(v) for k, v in value.items()}
        )
    return value
