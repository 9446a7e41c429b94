"""One day that is different, on the page of the times: "tomorrow by ten", and back to the usual."""

from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from hub import time_forms
from hub.domain.inputs import Action, Commanded
from hub.errors import FormError
from hub.web.guard import Standing, allow, house, who
from hub.web.today import done

pages = Blueprint("tomorrow", __name__, url_prefix="/times/tomorrow")

DAYS = {"today": 0, "tomorrow": 1}


@pages.post("")
@allow(Standing.ADMIN, Standing.RESIDENT)
def save() -> Response:
    """Expect a sign of life before that hour of that day; or nothing out of the usual any more."""
    until = None if "drop" in request.form else _until()
    return done(Commanded(house().now(), Action.EXPECT, "web", who().id, until=until), url_for("windows.show"))


def _until() -> datetime:
    """When it closes; the present, which the core refuses, where no time can be read."""
    home = house()
    try:
        moment = time_forms.read_time(request.form.get("time", ""))
    except FormError:
        return home.now()
    today = home.now().astimezone(home.policy().zone)
    day = today.date() + timedelta(days=DAYS.get(request.form.get("day", ""), 1))
    return datetime.combine(day, moment, home.policy().zone)
