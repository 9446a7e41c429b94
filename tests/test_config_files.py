"""Both files together: what holds when a file is broken, gone, or names what is not there."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.domain.policy import Policy
from hub.errors import ConfigError
from hub.household_store import HouseholdStore
from hub.reading import LARGEST_FILE
from hub.settings import LAST_GOOD, in_force, load, load_or_last_good, to_policy

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUSEHOLD = """
[resident]
name = "Mme Martin"
[[person]]
id = "paul"
name = "Paul"
phone = "+33622222222"
consent = true
[[wave]]
people = ["all"]
"""
BROKEN = "[hub\n"


class Home:
    """A folder as /etc/telecare-hub and /var/lib/telecare-hub are."""

    def __init__(self, folder: Path) -> None:
        self.hub_toml = folder / "hub.toml"
        self.household_toml = folder / "household.toml"
        self.machine_id = folder / "machine-id"
        self.data_dir = folder / "data"
        self.machine_id.write_text("0123456789abcdef0123456789abcdef\n")
        self.household_toml.write_text(HOUSEHOLD)
        self.write("")

    def write(self, text: str) -> None:
        """Write hub.toml, with this home's data_dir."""
        self.hub_toml.write_text(f'[hub]\ndata_dir = "data"\n{text}')

    def start(self):
        return in_force(self.hub_toml, AT, self.machine_id)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def told(refused) -> str:
    return str(refused.value)


def test_a_first_start_takes_both_files_and_keeps_them(home):
    started = home.start()

    assert started.mistakes == ()
    assert started.policy.people[0].name == "Paul"
    assert (home.data_dir / LAST_GOOD).read_text() == home.hub_toml.read_text()
    assert HouseholdStore(started.config.hub.households).newest() == started.household


def test_the_copy_of_what_is_known_good_is_for_the_owner_only(home):
    home.start()

    assert (home.data_dir / LAST_GOOD).stat().st_mode & 0o777 == 0o600


def test_a_card_is_not_written_at_every_start(home):
    home.start()
    first = (home.data_dir / LAST_GOOD).stat()
    home.start()

    assert (home.data_dir / LAST_GOOD).stat().st_ino == first.st_ino
    assert len(HouseholdStore(home.data_dir / "household.sqlite3").revisions()) == 1


@pytest.mark.parametrize(
    "broken",
    [
        '[hub]\ndata_dir = "data"\ntimezone = "Nowhere"\n',
        '[hub]\ndata_dir = "data"\ntimezone = \n',
        "[hub\n  data_dir = 'data' # here\n",
        b'[hub]\ndata_dir = "data"\nid = "\xff\xfe"\n',
    ],
    ids=["a wrong value", "no TOML", "no TOML at all", "no text"],
)
def test_a_hub_runs_on_the_last_good_file_and_tells_what_is_wrong(home, broken):
    home.write('[[button]]\nid = "salon"\nsource = "gpio:17"\n')
    home.start()
    home.hub_toml.write_bytes(broken if isinstance(broken, bytes) else broken.encode())

    started = home.start()

    assert [button.id for button in started.config.buttons] == ["salon"]
    assert started.config.hub.household == home.household_toml
    (mistake,) = started.mistakes
    assert mistake.startswith(f"{home.hub_toml}: ")


def test_a_hub_whose_file_is_gone_looks_in_the_usual_place(home):
    home.start()
    home.hub_toml.unlink()

    with pytest.raises(ConfigError) as refused:
        load_or_last_good(home.hub_toml, home.machine_id)
    assert "there is no such file" in told(refused)


def test_a_first_start_with_nothing_known_good_tells_the_mistakes_of_both_files(home):
    home.write("[modem]\nprot = 1\n")
    home.household_toml.write_text("[resident]\nnmae = 1\n" + HOUSEHOLD.split("\n", 3)[3])

    with pytest.raises(ConfigError) as refused:
        home.start()

    assert told(refused) == (
        f'{home.hub_toml} has 1 mistake(s):\n  [modem] unknown key "prot"; did you mean "port"?\n'
        f'{home.household_toml} has 1 mistake(s):\n  [resident] unknown key "nmae"; did you mean "name"?'
    )


def test_a_broken_file_and_a_broken_copy_are_both_told(home):
    home.start()
    home.write("x = 1")
    (home.data_dir / LAST_GOOD).write_text(BROKEN)

    with pytest.raises(ConfigError) as refused:
        home.start()
    assert "hub.toml.good has 1 mistake(s)" in told(refused)
    assert 'unknown key "x"' in told(refused)


def test_a_card_that_takes_nothing_does_not_keep_the_hub_from_running(home):
    home.data_dir.write_text("a file where the folder should be")

    started = home.start()

    assert started.policy.people
    assert any("no copy could be kept" in mistake for mistake in started.mistakes)
    assert any("could not be stored" in mistake for mistake in started.mistakes)


def test_an_unreadable_database_leaves_the_household_of_the_file(home):
    home.start()
    (home.data_dir / "household.sqlite3").write_bytes(b"\0" * 4096)

    started = home.start()

    assert started.household.people[0].id == "paul"
    assert any("household.sqlite3" in mistake for mistake in started.mistakes)


def test_a_lost_database_takes_no_edit_of_the_family_with_it(home):
    started = home.start()
    HouseholdStore(started.config.hub.households).add(HOUSEHOLD.replace("Paul", "Pauline"), "web", AT)
    home.start()
    started.config.hub.households.write_bytes(b"torn" * 1000)
    os.utime(home.household_toml, (0, 0))

    after = home.start()

    assert after.household.people[0].name == "Pauline"
    assert len(after.mistakes) == 1
    assert home.start().mistakes == ()


def test_a_file_written_after_the_database_was_lost_is_what_holds(home):
    home.start().config.hub.households.unlink()
    home.household_toml.write_text(HOUSEHOLD.replace("Paul", "Pauline"))
    later = home.household_toml.stat().st_mtime + 60
    os.utime(home.household_toml, (later, later))

    assert home.start().household.people[0].name == "Pauline"


def test_a_lost_database_beside_a_broken_file_leaves_the_copy(home):
    home.start().config.hub.households.unlink()
    home.household_toml.write_text(BROKEN)
    later = home.household_toml.stat().st_mtime + 60
    os.utime(home.household_toml, (later, later))

    started = home.start()

    assert started.household.people[0].name == "Paul"
    assert str(home.household_toml) in started.mistakes[0]


def test_the_file_of_the_household_is_read_once(home):
    home.start()
    home.household_toml.write_text(HOUSEHOLD.replace("Paul", "Pauline"))

    assert home.start().household.people[0].name == "Paul"


def test_the_household_of_the_database_outlives_a_file_that_is_gone(home):
    home.start()
    home.household_toml.unlink()

    assert home.start().mistakes == ()


def test_a_window_that_waits_for_a_sensor_which_is_not_wired_is_told(home):
    home.write('[[sensor]]\nid = "cuisine"\nkind = "motion"\nsource = "gpio:5"\n')
    window = '[[window]]\nname = "matin"\nfrom = "07:00"\nto = "10:00"\nsign = ["button", "cuisin"]\n'
    home.household_toml.write_text(HOUSEHOLD + window)

    (mistake,) = load(home.hub_toml, home.machine_id).mistakes
    assert mistake.text == '[[window]] matin sign: there is no [[sensor]] "cuisin"; did you mean "cuisine"?'
    assert len(home.start().mistakes) == 1


def test_a_rule_about_a_door_needs_a_sensor_of_a_door(home):
    home.write(
        '[[sensor]]\nid = "cuisine"\nkind = "motion"\nsource = "gpio:5"\n'
        '[[sensor]]\nid = "entree"\nkind = "door"\nsource = "gpio:6"\n'
    )
    rules = "".join(f'[[door]]\nsensor = "{sensor}"\nlongest = "1h"\n' for sensor in ("entree", "entre", "cuisine"))
    home.household_toml.write_text(HOUSEHOLD + rules)

    assert [mistake.text for mistake in load(home.hub_toml, home.machine_id).mistakes] == [
        '[[door]] entre 1h sensor: there is no [[sensor]] "entre"; did you mean "entree"?',
        '[[door]] cuisine 1h sensor: "cuisine" is no door, but of kind = "motion"',
    ]
    assert len(home.start().policy.doors) == 3


def test_a_rule_about_a_bed_needs_a_sensor_of_a_bed(home):
    home.write(
        '[[sensor]]\nid = "lit"\nkind = "bed"\nsource = "gpio:5"\n'
        '[[sensor]]\nid = "entree"\nkind = "door"\nsource = "gpio:6"\n'
    )
    rules = "".join(f'[[bed]]\nsensor = "{sensor}"\nwithin = "1h"\n' for sensor in ("lit", "entree"))
    home.household_toml.write_text(HOUSEHOLD + rules)

    assert [mistake.text for mistake in load(home.hub_toml, home.machine_id).mistakes] == [
        '[[bed]] entree 1h sensor: "entree" is no bed, but of kind = "door"',
    ]
    assert len(home.start().policy.beds) == 2


def test_an_hour_of_return_needs_an_entrance(home):
    door = '[[sensor]]\nid = "entree"\nkind = "door"\nsource = "gpio:6"\n'
    home.write(door)
    home.household_toml.write_text(HOUSEHOLD + '[[home_by]]\nat = "21:00"\n')

    assert [mistake.text for mistake in load(home.hub_toml, home.machine_id).mistakes] == [
        "[[home_by]] 21:00 daily: no [[sensor]] of hub.toml has entrance = true",
    ]

    home.write(door + "entrance = true\n")

    assert not load(home.hub_toml, home.machine_id).mistakes
    assert len(home.start().policy.home_by) == 1


def test_a_rule_about_frost_needs_a_thermometer(home):
    broker = '[mqtt]\nurl = "mqtt://127.0.0.1"\n'
    home.write(broker)
    home.household_toml.write_text(HOUSEHOLD + "[frost]\n[heat]\nsensors = ['salon']\n")

    assert [mistake.text for mistake in load(home.hub_toml, home.machine_id).mistakes] == [
        '[heat] sensor: there is no [[sensor]] "salon"',
        '[frost]: no [[sensor]] of hub.toml has kind = "temperature"',
    ]

    home.write(broker + '[[sensor]]\nid = "salon"\nkind = "temperature"\nsource = "mqtt:zigbee2mqtt/salon"\n')

    assert not load(home.hub_toml, home.machine_id).mistakes
    assert len(home.start().policy.climate) == 2


def test_checking_writes_nothing(home):
    before = sorted(home.hub_toml.parent.rglob("*"))

    loaded = load(home.hub_toml, home.machine_id)

    assert loaded.mistakes == ()
    assert sorted(home.hub_toml.parent.rglob("*")) == before


def test_checking_looks_at_the_household_even_where_hub_toml_is_broken(home):
    home.hub_toml.write_text('[hub]\nhousehold = "family.toml"\nid = \n')

    loaded = load(home.hub_toml, home.machine_id)

    assert [Path(mistake.file).name for mistake in loaded.mistakes] == ["hub.toml", "family.toml"]
    assert loaded.config is loaded.household is None


def test_both_files_make_the_policy_of_the_core(home):
    home.write(
        'timezone = "Indian/Reunion"\n[[button]]\nid = "b"\nroom = "salon"\nsource = "gpio:5"\ndebounce = "20ms"\n'
        '[[sensor]]\nid = "s"\nkind = "door"\nsource = "gpio:6"\n'
    )
    loaded = load(home.hub_toml, home.machine_id)
    policy = to_policy(loaded.config, loaded.household)

    assert isinstance(policy, Policy)
    assert str(policy.zone) == "Indian/Reunion"
    assert policy.button("b").room == "salon"
    assert policy.button("b").debounce.microseconds == 20_000
    assert policy.sensor("s").kind == "door"
    assert policy.waves == loaded.household.waves


# -- what stands in the way of reading a file


def in_the_way(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        load_or_last_good(path)
    (mistake,) = refused.value.mistakes
    assert mistake.file == str(path)
    return mistake.text


def test_a_directory_is_no_file(tmp_path):
    assert in_the_way(tmp_path) == "it is a directory: give the file in it"


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "hub.toml")

    assert in_the_way(tmp_path / "hub.toml") == "it is no ordinary file: give a file of text"


def test_a_name_that_no_file_can_have_is_a_mistake():
    assert "it cannot be read" in in_the_way(Path("x" * 300))
    assert "no name of a file" in in_the_way(Path("a\0b"))


def test_a_file_in_the_place_of_a_folder_is_a_mistake(tmp_path):
    (tmp_path / "etc").touch()

    assert in_the_way(tmp_path / "etc" / "hub.toml") == "it cannot be read (Not a directory): look at it with ls -l"


def test_a_file_of_more_than_a_megabyte_is_some_other_file(tmp_path):
    (tmp_path / "hub.toml").write_bytes(b"#" * (LARGEST_FILE + 1))

    assert in_the_way(tmp_path / "hub.toml") == "it is larger than 1 MB: this is some other file"


def test_bytes_that_are_no_text_are_told_by_their_line(tmp_path):
    (tmp_path / "hub.toml").write_bytes(b'[hub]\n\nid = "caf\xe9"\n')

    assert in_the_way(tmp_path / "hub.toml") == "line 3 is not UTF-8: save the file as UTF-8"


def test_the_mark_that_some_editors_put_before_the_text_does_no_harm(home):
    home.hub_toml.write_bytes(b"\xef\xbb\xbf" + home.hub_toml.read_bytes())

    assert home.start().mistakes == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[hub]\nid = "a\n', r"line 2, column 8: this is not TOML (Illegal character '\n')"),
        ("[modem]\nsim_pin 4711\n", "line 2, column 9: this is not TOML (Expected '=' after a key"),
        ("[hub]\nid = ", "line 2, the last: this is not TOML (Invalid value)"),
        ("[hub]\n[hub]", "line 2, column 5: this is not TOML (Cannot declare ('hub',) twice)"),
        ("x = " + "[" * 5000, "it nests deeper than any file of ours"),
        ("x = " + "9" * 5000, "this is not TOML"),
    ],
)
def test_what_is_not_toml_is_told_by_line_and_column_but_not_repeated(tmp_path, text, where):
    (tmp_path / "hub.toml").write_text(text)

    mistake = in_the_way(tmp_path / "hub.toml")

    assert where in mistake
    assert "4711" not in mistake


# -- files that hub.toml names


def password(home: Home, mode: int) -> Path:
    file = home.hub_toml.parent / "mqtt pass"
    file.write_text("geheim")
    file.chmod(mode)
    home.write('[mqtt]\nurl = "mqtt://b"\nusername = "hub"\npassword_file = "mqtt pass"\n')
    return file


def test_a_password_that_others_may_read_is_refused_with_the_command_to_type(home):
    file = password(home, 0o640)

    with pytest.raises(ConfigError) as refused:
        home.start()

    assert f"others may read it (mode 0640); run chmod 600 '{file}'" in told(refused)
    assert "geheim" not in told(refused)


def test_a_password_for_the_owner_only_is_taken(home):
    password(home, 0o600)

    assert home.start().mistakes == ()


def test_a_hub_that_ran_runs_on_when_its_password_file_is_out_of_order(home):
    home.start()
    file = password(home, 0o600)
    file.unlink()

    started = home.start()

    assert started.config.mqtt is not None
    assert "it cannot be found (No such file or directory)" in started.mistakes[0]


def test_a_folder_is_no_certificate(home):
    home.write('[mqtt]\nurl = "mqtts://b"\nca = "."\n')

    (mistake,) = load(home.hub_toml, home.machine_id).mistakes
    assert "it is no ordinary file" in mistake.text


# -- the hub's id


def test_a_hub_without_an_id_gets_one_of_its_machine_that_tells_nothing_of_it(home):
    first, again = home.start().config.hub.id, home.start().config.hub.id

    assert first == again
    assert len(first) == 6
    assert first not in home.machine_id.read_text()


def test_an_id_in_the_file_is_the_one(home):
    home.write('id = "maison"\n')

    assert home.start().config.hub.id == "maison"


@pytest.mark.parametrize("nothing", [None, "", "uninitialized\n"])
def test_a_machine_without_an_id_draws_one_and_keeps_it(home, nothing):
    home.machine_id.unlink()
    if nothing is not None:
        home.machine_id.write_text(nothing)

    drawn = home.start().config.hub.id

    assert len(drawn) == 6
    assert home.start().config.hub.id == drawn
    assert load(home.hub_toml, home.machine_id).config.hub.id == drawn
