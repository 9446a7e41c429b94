import os
import pty
import subprocess
import sys

import pytest

from hub.sim import story
from hub.sim.demo import play


def demo(*options, **more):
    command = [sys.executable, "-m", "hub", "demo", *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False, **more)


@pytest.fixture
def wrong_story(tmp_path):
    file = tmp_path / "wrong.story"
    file.write_text(
        'Wrong\n=====\nPaul gets other words.\n\n14:00  the button "salon" is pressed\n'
        '       -> Paul gets "Bonjour"\n       -> the incident is alerting\n'
    )
    return file


def test_a_story_is_told_from_its_title_to_its_verdict():
    done = demo("--headless", "--story", "wall_button")

    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert done.stderr == ""
    assert lines[0] == "A neighbour goes"
    assert "Mme Martin presses the button in her living room." in lines[2]
    assert '14:02:00  the button "salon" is pressed' in lines
    assert any("SMS →  Paul: ALERTE Mme Martin: bouton d'appel à 14h02 (salon)." in line for line in lines)
    assert lines.index('14:04:00  Paul texts "1, 10 min"') < lines.index("14:04:00    light  coming")
    checks = sum(len(step.expected) for step in story.load("wall_button", story.HOUSE).steps)
    assert lines[-1] == f"{checks} expectations hold"


def test_what_does_not_hold_ends_the_story_with_a_1_and_says_what_was_seen_instead(wrong_story):
    done = demo("--headless", "--story", str(wrong_story))

    assert done.returncode == 1
    end = done.stdout.split("1 of 2 expectations FAILED\n")[1]
    assert end.startswith('line 6: -> Paul gets "Bonjour"')
    assert "Paul got «ALERTE Mme Martin: bouton d'appel à 14h00 (salon)." in end


def test_the_same_story_is_told_in_the_same_words_each_time(capsys):
    def told():
        assert play(story="nobody_answers", headless=True, speed=1, language="fr") == 0
        return capsys.readouterr().out

    assert told() == told()


def test_an_unknown_story_is_answered_with_those_there_are():
    done = demo("--headless", "--story", "wall_buton")

    assert done.returncode == 1
    assert done.stdout == ""
    assert "there is no story 'wall_buton'" in done.stderr
    assert all(name in done.stderr for name in story.names())
    assert "Traceback" not in done.stderr


def test_an_unknown_story_is_no_page_either(tmp_path):
    done = demo("--story", "wall_buton", "--port", "0", env={**os.environ, "TMPDIR": str(tmp_path)})

    assert done.returncode == 1
    assert "there is no story 'wall_buton'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_headless_without_a_story_says_what_to_write():
    done = demo("--headless")

    assert done.returncode == 2
    assert "telecare-hub demo --headless --story wall_button" in done.stderr
    assert all(name in done.stderr for name in story.names())


def test_without_a_terminal_the_screen_says_what_to_do_instead():
    done = demo("--terminal", stdin=subprocess.DEVNULL)

    assert done.returncode == 2
    assert "--terminal needs a terminal" in done.stderr
    assert "telecare-hub demo --headless --story wall_button" in done.stderr


def test_a_speed_that_is_none_is_refused():
    assert "--speed 0: write a number above 0" in demo("--speed", "0").stderr


def test_the_demo_starts_in_a_real_terminal_and_ends_with_q():
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "hub", "demo", "--terminal", "--language", "en"]
    terminal = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=os.environ | terminal)
    os.close(its)
    screen = _read_until(ours, b"All is well")
    os.write(ours, b"q")
    screen += _read_until(ours, b"\x1b[?1049l")  # the terminal is given back as it was

    assert process.wait(20) == 0
    os.close(ours)
    assert b"DEMO" in screen
    assert b"Traceback" not in screen


def _read_until(terminal, words):
    read = b""
    while words not in read:
        read += os.read(terminal, 65536)
    return read
