"""The command line: what each command prints and how it ends (CONTRACT), and that its help shows how it is used."""

import argparse
import json
import logging
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub import __version__, cli
from hub.cli import main
from hub.control import ControlServer
from hub.sim.made_home import write_home
from tests.system.world import EXAMPLES, World
from tests.test_offline import live, running

COMMANDS = {
    "run",
    "demo",
    "check",
    "status",
    "log",
    "replay",
    "month",
    "answer",
    "close",
    "drill",
    "household export",
    "household import",
}


def parsers(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield name, parser
    for action in below:
        for word, inner in action.choices.items():
            yield from parsers(inner, f"{name} {word}".strip())


ALL = dict(parsers(cli._parser()))


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def killed(world) -> World:
    live(world)
    return world


@pytest.fixture
def hub(world):
    """A command on this hub: its exit status."""

    def command(*words: str) -> int:
        return main([*words, "--config", str(world.config)])

    return command


# --- help ---------------------------------------------------------------------------------------------


def test_every_command_of_the_contract_is_there():
    assert ALL.keys() >= COMMANDS


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example_that_it_understands(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    _, _, example = shown.rpartition("Example: telecare-hub ")
    assert example.startswith(name)
    options = cli._parser().parse_args(example.split())
    assert callable(options.command)


@pytest.mark.parametrize("name", ALL)
def test_every_option_says_what_it_is(name):
    assert all(action.help for action in ALL[name]._actions)


@pytest.mark.parametrize("words", [[], ["dance"], ["answer"], ["answer", "x", "--by", "paul"], ["answer", "1"]])
def test_what_is_no_command_ends_with_two_and_says_what_is(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: telecare-hub" in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"telecare-hub {__version__}\n"


def test_it_is_a_module_too():
    told = subprocess.run([sys.executable, "-m", "hub", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout == f"telecare-hub {__version__}\n"


# --- replay -------------------------------------------------------------------------------------------


def test_the_familys_rules_are_tried_on_what_is_on_record(hub, killed, capsys):
    assert hub("replay", "--language", "en") == 0
    assert capsys.readouterr().out

    assert hub("replay", "--window", "07:00-10:00", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rules"][0]["rule"]["from"] == "07:00"


def test_the_learned_silence_can_be_tried_before_it_is_wanted(hub, killed, capsys):
    assert hub("replay", "--learned", "2", "--language", "en") == 0
    assert "Learned silence (false alarms accepted: 2 a month)" in capsys.readouterr().out


def test_an_hour_of_return_can_be_tried(hub, killed, capsys):
    assert hub("replay", "--home-by", "20:30", "--language", "en") == 0
    told = capsys.readouterr().out
    assert "Home by 20:30: would have worried nobody" in told
    assert "Home by 18:30" in told
    assert "lay still" not in told

    assert hub("replay", "--home-by", "20:30", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rules"][0]["rule"] == {"home_by": "", "at": "20:30", "days": "daily"}
    assert hub("replay", "--home-by", "late") == 2
    assert "--home-by" in capsys.readouterr().err


def test_a_door_and_a_bed_can_be_tried_where_there_is_one(hub, killed, capsys):
    assert hub("replay", "--door", "entree", "--bed", "lit", "--language", "en") == 0
    told = capsys.readouterr().out
    assert "Door open for 20 min at most" in told
    assert "Back in bed within 1 h" in told
    assert hub("replay", "--door", "entre") == 2
    assert 'there is no door or bed "entre" in it; did you mean "entree"?' in capsys.readouterr().err


def test_frost_and_heat_can_be_tried(hub, killed, tmp_path, capsys):
    assert hub("replay", "--frost", "8", "--heat", "32", "--lasting", "2h", "--language", "en") == 0
    told = capsys.readouterr().out
    assert "Below 8 °C for 2 h: how warm it was is not on record" in told
    assert "Above 32 °C for 2 h" in told
    assert hub("replay", "--frost", "40") == 2
    assert "--frost '40': write a whole number from -10 to 18" in capsys.readouterr().err
    assert hub("replay", "--lasting", "2h") == 2
    assert "--lasting belongs to --frost or --heat" in capsys.readouterr().err


def test_how_warm_it_was_is_known_of_a_file_too(tmp_path, capsys):
    moments = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(500)]
    lines = [f"{at.isoformat()},cave,temperature,{5 + hour // 100}\n" for hour, at in enumerate(moments)]
    (tmp_path / "events.csv").write_text("".join(lines))
    (tmp_path / "moves.csv").write_text("2026-03-01T09:00:00,cuisine,motion,on\n")
    rules = tmp_path / "rules.toml"
    rules.write_text((EXAMPLES / "household.toml").read_text().replace('sensors = ["salon_temp"]\n', ""))
    command = ["--rules", str(rules), "--config", str(tmp_path / "none.toml"), "--json"]

    assert main(["replay", str(tmp_path / "events.csv"), *command]) == 0
    told, _ = capsys.readouterr()
    (frost,) = [each for each in json.loads(told)["rules"] if each["rule"].get("climate") == "cold"]
    assert [alarm["at"] for alarm in frost["alarms"]] == ["2026-03-01T01:00:00Z"]
    assert main(["replay", str(tmp_path / "moves.csv"), *command]) == 0
    assert "there is no thermometer in" in capsys.readouterr().err


def test_what_is_no_rule_is_told_with_what_to_write(hub, killed, capsys):
    assert hub("replay", "--silence", "four hours") == 2
    assert "--silence" in capsys.readouterr().err


@pytest.fixture
def events(tmp_path) -> Path:
    """Three weeks of a made home, packed, and a day on which nobody got up."""
    write_home(tmp_path, 21, seed=1)
    lines = (tmp_path / "made.csv").read_text().splitlines(keepends=True)
    file = tmp_path / "events.csv.xz"
    file.write_bytes(lzma.compress("".join(line for line in lines if "2026-01-20" not in line).encode()))
    return file


def test_a_household_is_tried_on_a_recorded_past_without_any_hub(events, tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text((EXAMPLES / "household.toml").read_text())
    command = ["replay", str(events), "--rules", str(rules), "--config", str(tmp_path / "none.toml")]

    assert main([*command, "--json"]) == 0
    told, warned = capsys.readouterr()
    found = json.loads(told)
    window = next(each for each in found["rules"] if each["rule"].get("window"))
    assert found["days"] == 21
    assert [alarm["at"][:10] for alarm in window["alarms"]] == ["2026-01-20"]
    assert "none.toml is not there: times are read as those of Europe/Paris" in warned
    assert main([*command, "--language", "en"]) == 0
    assert "would have worried people once in 21 days" in capsys.readouterr().out
    assert main([*command, "--days", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["days"] == 5


def test_how_doors_and_beds_stood_is_known_of_a_file_too(tmp_path, capsys):
    days = [
        f"2026-03-{day:02}T{hour},{thing},{value}\n"
        for day in range(1, 22)
        for hour, thing, value in (
            ("02:00:00", "Lit,item", "off"),
            ("02:20:00" if day != 7 else "03:40:00", "Lit,item", "on"),
            ("09:00:00", "entree,motion", "on"),
            ("09:00:01", "entree,door", "on"),
            ("09:10:00" if day != 9 else "11:00:00", "entree,door", "off"),
            ("21:00:00", "Lit,item", "on"),
        )
    ]
    (tmp_path / "events.csv").write_text("".join(days))
    rules = tmp_path / "rules.toml"
    rules.write_text((EXAMPLES / "household.toml").read_text().replace('"22:00-07:00"', '"08:00-20:00"'))
    command = ["replay", str(tmp_path / "events.csv"), "--rules", str(rules), "--config", str(tmp_path / "none.toml")]

    assert main([*command, "--json"]) == 0
    told, warned = capsys.readouterr()
    found = {name: each for each in json.loads(told)["rules"] for name in each["rule"]}
    assert [alarm["at"] for alarm in found["door"]["alarms"]] == ["2026-03-09T08:20:01Z"]
    assert 'there is no door or bed "lit" in' in warned
    assert "bed" not in found

    assert main([*command, "--bed", "Lit", "--json"]) == 0
    (bed,) = json.loads(capsys.readouterr().out)["rules"]
    assert [alarm["since"] for alarm in bed["alarms"]] == ["2026-03-07T01:00:00Z"]
    assert main([*command, "--door", "Porte"]) == 2
    assert 'there is no door or bed "Porte" in it' in capsys.readouterr().err


def test_which_door_is_the_entrance_is_known_from_hub_toml_or_is_a_warning(events, world, tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text((EXAMPLES / "household.toml").read_text() + '[[home_by]]\nname = "late"\nat = "21:00"\n')
    command = ["replay", str(events), "--rules", str(rules), "--json"]
    tried = []
    for config in (tmp_path / "none.toml", world.config):
        assert main([*command, "--config", str(config)]) == 0
        told, warned = capsys.readouterr()
        tried.append("late" in {each["rule"].get("home_by") for each in json.loads(told)["rules"]})
        assert ("[[home_by]] and [door_away] are left out" in warned) is not tried[-1]

    assert tried == [False, True]


def test_a_household_is_tried_on_this_homes_past_and_its_own_rules_on_another(hub, killed, events, tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text(killed.config.with_name("household.toml").read_text().replace('longest = "4h"', 'longest = "5h"'))

    assert hub("replay", "--rules", str(rules), "--json") == 0
    assert "5h" in {each["rule"].get("longest") for each in json.loads(capsys.readouterr().out)["rules"]}
    assert hub("replay", str(events), "--json") == 0
    told, warned = capsys.readouterr()
    assert json.loads(told)["days"] == 21
    assert "is not there" not in warned


def test_a_recorded_past_or_rules_with_mistakes_end_with_two_and_say_what_to_write(events, tmp_path, capsys):
    rules, odd, none = tmp_path / "rules.toml", tmp_path / "odd.csv", tmp_path / "none"
    example = (EXAMPLES / "household.toml").read_text()
    rules.write_text(example)
    odd.write_text("once upon a time")
    for words, said in (
        ([odd, "--rules", rules], "timestamp_iso,sensor_id,kind,value"),
        ([none, "--rules", rules], "write the place of a recorded past"),
        ([events, "--rules", none], "write the place of a household.toml"),
        ([events, "--rules", odd], "this is not TOML"),
    ):
        assert main(["replay", *map(str, words), "--config", str(none)]) == 2
        assert said in capsys.readouterr().err
    rules.write_text(example.replace('sign = "any"', 'sign = "cuisin"'))
    assert main(["replay", str(events), "--rules", str(rules), "--config", str(none)]) == 2
    assert 'did you mean "cuisine"?' in capsys.readouterr().err


# --- month --------------------------------------------------------------------------------------------


def test_what_the_silences_of_a_month_came_to(hub, killed, capsys):
    assert hub("month", "2026-03", "--language", "en") == 0
    assert capsys.readouterr().out.startswith("03/2026: questions about a silence: ")

    assert hub("month", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["asked"] == len(found["silences"])


def test_what_is_no_month_is_told_with_what_to_write(hub, killed, capsys):
    assert hub("month", "march") == 2
    assert "write 2026-03" in capsys.readouterr().err


# --- check --------------------------------------------------------------------------------------------


def test_check_of_two_good_files(hub, world, capsys):
    assert hub("check") == 0
    assert "in order" in capsys.readouterr().out
    assert not world.data.exists(), "and nothing is written"


# What stands there, what is written in its place, and the words that tell of it: five mistakes in each file.
MISTAKES = [
    ("hub", 'timezone = "Europe/Paris"', 'timezone = "Europe/Pari"', "timezone = 'Europe/Pari'"),
    ("hub", 'factory = "mock"', 'factory = "lgpoi"', "factory = 'lgpoi'"),
    ("hub", 'source = "gpio:17"', 'source = "gpio:99"', "gpio:99"),
    ("hub", 'kind = "motion"', 'kind = "moton"', 'did you mean "motion"'),
    ("hub", "[watch]", "[wach]", 'did you mean "watch"'),
    ("household", 'phone = "+33622222222"', 'fone = "+33622222222"', 'did you mean "phone"'),
    ("household", 'phone = "+33633333333"', 'phone = "0633333333"', "'0633333333'"),
    ("household", 'role = "admin"', 'role = "boss"', "role = 'boss'"),
    ("household", 'from = "07:00"', 'from = "7h"', "from = '7h'"),
    ("household", 'longest = "4h"', 'longest = "4 hours"', "longest = '4 hours'"),
]


def test_check_tells_ten_mistakes_at_once_each_in_its_own_words(hub, world, capsys):
    for file, found, here, _ in MISTAKES:
        world.edit(found, here, household=file == "household")

    assert hub("check") == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    where = [next(n for n, line in enumerate(lines) if words in line) for _, _, _, words in MISTAKES]
    assert len(set(where)) == len(MISTAKES), "no two of them on one line"
    hub_toml, household = (n for n, line in enumerate(lines) if line.endswith("mistake(s):"))
    assert str(world.config) in lines[hub_toml]
    assert str(world.folder / "household.toml") in lines[household]
    assert all((n < household) is (file == "hub") for n, (file, *_) in zip(where, MISTAKES, strict=True))


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
def test_check_warns_of_files_that_everybody_may_read_for_secrets_are_in_them(hub, world, capsys, mode):
    files = [world.config, world.config.with_name("household.toml")]
    for file in files:
        file.chmod(mode)

    assert hub("check") == 0, "a warning, and no refusal"
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"warning: {file}: secrets are in it, and others may read it (mode {mode:04o}); run chmod 600 {file}"
        for file in files
    ]
    assert "are in order" in said.out


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_check_says_nothing_of_files_that_only_the_hub_and_its_group_may_read(hub, world, capsys, mode):
    for file in (world.config, world.config.with_name("household.toml")):
        file.chmod(mode)

    assert hub("check") == 0
    assert capsys.readouterr().err == ""


def test_check_warns_beside_the_mistakes(hub, world, capsys):
    world.config.write_text("[modem]\nprot = 1\n")
    world.config.chmod(0o644)

    assert hub("check") == 2
    told = capsys.readouterr().err
    assert told.startswith("warning: ")
    assert 'unknown key "prot"' in told


def test_check_warns_of_a_file_of_the_power_that_is_not_there(hub, world, capsys):
    for file in (world.config, world.config.with_name("household.toml")):
        file.chmod(0o600)
    with world.config.open("a") as more:
        more.write('\n[power]\nmains_file = "/sys/class/power_supply/gone/online"\n')

    assert hub("check") == 0
    assert "'/sys/class/power_supply/gone/online' is not there now" in capsys.readouterr().err


def test_check_of_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["check", "--config", str(tmp_path / "hub.toml")]) == 2
    assert str(tmp_path / "hub.toml") in capsys.readouterr().err


# --- status and log -----------------------------------------------------------------------------------


def test_status_of_a_running_hub(hub, world, capsys):
    with running(world):
        assert hub("status") == 0
        assert hub("status", "--json") == 0
    *lines, as_json = capsys.readouterr().out.splitlines()
    assert "runs" in lines[0]
    assert json.loads(as_json)["running"] is True


def test_status_of_a_hub_that_is_down(hub, killed, capsys):
    assert hub("status") == 1
    assert "DOES NOT RUN" in capsys.readouterr().out


def test_log_of_an_incident_for_people_and_for_programs(hub, killed, capsys):
    assert hub("log", "10") == 0
    assert "Paul" in capsys.readouterr().out
    assert hub("log", "--json") == 0
    assert {"seq", "fact", "at"} <= json.loads(capsys.readouterr().out.splitlines()[0]).keys()


def test_what_cannot_be_told_is_one_line_and_the_status_one(hub, killed, world, capsys):
    assert hub("log", "99") == 1
    assert (
        capsys.readouterr().err == "telecare-hub: there is no incident 99; `telecare-hub log` tells the newest facts\n"
    )
    (world.data / "journal.sqlite3").unlink()
    assert hub("log") == 1
    assert "no hub has run here yet" in capsys.readouterr().err


@pytest.mark.parametrize("reads", [0, 1])
def test_a_reader_that_has_seen_enough_ends_it_without_a_word(killed, reads):
    process = subprocess.Popen(
        [sys.executable, "-m", "hub", "log", "--config", str(killed.config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(reads):
        process.stdout.readline()
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == b""
    assert process.wait(20) == 0


# --- answer and close ---------------------------------------------------------------------------------


def test_an_incident_is_answered_and_closed(hub, world, capsys):
    with running(world) as bench:
        answered = ask_until_open(bench, hub)
        assert hub("answer", answered, "--by", "paul") == 0
        assert bench.state.incidents[int(answered)].answered_by == "paul"
        assert hub("close", answered) == 0
        assert not bench.state.incidents[int(answered)].is_open
        assert hub("close", answered, "--outcome", "emergency") == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert captured.err.startswith("telecare-hub: ")


def test_a_drill_asks_a_small_answer_of_every_phone(hub, world, capsys):
    with running(world) as bench:
        before = set(bench.state.outbox)
        assert hub("drill") == 0
        asked = {bench.state.outbox[number].person for number in set(bench.state.outbox) - before}
    assert asked == {"paul", "marie"}


def test_without_a_hub_there_is_no_drill(hub, killed, capsys):
    assert hub("drill") == 1
    assert "start it with `telecare-hub run`" in capsys.readouterr().err


def ask_until_open(bench, hub) -> str:
    from hub.control import ask

    assert ask(bench.path.parent, {"do": "command", "action": "trigger"})["ok"]
    return str(next(iter(bench.state.incidents)))


def test_without_a_hub_one_is_told_how_to_start_it(hub, killed, capsys):
    assert hub("answer", "10", "--by", "paul") == 1
    assert "start it with `telecare-hub run`" in capsys.readouterr().err


# --- household ----------------------------------------------------------------------------------------


def test_the_household_goes_out_and_comes_in_again(hub, world, tmp_path, capsys):
    file = tmp_path / "out.toml"
    assert hub("household", "export", str(file)) == 0
    assert file.stat().st_mode & 0o777 == 0o600, "key codes are in it"
    file.write_text(file.read_text().replace("Mme Martin", "M. Durand"))
    assert hub("household", "import", str(file)) == 0
    assert "at its next start" in capsys.readouterr().out
    assert hub("household", "export", "-") == 0
    assert "M. Durand" in capsys.readouterr().out


def test_a_file_that_others_could_read_is_not_left_so(hub, tmp_path):
    file = tmp_path / "out.toml"
    assert hub("household", "export", str(file)) == 0
    file.write_text(file.read_text() + "# old\n")
    file.chmod(0o644)
    assert hub("household", "export", str(file)) == 0

    assert file.stat().st_mode & 0o777 == 0o600
    assert "old" not in file.read_text()


def test_what_is_no_household_is_not_written_over(hub, tmp_path, capsys):
    file = tmp_path / "hub.toml"
    before = file.read_text() if file.exists() else file.write_text("# something else\n") and "# something else\n"
    assert hub("household", "export", str(file)) == 2

    assert file.read_text() == before
    assert "is no household" in capsys.readouterr().err


def test_a_household_that_waits_for_a_sensor_which_is_not_there_is_not_taken_up(hub, tmp_path, capsys):
    file = tmp_path / "new.toml"
    assert hub("household", "export", str(file)) == 0
    window = '[[window]]\nname = "soir"\nfrom = "18:00"\nto = "20:00"\nsign = "cuisin"\n'
    file.write_text(file.read_text() + window)
    assert hub("household", "import", str(file)) == 2

    assert 'there is no [[sensor]] "cuisin"' in capsys.readouterr().err


def test_the_household_may_go_where_no_file_is(hub):
    assert hub("household", "export", os.devnull) == 0
    assert Path(os.devnull).stat().st_mode & 0o666 == 0o666


def test_a_place_that_takes_no_file_is_told(hub, tmp_path, capsys):
    assert hub("household", "export", str(tmp_path / "no such folder" / "out.toml")) == 2
    assert "it cannot be written: No such file or directory" in capsys.readouterr().err


def test_a_household_with_mistakes_is_refused_with_all_of_them(hub, tmp_path, capsys):
    file = tmp_path / "in.toml"
    file.write_text('[resident]\nname = ""\n[[wave]]\npeople = ["paul"]\n')
    assert hub("household", "import", str(file)) == 2
    assert f"{file} has" in capsys.readouterr().err


# --- run and demo -------------------------------------------------------------------------------------


@pytest.fixture
def unchanged_log():
    """`run` sets the log up for its process; this one has other tests."""
    root = logging.getLogger()
    before = root.level
    yield
    root.setLevel(before)


def test_a_first_start_with_nothing_known_good_ends_with_two_and_all_mistakes(hub, world, capsys, unchanged_log):
    world.edit('country = "FR"', 'country = "France"')
    world.edit('role = "admin"', 'role = "boss"', household=True)

    assert hub("run") == 2
    told = capsys.readouterr().err
    assert "France" in told
    assert "boss" in told


def test_a_second_hub_on_the_same_data_is_refused(hub, world, capsys, unchanged_log):
    server = ControlServer(world.data, dict)
    server.claim()
    try:
        assert hub("run") == 1
    finally:
        server.stop()
    assert "another hub runs on" in capsys.readouterr().err


def test_the_demo_plays_a_story_and_says_what_the_hub_did(capsys):
    assert main(["demo", "--headless", "--story", "wall_button", "--language", "fr"]) == 0
    assert capsys.readouterr().out
