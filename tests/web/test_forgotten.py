"""A forgotten password: a code by text to an admin on file, and to whoever asks not a word about who that is."""

import hashlib
import re
import sqlite3
from contextlib import closing

import pytest

from hub.web.accounts import CODE_LASTS
from hub.web.forgotten import _send
from hub.web.resets import LOCKED_FOR, WRONG_AT_MOST, Tried
from tests.web.home import CSRF, PASSWORD

MARIE = "+33633333333"
NEW = "trois autres mots"


def ask(home, name="Marie"):
    """Ask for a code; return the page, once the text has left, if any."""
    visitor = home.visitor()
    answer = visitor.post("/forgot", {"name": name}, page="/forgot")
    thread = home.app.extensions.get("last_code")
    if thread is not None:
        thread.join(20)
    return answer


def code_of(home):
    home.wait(lambda: any("ode" in words for words in home.bench.road.texts_to(MARIE)))
    return re.findall(r"\b\d{8}\b", home.bench.road.texts_to(MARIE)[-1])[0]


def use(home, code, name="Marie", **more):
    form = {"name": name, "code": code, "password": NEW, "again": NEW, **more}
    visitor = home.visitor()
    return visitor, visitor.post("/forgot/code", form, page="/forgot")


@pytest.fixture
def home(home):
    home.browser("marie")
    return home


def test_an_admin_gets_a_code_and_with_it_another_password(home):
    old = home.browser("marie")
    assert ask(home).status_code == 200
    visitor, answer = use(home, code_of(home))
    assert answer.status_code == 303
    assert "Martin" in visitor.get("/").text
    # Whoever was logged in with the old one is out, and the code is used up.
    assert old.get("/").status_code == 303
    assert use(home, code_of(home))[1].status_code == 403


def test_whoever_asks_cannot_tell_who_is_of_the_family(home):
    home.browser("paul")

    def said(name):
        return CSRF.sub("", ask(home, name).text).replace(name, "NAME")

    assert said("Marie") == said("Nobody") == said("Paul")
    home.clock.seconds += 3601
    wrong = [CSRF.sub("", use(home, "00000000", name)[1].text).replace(name, "NAME") for name in ("Marie", "Nobody")]
    assert wrong[0] == wrong[1]
    assert home.bench.road.texts_to("+33622222222") == []


def test_who_has_no_account_or_no_right_gets_none(home):
    home.accounts.remove("marie")
    ask(home)
    ask(home, "Paul")
    assert home.bench.road.taken == []


def test_a_code_is_for_its_person_for_ten_minutes_and_until_the_next_one(home):
    resets = home.accounts.resets
    first, second = resets.make("marie"), resets.make("marie")
    assert resets.use("marie", first) is Tried.WRONG
    assert resets.use("paul", second) is Tried.WRONG
    home.clock.seconds += 599
    third = resets.make("marie")
    home.clock.seconds += 601
    assert resets.use("marie", third) is Tried.WRONG
    assert resets.use("marie", resets.make("marie")) is Tried.RIGHT


def test_five_wrong_codes_lock_it_whatever_is_asked_for_meanwhile_and_the_family_is_told(home):
    ask(home)
    for number in range(WRONG_AT_MOST):
        home.clock.seconds += 121
        if number == 2:
            right = home.accounts.resets.make("marie")
        assert use(home, "00000000")[1].status_code == 403
    home.wait(lambda: any("bloqu" in words for words in home.bench.road.texts_to(MARIE)))
    assert home.accounts.resets.make("marie") is None
    # Neither too old nor replaced: it is the lock that keeps it out.
    assert home.accounts.resets.use("marie", right) is Tried.WRONG
    # The password itself still opens, and an hour later all is as before.
    home.clock.seconds += LOCKED_FOR.total_seconds() + 1
    assert home.accounts.resets.use("marie", home.accounts.resets.make("marie")) is Tried.RIGHT


def test_it_cannot_be_asked_for_or_tried_all_day(home):
    for _ in range(3):
        assert ask(home).status_code == 200
    assert ask(home).status_code == 429
    home.clock.seconds += 3601
    for _ in range(3):
        assert use(home, "00000000")[1].status_code == 403
    assert use(home, "00000000")[1].status_code == 429


def test_a_try_takes_the_same_work_whoever_it_is_for(home, monkeypatch):
    home.browser("paul")
    home.accounts.resets.make("marie")
    work, scrypt = [], hashlib.scrypt

    def counted(secret, **how):
        work.append((how["n"], how["r"], how["p"], how["dklen"]))
        return scrypt(secret, **how)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    # A try that counts is written to the card, and so is one that does not.
    with closing(sqlite3.connect(home.house.accounts)) as look:
        for person in ("marie", "paul", "", "marie", "nobody", "paul"):
            before = look.execute("PRAGMA data_version").fetchone()
            assert home.accounts.resets.use(person, "00000000") is Tried.WRONG
            assert look.execute("PRAGMA data_version").fetchone() != before, person
    assert len(work) == 6
    assert len(set(work)) == 1


def test_names_that_are_made_up_are_counted_each_by_itself_as_those_of_the_family_are(home):
    def status(name, number):
        form, where = {"name": name, "code": "00000000", "password": NEW, "again": NEW}, f"192.0.2.{number}"
        post = home.visitor().post
        return post("/forgot/code", form, page="/forgot", environ_overrides={"REMOTE_ADDR": where}).status_code

    for number, name in enumerate(["Nobody", "nobody", "NO BODY", "Marie", "marie", "MARIE"]):
        assert status(name, number) == 403
    assert status("Nobody", 10) == status("Marie", 11) == 429
    assert status("Somebody", 12) == status(MARIE, 13) == 403


def test_who_is_called_by_many_names_gets_no_more_texts_for_it(home):
    for number, name in enumerate(["Marie", "Marie", MARIE, MARIE, "Marie"]):
        where = f"192.0.2.{number}"
        answer = home.visitor().post(
            "/forgot", {"name": name}, page="/forgot", environ_overrides={"REMOTE_ADDR": where}
        )
        assert answer.status_code == 200
        home.app.extensions["last_code"].join(20)
    home.wait(lambda: len(home.bench.road.texts_to(MARIE)) >= 3 and not home.bench.state.outbox)
    assert len(home.bench.road.texts_to(MARIE)) == 3


@pytest.mark.parametrize("changes", [{"password": "short", "again": "short"}, {"again": "something else"}])
def test_a_password_that_will_not_do_costs_no_try(home, changes):
    ask(home)
    code = code_of(home)
    assert use(home, code, **changes)[1].status_code == 422
    assert use(home, code)[1].status_code == 303


def test_a_code_is_kept_as_a_hash_and_shown_to_nobody_of_the_family(home):
    ask(home)
    code = code_of(home)
    assert code.encode() not in home.house.accounts.read_bytes()
    page = home.browser("marie").get("/messages").text
    assert code not in page
    assert "a code: shown to nobody else" in page
    assert CODE_LASTS.total_seconds() == 3600
    assert PASSWORD not in page


@pytest.mark.parametrize("code", ["", "x" * 5000, "١٢٣٤٥٦٧٨", "' OR 1=1 --", "\0"])
def test_hostile_codes_are_only_wrong(home, code):
    ask(home)
    assert use(home, code)[1].status_code == 403


def test_a_card_that_takes_no_code_is_told_in_the_log_and_ends_nothing(home, caplog):
    home.browser("marie")
    (home.data / "pages.sqlite3").rename(home.data / "gone")
    (home.data / "pages.sqlite3").mkdir()

    _send(home.house, home.accounts, "marie")

    assert "no code for marie, the card takes nothing" in caplog.text
