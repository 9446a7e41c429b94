"""Runs the tests on mutants: which tests touch the line, and does one of them fail?

A plugin of pytest. Tests are imported once; each mutant is then judged in a fork of that warm process, in which the
mistake is put into the live function (its ``__code__``, so every reference to it is meant) and the tests that pass over
its line are run, the quick ones first, until one fails. What is only read while a module is imported (constants,
tables, defaults) is judged by importing everything anew in the fork.

Which test passes over which line is recorded by coverage, without any mutant, and kept in ``.mutants/`` until the test
or the modules change.
"""

import ast
import gc
import hashlib
import importlib.abc
import importlib.util
import json
import os
import re
import resource
import signal
import sys
import time
import traceback
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import coverage
import hypothesis
import pytest
from mutating import Mutant, definitions, mutated

KEPT = ".mutants"
# What a test may take with a mutant: this, and so many times what it takes without. All times are of the processor, not
# of the clock: what else runs on the machine is no mistake of a mutant's.
PATIENCE_S, PATIENCE = 5.0, 10.0
# To import everything anew, and to record the tests of one file.
STARTING_S, RECORDING_S = 60.0, 600.0
# What waits and does nothing is ended by the clock, when this many times the processor's time is over.
WAITING = 20.0
# Some mutants gather without end.
MEMORY_BYTES = 4 << 30
KILLED, SURVIVED, BROKEN = 10, 11, 12
# The same examples each time, and the first that fails is enough; `ARGUMENTS` choose it.
hypothesis.settings.register_profile(
    "mutants",
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    suppress_health_check=list(hypothesis.HealthCheck),
)
# Quietly, without a cache that forks would fight for, without another clock over the tests; this process is past the
# point where pytest would rewrite what it has imported.
ARGUMENTS = (
    *("-q", "-s", "--timeout=0", "-p", "no:cacheprovider", "--hypothesis-profile", "mutants"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
# The descriptor on which a child tells which test failed.
_TOLD = 200


@dataclass(slots=True)
class Touched:
    """What one test needs of the processor, and passes over: ``lines`` by module."""

    seconds: float
    lines: dict[str, list[int]]


@dataclass(slots=True)
class Judge:
    """The plugin. ``mutants`` are judged in their order, and each verdict is handed to ``tell``."""

    root: Path
    modules: Sequence[str]
    mutants: Iterable[Mutant]
    tell: Callable[[Mutant, str], None]
    _items: dict[str, pytest.Item] = field(default_factory=dict)
    _touched: dict[str, Touched] = field(default_factory=dict)
    _kills: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the mutants in place of running the tests."""
        self._items = {item.nodeid: item for item in session.items}
        self._touched = self._record()
        users = _Users(self.root, self.modules)
        functions = _live_functions(self.root, self.modules)
        gc.freeze()  # a fork that collected garbage among all that is imported would copy every page of it
        for mutant in self.mutants:
            tests = self._tests_for(mutant, users)
            found = functions.get((mutant.module, mutant.function), [])
            self.tell(mutant, self._judge(mutant, tests, found) if tests else "survived")
        return True

    # What the tests touch

    def _record(self) -> dict[str, Touched]:
        by_file: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in self._items.values():
            by_file[item.nodeid.partition("::")[0]].append(item)
        source = b"".join((self.root / module).read_bytes() for module in self.modules)
        touched: dict[str, Touched] = {}
        for name, items in by_file.items():
            digest = hashlib.sha256(source + (self.root / name).read_bytes()).hexdigest()[:16]
            kept = self.root / KEPT / f"{name.replace('/', '.')}-{digest}.json"
            if not kept.exists():
                self._record_file(items, kept)
            touched |= {test: Touched(**told) for test, told in json.loads(kept.read_text()).items()}
        return {test: told for test, told in touched.items() if test in self._items}

    def _record_file(self, items: list[pytest.Item], kept: Path) -> None:
        kept.parent.mkdir(exist_ok=True)
        for old in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*.json"):
            old.unlink()
        code, told = _in_child(lambda: self._run_recorded(items, kept), RECORDING_S)
        if code != SURVIVED:
            raise pytest.UsageError(
                f"{told or items[0].nodeid}: without any mutant it fails or needs too long ({code})"
            )

    def _run_recorded(self, items: list[pytest.Item], kept: Path) -> int:
        seconds: dict[str, float] = {}
        cover = coverage.Coverage(data_file=None, config_file=False, include=[str(self.root / m) for m in self.modules])
        cover.set_option("run:disable_warnings", ["no-data-collected"])  # a test may touch none of these modules
        items[0].config.pluginmanager.register(_StopAtFirst())
        cover.start()
        for item in items:
            cover.switch_context(item.nodeid)
            seconds[item.nodeid] = _run(item)
        cover.stop()
        lines: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for module in self.modules:
            for line, contexts in cover.get_data().contexts_by_lineno(str(self.root / module)).items():
                for test in contexts:
                    lines[test][module].append(line)
        kept.write_text(json.dumps({test: {"seconds": seconds[test], "lines": lines[test]} for test in seconds}))
        return SURVIVED

    def _tests_for(self, mutant: Mutant, users: "_Users") -> list[str]:
        """Return the tests that may notice it: those that killed others of its module first, then the quick ones."""
        if mutant.function:
            tests = self._over([(mutant.module, mutant.lines)])
        else:
            tests = self._over(users.of(mutant.name)) | self._naming(mutant.name, mutant.owner)
        tests = tests or self._over([(mutant.module, (1, sys.maxsize))])
        kills = self._kills[mutant.module]
        return sorted(tests, key=lambda test: (-kills[test], self._touched[test].seconds, test))

    def _naming(self, *names: str) -> set[str]:
        """Return the tests in whose file one of ``names`` stands: what is read from a module leaves no line in it."""
        word = re.compile(rf"\b(?:{'|'.join(name for name in names if name)})\b")
        files = {test.partition("::")[0] for test in self._touched}
        named = {file for file in files if word.search((self.root / file).read_text("utf-8"))}
        return {test for test in self._touched if test.partition("::")[0] in named}

    def _over(self, ranges: Iterable[tuple[str, tuple[int, int]]]) -> set[str]:
        asked = list(ranges)
        return {
            test
            for test, told in self._touched.items()
            if any(first <= line <= last for module, (first, last) in asked for line in told.lines.get(module, ()))
        }

    # A verdict

    def _judge(self, mutant: Mutant, tests: list[str], functions: list[types.FunctionType]) -> str:
        within_s = STARTING_S + PATIENCE * sum(self._touched[test].seconds for test in tests)
        is_live = bool(functions) and bool(self._over([(mutant.module, mutant.lines)]))
        code, told = _in_child(
            lambda: self._try_live(mutant, tests, functions) if is_live else self._try_anew(mutant, tests), within_s
        )
        if code == KILLED and told:
            self._kills[mutant.module][told] += 1
        return {KILLED: "killed", SURVIVED: "survived"}.get(code, "out of time" if code < 0 else f"broken: {told}")

    def _try_live(self, mutant: Mutant, tests: list[str], functions: list[types.FunctionType]) -> int:
        code = compile(mutated(self.root, mutant), str(self.root / mutant.module), "exec")
        wrong = {_place_of(made): made for made in _code_of_functions(code)}
        changed = [(found, wrong[place]) for found in functions if (place := _place_of(found.__code__)) in wrong]
        if len(changed) < len(functions) or any(f.__code__.co_freevars != made.co_freevars for f, made in changed):
            return self._try_anew(mutant, tests)  # such as where it was `super()` that went
        for function, made in changed:
            function.__code__ = made
        stop = _StopAtFirst()
        self._items[tests[0]].config.pluginmanager.register(stop)
        for test in tests:
            stop.allow(self._touched[test].seconds)
            _run(self._items[test])
        return SURVIVED

    def _try_anew(self, mutant: Mutant, tests: list[str]) -> int:
        """Import everything of ours once more, with the mistake in it, and run ``tests``."""
        ours = [name for name, module in sys.modules.items() if _is_ours(self.root, getattr(module, "__file__", None))]
        for name in ours:
            del sys.modules[name]
        sys.meta_path.insert(0, _Mistaken(self.root, mutant))
        files = sorted({test.partition("::")[0] for test in tests})
        chosen = _Chosen(tests, self._touched)
        code = pytest.main([*ARGUMENTS, "--rootdir", str(self.root), *files], plugins=[chosen, _StopAtFirst()])
        if code:
            raise pytest.UsageError(f"the tests could not be run with {mutant} ({code!r})")
        return SURVIVED


class _Chosen:
    """Of the tests that were collected, those that were chosen, in their order.

    And those that nobody knows: a mistake in a word may be in the name of a test.
    """

    def __init__(self, tests: Sequence[str], known: Container[str]) -> None:
        self._rank = {test: rank for rank, test in enumerate(tests)}
        self._known = known

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and sort."""
        items[:] = [item for item in items if item.nodeid in self._rank or item.nodeid not in self._known]
        items.sort(key=lambda item: self._rank.get(item.nodeid, len(self._rank)))


class _StopAtFirst:
    """Ends the process at the first test that fails, before anything is told of it."""

    def allow(self, seconds: float) -> None:
        """Give the next test its time; what needs more is ended by the kernel."""
        _end_within(PATIENCE_S + PATIENCE * seconds)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Run the test itself."""
        try:
            return (yield)
        except pytest.skip.Exception:
            raise
        except BaseException:  # noqa: BLE001 - SystemExit too is a test that fails
            self._end(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of what fails around it: fixtures, threads."""
        if report.failed:
            self._end(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Hear of a test file that cannot even be imported."""
        if report.failed:
            self._end("")

    def _end(self, test: str) -> None:
        os.write(_TOLD, test.encode())
        os._exit(KILLED)


class _Mistaken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with its mistake in it."""

    def __init__(self, root: Path, mutant: Mutant) -> None:
        self._path = str(root / mutant.module)
        self._name = mutant.module.removesuffix(".py").replace("/", ".")
        self._tree = mutated(root, mutant)

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        """Say that this module is found here."""
        del path, target
        return importlib.util.spec_from_file_location(name, self._path, loader=self) if name == self._name else None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run its wrong source."""
        exec(compile(self._tree, self._path, "exec"), module.__dict__)  # noqa: S102 - that is what a mutant is


def _is_ours(root: Path, file: str | None) -> bool:
    return file is not None and any(file.startswith(f"{root / folder}/") for folder in ("hub", "tests"))


def _run(item: pytest.Item) -> float:
    """Run one test, and return what it took of the processor, in seconds."""
    began = time.process_time()
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return time.process_time() - began


def _end_within(seconds: float) -> None:
    """Let the kernel end this process when it has had so much of the processor, or has only waited for too long."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WAITING * seconds)


def _in_child(work: Callable[[], int], within_s: float) -> tuple[int, str]:
    """Do ``work`` in a fork; return its code, below zero the signal that ended it, and what it wrote to ``_TOLD``."""
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        _do(work, within_s, writer)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def _do(work: Callable[[], int], within_s: float, writer: int) -> NoReturn:
    code = BROKEN
    try:
        os.dup2(writer, _TOLD)
        silence = os.open(os.devnull, os.O_RDWR)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        _end_within(within_s)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        code = work()
    except BaseException:  # noqa: BLE001 - whatever it was, the parent tells it
        os.write(_TOLD, traceback.format_exc().encode())
    finally:
        os._exit(code)


class _Users:
    """Which functions use a name that is defined outside of them, themselves or by another such name."""

    def __init__(self, root: Path, modules: Sequence[str]) -> None:
        self._used_in: dict[str, list[tuple[str, str, ast.stmt]]] = defaultdict(list)
        for module in modules:
            for name, statement in definitions(ast.parse((root / module).read_text("utf-8"))):
                for used in _names_in(statement) - {name}:
                    self._used_in[used].append((module, name, statement))

    def of(self, name: str) -> list[tuple[str, tuple[int, int]]]:
        """Return the modules and lines of these functions."""
        found, seen, waiting = [], {name}, [name]
        while waiting:
            for module, user, statement in self._used_in[waiting.pop()]:
                if isinstance(statement, ast.FunctionDef):
                    found.append((module, (statement.lineno, statement.end_lineno or statement.lineno)))
                elif user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return found


def _names_in(statement: ast.stmt) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def _live_functions(root: Path, modules: Sequence[str]) -> dict[tuple[str, str], list[types.FunctionType]]:
    """Find every function of ``modules`` in memory, by module and the qualified name of the outermost around it.

    What a function made while its module was imported (a closure in a table) is there beside it.
    """
    paths = {str(root / module): module for module in modules}
    found: dict[tuple[str, str], list[types.FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and (module := paths.get(thing.__code__.co_filename)):
            found[module, thing.__code__.co_qualname.partition(".<locals>")[0]].append(thing)
    return found


def _place_of(code: types.CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _code_of_functions(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _code_of_functions(constant)
