"""What the code says of itself, for `test_docs`: its commands, its faults, its names. Nothing is written twice."""

import argparse
import ast
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import get_type_hints

from hub.cli import _parser
from hub.domain import facts as facts_module
from hub.domain import inputs
from hub.drivers import REGISTRY
from hub.drivers.gpio_chip import Symptom
from hub.drivers.mqtt_topics import Topics
from hub.fact_json import kinds_of_fact

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "hub"

# Whoever tells of a fault, and where in the call the code stands.
TELLS = {
    "FaultSeen": 1,
    "raise_fault": 1,
    "_raise": 1,
    "_set": 1,
    "LinkError": 1,
    "NotReadyError": 0,
    "fault": 0,
    "_fault": 0,
}
# What these hand on was named by somebody else in this table.
HANDED_ON = {"code", "seen.fault", "error.fault", "gone.fault", "fault"}
# Codes that are put together, and all that can come of it.
PUT_TOGETHER = {
    "f'{name}.broken'": {f"{name}.broken" for name in REGISTRY},
    "f'{prefix}.{trouble.symptom}'": {f"{of}.{symptom}" for of in ("gpio", "indicator") for symptom in Symptom},
}


def documents() -> list[Path]:
    """Every page of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its path below hub/; packages' __init__ files where they hold code."""
    found = {str(path.relative_to(PACKAGE)): path for path in PACKAGE.rglob("*.py")}
    return {name: path for name, path in found.items() if path.name != "__init__.py" or _holds_code(path)}


def _holds_code(path: Path) -> bool:
    return len(ast.parse(path.read_text("utf-8")).body) > 1


# --- commands -------------------------------------------------------------------------------------------


@cache
def commands() -> dict[str, dict[str, str]]:
    """Each command ("household export") with its options and what `--help` says of them; "" is telecare-hub itself."""
    return dict(_commands("", _parser()))


def _commands(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, dict[str, str]]]:
    options = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from _commands(f"{name} {word}".strip(), inner)
        elif not isinstance(action, argparse._HelpAction):
            options[max(action.option_strings, key=len, default=action.dest)] = action.help or ""
    yield name, options


# --- faults ---------------------------------------------------------------------------------------------


@cache
def faults() -> set[str]:
    """Every code under which the hub can tell that something is out of order."""
    return set().union(*(_faults_of(path) for path in modules().values() if PACKAGE / "sim" not in path.parents))


def _faults_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    named = _constants(path)
    codes: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            codes |= _told_in(node, named, path)
        elif isinstance(node, ast.JoinedStr):
            codes |= PUT_TOGETHER.get(ast.unparse(node), set())
        elif isinstance(node, ast.Dict):
            # What `StandingFaults.tell` is given.
            codes |= {named[key.id] for key in node.keys if isinstance(key, ast.Name) and "." in named.get(key.id, "")}
    return codes


def _told_in(call: ast.Call, named: dict[str, str], path: Path) -> set[str]:
    who = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = TELLS.get(who)
    if place is None or len(call.args) <= place:
        return set()
    told = call.args[place]
    if isinstance(told, ast.Constant):
        return {str(told.value)}
    if isinstance(told, ast.Name) and told.id in named:
        return {named[told.id]}
    written = ast.unparse(told)
    assert written in HANDED_ON or written in PUT_TOGETHER, (
        f"{path}:{call.lineno}: nobody can tell what code {written} is; add it to PUT_TOGETHER or HANDED_ON"
    )
    return set()


@cache
def _constants(path: Path) -> dict[str, str]:
    """Names that stand for a text in this module, its own and those it took from another of ours."""
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hub."):
            other = PACKAGE.parent / f"{str(node.module).replace('.', '/')}.py"
            theirs = _constants(other) if other.exists() else {}
            found |= {name.asname or name.name: theirs[name.name] for name in node.names if name.name in theirs}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found |= {target.id: str(node.value.value) for target in node.targets if isinstance(target, ast.Name)}
    return found


# --- inputs and facts -----------------------------------------------------------------------------------


def rows_of_inputs() -> list[str]:
    """Each input as a row of docs/facts.md."""
    kinds = [kind for kind in vars(inputs).values() if isinstance(kind, type) and issubclass(kind, inputs.Input)]
    return [f"| `{kind.__name__}` | {_fields(kind)} | {_summary(kind)} |" for kind in kinds if kind is not inputs.Input]


def rows_of_facts() -> list[str]:
    """Each kind of fact as a row of docs/facts.md."""
    abstract = ("Fact", "Batched", "Passing")
    kinds = [kind for name, kind in kinds_of_fact().items() if name not in abstract]
    return [
        f"| `{kind.__name__}` | {_kept(kind)} | {_by_mqtt(kind)} | {_fields(kind)} | {_summary(kind)} |"
        for kind in kinds
    ]


def _kept(kind: type[facts_module.Fact]) -> str:
    if issubclass(kind, facts_module.Passing):
        return "never"
    return "batched" if issubclass(kind, facts_module.Batched) else "at once"


def _by_mqtt(kind: type[facts_module.Fact]) -> str:
    """Whether it is an event on the broker, by asking the code that makes them."""
    hints = get_type_hints(kind)
    values = {field.name: _SAMPLES.get(hints[field.name], "") for field in dataclasses.fields(kind)}
    told = Topics("7f3a9c").fact(1, kind(**values))
    return "yes" if any(publish.topic.endswith("/event") for publish in told) else "no"


_INSTANT = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
_SAMPLES: dict[object, object] = {datetime: _INSTANT, datetime | None: _INSTANT, timedelta: timedelta(hours=1), int: 1}


def _fields(kind: type) -> str:
    return ", ".join(f"`{field.name}`" for field in dataclasses.fields(kind) if field.name != "at")


def _summary(kind: type) -> str:
    """The first sentence or two of its docstring, as Markdown."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split()).replace("``", "`")
