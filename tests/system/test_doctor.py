"""The doctor's words: what is known of each device, what fails and what to do; with a hub that runs, and without."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub import copies
from hub.config import parse
from hub.doctor import Finding, Seen, Verdict, _findings, as_json, as_lines
from hub.domain.facts import SmsKept
from hub.domain.inputs import FaultCleared, FaultSeen, LinkChanged, Observed
from tests.mosquitto import wait_until
from tests.system.world import EXAMPLES, World

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WELL = {
    "roads": {"sms": True, "mqtt": True, "call": True},
    "readings": {"operator": "Orange F", "signal_dbm": -71},
    "clock_trusted": True,
    "is_running": True,
}


@pytest.fixture
def config(tmp_path):
    found = parse((EXAMPLES / "hub.toml").read_text(), tmp_path / "hub.toml")
    return replace(found, hub=replace(found.hub, data_dir=tmp_path))


def findings(config, **known: object) -> dict[str, Finding]:
    return {each.what: each for each in _findings(config, Seen(**{**WELL, **known}))}


def test_a_home_without_faults_passes_but_for_what_nobody_can_prove_from_here(config):
    found = findings(config)

    assert [what for what, each in found.items() if each.verdict is Verdict.FAIL] == []
    assert [what for what, each in found.items() if each.verdict is Verdict.UNPROVEN] == ["copies", "outside watcher"]
    assert found["network"].words == "Orange F, signal -71 dBm"
    assert "ping_url" in found["outside watcher"].words


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("modem.absent", "modem"),
        ("sim.pin_wrong", "SIM"),
        ("gsm.no_network", "network"),
        ("gpio.denied", "pins"),
        ("indicator.busy", "light and buzzer"),
        ("speech.absent", "voice"),
        ("mqtt.refused", "broker"),
        ("power.hot", "mains and heat"),
        ("disk.full", "disk"),
        ("journal.broken", "disk"),
        ("backup.failed", "copies"),
        ("settings.rejected", "settings.rejected"),
        ("device.silent/cuisine", "device.silent/cuisine"),
    ],
)
def test_a_fault_fails_the_thing_that_it_is_about_and_says_what_to_do(config, fault, what):
    found = findings(config, faults={fault: "do this"})

    assert [each for each, told in found.items() if told.verdict is Verdict.FAIL] == [what]
    assert "do this" in found[what].words


def test_what_was_not_heard_yet_is_not_proven(config):
    found = findings(config, roads={}, readings={}, clock_trusted=False, is_running=False, down=("person:paul",))

    unproven = [what for what, each in found.items() if each.verdict is Verdict.UNPROVEN]
    assert unproven == ["hub", "modem", "SIM", "network", "broker", "copies", "clock", "outside watcher", "person:paul"]


def test_a_modem_that_cannot_telephone_is_told(config):
    assert findings(config, roads={"sms": True})["calls"].verdict is Verdict.UNPROVEN
    assert "calls" not in findings(config)


def test_a_folder_that_takes_nothing_fails(config, tmp_path):
    found = findings(replace(config, hub=replace(config.hub, data_dir=tmp_path / "nowhere")))

    assert found["disk"].verdict is Verdict.FAIL
    assert "nowhere takes nothing" in found["disk"].words


def test_it_says_when_the_last_copy_was_made_and_why_there_is_none(config, tmp_path):
    copies.write(tmp_path, copies.Copies(AT, AT, "telecare-7f3a9c-2026-03-02.zip"))
    found = findings(config)["copies"]
    assert (found.verdict, found.words) == (
        Verdict.PASS,
        "the last one, telecare-7f3a9c-2026-03-02.zip, was made on 2026-03-02 10:00 UTC",
    )

    copies.write(tmp_path, copies.Copies(AT, AT, "telecare-7f3a9c-2026-03-02.zip", "the stick is full"))
    assert findings(config)["copies"] == Finding("copies", Verdict.FAIL, "backup.failed: the stick is full")


def test_what_drivers_post_is_taken():
    seen = Seen()
    for what in (
        FaultSeen(AT, "modem.absent", "plug it in"),
        LinkChanged(AT, "sms", up=True),
        Observed(AT, "signal_dbm", -71),
        FaultCleared(AT, "modem.absent"),
        FaultCleared(AT, "never.seen"),
    ):
        seen.take(what)

    assert (seen.faults, seen.roads, seen.readings) == ({}, {"sms": True}, {"signal_dbm": -71})


def test_the_lines_and_the_json_say_the_same(config):
    found = list(_findings(config, Seen(faults={"modem.absent": "plug it in"})))

    lines, told = as_lines(found), as_json(found)
    assert len(lines) == len(told)
    for line, each in zip(lines, told, strict=True):
        assert line.startswith(each["verdict"])
        assert line.endswith(each["words"])
    assert json.loads(json.dumps(told)) == told


def doctor(home: World) -> tuple[int, dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "hub", "doctor", "--json", "--config", str(home.config)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"RUNTIME_DIRECTORY": str(home.run)},
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout, done.stderr
    return done.returncode, {each["what"]: each["verdict"] for each in json.loads(done.stdout)}


def test_a_hub_that_runs_is_asked(tmp_path):
    with World(tmp_path) as home:
        home.start().ready()
        status, found = doctor(home)

    assert status == 0, found
    assert (found["hub"], found["modem"], found["network"]) == ("pass", "pass", "pass")


def test_without_one_the_modem_is_tried_and_its_texts_stay(tmp_path):
    with World(tmp_path) as home:
        home.start().ready()
        home.stop()
        home.network.deliver("+33622222222", "bonjour")
        status, found = doctor(home)
        assert status == 0, found
        assert (found["hub"], found["modem"], found["disk"]) == ("not proven", "pass", "pass")

        home.pty.unplug()
        status, found = doctor(home)
        assert status == 1
        assert (found["modem"], found["SIM"]) == ("fail", "not proven")

        # And the hub reads what waited.
        home.pty.replug()
        home.start().ready()
        wait_until(lambda: "bonjour" in [fact.text for fact in home.journal() if isinstance(fact, SmsKept)])
