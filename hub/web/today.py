"""The first page: is she all right, when would somebody be told, what moved, and does everything work?"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.facts import Whereabouts
from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Policy
from hub.domain.records import State
from hub.web.days import Days, Seen, quarter_of, usual_first
from hub.web.dial import dial, week
from hub.web.glance import fault_lines, glance, on_duty, place_of
from hub.web.guard import EVERYBODY, Standing, allow, house, who
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part

pages = Blueprint("today", __name__)

# What the page lists of the newest movements, one a place and minute.
MOVES_SHOWN = 6
PAUSE = timedelta(hours=3)
# Without scripts.
REFRESH_S = 30
# SCREENS: [Absence]; `hub.domain.presence` allows sixty days.
LONGEST_AWAY = timedelta(days=60)


def _days() -> Days:
    found: Days = current_app.extensions["days"]
    return found


@pages.get("/")
@allow(*EVERYBODY)
def show() -> str | AnyResponse:
    """The page; the one at home begins on her own."""
    if who().is_resident and "all" not in request.args:
        return redirect(url_for("resident.show"), 303)
    home, looked = house(), _look()
    is_home = home.state.presence.whereabouts is Whereabouts.HOME
    seven = _week(looked) if _may_see_days() else None
    return render_template(
        "today.html",
        part=_part(looked),
        week=seven,
        is_home=is_home,
        # Without scripts the page loads itself anew: what somebody types would be gone.
        is_still="still" in request.args,
        refresh_s=REFRESH_S,
        all=request.args.get("all"),
    )


@pages.get("/today/live")
@allow(*EVERYBODY)
def live() -> AnyResponse:
    """What changes of it."""
    return answer_live(_part(_look()))


def _may_see_days() -> bool:
    """Neighbours come when they are called; how somebody spends her days is not theirs to see."""
    return who().standing is not Standing.NEIGHBOUR


def _look() -> Seen:
    return _days().look(house().now()) if _may_see_days() else Seen({}, frozenset(), (), {})


def _week(seen: Seen) -> Markup:
    """The picture of the week, which changes with the journal and with the hour."""
    now, zone = house().now(), house().policy().zone
    hour = int(now.timestamp()) // 3600
    return _picture("week.html", (seen.version, hour), lambda: {"week": week(seen, now, zone)})


def _dial(seen: Seen) -> Markup:
    """The marks of the dial, which change with the journal, each quarter of an hour, and with the check."""
    now, policy, check = house().now(), house().policy(), house().state.watch.check_due
    version = (seen.version, quarter_of(now), check, policy.windows)
    return _picture("dial.html", version, lambda: {"dial": dial(seen, now, policy.zone, check, policy.windows)})


def _picture(template: str, version: Any, make: Callable[[], dict[str, Any]]) -> Markup:
    """Draw a picture, or take the last one where it says the same: most of a page's time goes into its dots."""
    drawn: dict[tuple[str, str], tuple[Any, Markup]] = current_app.extensions["pictures"]
    last = drawn.get((template, g.language))
    if last is None or last[0] != version:
        last = version, Markup(render_template(template, **make()))  # noqa: S704 -- a template of ours
        drawn[template, g.language] = last
    return last[1]


def _part(seen: Seen) -> Markup:
    return live_part("today_live.html", "today.live", {}, **_everything(seen))


def _everything(seen: Seen) -> dict[str, Any]:
    home = house()
    state, policy, now = home.state, home.policy(), home.now()
    first = on_duty(state, policy, now)
    found: dict[str, Any] = {
        "glance": glance(state, policy, now),
        "dial": None,
        "moves": (),
        "first": _first(seen, policy, now),
        "duty": [(person, person.id == who().id) for person in policy.people if person.id in first],
        "faults": fault_lines(state, policy, home.words, g.language),
        "signs": _signs(state, policy),
        "is_home": state.presence.whereabouts is Whereabouts.HOME,
        "is_visited": state.presence.whereabouts is Whereabouts.VISITOR,
    }
    if _may_see_days():
        found["dial"] = _dial(seen)
        found["moves"] = _moves(seen, state, policy)
    return found


def _moves(seen: Seen, state: State, policy: Policy) -> list[tuple[datetime, str]]:
    """The newest movements, the newest first; those that are not on disk yet come from the state."""
    every = sorted({*seen.newest, *((at, source) for source, at in state.watch.life.items())}, reverse=True)
    shown: dict[tuple[datetime, str], tuple[datetime, str]] = {}
    for at, source in every:
        place = place_of(source, policy)
        shown.setdefault((at.replace(second=0, microsecond=0), place), (at, place))
    return list(shown.values())[:MOVES_SHOWN]


def _first(seen: Seen, policy: Policy, now: datetime) -> dict[str, Any] | None:
    """When the day began, and when it usually does."""
    today = now.astimezone(policy.zone).date()
    first, usual = seen.firsts.get(today), usual_first(seen, today)
    if first is None:
        return None
    midnight = datetime.combine(today, datetime.min.time(), policy.zone)
    return {"at": first, "usual": None if usual is None else midnight + usual}


def _signs(state: State, policy: Policy) -> list[tuple[bool, str]]:
    """What works and what does not, of what a call for help needs: (in order, words)."""
    signs: list[tuple[bool, str]] = []
    if "mains" in state.readings:
        mains = bool(state.readings["mains"])
        signs.append((mains, _("Mains") if mains else _("No mains: running on the battery")))
    texts = state.roads.get("sms")
    if texts is not None:
        signs.append((texts, _("Mobile network") if texts else _("No mobile network: no text can leave")))
    if state.roads.get("mqtt") is False:
        signs.append((False, _("The receiver of wireless devices is not there")))
    troubled = {fault.partition("/")[2] for fault in state.faults if fault.startswith("device.")}
    total = len(policy.devices)
    if total:
        good = total - len(troubled & {device.id for device in policy.devices})
        signs.append((good == total, _("%(good)d of %(total)d buttons and detectors") % {"good": good, "total": total}))
    return signs


# --- what can be done here --------------------------------------------------------------------------------


@pages.post("/pause")
@allow(Standing.ADMIN, Standing.RESIDENT)
def pause() -> AnyResponse:
    """Do not judge movements for three hours."""
    now = house().now()
    return done(Commanded(now, Action.PAUSE, "web", who().id, until=now + PAUSE))


@pages.post("/away")
@allow(Standing.ADMIN, Standing.RESIDENT)
def away() -> AnyResponse | tuple[str, int]:
    """Nobody is at home until a day and hour."""
    return _note_until(Action.AWAY)


@pages.post("/visitor")
@allow(Standing.ADMIN, Standing.RESIDENT)
def visitor() -> AnyResponse | tuple[str, int]:
    """Somebody else is there too until a day and hour: all is watched, and nothing is learned."""
    return _note_until(Action.VISITOR)


def _note_until(action: Action) -> AnyResponse | tuple[str, int]:
    now, zone = house().now(), house().policy().zone
    try:
        until = datetime.fromisoformat(request.form.get("until", "")[:16]).replace(tzinfo=zone)
    except ValueError:
        until = now
    if not now < until <= now + LONGEST_AWAY:
        return render_template(
            "error.html", code=422, text=_("Say until when: a day and hour within the coming 60 days.")
        ), 422
    return done(Commanded(now, action, "web", who().id, until=until))


@pages.post("/back")
@allow(Standing.ADMIN, Standing.RESIDENT)
def back() -> AnyResponse:
    """Watch again."""
    return done(Commanded(house().now(), Action.BACK, "web", who().id))


@pages.post("/drill")
@allow(Standing.ADMIN)
def drill() -> AnyResponse | tuple[str, int]:
    """Try every phone: each gets a text that asks for one small answer."""
    return done(Commanded(house().now(), Action.TEST, "web", who().id))


def done(command: Commanded, where: str | None = None) -> AnyResponse:
    """Give the hub a command, and show the page it changes, or why it was refused."""
    return after(command, house().desk.command(command), where)


def after(command: Commanded, answer: Mapping[str, object], where: str | None = None) -> AnyResponse:
    """Show the page that a command has changed, or why it was refused, as the hub's ``answer`` says."""
    if not answer["ok"]:
        current_app.logger.info("web: %s refused: %s", command.action, answer["text"])
        return Response(render_template("error.html", code=409, text=_refusal(command, str(answer["text"]))), 409)
    return redirect(where or url_for("today.show"), 303)


def _refusal(command: Commanded, text: str) -> str:
    """Why the hub did not do it, in the reader's words; its own are English, for integrators."""
    if command.action is Action.TEST:
        return _("No drill now: one runs, or ran within the hour, or somebody may need help.")
    if command.action is Action.EXPECT:
        return _("Write an hour that is still to come, today or tomorrow, and not in the middle of the night.")
    if "switched the watch off" in text:
        return _("The watch of movements was switched off by the one who lives here, who alone can switch it on.")
    if "is not open" in text or "incidents are open" in text:
        return _("This alert has ended meanwhile.")
    if "only whoever answered" in text:
        return _("First say that you are going or that you are there; then you can end it.")
    if "hand out any" in text:
        return _("You may take a day over for yourself, or give your own back. The family may hand out any.")
    return _("That did not work.")
