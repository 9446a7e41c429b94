"""How facts change what is known of texts: who was answered how often, who is asked to join, what waits for a code.

And what was written to all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from hub.domain import facts as f
from hub.domain.records import (
    NEWS_REMEMBERED,
    ORDERS_REMEMBERED,
    TEST_WORKS,
    Confirmation,
    Conversation,
    Holiday,
    Invitation,
    News,
    OnCall,
    Shift,
    State,
    WindowWish,
)
from hub.domain.replacing import changed, replace, without

Change = Callable[[State, Any], State]

# Texts we remember to have handled. A SIM holds 10 to 50, a modem up to 255: no text can come back from
# further away than this.
TEXTS_REMEMBERED = 512
# After so many wrong codes in a row, no code of that number is taken for so long (BEHAVIOUR 6).
WRONG_AT_MOST = 5
LOCKED_FOR = timedelta(hours=1)
# Invitations of late, whatever became of them.
INVITED_REMEMBERED = 20


def change_conversations(state: State, fact: f.Fact) -> State:
    """Return ``state`` with what ``fact`` says of texts and of who writes them."""
    change = _CHANGES.get(type(fact))
    return state if change is None else change(state, fact)


def _sms_kept(state: State, fact: f.SmsKept) -> State:
    return replace(state, seen_texts=(*state.seen_texts, fact.key)[-TEXTS_REMEMBERED:])


def _person_stopped(state: State, fact: f.PersonStopped) -> State:
    return _something_real(replace(state, stopped=state.stopped | {fact.person}), fact.person)


def _person_returned(state: State, fact: f.PersonReturned) -> State:
    return _something_real(replace(state, stopped=state.stopped - {fact.person}), fact.person)


def _order_texted(state: State, fact: f.OrderTexted) -> State:
    given = (*state.orders.get(fact.person, ()), fact.at)[-ORDERS_REMEMBERED:]
    return _something_real(replace(state, orders=changed(state.orders, fact.person, given)), fact.person)


def _confirmation_asked(state: State, fact: f.ConfirmationAsked) -> State:
    wrong = _confirmation_of(state, fact).wrong
    waiting = Confirmation(
        fact.code,
        fact.at,
        fact.begins,
        fact.until,
        wrong,
        on_call=fact.on_call,
        one_off=fact.one_off,
        window=fact.window,
        opens=fact.opens,
        closes=fact.closes,
        is_new=fact.is_new,
        holiday=fact.holiday,
    )
    return replace(state, confirmations=changed(state.confirmations, fact.person, waiting))


def _confirmation_given(state: State, fact: f.ConfirmationGiven) -> State:
    return replace(state, confirmations=without(state.confirmations, fact.person))


def _confirmation_refused(state: State, fact: f.ConfirmationRefused) -> State:
    before = _confirmation_of(state, fact)
    after = replace(before, wrong=before.wrong + 1)
    if after.wrong >= WRONG_AT_MOST:
        after = Confirmation(locked_until=fact.at + LOCKED_FOR)
    return replace(state, confirmations=changed(state.confirmations, fact.person, after))


def _confirmation_of(state: State, fact: f.ConfirmationAsked | f.ConfirmationRefused) -> Confirmation:
    return state.confirmations.get(fact.person, Confirmation())


def _window_wanted(state: State, fact: f.WindowWanted) -> State:
    wish = WindowWish(fact.person, fact.opens, fact.closes, fact.is_new)
    return replace(state, windows_wanted=changed(state.windows_wanted, fact.name, wish))


def _window_settled(state: State, fact: f.WindowSettled) -> State:
    return replace(state, windows_wanted=without(state.windows_wanted, fact.name))


def _language_chosen(state: State, fact: f.LanguageChosen) -> State:
    return replace(state, languages=changed(state.languages, fact.person, (fact.instead_of, fact.language)))


def _on_call_set(state: State, fact: f.OnCallSet) -> State:
    return replace(state, on_call=OnCall(fact.person, fact.until, fact.at))


def _holiday_set(state: State, fact: f.HolidaySet) -> State:
    ahead = {who: each for who, each in state.holidays.items() if each.until > fact.at and who != fact.person}
    if fact.until > fact.begins:
        ahead[fact.person] = Holiday(fact.begins, fact.until)
    return replace(state, holidays=MappingProxyType(ahead))


def _shift_set(state: State, fact: f.ShiftSet) -> State:
    # Which day it is at home nobody knows here: two days back it is over everywhere.
    over = (fact.at - timedelta(days=2)).date().isoformat()
    ahead = {day: shift for day, shift in state.shifts.items() if day >= over}
    return replace(state, shifts=changed(ahead, fact.day, Shift(fact.person, fact.at)))


def next_news(state: State) -> datetime | None:
    """Return when something is next told to the circle; None too while somebody needs help, for it waits for that."""
    if any(incident.is_call for incident in state.open_incidents()):
        return None
    return min((each.tell_at for each in state.news if each.tell_at is not None), default=None)


def _news_posted(state: State, fact: f.NewsPosted) -> State:
    news = News(fact.news, fact.at, fact.by, fact.name, fact.text, fact.tell_at)
    after = max(state.next_news, fact.news + 1)
    return replace(state, news=(*state.news, news)[-NEWS_REMEMBERED:], next_news=after)


def _news_postponed(state: State, fact: f.NewsPostponed) -> State:
    return _with_news(state, fact.news, lambda news: replace(news, tell_at=fact.tell_at))


def _news_told(state: State, fact: f.NewsTold) -> State:
    return _with_news(state, fact.news, lambda news: replace(news, tell_at=None, told=fact.people))


def _news_taken_back(state: State, fact: f.NewsTakenBack) -> State:
    return _with_news(state, fact.news, lambda news: replace(news, text="", tell_at=None, is_gone=True))


def _with_news(state: State, number: int, change: Callable[[News], News]) -> State:
    return replace(state, news=tuple(change(each) if each.number == number else each for each in state.news))


def _person_invited(state: State, fact: f.PersonInvited) -> State:
    invitation = Invitation(fact.address, fact.at, fact.until, fact.times)
    invited = (*state.invited, fact.at)[-INVITED_REMEMBERED:]
    return replace(state, invitations=changed(state.invitations, fact.person, invitation), invited=invited)


def _invitation_answered(state: State, fact: f.InvitationAnswered) -> State:
    invitation = state.invitations.get(fact.person)
    if invitation is None:
        return state
    answered = replace(invitation, agreed=fact.agreed)
    return replace(state, invitations=changed(state.invitations, fact.person, answered))


def _invitation_settled(state: State, fact: f.InvitationSettled) -> State:
    return replace(state, invitations=without(state.invitations, fact.person))


def _answered_automatically(state: State, fact: f.MessageRequested) -> State:
    if fact.purpose is not f.Purpose.REPLY:
        return state
    before = state.conversations.get(fact.person, Conversation())
    tested_at = fact.at if fact.words.key == TEST_WORKS else before.tested_at
    after = Conversation(before.automatic + 1, fact.words.key, fact.incident, tested_at)
    return replace(state, conversations=changed(state.conversations, fact.person, after))


def _something_real(state: State, person: str) -> State:
    return replace(state, conversations=without(state.conversations, person))


def _opened(state: State, fact: f.IncidentOpened) -> State:
    if fact.kind in (f.Kind.TECHNICAL, f.Kind.DRILL):
        return state
    # Somebody calls for help: that is something real, for everybody who will be asked.
    return replace(state, conversations=MappingProxyType({}))


def _closed(state: State, fact: f.IncidentClosed) -> State:
    return _something_real(state, fact.by)


def _somebody_acted(state: State, fact: Any) -> State:
    return _something_real(state, fact.person)


_CHANGES: dict[type[f.Fact], Change] = {
    f.SmsKept: _sms_kept,
    f.PersonStopped: _person_stopped,
    f.PersonReturned: _person_returned,
    f.OrderTexted: _order_texted,
    f.ConfirmationAsked: _confirmation_asked,
    f.ConfirmationGiven: _confirmation_given,
    f.ConfirmationRefused: _confirmation_refused,
    f.WindowWanted: _window_wanted,
    f.WindowSettled: _window_settled,
    f.LanguageChosen: _language_chosen,
    f.OnCallSet: _on_call_set,
    f.HolidaySet: _holiday_set,
    f.ShiftSet: _shift_set,
    f.NewsPosted: _news_posted,
    f.NewsPostponed: _news_postponed,
    f.NewsTold: _news_told,
    f.NewsTakenBack: _news_taken_back,
    f.PersonInvited: _person_invited,
    f.InvitationAnswered: _invitation_answered,
    f.InvitationSettled: _invitation_settled,
    f.MessageRequested: _answered_automatically,
    f.IncidentOpened: _opened,
    f.IncidentClosed: _closed,
    **dict.fromkeys((f.IncidentAnswered, f.IncidentDeclined, f.IncidentAttended, f.HelperJoined), _somebody_acted),
}
