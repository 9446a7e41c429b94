"""Times: when a sign of life is expected, and how long it may be silent. Listed, added, changed, taken away.

A rule is read from its form here (`read_window`, `read_silence`) and nowhere else. Those without a form are added ready
made (`hub.web.ready_made`).
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub import forms, time_forms
from hub.domain.policy import EVERY_DAY, OF_LIFE, Learned, Silence, Window
from hub.errors import FormError
from hub.household import MOST_SILENCES, MOST_WINDOWS, Household
from hub.journal import Journal
from hub.messages.previews import Previews
from hub.past import read_past
from hub.rehearsal import AnyRule, rehearse, rehearse_learned
from hub.web import learned, ready_made
from hub.web.edits import RefusedError, edit, household, revision
from hub.web.guard import FAMILY, THE_HOUSE, allow, house, who
from hub.web.language import day_name, days_in_words, hour
from hub.web.language import gettext as _
from hub.web.ready_made import title_of
from hub.web.trying import Trial, Trials
from hub.web.work import Progress

pages = Blueprint("windows", __name__, url_prefix="/times")

LONGEST_SILENCE_H = 168
# SCREENS: a rule is tried on the last 60 days, or as many as are on record.
TRIED_ON = timedelta(days=60)
LEAST_NEWS_D, MOST_NEWS_D = 1, 90
Refusal = tuple[str, int]
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: of a rule that holds, or as it was typed.

    ``wrong``: why it was refused. ``preview``: what it would have done in the past. ``percent``: how far the trial is
    that is under way.
    """

    key: str
    values: Mapping[str, Any]
    wrong: str = ""
    preview: tuple[str, ...] = ()
    percent: int | None = None

    @property
    def is_tried(self) -> bool:
        """Whether there is something to see of a trial."""
        return bool(self.preview) or self.percent is not None


@pages.get("")
@allow(*THE_HOUSE)
def show() -> str:
    """The page; after "Try it on the past" with what was typed, and what came of it or how far it is."""
    trial = _trials().of(who().id) if "tried" in request.args else None
    return _page(None if trial is None else _as_typed(trial))


@pages.get("/live")
@allow(*FAMILY)
def live() -> str:
    """How far the trial is, or what came of it."""
    trial = _trials().of(who().id)
    return render_template("trial_live.html", typed=None if trial is None else _as_typed(trial))


def _page(typed: Typed | None = None) -> str:
    found, policy = household(), house().policy()
    windows = [_of_window(each) for each in found.windows]
    silences = [_of_silence(each) for each in found.silences]
    watch = house().state.watch
    return render_template(
        "windows.html",
        windows=[(form, _in_words(each)) for form, each in zip(windows, found.windows, strict=True)],
        silences=[
            (form, title_of(each), _silence_in_words(each)) for form, each in zip(silences, found.silences, strict=True)
        ],
        new_window=Typed("", {"days": EVERY_DAY, "from": "07:00", "to": "10:00", "sign": ("any",)}),
        new_silence=Typed("", {"hours": 4, "from": "08:00", "to": "22:00"}),
        typed=typed,
        news=found.no_news.days if found.no_news else None,
        learned=found.learned.false_alarms_per_month if found.learned else None,
        learned_words=learned.in_words(house().state, policy, house().now()),
        offers=ready_made.offers(found, policy),
        others=ready_made.others(found, policy),
        signs=[(s.id, s.room or s.id) for s in policy.sensors if s.kind in OF_LIFE],
        days=[(number, day_name(number)) for number in range(7)],
        revision=revision(),
        may_edit=who().is_family,
        check_due=watch.check_due,
        check_rule=_check_in_words(found, watch.check_rule or ""),
        one_off=watch.one_off,
    )


def _of_window(window: Window) -> Typed:
    times = {"from": f"{window.opens:%H:%M}", "to": f"{window.closes:%H:%M}"}
    return Typed(window.name, {"name": window.name, "days": window.days, "sign": window.sign, **times})


def _of_silence(silence: Silence) -> Typed:
    values: dict[str, Any] = {"name": silence.name, "hours": silence.longest / timedelta(hours=1)}
    if silence.between:
        values |= {"from": f"{silence.between[0]:%H:%M}", "to": f"{silence.between[1]:%H:%M}"}
    return Typed(silence.name, values)


def _in_words(window: Window) -> str:
    return _("%(days)s, between %(opens)s and %(closes)s: %(sign)s") % {
        "days": _begin(days_in_words(window.days)),
        "opens": hour(window.opens),
        "closes": hour(window.closes),
        "sign": _sign_in_words(window.sign),
    }


def _check_in_words(found: Household, rule: str) -> str:
    """What is checked next: the rule by its name, or what it says where it has none; "" for what no form here has."""
    unnamed = (silence for silence in found.silences if silence.name == rule and not title_of(silence))
    return next(map(_silence_in_words, unnamed), "" if rule.startswith("home.") else rule)


def _begin(words: str) -> str:
    """With a capital at the beginning, and all others as they are: Friday."""
    return words[:1].upper() + words[1:]


def _silence_in_words(silence: Silence) -> str:
    hours = f"{silence.longest / timedelta(hours=1):g}"
    if silence.between is None:
        return _("At any hour: no silence longer than %s h") % hours
    begins, ends = map(hour, silence.between)
    return _("Between %(begins)s and %(ends)s: no silence longer than %(hours)s h") % {
        "begins": begins,
        "ends": ends,
        "hours": hours,
    }


def _sign_in_words(sign: Sequence[str]) -> str:
    if "any" in sign:
        return _("a movement or a press")
    places = {sensor.id: sensor.room or sensor.id for sensor in house().policy().sensors}
    return ", ".join(_("a press on the button") if each == "button" else places.get(each, each) for each in sign)


# --- changing them ------------------------------------------------------------------------------------------


@pages.post("/window")
@allow(*FAMILY)
def save_window() -> str | Response | Refusal:
    """Add a window, change one, or take it away."""
    key = request.form.get("key", "")
    try:
        if "remove" in request.form:
            edit(lambda found: replace(found, windows=_without(found.windows, key)))
        elif "try" in request.form:
            return _try(_typed("window", key), read_window(request.form))
        else:
            window = read_window(request.form)
            edit(lambda found: replace(found, windows=_with(found.windows, key, window, MOST_WINDOWS)))
    except RefusedError as why:
        return _page(_typed("window", key, str(why))), 422
    return redirect(url_for("windows.show"), 303)


@pages.post("/silence")
@allow(*FAMILY)
def save_silence() -> str | Response | Refusal:
    """Add a longest silence, change one, or take it away."""
    key = request.form.get("key", "")
    try:
        if "remove" in request.form:
            edit(lambda found: replace(found, silences=_without(found.silences, key)))
        elif "try" in request.form:
            return _try(_typed("silence", key), read_silence(request.form))
        else:
            silence = read_silence(request.form)
            edit(lambda found: replace(found, silences=_with(found.silences, key, silence, MOST_SILENCES)))
    except RefusedError as why:
        return _page(_typed("silence", key, str(why))), 422
    return redirect(url_for("windows.show"), 303)


@pages.post("/ready")
@allow(*FAMILY)
def add_ready_made() -> str | Response | Refusal:
    """Add a rule as it is offered, or try it on the past."""
    offers = {offer.key: offer for offer in ready_made.offers(household(), house().policy())}
    offer = offers.get(request.form.get("which", ""))
    if offer is None or ("try" in request.form and not offer.can_be_tried):
        abort(422)
    if "try" in request.form:
        return _tried(_typed("ready", offer.key), *ready_made.trials(offer.rule))
    return _changed_or_refused("ready", lambda found: ready_made.added(offer, found))


@pages.post("/other")
@allow(*FAMILY)
def remove_other() -> str | Response | Refusal:
    """Take away a rule that has no form, or try it on the past."""
    part, name = (request.form.get(field, "") for field in ("part", "key"))
    if "try" in request.form:
        rule = ready_made.found_in(household(), part, name)
        if not ready_made.trials(rule):
            abort(422)
        return _tried(_typed("other", f"{part}/{name}"), *ready_made.trials(rule))
    return _changed_or_refused("other", lambda found: ready_made.without(found, part, name))


def _changed_or_refused(kind: str, change: Callable[[Household], Household]) -> str | Response | Refusal:
    try:
        edit(change)
    except RefusedError as why:
        return _page(_typed(kind, "", str(why))), 422
    return redirect(url_for("windows.show"), 303)


@pages.post("/learned")
@allow(*FAMILY)
def save_learned() -> str | Response | Refusal:
    """How many false alarms a month the learned silence may cost; nothing: the hub does not learn."""
    try:
        wanted = learned.read(request.form.get("accepted", "").strip())
        if "try" not in request.form:
            edit(lambda found: replace(found, learned=wanted))
            return redirect(url_for("windows.show"), 303)
    except RefusedError as why:
        return _page(_typed("learned", "", str(why))), 422
    return _tried(_typed("learned", ""), wanted or Learned())


@pages.post("/news")
@allow(*FAMILY)
def save_news() -> str | Response | Refusal:
    """After how many days without any news the family is told; nothing: never."""
    try:
        after = _read_days_of_silence(request.form.get("days", "").strip())
        edit(lambda found: replace(found, no_news=after))
    except RefusedError as why:
        return _page(_typed("news", "", str(why))), 422
    return redirect(url_for("windows.show"), 303)


def _read_days_of_silence(written: str) -> timedelta | None:
    if not written:
        return None
    if not (written.isdecimal() and LEAST_NEWS_D <= int(written[:4]) <= MOST_NEWS_D):
        raise RefusedError(_("Write a number of days from 1 to 90, or nothing."))
    return timedelta(days=int(written[:4]))


def _typed(kind: str, key: str, wrong: str = "") -> Typed:
    """What was typed, with why it was not taken."""
    values: dict[str, Any] = {
        name: request.form.get(name, "") for name in ("name", "from", "to", "hours", "days", "accepted")
    }
    if kind == "window":
        values["days"] = frozenset(int(each) for each in request.form.getlist("day") if each in tuple("0123456"))
        values["sign"] = tuple(request.form.getlist("sign"))
    return Typed(f"{kind}/{key}", values, wrong)


# --- trying them on the past --------------------------------------------------------------------------------


def _tried(typed: Typed, *rules: AnyRule | Learned) -> str | Response | Refusal:
    try:
        return _try(typed, *rules)
    except RefusedError as why:
        return _page(replace(typed, wrong=str(why))), 422


def _try(typed: Typed, *rules: AnyRule | Learned) -> str | Response | Refusal:
    """Try ``rules`` on a thread of their own; a page that would wait too long follows it instead."""
    trial = _trials().begin(who().id, typed, _trial_of(rules))
    if trial is None:
        raise RefusedError(_("A rule is being tried already. Wait a moment, and try again."))
    if not trial.work.over.is_set():
        return redirect(url_for("windows.show", tried=1), 303)
    return _page(_as_typed(trial)), 422 if trial.work.wrong else 200


def _trial_of(rules: Sequence[AnyRule | Learned]) -> Callable[[Progress], tuple[str, ...]]:
    """Return what says, in sentences of the reader's language, what these rules would have done."""
    home, language, policy = house(), g.language, house().policy()

    def tell(told: Progress) -> tuple[str, ...]:
        with contextlib.closing(Journal(home.journal, read_only=True)) as journal:
            past = read_past(journal, policy, TRIED_ON)
        lines = Previews(past, policy, language, home.words).caution()
        for number, rule in enumerate(rules, 1):
            told(number / (1 + len(rules)))
            learning = replace(policy, learned=rule) if isinstance(rule, Learned) else policy
            tried = rehearse_learned(past, learning) if isinstance(rule, Learned) else (rehearse(rule, past, policy),)
            previews = Previews(past, learning, language, home.words)
            lines += [line for each in tried for line in previews.lines(each.found, each.others)]
        return tuple(line.strip() for line in lines)

    return tell


def _as_typed(trial: Trial) -> Typed:
    """What was typed, with what came of its trial."""
    typed: Typed = trial.typed
    if not trial.work.over.is_set():
        return replace(typed, percent=trial.work.percent)
    if trial.work.is_bug:
        return replace(typed, wrong=_("It failed: see the log of the box."))
    if trial.work.wrong:
        return replace(typed, wrong=_("The journal cannot be read now: what the rule would have done is not known."))
    return replace(typed, preview=trial.work.found)


def _trials() -> Trials:
    found: Trials = current_app.extensions["trials"]
    return found


def read_window(form: Form) -> Window:
    """Return the window that ``form`` describes, or raise RefusedError in the reader's words."""
    days = frozenset(int(each) for each in form.getlist("day") if each in tuple("0123456"))
    if not days:
        raise RefusedError(_("Tick one day at least."))
    opens, closes = _times(form)
    known = {sensor.id for sensor in house().policy().sensors}
    signs = tuple(each for each in dict.fromkeys(form.getlist("sign")) if each in known or each in ("any", "button"))
    return Window(_name(form), days, opens, closes, ("any",) if "any" in signs or not signs else signs)


def read_silence(form: Form) -> Silence:
    """Return the longest silence that ``form`` describes, or raise RefusedError in the reader's words."""
    try:
        hours = float(form.get("hours", "").replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0.25 <= hours <= LONGEST_SILENCE_H:
        raise RefusedError(_("Write a number of hours from 0.25 to 168."))
    longest = timedelta(minutes=round(hours * 60))
    if not form.get("from") and not form.get("to"):
        return Silence(_name(form), longest)
    begins, ends = _times(form)
    if longest >= timedelta(hours=ends.hour - begins.hour, minutes=ends.minute - begins.minute):
        raise RefusedError(_("So long a silence never passes between these hours: write fewer hours."))
    return Silence(_name(form), longest, (begins, ends))


def _times(form: Form) -> tuple[time, time]:
    try:
        begins, ends = (time_forms.read_time(form.get(field, "")) for field in ("from", "to"))
    except FormError:
        raise RefusedError(_("Write both times of day, such as 07:00 and 10:00.")) from None
    if not begins < ends:
        raise RefusedError(_("The end must be after the beginning, on the same day."))
    return begins, ends


def _name(form: Form) -> str:
    try:
        return forms.name("").read(" ".join(form.get("name", "").split()))
    except FormError:
        raise RefusedError(_("Give it a name of 1 to 60 characters.")) from None


def _with(rules: tuple[Any, ...], key: str, rule: Any, most: int) -> tuple[Any, ...]:
    """Return ``rules`` with ``rule`` in the place of the one called ``key``, or at the end."""
    others = [each.name for each in rules if each.name != key]
    if rule.name in others:
        raise RefusedError(_("There is another one of this name: give it its own."))
    if key and not any(each.name == key for each in rules):
        raise RefusedError(_("It was taken away meanwhile."))
    if not key and len(rules) >= most:
        raise RefusedError(_("There are too many already."))
    return tuple(rule if each.name == key else each for each in rules) if key else (*rules, rule)


def _without(rules: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    return tuple(each for each in rules if each.name != key)
