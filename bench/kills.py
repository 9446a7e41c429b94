"""kill -9 of the real process at random moments of alarms, and a restart: what was lost, and what was said twice.

    .venv/bin/python bench/kills.py [--kills 200] [--seed 1] [--json]

One home, one journal, alarm after alarm: a press, a neighbour who answers "1" at once, and somewhere between the press
and the last text of the alarm the process dies. `tests/system/test_kills.py` kills at chosen moments; here chance
chooses them, from before the press is on disk to after all was said. A press counts as confirmed when the hub has
said so; one that was not may be lost and is pressed again, as a person would.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from hub.domain.facts import IncidentAnswered, IncidentClosed, IncidentOpened
from hub.errors import ControlError
from hub.sim.mobile_network import SentText
from tests.mosquitto import wait_until
from tests.system.world import MARIE, PAUL, World

# A wave waits 3 minutes: what is not there by now was lost, not late.
LOST_AFTER_S = 30.0
# Alarms without a kill, to learn how long one takes here.
UNDISTURBED = 5
# Kills are drawn over the length of an alarm and so much more.
BEYOND = 1.2


@dataclass
class Count:
    """What came of the kills. ``repeats``: texts that somebody got twice, by how many in one alarm."""

    kills: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    unconfirmed_on_record: int = 0
    lost: int = 0
    answers_lost: int = 0
    repeats: Counter[int] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    back_s: list[float] = field(default_factory=list)


class Neighbour(threading.Event):
    """Paul, who answers the first alert of an alarm as soon as Marie has hers."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        world.network.on_sent.append(self._sent)

    def _sent(self, sent: SentText) -> None:
        if sent.number == MARIE and "ALERTE" in sent.text and not self.is_set():
            self.set()
            self._world.network.deliver(PAUL, "1")


def texts(world: World, since: int) -> list[SentText]:
    """What left in this alarm."""
    return list(world.network.sent)[since:]


def has_gone_on(world: World, since: int) -> bool:
    """Whether both were alerted, and Paul, who answered, was let in."""
    told = texts(world, since)
    alerted = {sent.number for sent in told if "ALERTE" in sent.text}
    return {PAUL, MARIE} <= alerted and any(sent.number == PAUL and "12 rue des Lilas" in sent.text for sent in told)


def press(world: World) -> bool:
    """Press; whether the hub said that it had heard."""
    try:
        world.press()
    except (ControlError, OSError):
        return False
    return True


def close(world: World) -> None:
    """End every alarm that is open, so that the next press is a new one."""
    for incident in world.status()["incidents"]:
        ended = world.command("close", str(incident["id"]))
        assert ended.returncode == 0, ended.stderr
    wait_until(world.is_quiet)
    # Networks stamp texts by the second: the same word of the same person within one is the same text.
    time.sleep(1.0)


def opened(world: World) -> int:
    """How many alarms are on record."""
    return sum(isinstance(fact, IncidentOpened) for fact in world.journal())


def stage(world: World, since: int) -> str:
    """How far the alarm had come, for the table."""
    alerts = sum("ALERTE" in sent.text for sent in texts(world, since))
    others = len(texts(world, since)) - alerts
    return f"{alerts} alerts and {others} more texts were out"


def undisturbed(world: World, neighbour: Neighbour) -> float:
    """Seconds from a press to the last text of its alarm."""
    took = []
    for _ in range(UNDISTURBED):
        neighbour.clear()
        since, began = len(world.network.sent), time.monotonic()
        assert press(world)
        wait_until(partial(has_gone_on, world, since), LOST_AFTER_S)
        took.append(time.monotonic() - began)
        close(world)
    return median(took)


def kill_once(world: World, neighbour: Neighbour, delay_s: float, count: Count) -> None:
    """One alarm, with a kill ``delay_s`` after the press."""
    neighbour.clear()
    since, on_record, logged = len(world.network.sent), opened(world), len(world.log)
    killer = threading.Timer(delay_s, lambda process=world.process: process.kill())
    killer.start()
    is_confirmed = press(world)
    killer.join()
    count.kills += 1
    count.moments[stage(world, since)] += 1
    began = time.monotonic()
    world.start()
    if is_confirmed:
        count.confirmed += 1
    else:
        count.unconfirmed += 1
        if opened(world) > on_record:
            count.unconfirmed_on_record += 1
        else:
            assert press(world)
    until = time.monotonic() + LOST_AFTER_S
    while not has_gone_on(world, since) and time.monotonic() < until:
        time.sleep(0.02)
    if not has_gone_on(world, since):
        count.lost += 1
        tell_what_is_known(world, since, logged, delay_s)
    count.back_s.append(time.monotonic() - began)
    wait_until(world.is_quiet)
    incident = world.status()["incidents"][-1]
    count.answers_lost += incident["answered_by"] != "paul"
    said = Counter((sent.number, sent.text) for sent in texts(world, since))
    count.repeats[sum(said.values()) - len(said)] += 1
    close(world)


def tell_what_is_known(world: World, since: int, logged: int, delay_s: float) -> None:
    """All there is to find out why an alarm did not go on: what the phones got, the hub's log, journal and outbox."""
    say = partial(print, file=sys.stderr, flush=True)
    say(f"\nNOT GONE ON after a kill {delay_s * 1000:.1f} ms after the press")
    for sent in texts(world, since):
        say(f"    text to {sent.number}: {sent.text[:70]}")
    say(world.log[logged:])
    for fact in world.journal()[-80:]:
        say(f"    {fact}")
    say(json.dumps(world.status(), indent=1))
    say(f"in the modem: {world.modem.memories}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="so many (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    chance, count = random.Random(options.seed), Count()
    with tempfile.TemporaryDirectory(prefix="telecare-kills-") as folder, World(Path(folder)) as world:
        neighbour = Neighbour(world)
        world.start().ready()
        length_s = undisturbed(world, neighbour)
        while count.kills < options.kills:
            kill_once(world.ready(), neighbour, chance.uniform(0.0, BEYOND * length_s), count)
        facts = world.journal()
        assert sum(isinstance(f, IncidentOpened) for f in facts) == sum(isinstance(f, IncidentClosed) for f in facts)
        answers = sum(isinstance(fact, IncidentAnswered) for fact in facts)
        assert answers == count.kills + UNDISTURBED - count.answers_lost, "each alarm was answered once"
    if options.json:
        print(json.dumps(asdict(count)))
    else:
        tell(count, length_s)
    return 1 if count.lost or count.answers_lost or max(count.repeats) > 1 else 0


def tell(count: Count, length_s: float) -> None:
    """The table."""
    print(f"an alarm without a kill             {length_s * 1000:.0f} ms, from the press to the last text that must go")
    print(f"kills                               {count.kills}")
    print(f"presses that had been confirmed     {count.confirmed}")
    print(
        f"not confirmed yet                   {count.unconfirmed}, on record all the same {count.unconfirmed_on_record}"
    )
    print(f"presses lost                        {count.lost}")
    print(f"answers lost                        {count.answers_lost}")
    for repeats, alarms in sorted(count.repeats.items()):
        print(f"alarms with {repeats} repeated texts        {alarms}")
    print(f"kill to all said again              {median(count.back_s):.2f} s median, {max(count.back_s):.2f} s at most")
    for moment, times in sorted(count.moments.items()):
        print(f"    killed when {moment:<40}{times}")


if __name__ == "__main__":
    sys.exit(main())
