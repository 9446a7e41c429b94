"""The home itself: who lives there, the way in for whoever comes, and how long the hub waits for people.

The key code is written here and read nowhere: it goes to whoever answered, and to no page of the family's.
"""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub import forms, time_forms
from hub.domain.policy import Delays, Resident
from hub.errors import FormError
from hub.household import LANGUAGES, LONGEST_ADDRESS, LONGEST_KEY_CODE, LONGEST_NOTES, Household
from hub.web.edits import RefusedError, edit, household, revision
from hub.web.guard import FAMILY, allow
from hub.web.language import gettext as _
from hub.web.people import read_phone

pages = Blueprint("home", __name__, url_prefix="/home")

Form = MultiDict[str, str]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# What each delay may be, in its unit: `hub.household` has the same bounds.
BOUNDS = {
    "panic_warning": (SECOND, 0, 60),
    "inactivity_warning": (MINUTE, 1, 60),
    "answer_expires": (MINUTE, 1, 240),
    "arrival_expected": (MINUTE, 1, 240),
}
DRILLS = ("7d", "14d", "28d", "90d", "off")


@pages.get("")
@allow(*FAMILY)
def show() -> str:
    """The page."""
    return _page()


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    found = household()
    values = {name: str(getattr(found.resident, name)) for name in ("name", "phone", "language", "address", "notes")}
    values |= {name: f"{getattr(found.delays, name) / unit:g}" for name, (unit, _low, _high) in BOUNDS.items()}
    values["drill"] = time_forms.write_duration(found.drill_every) if found.drill_every else "off"
    values["digest"] = f"{found.digest_at:%H:%M}" if found.digest_at else ""
    return render_template(
        "home.html",
        v=values | (typed or {}),
        has_key=bool(found.resident.key_code),
        wrong=wrong,
        bounds=BOUNDS,
        drills=DRILLS if values["drill"] in DRILLS else (values["drill"], *DRILLS),
        drill_words={each: _drill_words(each) for each in (*DRILLS, values["drill"])},
        longest={"address": LONGEST_ADDRESS, "key_code": LONGEST_KEY_CODE, "notes": LONGEST_NOTES},
        revision=revision(),
    )


def _drill_words(written: str) -> str:
    return _("never") if written == "off" else _("every %s days") % written.removesuffix("d")


@pages.post("")
@allow(*FAMILY)
def save() -> str | Response | tuple[str, int]:
    """Take it up."""
    form = request.form
    try:
        edit(lambda found: _changed(found, form))
    except RefusedError as why:
        typed = {name: value for name, value in form.to_dict().items() if name not in ("key_code", "csrf")}
        return _page(str(why), typed), 422
    return redirect(url_for("home.show"), 303)


def _changed(found: Household, form: Form) -> Household:
    drill = form.get("drill", "off")
    try:
        digest = time_forms.read_time(form["digest"]) if form.get("digest") else None
        every = None if drill == "off" else time_forms.duration("1d", "90d", "28d").read(drill)
    except FormError:
        raise RefusedError(_("Write a time of day, such as 19:00, or leave it empty.")) from None
    delays = Delays(**{name: _delay(form, name) for name in BOUNDS})
    return replace(found, resident=resident_of(found, form), delays=delays, drill_every=every, digest_at=digest)


def resident_of(found: Household, form: Form) -> Resident:
    """Return the one at home as ``form`` describes them, or raise RefusedError in the reader's words."""
    before = found.resident
    key = before.key_code
    if "forget_key" in form:
        key = ""
    elif form.get("key_code", "").strip():
        key = _text(form, "key_code", LONGEST_KEY_CODE)
    written = form.get("language", "")
    return replace(
        before,
        name=_text(form, "name", forms.LONGEST_NAME, empty=False),
        phone=read_phone(form, {person.phone for person in found.people}, needed=False),
        language=written if written in LANGUAGES else before.language,
        address=_text(form, "address", LONGEST_ADDRESS),
        notes=_text(form, "notes", LONGEST_NOTES),
        key_code=key,
    )


def _text(form: Form, field: str, longest: int, *, empty: bool = True) -> str:
    try:
        return forms.text(longest, "", empty=empty).read(" ".join(form.get(field, "").split()))
    except FormError:
        raise RefusedError(_("Write the name, and %d characters at most in each field.") % longest) from None


def _delay(form: Form, name: str) -> timedelta:
    unit, low, high = BOUNDS[name]
    written = form.get(name, "")
    if not (written.isdecimal() and low <= int(written[:4]) <= high):
        raise RefusedError(_("Write whole numbers for the waits, within the bounds beside them."))
    return int(written[:4]) * unit
