"""What the wheel carries: the code, and each file beside it that the hub reads when it runs elsewhere."""

import tomllib
from pathlib import Path

import hub

HUB = Path(hub.__file__).parent
# What makes catalogues (`make words`) and is read by nothing that runs.
ONLY_TO_MAKE = {HUB / "web" / "translations" / "babel.cfg"}


def test_the_wheel_has_every_template_style_catalogue_and_story():
    project = tomllib.loads((HUB.parent / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["hub"]
    carried = {path for pattern in patterns for path in HUB.glob(pattern)}
    beside = {path for path in HUB.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}

    assert beside - carried == ONLY_TO_MAKE
    assert [pattern for pattern in patterns if not list(HUB.glob(pattern))] == []
    kinds = {path.suffix for path in carried if HUB / "web" in path.parents}
    assert {".html", ".css", ".js", ".svg", ".mo"} <= kinds
