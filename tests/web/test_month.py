"""The month's summary: in the reader's language, for the house and no neighbour, whatever month is asked for."""

import pytest

from hub.domain.records import Phase
from tests.web.home import is_in


def test_a_question_about_silence_stands_in_its_month(home):
    home.later(hours=5)
    home.wait(lambda: is_in(home, Phase.WARNING))
    marie = home.browser("marie")
    page = marie.get("/month").text
    assert "03/2026" in page
    assert "month?of=2026-02" in page
    before = marie.get("/month?of=2026-02").text
    assert "02/2026" in before
    assert "month?of=2026-03" in before
    assert home.browser("marie", "fr").get("/month").text != page
    assert home.browser("paul").get("/month").status_code == 403


@pytest.mark.parametrize("of", ["x", "2026-13", "9999-12", "0001-01", "2026-03-01", "<script>", "%00", "١٢٣٤-٠١"])
def test_a_month_that_is_none_is_the_present_one(still, of):
    answer = still.browser("anne").get(f"/month?of={of}")
    assert answer.status_code == 200
    assert "03/2026" in answer.text
    assert "<script>" not in answer.text
