"""Calls on the page of messages: who was called, and what came of it."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g

from hub.domain import facts as f
from hub.domain.calls import PRESSED
from hub.domain.facts import Purpose, Words
from hub.journal import Numbered
from hub.web.messages import bubbles_of

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SAID = "Ici le boîtier de Mme Martin.\nSi vous y allez, tapez 1."


def shown(*ends: f.Fact) -> tuple[str, bool]:
    """What the page says of a call to Paul that came to these facts, oldest first."""
    call = f.MessageRequested(
        AT, 7, 27, "paul", "call", "+33622222222", "fr", Purpose.ALERT, Words("say.call.panic"), SAID
    )
    facts = [Numbered(number, fact) for number, fact in enumerate((call, *ends), 1)]
    with Flask("test").test_request_context():
        g.language = "en"
        (bubble,) = bubbles_of(facts[::-1])
    return bubble.state, bubble.is_call


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((), "waits"),
        ((f.MessageAccepted(AT, 7, None),), "picked up, and no key was pressed"),
        ((f.MessageFailed(AT, 7, "engaged", None),), "not picked up"),
        ((f.MessageFailed(AT, 7, "cut short by an alert", AT),), "not called yet: it is tried again"),
        ((f.MessageUncertain(AT, 7, "the hub restarted", None),), "perhaps picked up"),
        ((f.CallEnded(AT, 7, Words("say.call.thanks"), PRESSED),), "a key was pressed"),
        ((f.CallEnded(AT, 7, Words("say.call.taken"), "the incident is answered"),), "ended by the hub"),
        ((f.MessageDropped(AT, 7, "the incident is answered"),), "not needed any more"),
        (
            (f.MessageFailed(AT, 7, "cut short", AT), f.MessageAccepted(AT, 7, None)),
            "picked up, and no key was pressed",
        ),
    ],
)
def test_what_came_of_a_call(ends, words):
    assert shown(*ends) == (words, True)
