"""The pages say what the code is: no command, fault, fact, module, word or link is missing, and none too many."""

import re
import shlex
import tomllib
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

import pytest

from hub.cli import _parser
from hub.domain.facts import Kind, Outcome, Purpose, Whereabouts
from hub.domain.policy import Role
from hub.domain.records import Phase
from hub.domain.trouble import CRITICAL
from hub.domain.view import Condition
from hub.drivers import REGISTRY
from hub.drivers.modem.profiles import all_profiles
from hub.sim.storyteller import play as play_story
from tests.docs.code_facts import (
    PACKAGE,
    ROOT,
    commands,
    documents,
    faults,
    modules,
    rows_of_facts,
    rows_of_inputs,
)

DOCS = ROOT / "docs"
# [words](target), and not what stands between backticks.
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
TICKED = re.compile(r"`([^`\n]+)`")
# Whatever looks like a file of this repository.
FILE = re.compile(r"(?:hub|tests|docs|bench|firmware_config)(?:/[\w.-]+)+/?")
DOTTED = re.compile(r"hub(?:\.\w+)+")
# Dotted names that are no modules: files beside the hub, and fault codes.
FILES_OF_A_HUB = {"hub.toml", "hub.toml.good", "hub.sock", "hub.id"}
A_TEST = re.compile(r"test_\w+")


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def sections(text: str, level: int) -> dict[str, str]:
    """What stands below each heading of this level, deeper ones included."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return {title.strip().strip("`"): body for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    heads = {number - 1 for number, row in enumerate(cells) if all(re.fullmatch(r":?-+:?", cell) for cell in row)}
    return [row for number, row in enumerate(cells) if number not in heads | {head + 1 for head in heads}]


def first_column(text: str) -> list[str]:
    return [row[0].strip("`*") for row in rows(text)]


# --- commands -------------------------------------------------------------------------------------------


def documented_commands() -> dict[str, list[str]]:
    text = page("commands.md")
    found = {name: first_column(body) for name, body in sections(text, 2).items() if name != "Not there yet"}
    return {"": first_column(text.split("\n## ")[0]), **found}


def test_every_command_has_a_heading_and_every_heading_is_a_command():
    # A command that only holds others ("household") has nothing of its own to tell.
    assert documented_commands().keys() == {name for name, options in commands().items() if options}


@pytest.mark.parametrize("name", [name for name, options in commands().items() if options])
def test_every_option_has_a_row_and_every_row_is_an_option(name):
    assert sorted(documented_commands()[name]) == sorted(commands()[name])


def command_lines() -> list[tuple[str, str]]:
    """Every line of a page that tells what to type."""
    typed = re.compile(r"^ {4}(?:\.venv/bin/)?telecare-hub (\S.*)$", re.MULTILINE)
    return [(path.name, line) for path in documents() for line in typed.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize(("where", "line"), command_lines())
def test_a_command_that_a_page_tells_to_type_is_understood(where, line):
    assert callable(_parser().parse_args(shlex.split(line)).command)


def test_every_command_has_an_example_on_its_page():
    told = {" ".join(line.split()[:2]) for _, line in command_lines()} | {
        line.split()[0] for _, line in command_lines()
    }

    assert {name for name, options in commands().items() if options and name} <= told


# --- drivers and faults ---------------------------------------------------------------------------------


def test_every_driver_has_a_heading():
    assert REGISTRY.keys() <= sections(page("drivers.md"), 2).keys()


def test_every_topic_of_the_hub_has_its_row():
    source = (PACKAGE / "drivers" / "mqtt_topics.py").read_text("utf-8")
    said = {re.sub(r"\{.*?\}", "<>", topic) for topic in re.findall(r'f"\{self\._root\}/([^"]+)"', source)}
    said |= set(re.findall(r'_retained\("(\w+)"', source))

    table = first_column(sections(page("drivers.md"), 2)["mqtt"])
    # `cmd` is heard, not said; the topic that is only a name is that of the retained ones.
    assert {re.sub(r"<.*?>", "<>", topic) for topic in table} == said - {"cmd", "<>"}


def test_every_modem_profile_is_named():
    assert all_profiles().keys() <= set(TICKED.findall(sections(page("drivers.md"), 2)["modem"]))


def fault_tables() -> tuple[list[list[str]], list[list[str]]]:
    """The rows of faults that can stand, and of codes that nothing raises yet."""
    can_stand, _, not_yet = sections(page("drivers.md"), 2)["Faults"].partition("nothing raises them yet")
    return rows(can_stand), rows(not_yet)


def test_every_fault_has_a_row_with_its_remedy_and_every_row_is_a_fault():
    table, _ = fault_tables()

    assert sorted(row[0].strip("`") for row in table) == sorted(faults())
    assert all(len(row) == 4 and row[2] and row[3] for row in table)


def test_the_pages_say_at_what_hour_a_fault_is_told():
    table, _ = fault_tables()

    told = {row[0].strip("`"): row[1] for row in table}
    assert told == {code: "at any hour" if code in CRITICAL else "by day" for code in faults()}


def test_codes_with_words_that_nothing_raises_are_said_to_be_so():
    _, table = fault_tables()
    words = tomllib.loads((PACKAGE / "locales" / "en.toml").read_text("utf-8"))
    keys = {key for table in words.values() for key in table}
    named = {key.removeprefix("word.fault.") for key in keys if key.startswith("word.fault.")}
    # Without a dot it is a driver, for those of its faults that have no words of their own.
    with_words = {code for code in named if "." in code}

    assert {row[0].strip("`") for row in table} == (with_words | CRITICAL) - faults()


# --- inputs, facts, texts -------------------------------------------------------------------------------


def test_every_input_has_its_row():
    assert set(rows_of_inputs()) == {
        line for line in sections(page("facts.md"), 2)["Inputs"].splitlines() if "| `" in line
    }


def test_every_kind_of_fact_has_its_row():
    assert set(rows_of_facts()) == {
        line for line in sections(page("facts.md"), 2)["Facts"].splitlines() if "| `" in line
    }


def test_the_texts_in_the_readme_are_those_that_the_phones_get():
    played = play_story(str(Path(__file__).with_name("readme.story")))
    on_phones = "\n".join(line for line in played.told if "SMS" in line)
    shown = re.findall(r"^ {4}[◂▸] (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)

    assert len(shown) > 5
    assert [text for text in shown if f": {text}" not in on_phones] == []


# --- words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [Kind, Phase, Outcome, Condition, Role, Purpose, Whereabouts])
def test_the_glossary_knows_every_value_and_its_french(values):
    table = rows(sections(page("GLOSSARY.md"), 3)[values.__name__])

    assert [row[0].strip("`") for row in table] == [str(value) for value in values]
    assert all(len(row) == 3 and row[1].endswith((".", '"')) and row[2] for row in table)


def test_no_word_of_the_glossary_is_told_twice():
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", page("GLOSSARY.md"), re.MULTILINE)

    assert len(words) == len(set(words)) > 40


# --- modules, files, links ------------------------------------------------------------------------------


def mapped_modules() -> list[str]:
    folders = sections(sections(page("ARCHITECTURE.md"), 2)["The map"], 3)
    return [f"{folder}{name}".removeprefix("hub/") for folder, body in folders.items() for name in first_column(body)]


def test_every_module_is_on_the_map_and_nothing_else_is():
    assert sorted(mapped_modules()) == sorted(modules())


def test_the_layers_are_those_that_are_enforced():
    layers = re.search(
        r"^layers = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert layers is not None
    enforced = [line.strip().strip('",').replace(" | ", " · ") for line in layers[1].splitlines()]

    drawn = [
        line.strip()
        for line in sections(page("ARCHITECTURE.md"), 2)["Imports point one way"].splitlines()
        if line[:4] == "    "
    ]
    assert drawn == enforced


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(path.read_text("utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)

    assert broken == []


def anchors(path: Path) -> set[str]:
    """The headings of a page, as GitHub names them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_module_and_test_that_a_page_names_exists(path: Path) -> None:
    named = TICKED.findall(path.read_text("utf-8"))

    assert [name for name in named if FILE.fullmatch(name) and not (ROOT / name).exists()] == []
    dotted = {name for name in named if DOTTED.fullmatch(name)} - FILES_OF_A_HUB - CRITICAL
    assert {name for name in dotted if not is_ours(name)} == set()
    assert {name for name in named if A_TEST.fullmatch(name)} - names_of_tests() == set()


def test_whatever_may_fail_has_a_test_that_shows_it() -> None:
    failures = rows(sections(page("SAFETY.md"), 2)["What can fail, and what happens then"])
    stories = {path.stem for path in (ROOT / "tests" / "stories").glob("*.story")}

    assert len(failures) > 20
    for failure, *_, shown in failures:
        named = TICKED.findall(shown)
        assert named, failure
        unknown = {name for name in named if "/" not in name} - stories - names_of_tests()
        assert unknown == set(), failure


def is_ours(dotted: str) -> bool:
    """Whether this is a module, or something that stands in one."""
    try:
        resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


@cache
def names_of_tests() -> set[str]:
    defined = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
    return {name for path in (ROOT / "tests").rglob("test_*.py") for name in defined.findall(path.read_text("utf-8"))}


def test_every_decision_is_listed_and_every_decision_that_the_code_names_exists():
    written = {path.name[:4]: path for path in (DOCS / "adr").glob("[0-9]*.md")}
    code = [*modules().values(), ROOT / "pyproject.toml", *documents()]
    named = {number for path in code for number in re.findall(r"adr/(\d{4})", path.read_text("utf-8"))}

    assert len(written) == len(list((DOCS / "adr").glob("[0-9]*.md")))
    assert named - written.keys() == set()
    assert LINK.findall(page("adr/README.md"))[1:] == [path.name for _, path in sorted(written.items())]
    for path in written.values():
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert {"Context", "Decision", "Consequences"} <= sections(text, 2).keys()
        assert "Refused" in text


def test_the_pages_that_errors_and_comments_send_people_to_exist():
    sent = {name for path in modules().values() for name in re.findall(r"docs/[\w/-]+\.md", path.read_text("utf-8"))}

    assert {name for name in sent if not (ROOT / name).exists()} == set()
    assert "docs/stories.md" in sent


def test_the_licence_is_the_one_that_the_package_names():
    licence = (ROOT / "LICENSE").read_text("utf-8")

    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert licence.split()[:4] == ["Apache", "License", "Version", "2.0,"]
    assert "END OF TERMS AND CONDITIONS" in licence
