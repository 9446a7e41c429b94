"""Each device and link, tried for real: what passes, what fails and what to do, and what nobody can prove from here.

Where the hub runs it has tried everything already, and goes on trying: its own report is judged. Where it does not, its
drivers are started for a while, as it would start them, and what they post is judged by the same rules. Nothing is
texted and nothing deleted: a text that waits in the SIM still waits there afterwards.
"""

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hub import copies
from hub.clock import HubClock
from hub.config import HubConfig
from hub.control import ask
from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, Observed
from hub.domain.policy import Policy
from hub.domain.trouble import code_of
from hub.drivers import REGISTRY, Wiring
from hub.drivers.gpio_chip import GpioChip
from hub.errors import ControlError, HubError
from hub.place_forms import GpioPin
from hub.ports import Source

# A modem that has just got its supply is heard after twenty seconds, and in the network some ten later.
TRIED_FOR_S = 60.0
# What the drivers find missing they say within this; what is there needs no word.
SETTLED_AFTER_S = 12.0
LOOKED_AT_EVERY_S = 0.25


class Verdict(StrEnum):
    """What is known of a thing."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    FAIL = "fail"
    UNPROVEN = "not proven"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a thing, what is known of it, and what to do where it does not pass."""

    what: str
    verdict: Verdict
    words: str


@dataclass(slots=True)
class Seen:
    """What is known of the devices: faults with their evidence, roads, readings; ``down``: links long unproven."""

    faults: dict[str, str] = field(default_factory=dict)
    roads: dict[str, bool] = field(default_factory=dict)
    readings: dict[str, Any] = field(default_factory=dict)
    clock_trusted: bool = False
    is_running: bool = False
    down: tuple[str, ...] = ()

    def take(self, seen: Input) -> None:
        """Take what a driver posts."""
        if isinstance(seen, FaultSeen):
            self.faults[seen.fault] = seen.detail
        elif isinstance(seen, FaultCleared):
            self.faults.pop(seen.fault, None)
        elif isinstance(seen, LinkChanged):
            self.roads[seen.link] = seen.up
        elif isinstance(seen, Observed):
            self.readings[seen.what] = seen.value


def examine(
    config: HubConfig,
    policy: Policy,
    *,
    tried_for_s: float = TRIED_FOR_S,
    settled_after_s: float = SETTLED_AFTER_S,
) -> list[Finding]:
    """Try everything that ``config`` names: for ``tried_for_s`` at most, where no hub runs that knows already."""
    seen = _of_running(config) or _tried(config, policy, tried_for_s, settled_after_s)
    return list(_findings(config, seen))


def _of_running(config: HubConfig) -> Seen | None:
    """What the running hub says; None where none runs."""
    try:
        told = ask(config.hub.data_dir, {"do": "status"})
    except ControlError:
        return None
    return Seen(
        faults={each["fault"]: each["detail"] for each in told["faults"]},
        roads=told["roads"],
        readings=told["readings"],
        clock_trusted=told["clock_trusted"],
        is_running=True,
        down=tuple(told["down"]),
    )


def _tried(config: HubConfig, policy: Policy, tried_for_s: float, settled_after_s: float) -> Seen:
    """Start the drivers, and look until everything is known, or the time is over."""
    clock = HubClock()
    seen = Seen(clock_trusted=clock.is_trusted())
    changed = threading.Event()

    def post(what: Input) -> None:
        seen.take(what)
        changed.set()

    runtime = Path(os.environ.get("RUNTIME_DIRECTORY", "") or tempfile.gettempdir())
    wiring = Wiring(config, post, clock, GpioChip(config.gpio_factory, runtime), policy)
    sources: list[Source] = []
    try:
        for name, driver in REGISTRY.items():
            try:
                fitted = driver(wiring)
            except (HubError, ImportError, OSError, ValueError) as error:
                seen.faults[f"{name}.broken"] = str(error)
                continue
            for source in fitted.sources if fitted is not None else ():
                source.start()
                sources.append(source)
        began = time.monotonic()
        while (past_s := time.monotonic() - began) < tried_for_s:
            if past_s >= settled_after_s and _is_settled(config, seen):
                break
            changed.wait(LOOKED_AT_EVERY_S)
            changed.clear()
    finally:
        for source in reversed(sources):
            source.stop()
    return seen


def _is_settled(config: HubConfig, seen: Seen) -> bool:
    is_modem_known = seen.roads.get("sms", False) or any(_of(seen, "modem", "sim", "gsm"))
    return is_modem_known and (config.mqtt is None or seen.roads.get("mqtt", False) or any(_of(seen, "mqtt")))


def _findings(config: HubConfig, seen: Seen) -> Iterator[Finding]:
    if seen.is_running:
        yield Finding("hub", Verdict.PASS, "it runs, and this is what it says")
    else:
        yield Finding("hub", Verdict.UNPROVEN, "it does not run: its drivers were tried by themselves")
    yield from _modem(seen)
    wired = [*(button.source for button in config.buttons), *(sensor.source for sensor in config.sensors)]
    if any(isinstance(source, GpioPin) for source in wired):
        yield _thing("pins", seen, ("gpio",), "the wired buttons and sensors are watched; press each one to prove it")
    if config.indicator.led is not None or config.indicator.buzzer is not None:
        yield _thing("light and buzzer", seen, ("indicator",), "they are driven; look and listen during a press")
    if config.indicator.speech != "off":
        yield _thing("voice", seen, ("speech",), "the program is there; listen during a press")
    if config.mqtt is not None:
        yield _road("broker", seen, "mqtt", ("mqtt",), "connected", "no word from it yet: does it run?")
    yield _thing("mains and heat", seen, ("power",), _readings(seen, "mains", "battery_percent", "cpu_temperature_c"))
    yield _disk(config, seen)
    yield _copies(config, seen)
    if seen.clock_trusted:
        yield Finding("clock", Verdict.PASS, "NTP, a clock with a battery or the mobile network vouches for it")
    else:
        words = "nobody vouches for it: windows wait until NTP or the mobile network told the time; the button works"
        yield Finding("clock", Verdict.UNPROVEN, words)
    yield _watcher(config)
    for link in seen.down:
        yield Finding(link, Verdict.UNPROVEN, "not seen to work for 30 days: try it")
    yield from _others(seen)


# Faults that the lines above tell already.
_TOLD = ("modem", "sim", "gsm", "gpio", "indicator", "speech", "mqtt", "power", "disk", "journal", "backup", "clock")


def _others(seen: Seen) -> Iterator[Finding]:
    for fault, detail in tuple(seen.faults.items()):
        if code_of(fault).partition(".")[0] not in _TOLD:
            yield Finding(fault, Verdict.FAIL, detail or "see docs/drivers.md")


def _of(seen: Seen, *kinds: str) -> Iterator[str]:
    """The faults of these kinds, in words."""
    for fault, detail in tuple(seen.faults.items()):
        if fault.partition(".")[0] in kinds:
            yield f"{fault}: {detail}" if detail else fault


def _thing(what: str, seen: Seen, kinds: tuple[str, ...], words: str) -> Finding:
    wrong = "; ".join(_of(seen, *kinds))
    return Finding(what, Verdict.FAIL if wrong else Verdict.PASS, wrong or words)


def _road(what: str, seen: Seen, road: str, kinds: tuple[str, ...], good: str, unknown: str) -> Finding:
    wrong = "; ".join(_of(seen, *kinds))
    if wrong:
        return Finding(what, Verdict.FAIL, wrong)
    return Finding(what, Verdict.PASS, good) if seen.roads.get(road) else Finding(what, Verdict.UNPROVEN, unknown)


def _modem(seen: Seen) -> Iterator[Finding]:
    is_ready = seen.roads.get("sms", False)
    yield _road("modem", seen, "sms", ("modem",), "it answers", "it was not heard yet: is it plugged in and powered?")
    sim_words = "it is unlocked, and texts go; one that arrives proves it: telecare-hub drill"
    yield _road("SIM", seen, "sms", ("sim",), sim_words, "not known before the modem answers")
    operator, signal = seen.readings.get("operator"), seen.readings.get("signal_dbm")
    network = ", ".join(
        words for words in (str(operator or ""), "" if signal is None else f"signal {signal} dBm") if words
    )
    yield _road("network", seen, "sms", ("gsm",), network or "registered", "not registered yet: the antenna, its place")
    if is_ready and not seen.roads.get("call", False):
        yield Finding("calls", Verdict.UNPROVEN, "this modem makes no telephone calls; texts go as ever")


def _readings(seen: Seen, *names: str) -> str:
    known = [f"{name} {seen.readings[name]}" for name in names if seen.readings.get(name) is not None]
    return ", ".join(known) or "nothing is wrong, as far as this machine tells"


def _disk(config: HubConfig, seen: Seen) -> Finding:
    """Write and sync in the folder of the records, as the journal does."""
    wrong = "; ".join(_of(seen, "disk", "journal"))
    folder = config.hub.data_dir
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        reason = f"{folder} takes nothing: {error.strerror or error}. Is there room? Is this the hub's user?"
        wrong = "; ".join(filter(None, (wrong, reason)))
    return Finding("disk", Verdict.FAIL if wrong else Verdict.PASS, wrong or _well(folder, seen))


def _well(folder: Path, seen: Seen) -> str:
    used = seen.readings.get("disk_life_used_percent")
    return f"{folder} takes what is written" + ("" if used is None else f"; {used} % of the card's life is used")


def _copies(config: HubConfig, seen: Seen) -> Finding:
    """When everything of this home was last copied to a stick."""
    found = copies.read(config.hub.data_dir)
    wrong = "; ".join(_of(seen, "backup"))
    if wrong or (found is not None and found.trouble):
        return Finding("copies", Verdict.FAIL, wrong or f"backup.failed: {found.trouble if found else ''}")
    if found is None or found.made_at is None:
        words = "none was ever made: a USB stick named TELECARE gets one a day (docs/installation.md)"
        return Finding("copies", Verdict.UNPROVEN, words)
    return Finding(
        "copies", Verdict.PASS, f"the last one, {found.name}, was made on {found.made_at:%Y-%m-%d %H:%M} UTC"
    )


def _watcher(config: HubConfig) -> Finding:
    # It is not pinged from here: that would keep a dead hub looking alive.
    if not config.ping_url:
        words = "nobody outside would notice that this hub died: write [watch] ping_url"
        return Finding("outside watcher", Verdict.UNPROVEN, words)
    return Finding("outside watcher", Verdict.UNPROVEN, "its own page says when it last heard this hub")


def as_lines(findings: list[Finding]) -> list[str]:
    """Return the findings as lines for a terminal."""
    widest = max(len(each.what) for each in findings)
    return [f"{each.verdict:<10}  {each.what:<{widest}}  {each.words}" for each in findings]


def as_json(findings: list[Finding]) -> list[Mapping[str, str]]:
    """Return the findings as JSON values."""
    return [{"what": each.what, "verdict": str(each.verdict), "words": each.words} for each in findings]
