"""Whether each package that a hub needs is there as a wheel for its boards: nothing is to be compiled on a Pi.

    .venv/bin/python bench/wheels.py [--piwheels] [--json]

Resolves all that the hub's wheel asks for by `pip download --only-binary`, once a board and Python, and prints a table.
The pins' libraries are left out: Debian supplies them (`SUPPLIED`; lgpio has no wheel for Python 3.13, and 0.0.0.2 on
the index is an empty package, hence the floor in pyproject.toml). ``--piwheels``: with the index that Raspberry Pi OS
looks into besides, for boards with 32 bit. Fails where a package is missing.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from dependencies import asked_for, canonical

BOARDS = ("aarch64", "armv7l")
PYTHONS = ("3.11", "3.13")  # Bookworm's and Trixie's
# The newest C library that they bring: Bookworm has 2.36, and runs what was built for any before.
NEWEST_GLIBC, OLDEST_GLIBC = 36, 17
SUPPLIED = {"lgpio": "python3-lgpio", "rpi-lgpio": "python3-rpi-lgpio", "rpi-gpio": "python3-rpi.gpio"}
PIWHEELS = ["--extra-index-url", "https://www.piwheels.org/simple"]
WITHIN_S = 300


def platforms(board: str) -> list[str]:
    """Return the options of pip that make it look for wheels of this board."""
    tags = [f"manylinux_2_{minor}_{board}" for minor in range(OLDEST_GLIBC, NEWEST_GLIBC + 1)]
    return [word for tag in (*tags, f"manylinux2014_{board}", f"linux_{board}") for word in ("--platform", tag)]


def resolve(board: str, python: str, asked: list[str], more: list[str]) -> tuple[dict[str, str], str]:
    """Return the wheels that pip finds, by package, and what it says where it finds not all."""
    tag = "cp" + python.replace(".", "")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "--dest", folder]
        command += [
            "--implementation",
            "cp",
            "--python-version",
            python,
            "--abi",
            tag,
            "--abi",
            "abi3",
            "--abi",
            "none",
        ]
        ended = subprocess.run(
            [*command, *platforms(board), *more, *asked], capture_output=True, text=True, check=False, timeout=WITHIN_S
        )
        wheels = [path.stem.split("-") for path in Path(folder).glob("*.whl")]
    errors = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")]
    kind = {canonical(name): f"{version} {'pure' if tag == 'any' else 'built'}" for name, version, *_, tag in wheels}
    return kind, "" if ended.returncode == 0 else (errors or [ended.stderr])[-1]


def main() -> int:
    """Print the table; return 1 where a package is missing."""
    more = PIWHEELS if "--piwheels" in sys.argv else []
    asked = [str(requirement) for requirement in asked_for() if canonical(requirement.name) not in SUPPLIED]
    found = {(board, python): resolve(board, python, asked, more) for board in BOARDS for python in PYTHONS}
    names = sorted({name for wheels, _ in found.values() for name in wheels})
    missing = [(*where, why) for where, (_, why) in found.items() if why]
    if "--json" in sys.argv:
        table = {name: {f"{b} {p}": found[b, p][0].get(name) for b, p in found} for name in names}
        print(json.dumps({"wheels": table, "supplied": SUPPLIED, "missing": missing}))
        return 1 if missing else 0
    print(f"{'package':<20}" + "".join(f"{f'{board} {python}':<24}" for board, python in found))
    for name in names:
        print(f"{name:<20}" + "".join(f"{wheels.get(name, 'MISSING'):<24}" for wheels, _ in found.values()))
    for name, package in SUPPLIED.items():
        print(f"{name:<20}Debian: {package}")
    for board, python, why in missing:
        print(f"{board} {python}: {why}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
