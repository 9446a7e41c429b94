"""What comes out of a printer: so many pages, with what is to be read on them and nothing that can only be pressed."""

import base64
import re

import pytest

from hub.domain.inputs import Action, Commanded
from tests.browser.driver import is_there
from tests.web.home import CODE, alarm

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them"),
]
# A4, in inches, as Chromium wants it.
A4 = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
# A page of a PDF, and not the list of them.
PAGE = re.compile(rb"/Type\s*/Page(?!s)\b")
FOR_FINGERS = "nav, button, summary, a.button, form, textarea, .skip, [data-print], noscript"
# What has a place on paper: what is hidden has no box, and what stands beside the page is not on it.
_ON_PAPER = (
    "return [...document.querySelectorAll(arguments[0])].filter((each) => [...each.getClientRects()]"
    ".some((box) => box.width && box.height && box.right > 0 && box.bottom > 0))"
    ".map((each) => arguments[1] ? each.innerText : each.outerHTML.slice(0, 80))"
)


def pages(phone):
    """How many pages the open page makes."""
    pdf = base64.b64decode(phone.driver.execute_cdp_cmd("Page.printToPDF", A4)["data"])
    assert pdf.startswith(b"%PDF-")
    return len(PAGE.findall(pdf))


def on_paper(phone, selector, *, words=False):
    """What this selector finds that is printed: its beginning, or its words."""
    phone.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        return phone.driver.execute_script(_ON_PAPER, selector, words)
    finally:
        phone.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sheet_for_the_fridge_is_one_page_to_be_read_from_afar(phone, home, language):
    phone.log_in("marie", language)
    phone.open("/print/fridge")
    assert phone.finds("[data-print]").is_displayed(), "on the screen there is a button"

    assert pages(phone) == 1
    assert on_paper(phone, FOR_FINGERS) == []
    assert on_paper(phone, "h1", words=True) == ["Mme Martin"]
    assert len(on_paper(phone, "article tr")) == 6
    assert len(on_paper(phone, "svg.qr")) == 1


def test_each_neighbours_card_is_a_page_of_its_own(phone, home):
    phone.log_in("marie")
    phone.open("/print/cards")
    names = on_paper(phone, "article h2", words=True)

    assert names == ["Paul", "Marie", "Jean"]
    assert pages(phone) == len(names)
    assert on_paper(phone, FOR_FINGERS) == []


def test_an_alert_is_printed_with_what_happened_and_without_the_way_in(phone, home):
    number = alarm(home)
    home.tell(Commanded(home.now, Action.ATTEND, "web", "marie", number))
    home.tell(Commanded(home.now, Action.NOTE, "web", "marie", number, text="Le chat était sur la table"))
    phone.log_in("marie")
    phone.open(f"/incident/{number}")
    phone.sees(CODE)

    assert pages(phone) == 1
    assert on_paper(phone, FOR_FINGERS) == []
    assert [line for line in on_paper(phone, ".timeline li", words=True) if "Le chat" in line]
    assert CODE not in "".join(on_paper(phone, "body", words=True)), "a key on paper outlives the alert"
