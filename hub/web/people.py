"""People: who is told, in which order and at which hours; who can be reached, and how they have answered so far."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub import forms, time_forms
from hub.domain.coverage import ENOUGH, Gap, gaps
from hub.domain.people import Measured, measured
from hub.domain.policy import Hours, Person, Policy, Role, Wave
from hub.domain.proof import is_down, proven
from hub.domain.records import CALL
from hub.domain.supervision_state import PERSON
from hub.errors import FormError
from hub.household import LANGUAGES, MOST_PEOPLE, MOST_WAVES, Household
from hub.web.edits import RefusedError, edit, household, revision
from hub.web.guard import FAMILY, THE_HOUSE, allow, house, who
from hub.web.language import days_in_words
from hub.web.language import gettext as _

pages = Blueprint("people", __name__, url_prefix="/people")

# The rota shows so many hours as one cell.
BAND_H = 3
# Lines of hours that a form offers beyond those that are there.
SPARE_LINES = 2
USUAL_DAYS = ("daily", "mon-fri", "sat,sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_WAIT_MIN = 60
Refusal = tuple[str, int]
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """One person as the page shows them. ``standing``: whether they will be told (``is_told``), and why, in words."""

    person: Person
    is_told: bool
    standing: str
    may_be_asked: bool
    proven_at: datetime | None
    is_down: bool
    asked: int
    answered: int
    to_answer: timedelta | None


@pages.get("")
@allow(*THE_HOUSE)
def show() -> str:
    """The page."""
    return _page()


def _page(wrong: str = "", typed: dict[str, Any] | None = None) -> str:
    home = house()
    policy, state, found = home.policy(), home.state, household()
    return render_template(
        "people.html",
        cards=_cards(found.people),
        lines={person.id: _hour_lines(person) for person in found.people},
        waves=found.waves,
        can_ring=state.roads.get(CALL, False),
        names={person.id: person.name for person in found.people},
        gaps=gaps(policy, home.now(), state.stopped, state.holidays)[:4],
        rota=rota(policy, home.now(), state.stopped),
        bands=range(0, 24, BAND_H),
        enough=ENOUGH,
        usual_days=USUAL_DAYS,
        day_words=_day_words(),
        roles=[str(role) for role in Role],
        revision=revision(),
        may_edit=who().is_family,
        wrong=wrong,
        typed=typed or {},
        nobody_words=gap_words,
    )


def _cards(people: Iterable[Person]) -> list[Card]:
    state = house().state
    how, when = measured(state), proven(state)
    return [_card(person, how.get(person.id), when.get(PERSON + person.id)) for person in people]


def _card(person: Person, found: Measured | None, proven_at: datetime | None) -> Card:
    state = house().state
    is_told, standing = standing_of(person)
    may_be_asked = not person.consent and person.role is not Role.VIEWER and person.id not in state.stopped
    return Card(
        person,
        is_told,
        standing,
        may_be_asked,
        proven_at,
        is_down(state, PERSON + person.id),
        found.asked if found else 0,
        found.answered if found else 0,
        found.to_answer if found else None,
    )


def standing_of(person: Person) -> tuple[bool, str]:
    """Whether this person will be told, and why so or not, in words."""
    state = house().state
    asked = state.invitations.get(person.id)
    if person.id in state.stopped:
        return False, _("has texted STOP: no alert goes there")
    if person.role is Role.VIEWER:
        return False, _("is never told of an alert")
    if person.consent:
        return True, _("has agreed")
    if asked is None:
        return False, _("has not agreed: no alert goes there")
    if asked.agreed is None:
        over = house().now() >= asked.until
        return False, _("has not answered") if over else _("was asked by text, and has not answered yet")
    return (True, _("has said yes")) if asked.agreed else (False, _("has said no"))


def gap_words(gap: Gap) -> str:
    """What is thin there."""
    return _("nobody") if gap.people == 0 else _("only one person")


def rota(policy: Policy, now: datetime, stopped: frozenset[str]) -> list[list[int]]:
    """Return for each weekday and band of hours the fewest people who may be called in any hour of it."""
    people = [person for person in policy.people if person.can_be_alerted and person.id not in stopped]
    # Whoever may be called at any hour is counted once, and not in each of 168.
    bound = [person for person in people if person.hours]
    always = len(people) - len(bound)
    monday = now.astimezone(policy.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())

    def fewest(day: int, begins: int) -> int:
        hours = (monday + timedelta(days=day, hours=begins + more) for more in range(BAND_H))
        return always + min(sum(person.is_available(hour) for person in bound) for hour in hours)

    return [[fewest(day, begins) for begins in range(0, 24, BAND_H)] for day in range(7)]


def _day_words() -> dict[str, str]:
    return {each: days_in_words(time_forms.read_days(each)) for each in USUAL_DAYS}


def _hour_lines(person: Person) -> list[dict[str, str]]:
    """The hours as lines of a form, with some empty ones to fill in."""
    lines = [
        {
            "days": time_forms.write_days(each.days),
            "from": f"{each.start:%H:%M}",
            "to": f"{each.until:%H:%M}",
        }
        for each in person.hours
    ]
    return lines + [{"days": "", "from": "", "to": ""}] * SPARE_LINES


# --- changing them ------------------------------------------------------------------------------------------


@pages.post("/person")
@allow(*FAMILY)
def save_person() -> str | Response | Refusal:
    """Add somebody, change somebody, or take somebody out of the household."""
    key = request.form.get("key", "")
    try:
        if "remove" in request.form:
            _refuse_self(key)
            edit(lambda found: _without(found, key))
        else:
            edit(lambda found: replace(found, people=with_person(found, key, request.form)))
    except RefusedError as why:
        typed = {**request.form.to_dict(), "lines": _typed_lines(request.form)}
        return _page(str(why), typed), 422
    return redirect(url_for("people.show"), 303)


def _refuse_self(key: str) -> None:
    if key == who().id:
        raise RefusedError(_("This is you: somebody else of the family must do that."))


def with_person(found: Household, key: str, form: Form) -> tuple[Person, ...]:
    """Return the people with the one of ``form`` among them; ``key``: whom it changes, "" for somebody new.

    :raises RefusedError: it cannot be made of this form; the words are the reader's.
    """
    before = next((person for person in found.people if person.id == key), None)
    if key and before is None:
        raise RefusedError(_("This person was taken out meanwhile."))
    if before is None and len(found.people) >= MOST_PEOPLE:
        raise RefusedError(_("There are too many people already."))
    name = _name(form)
    numbers = {found.resident.phone, *(each.phone for each in found.people if each.id != key)}
    person = replace(
        before or Person(new_id(name, found), name, ""),
        name=name,
        phone=read_phone(form, numbers),
        role=_role(form, key),
        language=form.get("language", "") if form.get("language") in LANGUAGES else "fr",
        consent="consent" in form,
        news="board_only" not in form,
        hours=_hours(form),
    )
    return tuple(person if each.id == key else each for each in found.people) if before else (*found.people, person)


def _without(found: Household, key: str) -> Household:
    """Leave somebody out of the household and of its calls; a call that has lost everybody goes too."""
    people = tuple(person for person in found.people if person.id != key)
    waves = tuple(replace(wave, people=tuple(each for each in wave.people if each != key)) for wave in found.waves)
    return replace(found, people=people, waves=tuple(wave for wave in waves if wave.people))


def _name(form: Form) -> str:
    try:
        return forms.name("").read(" ".join(form.get("name", "").split()))
    except FormError:
        raise RefusedError(_("Give a name of 1 to 60 characters.")) from None


def read_phone(form: Form, others: set[str], *, needed: bool = True) -> str:
    """Return the telephone number in ``form`` as E.164, "" for none, or raise RefusedError in the reader's words."""
    written = re.sub(r"[ .()/-]", "", form.get("phone", ""))
    if house().policy().country == "FR" and re.fullmatch(r"0[1-9]\d{8}", written):
        written = f"+33{written[1:]}"
    try:
        number = forms.phone("").read(written) if written else ""
    except FormError:
        raise RefusedError(_("Write the telephone number with its country, such as +33612345678.")) from None
    if number and number in others:
        raise RefusedError(_("Somebody else has this number: an answer must tell who it is from."))
    if not number and needed:
        raise RefusedError(_("Write a telephone number: alerts go there by text."))
    return number


def _role(form: Form, key: str) -> Role:
    written = form.get("role", "")
    role = Role(written) if written in tuple(Role) else Role.NEIGHBOUR
    if key == who().id and role is not Role.ADMIN:
        raise RefusedError(_("You cannot take this right from yourself: somebody else of the family must do that."))
    return role


def _typed_lines(form: Form) -> list[dict[str, str]]:
    columns = (form.getlist("days"), form.getlist("from"), form.getlist("to"))
    return [{"days": d, "from": f, "to": t} for d, f, t in zip(*columns, strict=False)]


def _hours(form: Form) -> tuple[Hours, ...]:
    found = []
    for line in _typed_lines(form):
        if not line["days"] and not line["from"] and not line["to"]:
            continue
        try:
            days = time_forms.read_days(line["days"])
            begins, ends = time_forms.read_time(line["from"]), time_forms.read_time(line["to"])
        except FormError:
            raise RefusedError(
                _("Write days, beginning and end in each line of hours, or leave all three empty.")
            ) from None
        if not begins < ends and ends != time():
            raise RefusedError(_("Hours must end after they begin, on the same day; write 00:00 for midnight."))
        found.append(Hours(days, begins, ends))
    return tuple(dict.fromkeys(found))


def new_id(name: str, found: Household) -> str:
    """Return an id that nobody has: "Jean-François" becomes "jean-francois"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24] or "person"
    taken = {person.id for person in found.people} | {"all", "resident"}
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, MOST_PEOPLE + 3)))
    return next(each for each in candidates if each not in taken)


@pages.post("/call")
@allow(*FAMILY)
def save_wave() -> str | Response | Refusal:
    """Change a call of the plan, move it, add one, or take one away."""
    written = request.form.get("number", "")
    number = int(written) if written.isdecimal() and len(written) < 4 else -1
    try:
        edit(lambda found: replace(found, waves=_changed_waves(found, number, request.form)))
    except RefusedError as why:
        return _page(str(why)), 422
    return redirect(url_for("people.show") + "#calls", 303)


def _changed_waves(found: Household, number: int, form: Form) -> tuple[Wave, ...]:
    waves = list(found.waves)
    if number == len(waves):
        if len(waves) >= MOST_WAVES:
            raise RefusedError(_("There are too many calls already."))
        return (*waves, _wave(found, form))
    if not 0 <= number < len(waves):
        raise RefusedError(_("This call was taken away meanwhile."))
    move = form.get("move", "")
    if move in ("up", "down"):
        other = number + (-1 if move == "up" else 1)
        if 0 <= other < len(waves):
            waves[number], waves[other] = waves[other], waves[number]
    elif "remove" in form:
        del waves[number]
    else:
        waves[number] = _wave(found, form)
    return tuple(waves)


def _wave(found: Household, form: Form) -> Wave:
    known = [person.id for person in found.people]
    ticked = form.getlist("who")
    people = ("all",) if "all" in ticked else tuple(each for each in known if each in ticked)
    if not people:
        raise RefusedError(_("Tick at least one person to be called."))
    minutes = form.get("wait", "")
    if not (minutes.isdecimal() and 1 <= int(minutes[:4]) <= LONGEST_WAIT_MIN):
        raise RefusedError(_("Write how many minutes to wait, from 1 to 60."))
    return Wave(people, timedelta(minutes=int(minutes)), ring="ring" in form)
