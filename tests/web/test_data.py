"""The data of the home: saved, brought back, taken along, deleted; by the family, with a password, and on record."""

import io
import socket
import threading
import zipfile
from datetime import timedelta

import pytest

from hub import backup, erasing
from hub.domain.facts import RecordsTaken
from hub.journal import Journal
from hub.place_forms import Listen
from hub.web.server import WebServer
from hub.web.work import Bench
from tests.web.home import CODE, CSRF, PASSWORD, alarm, text

WITH = {"password": PASSWORD}


def finished(home):
    bench = home.app.extensions["bench"]
    assert bench.work.over.wait(20)
    return bench.work


def taken(home):
    home.bench.scribe.flush()
    journal = Journal(home.house.journal, read_only=True)
    try:
        return [(each.fact.by, each.fact.what) for each in journal.facts() if isinstance(each.fact, RecordsTaken)]
    finally:
        journal.close()


def made(home, browser, what="backup"):
    assert browser.post(f"/data/{what}", WITH, page="/data").status_code == 303
    finished(home)
    answer = browser.get("/data/file")
    assert answer.data
    answer.close()
    return answer


def upload(browser, content, **more):
    form = {"file": (io.BytesIO(content), "home.zip"), **WITH, **more}
    return browser.post("/data/restore", form, page="/data", content_type="multipart/form-data")


# --- saving and taking along --------------------------------------------------------------------------------


def test_a_backup_is_fetched_by_whoever_made_it_and_is_on_record(home):
    marie = home.browser("marie")
    answer = made(home, marie)
    assert answer.headers["Content-Disposition"] == "attachment; filename=telecare-backup-2026-03-02.zip"
    assert set(zipfile.ZipFile(io.BytesIO(answer.data)).namelist()) >= {"journal.sqlite3", "household.sqlite3"}
    assert taken(home) == [("marie", "backup")]
    assert "took a backup of everything" in marie.get("/data/ledger").text
    assert "Fetch the file" in marie.get("/data/work").text
    # An hour later it is gone, from the card too.
    home.clock.seconds += 3601
    assert marie.get("/data/file").status_code == 404
    assert not (home.data / "pages.backup.zip").exists()


def test_what_was_made_goes_by_itself_though_nobody_looks(home):
    file, done = home.data / "made.zip", threading.Event()
    bench = Bench(home.house.now, timedelta(milliseconds=20))
    assert bench.begin("backup", "marie", file, lambda _told: (file.write_bytes(b"x"), done.set()))
    assert done.wait(20)
    home.wait(lambda: not file.exists())
    # What is forgotten sooner waits for no hour, and takes nothing along that was made after it.
    bench = Bench(home.house.now)
    for _ in range(2):
        assert bench.begin("backup", "marie", file, lambda _told: file.write_bytes(b"x"))
        assert bench.work.over.wait(20)
        last = bench.work
        assert file.exists()
    assert not last.gone.is_set()
    bench.clear()
    assert last.gone.is_set()
    assert not file.exists()


def test_an_export_has_no_key_in_it(home):
    number = alarm(home)
    text(home, "+33622222222", "1")
    text(home, "+33633333333", f"9 {number}")
    answer = made(home, home.browser("marie"), "export")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert "incidents.csv" in packed.namelist()
    assert not [name for name in packed.namelist() if CODE.encode() in packed.read(name)]


@pytest.mark.parametrize("path", ["/data/backup", "/data/export", "/data/erase"])
def test_without_the_password_nothing_leaves_and_guessing_ends(home, path):
    marie = home.browser("marie")
    for _ in range(3):
        answer = marie.post(path, {"password": "not this one", "name": "Mme Martin"}, page="/data")
        assert answer.status_code == 422
        assert "password is not right" in answer.text
    assert "Too many wrong tries" in marie.post(path, {**WITH, "name": "Mme Martin"}, page="/data").text
    assert taken(home) == []
    assert home.app.extensions["bench"].work is None
    assert not (home.data / erasing.ASKED).exists()


def test_another_of_the_family_does_not_get_the_file(home):
    marie = home.browser("marie")
    made(home, marie)
    home.app.extensions["bench"].work.by = "eve"
    assert marie.get("/data/file").status_code == 404
    assert "somebody else of the family" in marie.get("/data/work/live").text


def test_one_thing_at_a_time_and_a_failure_is_told_in_words(home):
    marie, bench = home.browser("marie"), home.app.extensions["bench"]
    bench.begin("backup", "marie", None, lambda _told: 1 / 0)
    finished(home)
    assert "see the log of the box" in marie.get("/data/work").text
    assert marie.get("/data/file").status_code == 404
    gate = threading.Event()
    bench.begin("export", "marie", None, lambda told: (told(0.42), gate.wait(20)))
    home.wait(lambda: bench.work.percent == 42)
    assert 'value="42"' in marie.get("/data/work").text
    assert "wait for it" in marie.post("/data/backup", WITH, page="/data").text
    assert "wait for it" in upload(marie, b"x").text
    # What was refused was not taken.
    assert taken(home) == []
    gate.set()
    finished(home)


# --- bringing back ------------------------------------------------------------------------------------------


def test_a_backup_is_looked_into_shown_and_put_into_place_only_when_agreed(home):
    marie = home.browser("marie")
    content = made(home, marie).data
    assert upload(marie, content).status_code == 303
    finished(home)
    page = marie.get("/data/work").text
    assert "This backup is whole" in page
    assert "Mme Martin" in page
    assert not (home.data / backup.WAITING / backup.AGREED).exists()

    answer = marie.post("/data/restore/now", page="/data")
    assert "stop and start it" in answer.text
    assert (home.data / backup.WAITING / backup.AGREED).exists()
    assert not (home.data / "pages.upload.zip").exists()
    # Agreed once, there is nothing more to agree to.
    assert marie.post("/data/restore/now", page="/data").status_code == 422


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 500])
def test_what_is_no_backup_changes_nothing(home, content):
    marie = home.browser("marie")
    assert upload(marie, content).status_code == 303
    finished(home)
    assert "wrong" in marie.get("/data/work").text
    assert marie.post("/data/restore/now", page="/data").status_code == 422
    assert not (home.data / backup.WAITING).exists()


def test_no_file_or_no_password_is_told(home):
    marie = home.browser("marie")
    assert "Choose the file" in marie.post("/data/restore", WITH, page="/data").text
    assert "password is not right" in upload(marie, b"x", password="").text


def test_not_while_somebody_needs_help(home):
    marie = home.browser("marie")
    content = made(home, marie).data
    upload(marie, content)
    finished(home)
    alarm(home)
    assert "Not while an alert is open" in marie.post("/data/restore/now", page="/data").text
    assert "Not while" in marie.post("/data/erase", {**WITH, "name": "Mme Martin"}, page="/data").text
    assert not (home.data / backup.WAITING / backup.AGREED).exists()


def test_only_the_family_may_send_so_much(home):
    much = b"x" * 200_000
    for person in ("paul", "anne", "resident"):
        browser = home.browser(person)
        token = CSRF.search(browser.get("/settings").text)[1]
        form = {"csrf": token, "file": (io.BytesIO(much), "home.zip")}
        answer = browser.client.post(
            "/data/restore", data=form, headers={"Origin": "http://localhost"}, content_type="multipart/form-data"
        )
        assert answer.status_code in (403, 413), person
    assert upload(home.browser("marie"), much).status_code == 303


def sent(port, head, body=b""):
    """What the server says to a request whose head is this; "" where it closes without a word."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + b"\r\n\r\n" + body)
        return line.recv(200).decode(errors="replace").partition("\r\n")[0]


def test_waitress_takes_a_backup_from_the_family_and_from_nobody_else(home):
    secret = home.browser("marie").client.get_cookie("hub_session").value
    paul = home.browser("paul").client.get_cookie("hub_session").value
    server = WebServer(Listen("127.0.0.1", 0), home.house, home.bench.inbox.post)
    server.start()
    try:
        assert server.serving.wait(30)

        def status(path, cookie, length):
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: a=b; hub_session={cookie}\r\n"
            return sent(
                server.port, f"{head}Content-Length: {length}\r\nConnection: close", b"x" * min(length, 200_000)
            )

        assert "413" in status("/data/restore", paul, 200_000)
        assert "413" in status("/data/restore", "", 200_000)
        assert "413" in status("/pause", secret, 200_000)
        assert "413" in status("/data/restore", secret, 65 * 1024 * 1024)
        # Taken, and refused for what it is: no form of ours.
        assert "403" in status("/data/restore", secret, 200_000)
    finally:
        server.stop()


# --- deleting -----------------------------------------------------------------------------------------------


def test_everything_is_deleted_by_the_name_and_the_password(home):
    marie = home.browser("marie")
    for name in ("", "mme martin", "Mme  Martins"):
        assert marie.post("/data/erase", {**WITH, "name": name}, page="/data").status_code == 422
        assert not (home.data / erasing.ASKED).exists()
    answer = marie.post("/data/erase", {**WITH, "name": " Mme  Martin "}, page="/data")
    assert "everything is deleted" in answer.text
    assert (home.data / erasing.ASKED).exists()


def test_a_hub_that_starts_again_by_itself_says_so(home):
    house = home.house
    asked = []
    home.app.extensions["house"] = house.__class__(
        **{name: getattr(house, name) for name in house.__slots__} | {"restart": lambda: asked.append(1) or True}
    )
    answer = home.browser("marie").post("/data/erase", {**WITH, "name": "Mme Martin"}, page="/data")
    assert "The box starts again" in answer.text
    assert asked == [1]


# --- the ledger ---------------------------------------------------------------------------------------------


def test_the_ledger_says_who_was_told_what_and_not_what_it_was(home):
    number = alarm(home)
    text(home, "+33622222222", "1")
    home.wait(lambda: any(CODE in words for words in home.bench.road.texts_to("+33622222222")))
    page = home.browser("marie").get("/data/ledger").text
    assert "was told: the address, the key, what to mind" in page
    assert f">No {number}</a>" in page
    assert CODE not in page
    assert "Nobody has noted that the one who lives here agrees" in home.browser("marie").get("/data").text


# --- how long it is kept ------------------------------------------------------------------------------------


def keep(browser, **form):
    revision = browser.get("/data").text.split('name="revision" value="')[1][:16]
    return browser.post("/data/keep", {"revision": revision, "days": "60", "months": "12", **WITH} | form, page="/data")


def test_the_family_says_how_long_movements_and_alerts_are_kept(home):
    marie = home.browser("marie")
    page = marie.get("/data").text
    assert "30 days, then forgotten" in page
    assert "36 months after their end" in page

    assert keep(marie).status_code == 303

    retention = home.settings.household.retention
    assert (retention.movements, retention.incident_months) == (timedelta(days=60), 12)
    assert "60 days, then forgotten" in marie.get("/data").text
    home.wait(lambda: home.bench.loop.policy.retention == retention)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"days": "13"}, "within the bounds"),
        ({"days": "93"}, "within the bounds"),
        ({"months": "5"}, "within the bounds"),
        ({"months": "121"}, "within the bounds"),
        ({"months": "-7"}, "within the bounds"),
        ({"days": "²²"}, "within the bounds"),
        ({"password": "wrong"}, "password is not right"),
        ({"revision": "old"}, "changed the settings meanwhile"),
    ],
)
def test_what_cannot_be_kept_so_is_refused_in_words(home, form, why):
    before = home.settings.household
    answer = keep(home.browser("marie"), **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert f'value="{form.get("days", "60")}"' in answer.text
    assert home.settings.household == before


def test_nobody_but_the_family_says_how_long(home):
    form = {"days": "14", "months": "6", **WITH}
    assert home.browser("resident").post("/data/keep", form).status_code == 403
