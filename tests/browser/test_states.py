"""The same pages in each of their states: what is out of order, asked once more, refused, under way, over."""

import pytest

from hub.domain.inputs import (
    Action,
    Commanded,
    DeliveryReported,
    DeliveryState,
    DeviceHeard,
    FaultCleared,
    FaultSeen,
    LinkChanged,
)
from tests.browser.driver import DESK, PHONE, is_there
from tests.web.home import PASSWORD, alarm, text

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them"),
]


@pytest.mark.parametrize(("size", "scheme", "language"), [(PHONE, "dark", "fr"), (DESK, "light", "en")])
def test_in_no_state_is_a_page_too_wide_or_hard_to_use(phone, home, size, scheme, language):
    def is_easy(name: str, selector: str) -> None:
        assert phone.finds(selector), name
        assert not phone.is_too_wide(), name
        assert phone.complaints() == [], name

    phone.size(size, scheme=scheme)
    phone.driver.delete_all_cookies()
    phone.open("/welcome")
    is_easy("a code", "input[name=code]")
    phone.log_in("marie", language)
    phone.open("/no/such/page")
    is_easy("no such page", "h1")
    # The first page: well, something to see to, nobody can be told, away, nobody knows.
    phone.open("/")
    is_easy("well", ".state.ok")
    home.tell(FaultSeen(home.now, "disk.filling", "91 %"))
    phone.open("/")
    is_easy("something to see to", ".state.watch")
    home.tell(FaultSeen(home.now, "modem.absent", "unplugged"))
    phone.open("/")
    is_easy("nobody can be told", ".state.alert")
    phone.open("/devices")
    is_easy("out of order", ".state.watch")
    # A detector that is tried, and heard.
    home.tell(DeviceHeard(home.now, "cuisine", battery=87, link_quality=134))
    phone.open("/devices")
    is_easy("a device that told of itself", "a[href='/devices/cuisine/try']")
    home.later(seconds=2)
    phone.press_on("a[href='/devices/cuisine/try']")
    is_easy("not heard yet", ".state.watch")
    home.later(seconds=2)
    home.tell(DeviceHeard(home.now, "cuisine"))
    is_easy("heard", ".state.ok")
    home.tell(LinkChanged(home.now, "sms", up=False))
    phone.open("/settings")
    is_easy("a way out that is closed", "#roads .bad")
    home.tell(LinkChanged(home.now, "sms", up=True))
    for fault in ("disk.filling", "modem.absent"):
        home.tell(FaultCleared(home.now, fault))
    phone.open("/")
    phone.press_on("form[action='/pause'] button")
    is_easy("a pause", ".state.away")
    phone.press_on("form[action='/back'] button")
    assert phone.finds(".state.ok")
    home.clock.is_vouched_for = False
    home.later(seconds=1)
    home.wait(lambda: not home.bench.state.clock_trusted)
    phone.open("/")
    is_easy("nobody knows", ".state.unknown")
    # What is shown once, and what was made.
    phone.open("/settings")
    phone.press_on("form[action='/settings/invite'] button")
    is_easy("an invitation", "[role=status] code")
    phone.open("/data")
    phone.write("password", PASSWORD)
    phone.press_on("form[action='/data/backup'] button")
    is_easy("made", "a[download]")
    # She calls, is asked once more, and it ends.
    phone.log_in("resident", language)
    phone.open("/me")
    phone.press_on("form[action='/me/help'] button")
    is_easy("sure?", "button[value=yes]")
    number = alarm(home)
    phone.log_in("marie", language)
    phone.open(f"/messages?no={number}")
    is_easy("the texts of an alert", ".bubble")
    home.tell(Commanded(home.now, Action.ATTEND, "web", "marie", number))
    phone.open(f"/incident/{number}")
    is_easy("somebody is there", ".access")
    home.tell(Commanded(home.now, Action.CLOSE, "web", "marie", number))
    phone.open(f"/incident/{number}")
    is_easy("over", ".state.ok")
    # A text that can be sent again, and one that cannot any more.
    text(home, "+33622222222", "QUI")
    home.wait(lambda: not home.bench.state.outbox)
    home.tell(DeliveryReported(home.now, home.bench.state.next_message - 1, DeliveryState.FAILED))
    phone.open("/messages")
    is_easy("can be sent again", "form[action='/messages/again'] button")
    home.later(minutes=61)
    phone.open("/messages")
    is_easy("cannot be sent again", ".bubble p + p + p")
