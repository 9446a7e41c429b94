"""The circle's news: what one member writes to all, once to each who takes it, and on the notice board.

Neighbours' news, no alarm (BEHAVIOUR 4): it waits for the day, and for the end of every call for help. It is signed by
whoever wrote it, goes whole or not at all, and so seldom that it stands in nobody's way. What arrives looks unlike a
command, so that two hubs do not relay each other's for ever.
"""

import re
from datetime import timedelta
from enum import StrEnum, auto

from hub.domain.draft import Draft
from hub.domain.facts import NewsPosted, NewsPostponed, NewsTakenBack, NewsTold, Purpose, Words
from hub.domain.incident import RESIDENT
from hub.domain.outbox import NEWS_NUMBER
from hub.domain.policy import Person, Role
from hub.domain.proof import is_texted
from hub.domain.records import News, road_of
from hub.domain.reply_text import plain_words
from hub.gsm_alphabet import septets, to_gsm7

# In septets: what a text of one segment (160) has room for beside the longest name of its sender and of the resident.
LONGEST = 110
# Each member may write so often in `WITHIN`, and all of them together: a text to everybody is for what matters to
# everybody, and costs the family as many texts as the circle has people.
EACH, IN_ALL = 3, 10
WITHIN = timedelta(hours=24)
# So long something stands on the board.
SHOWN = timedelta(days=30)
# In digits: a number of the key's words that is shorter ("2nd floor") opens nothing.
SHORTEST_CODE = 4
# A number of plain words, however it is parted: "48 21", "48#21".
_SIGNS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+(?:\W+\d+)*")


class NotSent(StrEnum):
    """Why something is not told to all; "news.WHY" are the words."""

    MEMBER = auto()  # only who is told of alerts may
    CALL = auto()  # somebody needs help: that first
    EMPTY = auto()
    LONG = auto()
    TWICE = auto()  # it was told today already
    OFTEN = auto()
    SECRET = auto()  # the key is told to nobody but whoever goes


def clean(text: str) -> str:
    """Return ``text`` on one line, without signs that do not print."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def post(draft: Draft, by: Person, text: str, via: str) -> NotSent | None:
    """Put what ``by`` writes on the board, and tell all by text when it is day; return why not.

    ``via``: "sms", "web", "cli".
    """
    written = clean(text)
    why = _why_not(draft, by, written)
    if why is None:
        tell_at = draft.at if draft.is_day() else draft.next_morning()
        draft.note(NewsPosted(draft.at, draft.state.next_news, by.id, by.name, written, via, tell_at))
    return why


def _why_not(draft: Draft, by: Person, written: str) -> NotSent | None:
    cost = septets(to_gsm7(written)) or 0
    # The key last of all: a refusal tells whoever guesses that it was right, and so each wrong guess must count.
    holds = {
        NotSent.MEMBER: not is_member(draft, by),
        NotSent.CALL: any(incident.is_call for incident in draft.state.open_incidents()),
        NotSent.EMPTY: not cost,
        NotSent.LONG: cost > LONGEST,
        NotSent.TWICE: any(each.by == by.id and each.text == written for each in _of_late(draft)),
        NotSent.OFTEN: free_again(draft, by) is not None,
        NotSent.SECRET: holds_key(draft.policy.resident.key_code, written),
    }
    return next((why for why, is_so in holds.items() if is_so), None)


def is_member(draft: Draft, person: Person) -> bool:
    """Whether this person belongs to the circle: the one at home, and whoever agreed to be told of alerts."""
    return person.id == RESIDENT or (person.can_be_alerted and person.id not in draft.state.stopped)


def holds_key(key_code: str, written: str) -> bool:
    """Whether the key stands in what is written, or its number alone: "box 4821#" is told by "48 21" too."""
    key, told = plain_words(key_code), plain_words(written)
    is_there = bool(key) and f" {key} " in f" {told} "
    # Letters and digits together open nothing but this door, however they are parted: "a-1-2-b".
    squeezed, is_mixed = _SIGNS.sub("", key), bool(re.search(r"\d", key) and re.search(r"[^\W\d_]", key))
    if is_mixed and len(squeezed) >= SHORTEST_CODE and squeezed in _SIGNS.sub("", told):
        return True
    codes = (r"\W*".join(number) for number in _numbers(key) if len(number) >= SHORTEST_CODE)
    return is_there or any(re.search(rf"(?<!\d){code}(?!\d)", told) for code in codes)


def _numbers(plain: str) -> set[str]:
    """The numbers of plain words: each by itself, and those in a row as one."""
    rows = [re.findall(r"\d+", row) for row in _NUMBERS.findall(plain)]
    return {number for row in rows for number in (*row, "".join(row))}


def _of_late(draft: Draft) -> list[News]:
    return [each for each in draft.state.news if draft.at - each.at < WITHIN]


def free_again(draft: Draft, by: Person) -> timedelta | None:
    """How long ``by`` must wait until they may write to all again; None: they may now."""
    times = [each.at for each in _of_late(draft)]
    own = [each.at for each in _of_late(draft) if each.by == by.id]
    full = [found[-most] + WITHIN - draft.at for found, most in ((own, EACH), (times, IN_ALL)) if len(found) >= most]
    return max(full, default=None)


def readers(draft: Draft, by: str) -> list[Person]:
    """Who is told by text or by mail what ``by`` wrote."""
    return [p for p in draft.policy.people if ways_to(p) and p.id not in (by, *draft.state.stopped)]


def ways_to(person: Person) -> tuple[str, ...]:
    """The channels by which news goes to this person: a text, and each address of a mail; () to whoever wants none."""
    if not (person.news and person.can_be_alerted):
        return ()
    texts = ("sms",) if is_texted(person) else ()
    return (*texts, *(channel for channel in dict.fromkeys(person.channels) if road_of(channel) == "mail"))


def run_due(draft: Draft) -> None:
    """Tell what waits, by day and while nobody needs help."""
    if any(incident.is_call for incident in draft.state.open_incidents()):
        return
    for news in draft.state.news:
        if news.tell_at is None or news.tell_at > draft.at:
            continue
        if draft.is_day():
            _tell(draft, news)
        else:
            draft.note(NewsPostponed(draft.at, news.number, draft.next_morning()))


def _tell(draft: Draft, news: News) -> None:
    people = readers(draft, news.by)
    draft.note(NewsTold(draft.at, news.number, tuple(person.id for person in people)))
    resident = draft.policy.resident.name
    values = (("person", news.name), ("resident", resident), ("news", news.text), (NEWS_NUMBER, news.number))
    for person in people:
        for channel in ways_to(person):
            draft.write(person, Purpose.NEWS, Words("news", values), channel=channel)


def take_back(draft: Draft, by: Person, number: int) -> str:
    """Take something off the board; what phones have they keep. Return why not."""
    news = next((each for each in draft.state.news if each.number == number and not each.is_gone), None)
    if news is None:
        return "it is not on the board any more"
    if by.id != news.by and by.role is not Role.ADMIN:
        return "only whoever wrote it, or the family, may take it off the board"
    draft.note(NewsTakenBack(draft.at, number, by.id))
    return ""
