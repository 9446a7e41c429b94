"""What is handed out: the wheel and the source distribution, the wheels it asks for on a Pi, and their licences."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "bench"))
import dependencies  # noqa: E402 -- the benchmarks are no package
import wheels  # noqa: E402

# What makes catalogues (`make words`) and is read by nothing that runs.
ONLY_TO_MAKE = {"hub/web/translations/babel.cfg"}


def tracked(*folders):
    """Files of the repository, with what is not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = filter(None, listed.stdout.decode().split("\0"))
    return sorted(name for name in names if (ROOT / name).is_file() or (ROOT / name).is_symlink())


def files(*folders):
    """The same without links to folders, whose files have names of their own."""
    return {name for name in tracked(*folders) if not (ROOT / name).is_symlink()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source distribution, and the wheel made of it and nothing else; of a copy, for building leaves traces."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        if name.startswith(("hub/", "firmware_config/", "udev/", "docs/", "tests/stories/")) or "/" not in name:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name, follow_symlinks=False)
    made = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", out, source], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return out


def test_the_source_distribution_has_all_that_an_installation_needs(built):
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}

    assert files("hub", "firmware_config", "udev") - names <= ONLY_TO_MAKE
    assert {name.replace("tests/", "hub/sim/", 1) for name in tracked("tests/stories")} <= names
    assert {"install.sh", "README.md", "LICENSE", "pyproject.toml", "docs/installation.md"} <= names


def test_the_wheel_has_the_whole_package_and_what_sets_a_machine_up(built):
    (file,) = built.glob("*.whl")
    with zipfile.ZipFile(file) as packed:
        names = set(packed.namelist())

    assert files("hub") - names == ONLY_TO_MAKE
    stories = {name for name in tracked("tests/stories") if name.endswith(".story")}
    assert {name.replace("tests/", "hub/sim/", 1) for name in stories} <= names
    beside = {name.partition(".data/data/share/telecare-hub/")[2] for name in names}
    wanted = ("examples/hub.toml", "systemd/telecare-hub.service", "udev/60-telecare-hub.rules", "boot/config.txt")
    assert set(wanted) <= beside
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


def test_every_dependency_is_in_the_bill_of_materials_with_its_licence():
    kept, now = json.loads(dependencies.SBOM.read_text()), dependencies.sbom()

    def told(bill):
        return {part["name"]: part["licenses"] for part in bill["components"]}

    assert told(kept) == told(now), "make sbom"
    assert {key: kept[key] for key in ("bomFormat", "specVersion")} == {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    assert kept["metadata"] == now["metadata"], "make sbom"


def test_every_licence_is_one_that_goes_with_ours():
    licences = {name: dependencies.licence_of(name, package) for name, package in dependencies.closure().items()}

    assert {name: licence for name, licence in licences.items() if not dependencies.is_welcome(licence)} == {}
    assert not dependencies.is_welcome("GPL-3.0-only")
    assert not dependencies.is_welcome("MIT AND GPL-3.0-only")
    assert dependencies.is_welcome("EPL-2.0 OR BSD-3-Clause")


def test_what_must_be_compiled_has_wheels_for_both_boards_and_a_missing_one_is_told():
    """The whole table: `make wheels`."""
    for board in wheels.BOARDS:
        found, why = wheels.resolve(board, "3.13", ["markupsafe>=3"], [])
        assert why == ""
        assert found["markupsafe"].endswith("built")

    found, why = wheels.resolve("aarch64", "3.13", ["lgpio>=0.2.2"], [])
    assert found == {}
    assert "lgpio" in why
