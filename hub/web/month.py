"""The month's summary: how often silence was asked about, what it came to, and how soon it was noticed."""

import contextlib
from datetime import date

from flask import Blueprint, g, render_template, request

from hub import monthly
from hub.domain.evidence import month_after, month_before
from hub.errors import ConfigError, JournalError
from hub.history import month
from hub.journal import Journal
from hub.web.guard import THE_HOUSE, allow, house
from hub.web.language import gettext as _

pages = Blueprint("month", __name__, url_prefix="/month")

LONGEST_WRITTEN = 7  # "2026-03"
OLDEST_YEAR = 2000


@pages.get("")
@allow(*THE_HOUSE)
def show() -> str:
    """The page; ``?of=2026-03``, or the present month."""
    home = house()
    policy = home.policy()
    present = home.now().astimezone(policy.zone).date().replace(day=1)
    first = _first(present)
    lines: list[str] = []
    wrong = ""
    try:
        with contextlib.closing(Journal(home.journal, read_only=True)) as journal:
            lines = monthly.as_lines(month(journal, first, policy.zone), policy, g.language)
    except JournalError:
        wrong = _("The journal cannot be read now.")
    return render_template(
        "month.html",
        lines=lines,
        wrong=wrong,
        earlier=f"{month_before(first):%Y-%m}",
        later=f"{month_after(first):%Y-%m}" if first < present else "",
    )


def _first(present: date) -> date:
    """Which month is asked for; the present one where that is none, or is still to come."""
    try:
        found = monthly.first_of(request.args.get("of", "")[:LONGEST_WRITTEN] or None)
    except ConfigError:
        found = None
    # No hub is older, and before the first month there is none to go back to.
    return min(found, present) if found is not None and found.year >= OLDEST_YEAR else present
