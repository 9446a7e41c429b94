"""The command line: `telecare-hub`, also `python -m hub`.

Each command imports what it needs when it is called: `run` must arm within a second.
"""

import argparse
import json
import logging
import os
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hub import __version__
from hub.errors import BackupError, ConfigError, ControlError, HubError, Mistake

DEFAULT_CONFIG = Path("/etc/telecare-hub/hub.toml")
OUTCOMES = ("helped", "false_alarm", "emergency", "cancelled")

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (docs: CONTRACT)."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        ended = command(options)
        sys.stdout.flush()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except HubError as error:
        print(f"telecare-hub: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not find the same again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return ended


# --- commands ---------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    """The hub in the foreground."""
    from hub.app import App  # noqa: PLC0415 -- the other commands do without

    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S"
    )
    return App(options.config).run()


def demo(options: argparse.Namespace) -> int:
    """A simulated house."""
    from hub.sim.demo import play  # noqa: PLC0415

    return play(
        story=options.story,
        headless=options.headless,
        speed=options.speed,
        language=options.language,
        terminal=options.terminal,
        port=options.port,
    )


def check(options: argparse.Namespace) -> int:
    """Both files, every mistake."""
    from hub.settings import load  # noqa: PLC0415

    found = load(options.config)
    for caution in found.cautions:
        print(f"warning: {caution}", file=sys.stderr)
    if found.mistakes:
        raise ConfigError(found.mistakes)
    print(f"{options.config} and its household are in order")
    return 0


def status(options: argparse.Namespace) -> int:
    """How things stand, from the running hub or, when it is down, from its journal."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from hub import offline  # noqa: PLC0415
    from hub.status import as_lines  # noqa: PLC0415

    config = offline.config(options.config)
    found = offline.status(config)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print("\n".join(as_lines(found, ZoneInfo(config.hub.timezone))))
    return 0 if found["running"] else 1


def doctor(options: argparse.Namespace) -> int:
    """Each device and link, tried for real."""
    from hub import doctor as practice  # noqa: PLC0415
    from hub import offline  # noqa: PLC0415

    config = offline.config(options.config)
    found = practice.examine(config, offline.policy_of(config))
    if options.json:
        print(json.dumps(practice.as_json(found), ensure_ascii=False))
    else:
        print("\n".join(practice.as_lines(found)))
    return 1 if any(each.verdict is practice.Verdict.FAIL for each in found) else 0


def log(options: argparse.Namespace) -> int:
    """Facts as sentences."""
    from hub import offline  # noqa: PLC0415

    config = offline.config(options.config)
    lines = offline.told(config, options.incident, as_json=options.json)
    for line in lines:
        print(line)
    return 0


def replay(options: argparse.Namespace) -> int:
    """What the rules would have done on the recorded past."""
    from dataclasses import replace  # noqa: PLC0415

    from hub import offline, rehearsal  # noqa: PLC0415
    from hub.domain.policy import Learned  # noqa: PLC0415

    rules = rehearsal.written(
        window=options.window,
        silence=options.silence,
        between=options.between,
        sign=options.sign,
        door=options.door,
        open_for=options.open_for,
        bed=options.bed,
        within=options.within,
        up_by=options.up_by,
        home_by=options.home_by,
        frost=options.frost,
        heat=options.heat,
        lasting=options.lasting,
    )
    things = tuple(each for each in (options.door, options.bed) if each is not None)
    past, policy, language, cautions = offline.rehearsal(
        options.config, options.file, options.rules, options.days, things
    )
    for caution in cautions:
        print(f"warning: {caution}", file=sys.stderr)
    if options.learned is not None:
        policy = replace(policy, learned=Learned(options.learned))
    is_typed = bool(rules) or options.learned is not None
    if not is_typed:
        rules = rehearsal.rules_of(policy)
    tried = [rehearsal.rehearse(rule, past, policy) for rule in rules]
    if not is_typed or options.learned is not None:
        tried += rehearsal.rehearse_learned(past, policy)
    if options.json:
        print(json.dumps(rehearsal.as_json(past, tried), ensure_ascii=False))
    else:
        print("\n".join(rehearsal.as_lines(past, policy, tried, options.language or language)))
    return 0


def month(options: argparse.Namespace) -> int:
    """What the questions about silence came to."""
    from hub import monthly, offline  # noqa: PLC0415

    config = offline.config(options.config)
    found, policy = offline.month(config, monthly.first_of(options.month))
    if options.json:
        print(json.dumps(monthly.as_json(found), ensure_ascii=False))
    else:
        print("\n".join(monthly.as_lines(found, policy, options.language or config.hub.language)))
    return 0


def answer(options: argparse.Namespace) -> int:
    """Somebody goes."""
    return _ask(options, {"do": "command", "action": "answer", "incident": options.incident, "by": options.by})


def close(options: argparse.Namespace) -> int:
    """The end of an incident."""
    request = {"do": "command", "action": "close", "incident": options.incident, "outcome": options.outcome}
    return _ask(options, request)


def drill(options: argparse.Namespace) -> int:
    """Try every phone."""
    return _ask(options, {"do": "command", "action": "test"})


def household_export(options: argparse.Namespace) -> int:
    """The family's settings as TOML."""
    from hub import offline  # noqa: PLC0415

    text = offline.household(offline.config(options.config))
    if str(options.file) == "-":
        print(text, end="")
        return 0
    offline.refuse_to_overwrite(options.file)
    try:
        _write_privately(options.file, text)
    except OSError as error:
        raise ConfigError([Mistake(str(options.file), f"it cannot be written: {error.strerror}")]) from error
    return 0


def household_import(options: argparse.Namespace) -> int:
    """Take up a household.toml: at once where the hub runs, else at its next start."""
    from hub import offline  # noqa: PLC0415

    print(offline.take_up_household(options.config, options.file))
    return 0


def pages_invite(options: argparse.Namespace) -> int:
    """A one-time code with which somebody of the household chooses a password for the pages."""
    from hub import offline  # noqa: PLC0415

    print(offline.invitation(options.config, options.person))
    return 0


def back_up(options: argparse.Namespace) -> int:
    """Everything of this home as one file, or today's copy in a folder that keeps some."""
    return _with_a_file(options, "copy_daily" if options.daily else "back_up")


def restore(options: argparse.Namespace) -> int:
    """A home made of a backup."""
    return _with_a_file(options, "restore")


def _with_a_file(options: argparse.Namespace, what: str) -> int:
    from hub import offline  # noqa: PLC0415

    try:
        print(getattr(offline, what)(options.config, options.file))
    except BackupError as error:
        print(f"telecare-hub: {error}", file=sys.stderr)
        return 2
    return 0


def pages_setup(options: argparse.Namespace) -> int:
    """A one-time code with which the family sets a blank hub up on its pages."""
    from hub import offline  # noqa: PLC0415

    print(offline.set_up(options.config))
    return 0


def _write_privately(file: Path, text: str) -> None:
    """Write what nobody else may read: key codes are in it."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
            os.fchmod(out.fileno(), 0o600)
        out.write(text)


def _ask(options: argparse.Namespace, request: dict[str, Any]) -> int:
    from hub import offline  # noqa: PLC0415
    from hub.control import ask  # noqa: PLC0415

    answered = ask(offline.config(options.config).hub.data_dir, request)
    if not answered["ok"]:
        raise ControlError(answered["text"])
    print(answered["text"])
    return 0


# --- their words ------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="telecare-hub",
        description="A telecare hub: it notices that help is needed, and does not rest until somebody is there.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", run, "the hub in the foreground", "run --config /etc/telecare-hub/hub.toml")
    _add_demo(commands)
    _add(commands, "check", check, "tell every mistake of hub.toml and household.toml", "check --config hub.toml")
    shown = _add(commands, "status", status, "how things stand", "status --json")
    shown.add_argument("--json", action="store_true", help="one JSON object")
    tried = _add(commands, "doctor", doctor, "try each device and link for real", "doctor")
    tried.add_argument("--json", action="store_true", help="one JSON list")
    told = _add(commands, "log", log, "what happened, as sentences", "log 12")
    told.add_argument("incident", type=int, nargs="?", help="only this incident (default: the last 50 facts)")
    told.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_replay(commands)
    _add_month(commands)
    going = _add(commands, "answer", answer, "say that somebody goes", "answer 12 --by paul")
    going.add_argument("incident", type=int, help="the incident's number")
    going.add_argument("--by", required=True, help="the id of whoever goes, as in household.toml")
    over = _add(commands, "close", close, "end an incident", "close 12 --outcome false_alarm")
    over.add_argument("incident", type=int, help="the incident's number")
    over.add_argument("--outcome", choices=OUTCOMES, default="helped", help="how it ended (default: helped)")
    _add(commands, "drill", drill, "try every phone: a text that asks for one small answer", "drill")
    saved = _add(commands, "backup", back_up, "everything of this home as one file", "backup home.zip")
    saved.add_argument("file", type=Path, help="where to; nobody else may read it")
    words = "it is a folder: today's copy goes there, and the last 14 days stay (what the hub does with a USB stick)"
    saved.add_argument("--daily", action="store_true", help=words)
    taken = _add(commands, "restore", restore, "make this home what a backup says", "restore home.zip")
    taken.add_argument("file", type=Path, help="a file that `backup`, or the page, has made")
    _add_household(commands)
    _add_pages(commands)
    return parser


def _add(commands: Any, name: str, command: Command, words: str, example: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=words, epilog=f"Example: telecare-hub {example}"
    )
    added.set_defaults(command=command)
    if command is not demo:
        added.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help=f"hub.toml (default: {DEFAULT_CONFIG})")
    return added


def _add_demo(commands: Any) -> None:
    shown = _add(commands, "demo", demo, "a simulated house to try the hub in", "demo --language en")
    shown.add_argument("--story", help="play this story (a name of hub/sim/stories, or a file)")
    shown.add_argument("--headless", action="store_true", help="play the story to its end and print what the hub did")
    shown.add_argument("--terminal", action="store_true", help="draw it in this terminal, not in the browser")
    shown.add_argument("--speed", type=float, help="how fast time passes (default: 1, or as suits the story)")
    shown.add_argument("--language", choices=("fr", "en"), default="fr", help="of the people in the house")
    shown.add_argument("--port", type=int, help="of the demo's page (default: 8080, or any that is free)")


def _add_replay(commands: Any) -> None:
    words = "what a rule (window, silence, door, bed, return, frost, heat) would have done on the recorded past"
    tried = _add(commands, "replay", replay, words, "replay --window 07:00-10:00 --days 60")
    tried.add_argument(
        "file", type=Path, nargs="?", help="a recorded past, a CSV, .xz or .gz (default: of this home)", metavar="FILE"
    )
    tried.add_argument(
        "--rules", type=Path, help="a household.toml to try (default: the family's own)", metavar="household.toml"
    )
    tried.add_argument("--window", help="a window to try (default: the family's own rules)", metavar="HH:MM-HH:MM")
    tried.add_argument(
        "--sign", default="any", help="whose sign the window accepts: any, button or an id (default: any)"
    )
    tried.add_argument("--silence", help="a longest silence to try", metavar="4h")
    words = "the hours of that silence, door or bed (default: at any hour; of a bed 22:00-06:00)"
    tried.add_argument("--between", help=words, metavar="HH:MM-HH:MM")
    tried.add_argument("--door", help="a door that is not to be left open, by its sensor, to try", metavar="ID")
    tried.add_argument("--open-for", help="how long it may be (default: 20min)", metavar="20min")
    tried.add_argument("--bed", help="a bed to be back in at night, by its sensor, to try", metavar="ID")
    tried.add_argument("--within", help="how soon (default: 1h)", metavar="1h")
    tried.add_argument("--up-by", help="at which hour nobody is still in it (default: never asked)", metavar="HH:MM")
    tried.add_argument("--home-by", help="an hour to be home by, to try", metavar="HH:MM")
    tried.add_argument("--frost", type=int, help="how cold it may be, in °C, to try", metavar="8")
    tried.add_argument("--heat", type=int, help="how hot it may be, in °C, to try", metavar="32")
    tried.add_argument("--lasting", help="for how long it may be so (default: 1h)", metavar="1h")
    words = "the learned silence, with so many false alarms a month accepted"
    tried.add_argument("--learned", type=int, choices=range(1, 13), help=words, metavar="1-12")
    tried.add_argument("--days", type=int, help="how far back at most (default: 60; of FILE all)")
    tried.add_argument("--language", choices=("fr", "en"), help="of the words (default: the hub's)")
    tried.add_argument("--json", action="store_true", help="one JSON object")


def _add_month(commands: Any) -> None:
    words = "what the questions about silence came to in a month: false alarms, time to notice, at night"
    told = _add(commands, "month", month, words, "month 2026-03")
    told.add_argument("month", nargs="?", help="the month (default: this one so far)", metavar="YYYY-MM")
    told.add_argument("--language", choices=("fr", "en"), help="of the words (default: the hub's)")
    told.add_argument("--json", action="store_true", help="one JSON object")


def _add_household(commands: Any) -> None:
    family = commands.add_parser(
        "household",
        help="the family's settings as a file",
        description="the family's settings as a file",
        epilog="Example: telecare-hub household export household.toml",
    ).add_subparsers(required=True, metavar="export|import")
    out = _add(family, "export", household_export, "write the family's settings", "household export household.toml")
    out.add_argument("file", type=Path, help='where to ("-": the screen)')
    taken = _add(family, "import", household_import, "take up the family's settings", "household import h.toml")
    taken.add_argument("file", type=Path, help="a household.toml")


def _add_pages(commands: Any) -> None:
    pages = commands.add_parser(
        "pages",
        help="who may see the family's pages",
        description="who may see the family's pages",
        epilog="Example: telecare-hub pages invite marie",
    ).add_subparsers(required=True, metavar="invite|setup")
    words = "make a one-time code with which somebody chooses a password"
    invited = _add(pages, "invite", pages_invite, words, "pages invite marie")
    words = "begin on the pages: a one-time code with which the family sets a blank hub up"
    _add(pages, "setup", pages_setup, words, "pages setup")
    invited.add_argument("person", help='the id of the person, as in household.toml, or "resident"')


if __name__ == "__main__":
    sys.exit(main())
