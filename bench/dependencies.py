"""What the hub is made of besides its own code: the packages that its wheel asks for, with theirs, and their licences.

    .venv/bin/python bench/dependencies.py          writes docs/sbom.cdx.json
    .venv/bin/python bench/dependencies.py --table  prints name, version, licence

CycloneDX 1.6, from the packages' own metadata as they are installed here. The versions are those of the day on which it
was written: the hub asks for lower bounds, and each home has what pip finds on its day.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement

from hub import __version__

ROOT = Path(__file__).parents[1]
SBOM = ROOT / "docs/sbom.cdx.json"
# Only on a Pi, where the system's own packages come first; not installed where this runs. From their sources.
ON_A_PI = {"lgpio": "Unlicense", "rpi-lgpio": "BSD-3-Clause", "rpi-gpio": "MIT"}
# What older metadata call a licence, in SPDX's words.
SPDX = {
    "MIT License": "MIT",
    "MIT": "MIT",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "Apache-2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "MPL-2.0": "MPL-2.0",
    "ZPL 2.1": "ZPL-2.1",
}
# May be used with and beside Apache-2.0; another one needs a person's yes first.
WELCOME = frozenset(
    {"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "ZPL-2.1", "Unlicense", "PSF-2.0", "ISC"}
)


def canonical(name: str) -> str:
    """Return the name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(*extras: str) -> list[Requirement]:
    """Return what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


def closure() -> dict[str, Distribution | None]:
    """Return each package that the hub needs on a Pi, by its name; None for those that are only installed there."""
    found: dict[str, Distribution | None] = {}
    waiting = [*asked_for(), *asked_for("pi")]
    while waiting:
        name = canonical(waiting.pop().name)
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            package = None
        found[name] = package
        waiting += _needs(package) if package is not None else []
    return dict(sorted(found.items()))


def _needs(package: Distribution) -> Iterator[Requirement]:
    environment = {**{key: str(value) for key, value in default_environment().items()}, "extra": ""}
    for line in package.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement


def licence_of(name: str, package: Distribution | None) -> str:
    """Return its licence as an SPDX expression.

    :raises ValueError: its metadata say it in words that nobody has looked at yet; add them to `SPDX`.
    """
    if package is None:
        return ON_A_PI[name]
    told: Mapping[str, str] = package.metadata  # type: ignore[assignment]  # a Message, which has no static mapping
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [line for line in package.metadata.get_all("Classifier") or () if line.startswith("License")]
    for words in (told.get("License", ""), *(line.rpartition(" :: ")[2] for line in classifiers)):
        if words in SPDX:
            return SPDX[words]
    raise ValueError(f"{name}: what is {told.get('License', '')!r}, {classifiers}?")


def is_welcome(expression: str) -> bool:
    """Whether we may use it under this licence."""
    parts = [part.strip("() ") in WELCOME for part in re.split(r" OR | AND ", expression)]
    return any(parts) if " AND " not in expression else all(parts)


def sbom() -> dict[str, Any]:
    """Return the bill of materials."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "telecare-hub",
                "name": "telecare-hub",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(name, package) for name, package in closure().items()],
    }


def _component(name: str, package: Distribution | None) -> dict[str, Any]:
    licence = licence_of(name, package)
    told = {"expression": licence} if " " in licence else {"license": {"id": licence}}
    version = {} if package is None else {"version": package.version}
    purl = f"pkg:pypi/{name}" + (f"@{package.version}" if package is not None else "")
    return {"type": "library", "bom-ref": name, "name": name, **version, "purl": purl, "licenses": [told]}


def main() -> None:
    """Write or print it."""
    if "--table" in sys.argv:
        for name, package in closure().items():
            print(f"{name:<20} {'on a Pi' if package is None else package.version:<18} {licence_of(name, package)}")
        return
    SBOM.write_text(json.dumps(sbom(), indent=1) + "\n", encoding="utf-8")
    print(f"{SBOM.relative_to(ROOT)}: {len(closure())} packages")


if __name__ == "__main__":
    main()
