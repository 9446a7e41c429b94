"""What a file of udev rules makes of a device, by udev(7): for machines where no device can be plugged in.

Knows the keys that our rules use and refuses any other. `udevadm` itself judges the same file where it can
(`test_udev.py`), and `make system` plugs a modem in.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

_PART = re.compile(r'\s*([A-Z]+)(?:\{([^}]+)\})?\s*(==|!=|\+=|=)\s*"([^"]*)"\s*(?:,|$)')


@dataclass
class Device:
    """One device: what it is, and what rules have made of it. ``parents``: the attributes of each USB parent."""

    subsystem: str
    kernel: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    parents: list[dict[str, str]] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    action: str = "add"
    # What the builtin usb_id finds out.
    interface: str = ""

    symlinks: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    group: str = ""
    mode: str = ""


def parts_of(line: str) -> list[tuple[str, str, str, str]]:
    """Return the parts of a rule: key, its argument, operator, value.

    :raises ValueError: this is no rule.
    """
    parts, at = [], 0
    while at < len(line):
        found = _PART.match(line, at)
        if found is None:
            raise ValueError(f"no rule: {line[at:]}")
        parts.append((found[1], found[2] or "", found[3], found[4]))
        at = found.end()
    return parts


def apply(rules: Path, device: Device) -> Device:
    """Let all rules of the file see the device, and return it."""
    lines = [line for line in rules.read_text().splitlines() if line.strip() and not line.startswith("#")]
    goto = ""
    for line in lines:
        parts = parts_of(line)
        labels = [value for key, _, _, value in parts if key == "LABEL"]
        if goto and goto not in labels:
            continue
        goto = ""
        if _matches(device, parts):
            goto = _assign(device, parts)
    assert not goto, f"no LABEL {goto}"
    return device


def _matches(device: Device, parts: list[tuple[str, str, str, str]]) -> bool:
    tests = [part for part in parts if part[2] in ("==", "!=")]
    upward = [part for part in tests if part[0] in ("SUBSYSTEMS", "ATTRS")]
    # All that looks upward must hold of one and the same parent.
    if upward and not any(all(_holds_of(parent, part) for part in upward) for parent in device.parents):
        return False
    return all(_holds(device, part) for part in tests if part not in upward)


def _fits(found: str, operator: str, patterns: str) -> bool:
    return any(fnmatchcase(found, pattern) for pattern in patterns.split("|")) is (operator == "==")


def _holds_of(parent: dict[str, str], part: tuple[str, str, str, str]) -> bool:
    key, argument, operator, value = part
    if key == "SUBSYSTEMS":
        return _fits("usb", operator, value)
    return argument in parent and _fits(parent[argument], operator, value)


def _holds(device: Device, part: tuple[str, str, str, str]) -> bool:
    key, argument, operator, value = part
    if key == "TEST":
        return (value in device.attributes) is (operator == "==")
    if key == "ATTR":
        return argument in device.attributes and _fits(device.attributes[argument], operator, value)
    found = {
        "ACTION": device.action,
        "SUBSYSTEM": device.subsystem,
        "KERNEL": device.kernel,
        "ENV": device.properties.get(argument, ""),
    }[key]
    return _fits(found, operator, value)


def _assign(device: Device, parts: list[tuple[str, str, str, str]]) -> str:
    """Do what the rule says; return the label that it jumps to ("": none)."""
    lists = {"SYMLINK": device.symlinks, "TAG": device.tags, "RUN": device.runs}
    tables = {"ENV": device.properties, "ATTR": device.attributes}
    goto = ""
    for key, argument, value in ((key, of, value) for key, of, operator, value in parts if operator in ("=", "+=")):
        if key in lists:
            lists[key].append(value)
        elif key in tables:
            tables[key][argument] = value
        elif key in ("GROUP", "MODE"):
            setattr(device, key.lower(), value)
        elif key == "IMPORT":
            device.properties["ID_USB_INTERFACE_NUM"] = device.interface
        elif key == "GOTO":
            goto = value
        elif key != "LABEL":
            raise ValueError(f"no key of ours: {key}")
    return goto
