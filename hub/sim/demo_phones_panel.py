"""The right of the demo's screen: the phones of the circle, and what was written from and to each."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime

from textual.content import Content

from hub.domain.policy import Role
from hub.sim.demo_house import DemoHouse, Letter
from hub.sim.demo_paint import AWAY, DIM, STRONG, WATCH, clickable, joined, line
from hub.sim.demo_telling import phones, standing
from hub.sim.demo_words import Words

INCOMING = "$foreground on $panel"
SELECTED = "bold #1a1a1a on #ffffff"
# A bubble leaves so many columns free on its other side, so that one sees whose it is.
SHIFT = 4


def people(demo: DemoHouse, words: Words, chosen: str, read: Mapping[str, datetime], *, is_roomy: bool) -> Content:
    """Return the list of phones: ``chosen`` is open, and the others show what was not read there."""
    parts: list[Content] = []
    for name in phones(demo):
        unread = _unread(demo, name, read)
        badge = (f" {unread} ", WATCH) if unread else ""
        shown = line((f" {name} ", SELECTED if name == chosen else STRONG), badge)
        shown = clickable(shown, f"open({name!r})")
        parts.append(Content.assemble(shown, *_about(demo, words, name)) if is_roomy else shown)
    if is_roomy:
        return joined(parts)
    return joined([Content(" ").join(parts), Content.assemble(*_about(demo, words, chosen))])


def _unread(demo: DemoHouse, name: str, read: Mapping[str, datetime]) -> int:
    seen = read.get(name)
    return sum(not letter.is_own and (seen is None or letter.at > seen) for letter in demo.threads.get(name, ()))


def _about(demo: DemoHouse, words: Words, name: str) -> list[tuple[str, str] | str]:
    """Who that is, and how they stand in the open incident."""
    household = demo.house.household
    person = next((person for person in household.people if person.name == name), None)
    if person is None:
        return [(f" {words.resident}", DIM)] if name == household.resident.name else []
    about: list[tuple[str, str] | str] = [(f" {words.family}", DIM)] if person.role is Role.ADMIN else []
    how = standing(demo, person.id)
    return [*about, " ", (f" {words.standing[how]} ", AWAY if how in ("going", "there") else STRONG)] if how else about


def thread(demo: DemoHouse, words: Words, name: str, width: int, *, is_roomy: bool) -> Content:
    """Return what stands on one phone, oldest first, for ``width`` columns."""
    letters = demo.threads.get(name, ())
    if not letters:
        return line((words.no_texts, DIM))
    bubbles = [joined(_bubble(demo, letter, width)) for letter in letters]
    return Content("\n\n" if is_roomy else "\n").join(bubbles)


def _bubble(demo: DemoHouse, letter: Letter, width: int) -> Iterator[Content]:
    """Draw one text: what the phone's owner wrote stands on the right."""
    wrapped = textwrap.wrap(letter.text, max(8, width - SHIFT - 2)) or [""]
    wide = max(len(row) for row in wrapped)
    shift = " " * (width - wide - 2) if letter.is_own else ""
    at = f"{letter.at.astimezone(demo.house.zone):%H:%M:%S}"
    yield line(" " * (width - len(at)) if letter.is_own else "", (at, DIM))
    for row in wrapped:
        yield line(shift, (f" {row:<{wide}} ", AWAY if letter.is_own else INCOMING))
