"""A rule tried on the past takes as long as it takes: the page follows it, and has what was typed all the while."""

import threading

import pytest

from hub.errors import JournalError
from hub.web.trying import Trials
from hub.web.windows import Typed
from tests.web.test_edits import household, save

TYPED = Typed("silence/", {"name": "by day", "hours": "3", "from": "", "to": ""})


@pytest.fixture
def slow(home):
    """A trial of Marie's that is at two fifths, and goes on when it is told to."""
    go_on, began = threading.Event(), threading.Event()

    def do(told):
        told(0.4)
        began.set()
        assert go_on.wait(30)
        return ("would have worried nobody",)

    home.app.extensions["trials"] = trials = Trials(lambda: home.now, at_once_s=0.0)
    trial = trials.begin("marie", TYPED, do)
    assert trial is not None
    assert began.wait(30)
    yield home, trial, go_on
    go_on.set()


def test_the_page_shows_how_far_it_is_and_then_what_came_of_it(slow):
    home, trial, go_on = slow
    marie = home.browser("marie")

    page = marie.get("/times?tried=1").text
    assert 'value="40"' in page
    assert 'value="by day"' in page
    assert 'hx-get="/times/live"' in page
    assert 'http-equiv="refresh"' in page
    assert 'value="40"' in marie.get("/times/live").text
    go_on.set()
    assert trial.work.over.wait(30)

    for path in ("/times?tried=1", "/times/live"):
        told = marie.get(path).text
        assert "would have worried nobody" in told
        assert "<progress" not in told
        assert "refresh" not in told
    assert 'value="by day"' in marie.get("/times?tried=1").text


class Slow(Trials):
    """Trials on a small board: each begins when it is told to."""

    def __init__(self, now) -> None:
        super().__init__(now, at_once_s=0.0)
        self.go_on = threading.Event()

    def begin(self, by, typed, do):
        def later(told):
            assert self.go_on.wait(30)
            return do(told)

        return super().begin(by, typed, later)


def test_what_is_not_ready_at_once_is_followed(home):
    home.app.extensions["trials"] = trials = Slow(lambda: home.now)

    answer = save(home, "/times/learned", {"accepted": "2", "try": "1"})
    assert (answer.status_code, answer.location) == (303, "/times?tried=1")
    marie = home.browser("marie")
    assert "<progress" in marie.get(answer.location).text

    trials.go_on.set()
    home.wait(lambda: "What it would have done" in marie.get(answer.location).text)
    assert 'name="accepted" min="1" max="12" value="2"' in marie.get(answer.location).text


def test_one_at_a_time(slow):
    home, _trial, _go_on = slow

    answer = save(home, "/times/silence", {"name": "x", "hours": "3", "try": "1"})

    assert answer.status_code == 422
    assert "A rule is being tried already" in answer.text
    assert len((household(home) or home.settings.household).silences) == len(home.settings.household.silences)


def test_nobody_elses_is_shown(slow):
    home, _trial, _go_on = slow

    assert "<progress" not in home.browser("paul").get("/times?tried=1").text
    assert home.browser("paul").get("/times/live").status_code == 403
    trials = home.app.extensions["trials"]
    assert trials.of("marie") is not None
    assert trials.of("anne") is None


def test_a_journal_that_cannot_be_read_is_told_in_words(home):
    def do(_told):
        raise JournalError("torn")

    home.app.extensions["trials"].begin("marie", TYPED, do)

    told = home.browser("marie").get("/times?tried=1").text
    assert "The journal cannot be read now" in told
    assert 'value="by day"' in told


def test_a_mistake_of_ours_is_told_as_one(home):
    def do(_told):
        raise RuntimeError("a bug")

    home.app.extensions["trials"].begin("marie", TYPED, do)

    assert "It failed: see the log of the box." in home.browser("marie").get("/times?tried=1").text


def test_it_is_kept_for_some_minutes(home):
    home.app.extensions["trials"].begin("marie", TYPED, lambda _told: ("found",))
    marie = home.browser("marie")
    assert "found" in marie.get("/times?tried=1").text
    home.later(minutes=11)

    assert "<li>found" not in marie.get("/times?tried=1").text
    assert marie.get("/times/live").text.strip() == ""
