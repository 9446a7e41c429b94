"""What became of each text is shown to the family: with the network, on the phone, lost, or not known."""

import re

import pytest

from hub.domain.inputs import DeliveryReported, DeliveryState
from tests.web.home import Home, alarm


def said(home: Home, address: str) -> str:
    """A page as one reads it."""
    return " ".join(re.sub("<[^>]*>", " ", home.browser("marie").get(address).text).split())


def first_alert(home: Home) -> int:
    """The number of the alert's first message, which went to Paul."""
    alarm(home)
    return min(home.bench.state.awaiting)


def test_what_the_network_took_is_sent_and_not_more(home):
    number = alarm(home)

    assert " sent " in said(home, f"/messages?no={number}")
    assert "delivered" not in said(home, f"/messages?no={number}")
    assert "sent, not yet reported as delivered" in said(home, f"/incident/{number}")


@pytest.mark.parametrize(
    ("state", "in_messages", "at_the_alert"),
    [
        (DeliveryState.DELIVERED, "delivered", "delivered "),
        (DeliveryState.FAILED, "not delivered", "not delivered"),
    ],
)
def test_what_is_reported_of_it_is_shown(home, state, in_messages, at_the_alert):
    message = first_alert(home)
    number = home.bench.state.open_incidents()[0].number
    home.tell(DeliveryReported(home.now, message, state))

    assert in_messages in said(home, f"/messages?no={number}")
    assert at_the_alert in said(home, f"/incident/{number}")
