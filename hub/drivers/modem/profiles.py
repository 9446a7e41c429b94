"""Kinds of modems: what one maker's modem needs beyond the standard.

Each kind is a file of ``profiles/`` (also found as ``firmware_config/modems`` in the repository);
a new modem is a new file. Knows nothing of the conversation: `startup` and `receiving` read these.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from hub.errors import DriverError

GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Profile:
    """What to say to one kind of modem.

    ``matches``: a regular expression for what it answers to +CGMI, +CGMM and +CGMR. ``sms``: whether it has
    texts at all. ``lists``: whether +CMGL may be used; on some it hangs the modem, and slots are read one
    by one. ``cnmi``: settings of +CNMI to try, best first. ``extras``: commands that help; none is needed.
    ``reset``: restarts the modem. ``radio``: ways to look for a network, changed to one after the other when
    sending fails without a reason. ``pin_tries``: asks how often a PIN may still be entered. ``voice``: how it speaks
    into a call, a name in `speaking`; "" where it has no calls. ``drive``: where its files are.
    """

    name: str
    matches: str = ""
    sms: bool = True
    voice: str = "tones"
    drive: str = ""
    lists: bool = True
    note: str = ""
    memories: tuple[str, ...] = ("ME", "SM")
    cnmi: tuple[str, ...] = ("2,1,0,2,0", "2,1,0,1,0", "1,1,0,1,0")
    extras: tuple[str, ...] = ()
    reset: str = "AT+CFUN=1,1"
    radio: tuple[str, ...] = ()
    pin_tries: str = "AT+CPINR"


def load(name: str) -> Profile:
    """Return the profile ``name``, or raise a `DriverError` that lists those there are."""
    known = all_profiles()
    if name not in known:
        raise DriverError(
            f"there is no modem profile {name!r}: write one of {', '.join(sorted(known))}", permanent=True
        )
    return known[name]


def choose(identity: str) -> Profile:
    """Return the profile for a modem that calls itself ``identity``.

    The longest expression wins, so that a variant may have a file beside its family's.
    """
    fitting = [p for p in all_profiles().values() if p.matches and re.search(p.matches, identity, re.IGNORECASE)]
    return max(fitting, key=lambda profile: len(profile.matches), default=load(GENERIC))


@cache
def all_profiles() -> dict[str, Profile]:
    """Read every profile that comes with the package, by name."""
    folder = files("hub.drivers.modem") / "profiles"
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name.removesuffix(".toml"): _read(name, (folder / name).read_text("utf-8")) for name in found}


def _read(file: str, text: str) -> Profile:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DriverError(f"{file} is no TOML: {error}", permanent=True) from error
    unknown = set(table) - {field.name for field in fields(Profile)} - {"name"}
    if unknown:
        raise DriverError(f"{file}: unknown key(s) {', '.join(sorted(unknown))}", permanent=True)
    return Profile(name=file.removesuffix(".toml"), **{key: _frozen(value) for key, value in table.items()})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
