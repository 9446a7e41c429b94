"""Messages: what was written to whom and what came back, by person; of unknown senders apart. For the family only.

What did not arrive may be sent again from here: by the hub's rules (`hub.domain.again`), not by the page's.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain import facts as f
from hub.domain.again import NotAgain, why_not
from hub.domain.calls import PRESSED
from hub.domain.commands import WHY_NOT_AGAIN
from hub.domain.draft import Draft
from hub.domain.inputs import Action, Commanded
from hub.domain.records import CALL, road_of
from hub.domain.unsent_state import NOBODY_KNOWS, SECRET_WORDS, TOO_MANY, TOO_OLD
from hub.errors import JournalError
from hub.history import of_incident
from hub.journal import Journal, Numbered
from hub.web.glance import names_of
from hub.web.guard import FAMILY, allow, house, who
from hub.web.language import gettext as _

pages = Blueprint("messages", __name__, url_prefix="/messages")

# The newest facts about messages that a page looks at; a message makes some four.
FACTS_READ = 1_200
SHOWN = 100
_KINDS = (
    f.MessageRequested,
    f.MessageAccepted,
    f.MessageDelivered,
    f.MessageUndelivered,
    f.MessageFailed,
    f.MessageUncertain,
    f.MessageDropped,
    f.MessageRepeated,
    f.CallEnded,
    f.SmsKept,
)
STRANGERS = "strangers"


@dataclass(slots=True)
class Bubble:
    """One message. ``state``: what became of it, in words; ``text`` is "" where it opens a door.

    ``number``: of what was sent. ``may_again``: it can be sent again; ``why_not``: it could but for this, in words.
    ``is_call``: it was said on the telephone.
    """

    at: datetime
    person: str
    is_out: bool
    text: str
    state: str = ""
    incident: int | None = None
    number: int = 0
    may_again: bool = False
    why_not: str = ""
    is_call: bool = False


@pages.get("")
@allow(*FAMILY)
def show() -> str:
    """The page; ``?with=paul`` one thread, ``?with=strangers`` those nobody knows, ``?no=27`` those of one alert."""
    home, chosen = house(), request.args.get("with", "")
    number = _number(request.args.get("no", ""))
    found: list[Numbered] = []
    broken = False
    try:
        with contextlib.closing(Journal(home.journal, read_only=True)) as journal:
            if number is None:
                found = journal.newest([kind.__name__ for kind in _KINDS], FACTS_READ)
            else:
                found = [each for each in reversed(of_incident(journal, number)) if isinstance(each.fact, _KINDS)]
    except JournalError:
        broken = True
    bubbles = bubbles_of(found)
    names = names_of(home.policy())
    threads = sorted({each.person for each in bubbles} - {STRANGERS}, key=lambda who: names.get(who, who))
    shown = [each for each in bubbles if chosen in ("", each.person)][:SHOWN]
    _offer_again(shown)
    return render_template(
        "messages.html",
        bubbles=shown,
        names=names,
        threads=threads,
        chosen=chosen,
        number=number,
        has_strangers=any(each.person == STRANGERS for each in bubbles),
        strangers=STRANGERS,
        broken=broken,
    )


@pages.post("/again")
@allow(*FAMILY)
def send_again() -> AnyResponse:
    """Have one that did not arrive sent once more."""
    number = request.form.get("number", "")
    answer = house().desk.command(Commanded(house().now(), Action.SEND_AGAIN, "web", who().id, text=number))
    if answer["ok"]:
        return redirect(url_for("messages.show"), 303)
    current_app.logger.info("web: a message was not sent again: %s", answer["text"])
    why = next((why for why, english in WHY_NOT_AGAIN.items() if english == answer["text"]), None)
    return Response(render_template("error.html", code=409, text=_in_words(why)), 409)


def _offer_again(bubbles: list[Bubble]) -> None:
    home = house()
    state = home.state
    draft = Draft(state, home.policy(), home.now())
    for each in bubbles:
        if each.number in state.unsent:
            why = why_not(draft, each.number)
            each.may_again, each.why_not = why is None, "" if why is None else _in_words(why)


def _in_words(why: NotAgain | None) -> str:
    words = {
        NotAgain.UNKNOWN: _("Only what failed within a day can be sent again, once; alerts the box repeats by itself."),
        NotAgain.WAITS: _("It still waits: the box tries it again by itself."),
        NotAgain.GONE: _("It is not sent again: this person left, takes no texts any more, or has no number."),
        NotAgain.OVER: _("It is not sent again: it is not true any more."),
        NotAgain.OFTEN: _("This number has had enough texts for now: wait a quarter of an hour."),
    }
    return words[why] if why else _("That did not work.")


def _number(written: str) -> int | None:
    """The number of an alert; None where none was asked for."""
    return int(written) if re.fullmatch("[0-9]{1,9}", written) else None


def bubbles_of(newest_first: list[Numbered]) -> list[Bubble]:
    """Put facts together to messages, the newest first."""
    bubbles: list[Bubble] = []
    ends: dict[int, f.Fact] = {}
    for each in newest_first:
        fact = each.fact
        if isinstance(fact, f.MessageRequested):
            # What opens a door stands in no list, as in no log.
            text = _shown(fact)
            is_call = road_of(fact.channel) == CALL
            end = ends.get(fact.message)
            state = _("waits") if end is None else _end_of_call(end) if is_call else _state(end)
            bubble = Bubble(fact.at, fact.person, True, text, state, fact.incident, fact.message, is_call=is_call)
            bubbles.append(bubble)
        elif isinstance(fact, f.SmsKept):
            bubbles.append(Bubble(fact.at, fact.person or STRANGERS, False, _incoming(fact)))
        else:
            # The newest says what it came to.
            ends.setdefault(getattr(fact, "message", 0), fact)
    return bubbles


def _shown(fact: f.MessageRequested) -> str:
    if fact.words.key == "access":
        return _("(address and key: shown to nobody else)")
    return _("(a code: shown to nobody else)") if fact.words.key in SECRET_WORDS else fact.text


def _incoming(fact: f.SmsKept) -> str:
    return fact.text if fact.person else f"{fact.sender}: {fact.text}"


def _state(fact: f.Fact) -> str:
    if isinstance(fact, f.MessageDropped):
        return _given_up(fact.reason)
    if isinstance(fact, f.MessageFailed) and fact.retry_at is not None:
        return _("not sent yet: it is tried again")
    words = {
        f.MessageAccepted: _("sent"),
        f.MessageDelivered: _("delivered"),
        f.MessageUndelivered: _("not delivered"),
        f.MessageFailed: _("not sent"),
        f.MessageUncertain: _("perhaps sent"),
        f.MessageRepeated: _("not arrived, and sent again"),
    }
    return words.get(type(fact), "")


def _end_of_call(fact: f.Fact) -> str:
    words = {
        f.MessageAccepted: _("picked up, and no key was pressed"),
        f.MessageFailed: _("not picked up"),
        f.MessageUncertain: _("perhaps picked up"),
        f.CallEnded: _("a key was pressed") if getattr(fact, "reason", "") == PRESSED else _("ended by the hub"),
    }
    if isinstance(fact, f.MessageFailed) and fact.retry_at is not None:
        return _("not called yet: it is tried again")
    return words.get(type(fact), _("not needed any more"))


def _given_up(reason: str) -> str:
    words = {
        TOO_OLD: _("not sent: it waited too long"),
        TOO_MANY: _("not sent: too many waited"),
        NOBODY_KNOWS: _("perhaps sent"),
    }
    return words.get(reason, _("not needed any more"))
