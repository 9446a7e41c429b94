"""The demo's page: each deed as its form has it, what is to be seen of it, and who is kept out."""

import contextlib
import html
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest
from web_theatre import ORIGIN, Theatre, theatre

from hub.domain.facts import LifeSeen, Outcome
from hub.domain.policy import SensorKind
from hub.domain.records import Phase
from hub.errors import HubError
from hub.journal import Journal
from hub.sim import demo_words, web_demo
from hub.sim import story as stories
from hub.sim.demo_house import DemoHouse
from hub.sim.modem_state import SEARCHING
from hub.sim.web_demo import tales
from hub.sim.web_demo.look import ICONS
from hub.sim.web_demo.server import opened
from hub.sim.web_demo.stage import DEEDS, Stage
from hub.sim.web_demo.words import EN, FR

PARTS = {"notice", "flat", "time", "clock", "stand", "heard", "phones", "box", "tale", "log"}


@pytest.fixture
def there() -> Iterator[Theatre]:
    with theatre() as found:
        yield found


@pytest.fixture(scope="module")
def still() -> Iterator[Theatre]:
    """A house in which nothing is changed."""
    with theatre() as found:
        yield found


def phase(demo: DemoHouse) -> Phase | None:
    view = demo.house.view
    return view.incident.phase if view is not None and view.incident is not None else None


# --- what a visitor does ------------------------------------------------------------------------------------


def test_a_press_brings_paul_who_answers_arrives_and_ends_it(there):
    assert there.post("/do/press").status_code == 303
    assert "! Call heard" in there.page()
    there.wait(12)
    assert "ALERT Mrs Martin: help button at 14:00 (lounge)" in there.page("/?phone=Paul")
    there.post("/text", phone="Paul", words="1, 10 min")
    assert "→ Paul is going" in there.page()
    there.wait(60)
    there.post("/text", phone="Paul", words="3")
    assert "→ Paul is there" in there.page()
    there.wait(60)
    there.post("/text", phone="Paul", words="9 helped")

    assert "✓ All is well" in there.page()
    assert there.demo.house.state.incidents[10].outcome is Outcome.HELPED
    assert "It is over" in there.page()


def test_a_telephone_rings_is_picked_up_speaks_and_takes_a_key(there):
    there.wait(60)  # the phrases are in the modem
    there.post("/do/press")
    there.wait(12 + 180 + 3)
    assert "The box calls: the telephone rings." in there.page("/?phone=Paul")
    assert 'id="pick-up"' not in there.page("/?phone=Marie")

    there.post("/telephone", phone="Paul", act="pick_up")
    there.wait(20)
    page = html.unescape(there.page("/?phone=Paul"))
    assert "On the telephone with the box: press a key." in page
    assert "☎ « This is the telecare box of Mrs Martin. »" in page

    there.post("/telephone", phone="Paul", act="1")
    there.wait(10)
    page = html.unescape(there.page("/?phone=Paul"))
    assert "→ Paul is going" in page
    assert "☎ « Thank you. The others know that you are going. »" in page
    assert "On the telephone with the box" not in page


def test_a_call_that_is_refused_moves_on_and_what_does_not_ring_cannot_be_picked_up(there):
    there.post("/do/press")
    there.wait(12 + 180 + 3)
    there.post("/telephone", phone="Paul", act="put_down")
    there.wait(5)
    assert "The box calls" in there.page("/?phone=Anne")

    there.post("/telephone", phone="Tom", act="pick_up")
    assert "This telephone does not ring." in html.unescape(there.page())
    assert there.post("/telephone", phone="Tom", act="throw").status_code == 400


def test_a_press_that_is_held_takes_it_back(there):
    there.post("/do/hold")
    there.wait(5)

    assert there.demo.house.state.incidents[10].outcome is Outcome.CANCELLED


def test_the_pendant_calls_as_the_wall_button_does(there):
    there.post("/do/pendant")

    assert phase(there.demo) is Phase.WARNING


def test_a_click_on_a_room_is_a_walk_through_it(there):
    there.post("/touch", sensor="chambre")

    assert "Last movement: 0 s ago" in re.sub(r"\s*<[^>]*>\s*", " ", there.page())
    assert re.search(r'class="floor lit"[^>]*/>\s*<use href="#f-bedroom"', there.page())


def test_the_door_opens_and_closes_and_smoke_calls_at_once(there):
    there.post("/touch", sensor="entree")
    assert "OPEN" in there.page()
    there.post("/touch", sensor="entree")
    assert "OPEN" not in there.page()
    there.post("/touch", sensor="fumee")
    there.wait(1)

    assert "SMOKE!" in there.page()
    assert phase(there.demo) is Phase.ALERTING


def test_a_thermometer_can_be_set_off_and_put_right():
    with theatre("fr", "frost") as there:
        thermometer = next(each for each in there.demo.house.config.sensors if each.kind is SensorKind.TEMPERATURE)
        there.post("/touch", sensor=thermometer.id)
        assert "FROID" in there.page()
        there.post("/touch", sensor=thermometer.id)
        assert "FROID" not in there.page()
    assert set(ICONS) == set(SensorKind)


def test_the_power_goes_and_returns(there):
    there.post("/do/power")
    assert "✖ Nobody is watching" in there.page()
    assert "Power</strong> CUT" in there.page()
    there.post("/do/power")
    there.wait(90)

    assert "✓ All is well" in there.page()


def test_the_network_the_plug_and_the_battery_go_and_return(there):
    for deed, gone in (("network", "Network</strong> CUT"), ("plug", "Modem</strong> UNPLUGGED")):
        there.post(f"/do/{deed}")
        assert gone in there.page()
        there.post(f"/do/{deed}")
        assert gone not in there.page()
    there.post("/do/battery")
    there.wait(10)
    assert "device.offline/entree" in there.demo.house.state.faults
    there.post("/do/battery")
    there.wait(400)

    assert not there.demo.house.state.faults


def test_the_hub_is_killed_and_started_again_by_itself(there):
    there.post("/do/kill")
    assert there.demo.house.hub is None
    there.wait(5)

    assert there.demo.house.hub is not None


def test_to_the_next_deadline_passes_all_that_lies_before_it(there):
    there.post("/do/press")
    there.post("/do/go_on")

    assert phase(there.demo) is Phase.ALERTING


def test_every_deed_there_is_has_its_button(still):
    page = still.page()

    assert {f'action="/do/{deed}"' for deed in DEEDS} <= set(re.findall(r'action="/do/\w+"', page))


def test_what_cannot_be_done_is_said_until_something_can(there):
    there.post("/do/power")
    there.post("/do/kill")
    assert "! The box is off already." in there.page()
    there.post("/do/plug")
    assert "! Restore the power first." in there.page()
    there.post("/do/power")

    assert "Restore the power first" not in there.page()


def test_what_waits_is_told_with_its_countdown(there):
    assert re.search(r"With no movement, alert in <strong>4 h 0[78]</strong>.*>18:08<", there.page())
    there.post("/do/press")

    assert re.search(r"She can cancel. Or else Paul gets the alert in <strong>10 s</strong>", there.page())


def test_time_passes_as_fast_as_somebody_chose_or_not_at_all(there):
    before = there.demo.house.now()
    there.post("/pace", pace="60")
    there.stage.tick(0.5)
    assert (there.demo.house.now() - before).total_seconds() == pytest.approx(30)
    there.post("/pace", pace="0")
    there.stage.tick(0.5)

    assert (there.demo.house.now() - before).total_seconds() == pytest.approx(30)
    assert 'id="pace-0" aria-pressed="true"' in there.page()


def test_another_language_is_another_house(there):
    there.post("/begin", language="fr")

    assert "✓ Tout va bien" in there.page()
    assert '<html lang="fr">' in there.page()
    assert len(list(there.stage._folder.iterdir())) == 1  # of the house before nothing is left


def test_a_week_of_life_lies_behind_the_usual_house(there):
    with contextlib.closing(Journal(there.demo.house.config.hub.journal, read_only=True)) as journal:
        lives = [numbered.fact for numbered in journal.lives(there.demo.house.now() - timedelta(days=8))]

    assert len({life.at.date() for life in lives if isinstance(life, LifeSeen)}) == 8
    assert {life.source for life in lives if isinstance(life, LifeSeen)} == {"cuisine", "chambre", "entree"}


# --- stories ----------------------------------------------------------------------------------------------


def test_each_of_the_eight_stories_holds_in_another_language_too():
    """In French, the browser plays them (tests/browser/test_demo.py)."""
    assert len(tales.TALES) == 8
    with theatre("en") as there:
        for tale in tales.TALES:
            there.post("/begin", story=tale.story)
            script = there.demo.script
            assert script is not None
            while not script.is_over:
                there.stage.do(DemoHouse.go_on)
                assert not there.stage.trouble
            assert (script.failed, script.held > 1) == ([], True), tale.story
            assert EN.tales[tale.story][0] in there.page()
            assert there.demo.house.config.hub.language == "en"


def test_in_its_own_language_a_story_is_held_to_every_word(tmp_path):
    for tale in tales.TALES:
        told = stories.load(tale.story, tmp_path)
        assert tales.read(tale.story, "fr", tmp_path).steps == told.steps


def _form_of(page: str, button: str) -> dict[str, str]:
    """What the form with this button posts, besides its token."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if button in each)
    return {name: value for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form) if name != "csrf"}


@pytest.mark.parametrize("story", ["fall", "wall_button", "a file"])
def test_a_story_that_is_begun_again_or_in_another_language_stays_that_story(story, tmp_path):
    if story == "a file":
        story = str(tmp_path / 'my "own".story')
        Path(story).write_text((stories.STORIES / "wall_button.story").read_text("utf-8"), "utf-8")
    with theatre("fr", story) as there:
        for button in ('id="begin-again"', ">English<"):
            title, scene = there.demo.script.story.title, there.stage.scene
            form = {name: html.unescape(value) for name, value in _form_of(there.client.get("/").text, button).items()}
            assert there.post("/begin", **form).status_code == 303
            assert (there.demo.script.story.title, there.stage.scene) == (title, scene + 1)
        assert there.stage.language == "en"
        there.post("/begin", **_form_of(there.client.get("/").text, 'id="tale-none"'))
        assert there.demo.script is None


def test_a_story_whose_file_is_gone_is_said_and_the_house_stands(tmp_path):
    file = tmp_path / "own.story"
    file.write_text((stories.STORIES / "wall_button.story").read_text("utf-8"), "utf-8")
    with theatre("en", str(file)) as there:
        file.unlink()
        house = there.demo.house

        assert there.post("/begin", story=str(file)).status_code == 303
        assert "The story has stopped: there is no story" in there.page()
        assert there.demo.house is house


def test_a_story_that_cannot_go_on_says_why(there, tmp_path):
    there.stage.demo = DemoHouse.telling(
        stories.parse("Odd\n===\nIt is odd.\n\n14:00  nothing\n14:01  the moon is full\n", "odd", tmp_path)
    )
    there.wait(0)
    there.stage.do(lambda demo: demo.pass_time(120))

    assert "The story has stopped: odd, line 6" in there.page()
    assert there.demo.script is None


# --- live ---------------------------------------------------------------------------------------------------


def _seen(text: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f.]+)"', text)[1]


def test_what_has_not_changed_is_not_sent_again(there):
    seen = _seen(there.client.get("/").text)
    assert "hx-swap-oob" not in there.client.get("/live", query_string={"seen": seen}).text
    there.wait(1)

    answer = there.client.get("/live", query_string={"seen": seen}).text
    assert set(re.findall(r'id="part-(\w+)"', answer)) == {"time", "stand"}
    assert set(re.findall(r'id="part-(\w+)"', there.client.get("/live").text)) == PARTS


def test_a_deed_by_htmx_is_answered_with_what_it_changed(there):
    seen = _seen(there.client.get("/").text)
    answer = there.post("/do/press", headers={"HX-Request": "true"}, seen=seen)

    assert answer.status_code == 200
    assert "! Call heard" in answer.text
    assert "part-box" in answer.text  # its light
    assert "part-clock" not in answer.text


def test_what_changes_with_every_second_has_no_button_in_it(still):
    """One that is replaced between a finger's down and up is not pressed."""
    parts = re.split(r'<div id="part-(\w+)"', still.client.get("/live").text)
    made = dict(zip(parts[1::2], parts[2::2], strict=True))

    assert "<button" not in made["time"] + made["stand"] + made["heard"] + made["log"]


# --- who is kept out -----------------------------------------------------------------------------------------

POSTS = ["/do/press", "/touch", "/text", "/telephone", "/pace", "/begin", "/family"]


def test_every_form_of_the_page_is_among_those_that_are_tried_here(still):
    rules = [rule for rule in still.app.url_map.iter_rules() if "POST" in rule.methods]

    assert len(rules) == len(POSTS)


@pytest.mark.parametrize("path", POSTS)
def test_a_form_of_another_site_or_without_its_token_does_nothing(still, path):
    token = still.token()
    before = still.demo.house.state

    for form, origin in (
        ({"csrf": token}, {"Origin": "https://evil.example"}),
        ({"csrf": token}, {}),
        ({"csrf": "0" * 64}, ORIGIN),
        ({}, ORIGIN),
    ):
        assert still.client.post(path, data=form, headers=origin).status_code == 403
    assert still.client.get(path).status_code == 405
    assert still.demo.house.state == before


def test_under_another_name_nothing_is_shown(still):
    for host in ("evil.example", "127.0.0.1.evil.example", "a b"):
        assert still.client.get("/", headers={"Host": host}).status_code == 421
    for host in ("127.0.0.1:8080", "localhost:8080", "[::1]:8080"):
        assert still.client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/live", "/nowhere", "/?phone=Nobody", "/static/demo.css", "/hub/hub.css"])
def test_every_answer_carries_the_headers_and_nothing_is_written_into_the_page(still, path):
    with still.client.get(path) as answer:
        text = answer.text
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f"form-action 'self' http://localhost:{8081}/;" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:|https?://(?!127)", text)


def test_what_a_visitor_writes_is_text_and_bounded(there):
    there.post("/text", phone="Paul", words="<script>alert(1)</script>" + "x" * 700)

    assert "<script>alert" not in there.client.get("/?phone=Paul").text
    assert "&lt;script&gt;alert" in there.client.get("/?phone=Paul").text
    assert max(len(letter.text) for letter in there.demo.threads["Paul"]) == 600
    assert there.post("/text", phone="Paul", words="x" * 20_000).status_code == 413


def test_whoever_or_whatever_is_not_there_is_refused(there):
    assert there.post("/do/dance").status_code == 404
    assert there.post("/pace", pace="1e9").status_code == 400
    assert there.post("/begin", story="../../etc/passwd").status_code == 400
    assert there.post("/begin", language="xx").status_code == 400
    assert there.post("/family", person="mallory").status_code == 400
    there.post("/touch", sensor="../x")
    there.post("/text", phone="Nobody", words="1")

    assert "There is no motion detector there." not in there.page()
    assert "Nobody" not in there.demo.threads


def test_errors_are_told_under_the_same_bar(still):
    answer = still.client.get("/nowhere")

    assert answer.status_code == 404
    assert "DEMO" in answer.text


# --- served -------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_said_and_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HubError, match=f"cannot have port {port}"), opened("en", port=port):
            pass
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_the_address_in_one_line_and_ends_with_sigterm(tmp_path):
    command = [sys.executable, "-m", "hub", "demo", "--language", "en", "--port", "0"]
    environment = {"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment
    ) as process:
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=20)

    assert re.fullmatch(r"The demo is at http://127\.0\.0\.1:\d+/ .+ answer 1 as Paul; Ctrl-C ends it\.\n", line)
    assert (rest, errors, process.returncode) == ("", "", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_story_of_the_command_line_plays_on_the_page():
    with theatre("fr", "wall_button") as there:
        there.post("/do/go_on")

        assert "A neighbour goes" in there.page()
        assert phase(there.demo) is Phase.WARNING


def test_the_wheel_has_every_file_of_it():
    root = Path(web_demo.__file__).parents[3]
    package_data = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    kept = {path for pattern in package_data["hub"] for path in (root / "hub").glob(pattern)}
    files = {path for path in Path(web_demo.__file__).parent.rglob("*.*") if path.suffix not in (".py", ".pyc")}

    assert len(files) > 15
    assert files <= kept


# --- words ----------------------------------------------------------------------------------------------------


def _places(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def test_both_languages_say_the_same_with_the_same_values():
    for field in fields(FR):
        french, english = getattr(FR, field.name), getattr(EN, field.name)
        assert type(french) is type(english), field.name
        if isinstance(french, str):
            assert _places(french) == _places(english), field.name
        else:
            assert french.keys() == english.keys(), field.name


def test_every_word_of_the_page_is_said_somewhere_and_in_one_place():
    folder = Path(web_demo.__file__).parent
    page = [*folder.glob("templates/*.html"), *folder.glob("*.py")]
    used = set(re.findall(r"\b(?:page|LANGUAGES\[language\])\.(\w+)", "".join(map(Path.read_text, page))))
    used |= set(re.findall(r"\bdemo\.(\w+)", "".join(map(Path.read_text, folder.glob("family/*.html")))))

    assert {field.name for field in fields(FR)} <= used
    for own, screen in ((FR, demo_words.FR), (EN, demo_words.EN)):
        said = [getattr(screen, field.name) for field in fields(screen)]
        assert [field.name for field in fields(own) if getattr(own, field.name) in said] == []


def test_there_are_words_for_every_kind_of_sensor_and_story():
    assert set(FR.touch) == set(SensorKind)
    assert set(FR.tales) == set(tales.BY_NAME)


def test_the_lost_network_is_the_modems(there: Theatre) -> None:
    there.post("/do/network")

    assert there.demo.house.modem.coverage == SEARCHING


def test_a_bug_of_the_house_stops_its_clock_and_is_said(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "en", has_broker=False)

    def broken(_seconds: float) -> None:
        stage._stopping.set()
        raise ZeroDivisionError("odd")

    stage.tick = broken  # type: ignore[method-assign]
    stage.start()
    stage._thread.join(10)

    assert stage.is_paused
    assert stage.trouble == "ZeroDivisionError: odd"
    stage.stop()
