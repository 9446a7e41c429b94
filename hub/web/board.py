"""The notice board: what the circle writes to all, here or by text. Told once by text, taken back by its writer.

The rules are the core's (`hub.domain.circle`); this page shows what is on record, and why something was not told.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.domain.circle import EACH, IN_ALL, LONGEST, SHOWN, NotSent
from hub.domain.commands import WHY_NOT_SENT
from hub.domain.inputs import Action, Commanded
from hub.domain.records import News
from hub.web.guard import EVERYBODY, Standing, allow, house, who
from hub.web.language import gettext as _
from hub.web.language import ngettext
from hub.web.today import done

pages = Blueprint("board", __name__, url_prefix="/board")

WRITERS = (Standing.RESIDENT, Standing.ADMIN, Standing.NEIGHBOUR)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing on the board. ``became``: who was told by text, or when they will be."""

    number: int
    at: datetime
    name: str
    text: str
    waits_until: datetime | None
    became: str
    may_go: bool


@pages.get("")
@allow(*EVERYBODY)
def show() -> str:
    """The page."""
    return _page()


def _page(wrong: str = "", typed: str = "") -> str:
    home = house()
    shown = [each for each in home.state.news if not each.is_gone and home.now() - each.at < SHOWN]
    return render_template(
        "board.html",
        notes=[_note(each) for each in reversed(shown)],
        may_write=who().standing in WRITERS,
        longest=LONGEST,
        each=EACH,
        in_all=IN_ALL,
        days=SHOWN.days,
        wrong=wrong,
        typed=typed,
    )


def _note(news: News) -> Note:
    told = len(news.told)
    became = (
        ngettext("told %d person by text", "told %d people by text", told) % told if told else _("on the board only")
    )
    return Note(
        news.number,
        news.at,
        news.name,
        news.text,
        news.tell_at,
        became,
        who().is_family or who().id == news.by,
    )


@pages.post("")
@allow(*WRITERS)
def write() -> Response | tuple[str, int]:
    """Tell all."""
    text = request.form.get("text", "")
    answer = house().desk.command(Commanded(house().now(), Action.NEWS, "web", who().id, text=text))
    if answer["ok"]:
        return redirect(url_for("board.show"), 303)
    current_app.logger.info("web: news refused: %s", answer["text"])
    return _page(_refusal(str(answer["text"])), text), 422


@pages.post("/back")
@allow(*WRITERS)
def take_back() -> Response:
    """Take it off the board."""
    number = request.form.get("number", "")
    command = Commanded(house().now(), Action.TAKE_BACK, "web", who().id, text=number)
    return done(command, url_for("board.show"))


def _refusal(text: str) -> str:
    """Why the hub did not tell it, in the reader's words; its own are English, for integrators."""
    words = {
        NotSent.MEMBER: _("Only the circle may write here: whoever agreed to be told of alerts."),
        NotSent.CALL: _("Somebody may need help now: news when that is over."),
        NotSent.EMPTY: _("There is nothing to tell that a text can hold."),
        NotSent.LONG: _("That is too long for one text: %d characters at most, and fewer with € or brackets.")
        % LONGEST,
        NotSent.SECRET: _("The key is written to nobody. The box tells it to whoever answers an alert."),
        NotSent.TWICE: _("You told this today already."),
        NotSent.OFTEN: _("Enough for today: %(each)d from each and %(all)d in all. Go on tomorrow.")
        % {"each": EACH, "all": IN_ALL},
    }
    found = next((why for why, english in WHY_NOT_SENT.items() if english == text), None)
    return words[found] if found else _("That did not work.")
