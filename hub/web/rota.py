"""Who is on call on which day of the coming two weeks: to take over, hand on, give back, and so to swap.

What is said here delays the others by one call, so it is asked once more before it holds. Who may what is the core's
(`hub.domain.shifts`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain import on_call
from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Person
from hub.domain.shifts import days
from hub.web.guard import EVERYBODY, Standing, allow, house, who
from hub.web.today import done

pages = Blueprint("rota", __name__, url_prefix="/rota")

MAY = (Standing.RESIDENT, Standing.ADMIN, Standing.NEIGHBOUR)
A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: who has it (ids, "" for the usual order), and ``until`` when where somebody else has its end."""

    date: date
    person: str
    until: datetime | None
    then: str


@pages.get("")
@allow(*EVERYBODY)
def show() -> str:
    """The page."""
    people = _people()
    mine = who().id if who().id in people else ""
    return render_template(
        "rota.html",
        days=_days(),
        names={each: person.name for each, person in people.items()},
        mine=mine,
        may_hand=who().is_family or who().is_resident,
    )


def _people() -> dict[str, Person]:
    """Whoever can be on call, by their ids."""
    home = house()
    return {person.id: person for person in home.policy().plan(home.state.stopped).people}


def _days() -> list[Day]:
    home = house()
    return [_day(each) for each in days(home.now().astimezone(home.policy().zone))]


def _day(day: date) -> Day:
    home = house()
    zone, state = home.policy().zone, home.state
    begins, ends = on_call.ends_of(day, zone)
    first = on_call.who(state, max(begins, home.now()), zone) or ""
    last = on_call.who(state, ends - A_MOMENT, zone) or ""
    until = on_call.until(state, max(begins, home.now()), zone) if first != last else None
    return Day(day, first, until, last)


@pages.post("")
@allow(*MAY)
def hand() -> AnyResponse | str:
    """Put somebody on call on a day, or nobody in particular; asked once more."""
    day, to = request.form.get("day", ""), request.form.get("to", "")
    if request.form.get("sure") == "yes":
        command = Commanded(house().now(), Action.SHIFT, "web", who().id, person=to, text=day)
        return done(command, url_for("rota.show"))
    found = next((each for each in _days() if each.date.isoformat() == day), None)
    people = _people()
    if found is None or (to and to not in people):
        return redirect(url_for("rota.show"), 303)
    names = {each: person.name for each, person in people.items()}
    wait = next((wave.wait for wave in house().policy().waves), timedelta(0))
    return render_template(
        "rota_sure.html",
        day=found,
        to=to,
        names=names,
        wait=wait,
        is_me=to == who().id,
    )
