"""Reading our TOML files: every value typed, every mistake at once, each with what to write instead.

A `Document` hands out `Table`s; a table is asked for its keys, each in a `Form`. A wrong value
becomes a `Mistake` and the form's example stands in for it, so that reading goes on to the next
mistake; the result is only good when `Document.finish` brings none. A key nobody asked for is a
mistake too, with what was probably meant.

It knows nothing of homes or hubs. Why not pydantic: the hub runs on 512 MB and must be armed
within seconds, where its compiled core costs tens of megabytes and its import a third of our
start; and the mistakes are read by carers and installers: they must name [[person]] anna rather
than an index, guess what was meant, hide PINs, and speak in our words.
"""

import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hub.errors import ConfigError, FormError, Mistake
from hub.forms import Form, ascii_controls, hint, nearest, quoted, shown

T = TypeVar("T")

# In bytes. A home with a hundred people and sensors takes 20 kB; a megabyte is some other file.
LARGEST_FILE = 1_000_000
# Mistakes told of one file; whoever made more of them wants the first ones first.
MOST_MISTAKES = 50
# In characters: what is repeated of TOML's own complaint, or of an unknown key.
LONGEST_COMPLAINT = 120


def one_mistake(file: Path | str, text: str) -> ConfigError:
    """Make the error for a file in which nothing further can be found."""
    return ConfigError([Mistake(str(file), text)])


def read_file(path: Path) -> str:
    """Return the text of a file of ours, or raise ConfigError with what stands in the way."""
    return decoded(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Return what is in a file, and at most one byte more than a file of ours may have."""
    try:
        # A pipe or a device would keep us waiting for ever: look before opening.
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise one_mistake(path, "it is a directory: give the file in it")
        if not stat.S_ISREG(kind):
            raise one_mistake(path, "it is no ordinary file: give a file of text")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError as gone:
        raise one_mistake(path, "there is no such file: write one, or give its place with --config") from gone
    except (OSError, ValueError) as refused:
        why = getattr(refused, "strerror", None) or "no name of a file"
        raise one_mistake(path, f"it cannot be read ({why}): look at it with ls -l") from refused


def decoded(content: bytes, file: Path | str) -> str:
    """Return the text of ``content``, which must be UTF-8 and no larger than a file of ours."""
    if len(content) > LARGEST_FILE:
        raise one_mistake(file, f"it is larger than {LARGEST_FILE // 1_000_000} MB: this is some other file")
    try:
        # "-sig": editors of other systems put a mark before the text, which TOML does not know.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        line = content.count(b"\n", 0, odd.start) + 1
        raise one_mistake(file, f"line {line} is not UTF-8: save the file as UTF-8") from odd


def parsed(text: str, file: Path | str) -> dict[str, object]:
    """Return the tree of a TOML text, or raise ConfigError with the line that cannot be read."""
    try:
        return tomllib.loads(text)
    except RecursionError as deep:
        raise one_mistake(file, "it nests deeper than any file of ours: write it afresh from the example") from deep
    except ValueError as complaint:
        raise one_mistake(file, _told(str(complaint), text)) from complaint


def _told(complaint: str, text: str) -> str:
    """Say where and why TOML cannot be read; the line itself is not repeated, for it may hold a PIN."""
    reason, _, place = complaint.partition(" (at ")
    line = re.match(r"line (\d+), column (\d+)", place)
    where = f"line {line[1]}, column {line[2]}" if line else f"line {text.count(chr(10)) + 1}, the last"
    reason = ascii_controls(reason[:LONGEST_COMPLAINT])[1:-1]
    return f'{where}: this is not TOML ({reason}); each line is key = value, texts stand in "quotes"'


@dataclass(frozen=True, slots=True)
class Asked:
    """A key that the hub knows, for the documentation. ``default`` is as TOML has it, or None for none."""

    form: Form[Any]
    default: object = None
    required: bool = False


class Table:
    """One table of a file: asked for its keys, it remembers which, what was right and what was not."""

    def __init__(self, document: "Document", heading: str, label: str, values: Mapping[str, object]) -> None:
        self.label = label
        self._document = document
        self._heading = heading
        self._values = values
        self._right: dict[str, object] = {}
        self._missing: dict[str, str] = {}

    def take(self, key: str, form: Form[T], default: object) -> T:
        """Read a key that may be left out; ``default`` is then read in its place, as if it were written."""
        self._ask(key, Asked(form, default))
        return self._read(key, form) if key in self._values else form.read(default)

    def maybe(self, key: str, form: Form[T]) -> T | None:
        """Read a key that may be left out, and is None then."""
        self._ask(key, Asked(form))
        return self._read(key, form) if key in self._values else None

    def need(self, key: str, form: Form[T]) -> T:
        """Read a key that must be there."""
        self._ask(key, Asked(form, required=True))
        if key in self._values:
            return self._read(key, form)
        self.lacks(key, f"write {key} = {as_written(form.example)}")
        return form.read(form.example)

    def _ask(self, key: str, asked: Asked) -> None:
        self._document.known.setdefault(self._heading, {})[key] = asked

    def _read(self, key: str, form: Form[T]) -> T:
        written = self._values[key]
        try:
            found = form.read(written)
        except FormError as wrong:
            self.wrong(f"{key}{'' if form.secret else f' = {shown(written)}'}: {wrong}")
            return form.read(form.example)
        self._right[key] = found
        return found

    def right(self, key: str) -> object:
        """Return what was read of ``key``; None when it was left out or wrong."""
        return self._right.get(key)

    def has(self, key: str) -> bool:
        """Whether the key is written, right or wrong."""
        return key in self._values

    def lacks(self, key: str, advice: str) -> None:
        """Note that ``key`` is missing; not told when it seems to be there under a misspelt name."""
        self._missing[key] = advice

    def wrong(self, text: str) -> None:
        """Note a mistake of this table."""
        self._document.note(f"{self.label} {text}")

    def finish(self) -> None:
        """Note the keys that nobody asked for and those that are missing."""
        known = self._document.known.get(self._heading, {})
        unknown = [key for key in self._values if key not in known]
        for key in unknown[: MOST_MISTAKES + 1]:
            self._missing.pop(nearest(key, known) or "", None)
            self._document.note_unknown(f"{self.label} unknown key", key, known)
        for key, advice in self._missing.items():
            self.wrong(f"{key} is missing: {advice}")


class Document:
    """One file of ours: its tables, its mistakes, and every key that was asked of it.

    ``elsewhere``: sections that belong in another file, with its name.
    """

    def __init__(self, file: Path | str, values: Mapping[str, object], elsewhere: Mapping[str, str]) -> None:
        self.known: dict[str, dict[str, Asked]] = {}
        self._file = str(file)
        self._values = values
        self._elsewhere = elsewhere
        self._sections: list[str] = []
        self._tables: list[Table] = []
        self._mistakes: list[Mistake] = []
        self._is_full = False

    def section(self, name: str) -> Table:
        """Return the table [name]; one that was left out is empty."""
        heading = f"[{name}]"
        self._sections.append(name)
        values = self._values.get(name, {})
        if not isinstance(values, dict):
            self.note(f"{heading} is {shown(values)}: write {heading} once, on a line of its own")
            values = {}
        return self._table(heading, heading, values)

    def entries(self, name: str, label: str, most: int) -> list[Table]:
        """Return the tables [[name]], each called in mistakes by its key ``label`` or else by its number."""
        heading = f"[[{name}]]"
        self._sections.append(name)
        found = self._values.get(name, [])
        # One pair of brackets too few is one mistake: what stands in the table is read all the same.
        entries = [found] if isinstance(found, dict) else found
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            entries = []
        if entries is not found:
            self.note(f"{heading} is {shown(found)}: write {heading}, in two brackets, above each of them")
        if len(entries) > most:
            self.note(f"{heading} stands here {len(entries)} times: the most is {most}")
        return [
            self._table(heading, f"{heading} {_called(entry.get(label), number)}", entry)
            for number, entry in enumerate(entries[:most], 1)
        ]

    def _table(self, heading: str, label: str, values: Mapping[str, object]) -> Table:
        table = Table(self, heading, label, values)
        self._tables.append(table)
        return table

    def has(self, section: str) -> bool:
        """Whether the file has this section."""
        return section in self._values

    def note(self, text: str) -> None:
        """Note a mistake."""
        if len(self._mistakes) < MOST_MISTAKES:
            self._mistakes.append(Mistake(self._file, text))
        else:
            self._is_full = True

    def note_unknown(self, what: str, key: str, known: Iterable[str]) -> None:
        """Note a key that means nothing, and which one was probably meant."""
        name = ascii_controls(key[:LONGEST_COMPLAINT])[1:-1]
        self.note(f'{what} "{name}"{hint(key, known)}')

    def distinct(self, found: Iterable[tuple[Table, str, object]], advice: str) -> None:
        """Note every value that is found twice under the keys of some tables; None and "" are no values."""
        seen: dict[object, str] = {}
        for table, key, value in ((table, key, value) for table, key, value in found if value not in (None, "")):
            if value in seen:
                table.wrong(f"{key} = {shown(value)} is also that of {seen[value]}: {advice}")
            seen.setdefault(value, table.label)

    def finish(self) -> tuple[Mistake, ...]:
        """Return all mistakes, once every table was asked for its keys."""
        for table in self._tables:
            table.finish()
        unknown = [name for name in self._values if name not in self._sections]
        for name in unknown[: MOST_MISTAKES + 1]:
            if name in self._elsewhere:
                self.note(f"[{name}] belongs in {self._elsewhere[name]}: move it there")
            else:
                self.note_unknown("unknown section", name, self._sections)
        more = (Mistake(self._file, "and more: put these right first"),) if self._is_full else ()
        return (*self._mistakes, *more)


def _called(label: object, number: int) -> str:
    """Return how an entry is called in its mistakes: by its id or name where that is fit to print."""
    fit = isinstance(label, str) and 0 < len(label) <= LONGEST_COMPLAINT and label.isprintable()
    return str(label) if fit else str(number)


def as_written(example: object) -> str:
    """Write an example as TOML has it: a text, a number, true or false, or a list of texts."""
    if isinstance(example, list):
        return f"[{quoted(map(str, example))}]"
    return f'"{example}"' if isinstance(example, str) else str(example).lower()
