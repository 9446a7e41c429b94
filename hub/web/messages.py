"""Messages: what was written to whom and what came back, by person; of unknown senders apart. For the family only."""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request

from hub.domain import facts as f
from hub.domain.unsent_state import SECRET_WORDS
from hub.errors import JournalError
from hub.history import of_incident
from hub.journal import Journal, Numbered
from hub.web.glance import names_of
from hub.web.guard import FAMILY, allow, house
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
    f.SmsKept,
)
STRANGERS = "strangers"


@dataclass(slots=True)
class Bubble:
    """One message. ``state``: what became of it, in words; ``text`` is "" where it opens a door."""

    at: datetime
    person: str
    is_out: bool
    text: str
    state: str = ""
    incident: int | None = None


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


def _number(written: str) -> int | None:
    """The number of an alert; None where none was asked for."""
    return int(written) if re.fullmatch("[0-9]{1,9}", written) else None


def bubbles_of(newest_first: list[Numbered]) -> list[Bubble]:
    """Put facts together to messages, the newest first."""
    bubbles: list[Bubble] = []
    states: dict[int, str] = {}
    for each in newest_first:
        fact = each.fact
        if isinstance(fact, f.MessageRequested):
            # What opens a door stands in no list, as in no log.
            text = _shown(fact)
            state = states.get(fact.message, _("waits"))
            bubbles.append(Bubble(fact.at, fact.person, True, text, state, fact.incident))
        elif isinstance(fact, f.SmsKept):
            bubbles.append(Bubble(fact.at, fact.person or STRANGERS, False, _incoming(fact)))
        else:
            # The newest says what it came to.
            states.setdefault(getattr(fact, "message", 0), _state(fact))
    return bubbles


def _shown(fact: f.MessageRequested) -> str:
    if fact.words.key == "access":
        return _("(address and key: shown to nobody else)")
    return _("(a code: shown to nobody else)") if fact.words.key in SECRET_WORDS else fact.text


def _incoming(fact: f.SmsKept) -> str:
    return fact.text if fact.person else f"{fact.sender}: {fact.text}"


def _state(fact: f.Fact) -> str:
    words = {
        f.MessageAccepted: _("sent"),
        f.MessageDelivered: _("delivered"),
        f.MessageUndelivered: _("not delivered"),
        f.MessageFailed: _("not sent"),
        f.MessageUncertain: _("perhaps sent"),
        f.MessageDropped: _("not needed any more"),
    }
    return words.get(type(fact), "")
