"""Kinds of modems: every profile loads, is found by what its modem says, and comes with the package."""

from pathlib import Path

import pytest

from hub.drivers.modem.profiles import GENERIC, _read, all_profiles, choose, load
from hub.errors import DriverError

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("SIMCOM INCORPORATED SIMCOM_SIM7600E-H LE20B04SIM7600M22", "sim7600"),
        ("SIMCOM_Ltd SIMCOM_SIM800L Revision:1418B05SIM800L24", "sim800"),
        ("SIMCOM INCORPORATED A7670E-LASE A7670M7_V1.11.1", "a7670"),
        ("SIMCOM INCORPORATED A7670E-LNXY-UBL A7670M4_B01V01_230724", "a7670-no-sms"),
        ("SIMCOM INCORPORATED SIM7670G-MNGV", "sim7670"),
        ("SIMCOM INCORPORATED SIMCOM_SIM7080G", "sim7070"),
        ("Quectel EC25 EC25EFAR06A06M4G", "quectel"),
        ("Quectel BG96 BG96MAR02A07M1G", "bg96"),
        ("huawei E173 11.126.85.00.209", "huawei"),
        ("WAVECOM MODEM MULTIBAND 900E 1800", "wavecom"),
        ("Nobody's modem", GENERIC),
        ("", GENERIC),
    ],
)
def test_a_modem_gets_the_profile_of_its_kind(identity: str, name: str) -> None:
    assert choose(identity).name == name


@pytest.mark.parametrize("name", sorted(all_profiles()))
def test_a_profile_says_what_an_installer_should_know_and_only_at_commands(name: str) -> None:
    profile = load(name)

    assert profile.note
    assert profile.memories
    for command in (*profile.extras, *profile.radio, profile.reset, profile.pin_tries):
        assert command.startswith("AT")


def test_only_the_data_firmware_has_no_texts() -> None:
    assert [profile.name for profile in all_profiles().values() if not profile.sms] == ["a7670-no-sms"]


def test_an_unknown_profile_is_refused_with_the_list_of_those_there_are() -> None:
    with pytest.raises(DriverError, match=r"no modem profile 'sim99'.*generic, huawei") as refused:
        load("sim99")
    assert refused.value.permanent


@pytest.mark.parametrize(("text", "found"), [("sms = ", "is no TOML"), ("smss = true", "smss")])
def test_a_mistake_in_a_profile_is_named_with_its_file(text: str, found: str) -> None:
    with pytest.raises(DriverError, match=f"mine.toml.*{found}"):
        _read("mine.toml", text)


def test_the_repository_shows_the_same_files_as_the_package() -> None:
    shown = REPOSITORY / "firmware_config" / "modems"
    packaged = REPOSITORY / "hub" / "drivers" / "modem" / "profiles"

    assert shown.resolve() == packaged
    assert {path.stem for path in shown.glob("*.toml")} == set(all_profiles())
