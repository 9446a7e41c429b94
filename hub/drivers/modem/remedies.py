"""Which remedy comes next for a modem that is silent, or that listens and does not work. Sans IO.

The upper rungs of the ladder (`ladder` has those below): a restart by command, a press of the modem's PWRKEY, a cut of
its supply; of the last two, those that are wired. One press of PWRKEY turns a modem that runs off, and one that is off
on; nobody can see which, so a press is only for a modem that was silent for long, or that is meant to go off, and a
second one follows where the first brought nothing back. `now` is in seconds, as in `machine`.
"""

from collections.abc import Sequence
from enum import StrEnum

# A restart may take 30 s and a boot 25 s more (SIM7600), a look for its speed 21 s: pressed earlier, PWRKEY would
# switch off a modem that is only starting.
SILENT_S = 90.0
# From a press or a cut to an answer: the press itself (5 s at most), the boot, a look for the speed.
SETTLES_S = 60.0
# When a round of presses and cuts brought nothing, the next one waits: 10, 20, 40 min, then an hour each.
ROUND_AGAIN_S, ROUND_AGAIN_AT_MOST_S = 600.0, 3600.0
# A modem that is restarted more often is broken, and a restart costs a minute of service.
RESTART_EVERY_S = 600.0
# Sick again within this, and the next rung is tried; without a network there are twenty minutes between two rungs.
RUNG_REMEMBERED_S = 3600.0


class Remedy(StrEnum):
    """What helps a modem that cannot be talked to any more."""

    RESTART = "restart"  # by its own command
    PWRKEY = "pwrkey"  # a press of its power key
    SUPPLY = "supply"  # its supply cut for a moment


class Remedies:
    """``wired``: what there is besides the command, `Remedy.PWRKEY` before `Remedy.SUPPLY`."""

    def __init__(
        self, wired: Sequence[Remedy] = (), *, silent_s: float = SILENT_S, settles_s: float = SETTLES_S
    ) -> None:
        self._silent_s, self._settles_s = silent_s, settles_s
        self._for_sick = (Remedy.RESTART, *wired)
        self._for_silent = _round(tuple(wired))
        self._rung = 0
        self._last_s: float | None = None  # when a sick modem got its last remedy
        self._step = 0  # of the rounds for a silent one
        self._due: float | None = None

    # A modem that listens and does not work

    def for_sick(self, now: float) -> Remedy | None:
        """Return the next rung for a modem that listens; None where the last remedy was a moment ago."""
        since = None if self._last_s is None else now - self._last_s
        if since is not None and since < RESTART_EVERY_S:
            return None
        if since is None or since > RUNG_REMEMBERED_S:
            self._rung = 0
        remedy = self._for_sick[self._rung % len(self._for_sick)]
        self._rung += 1
        self._last_s = now
        if remedy is not Remedy.RESTART:
            # It goes off, or comes back by itself; should it be silent then, it gets what a silent one gets.
            self._step, self._due = 0, now + self._settles_s
        return remedy

    # A modem that says nothing

    def silent(self, now: float) -> None:
        """Nothing answers (any more), or the port itself is gone."""
        if self._due is None and self._for_silent:
            self._due = now + self._silent_s

    def answered(self) -> None:
        """The modem answered."""
        self._step, self._due = 0, None

    def for_silent(self, now: float) -> Remedy | None:
        """Return what is to be done with a modem that is still silent; None while there is time."""
        if self._due is None or now < self._due:
            return None
        remedy = self._for_silent[self._step % len(self._for_silent)]
        self._step += 1
        rounds, left = divmod(self._step, len(self._for_silent))
        rest_s = 0.0 if left else min(ROUND_AGAIN_S * 2.0 ** (rounds - 1), ROUND_AGAIN_AT_MOST_S)
        self._due = now + max(self._settles_s, rest_s)
        return remedy

    def next_time(self) -> float | None:
        """Return when `for_silent` has something to say."""
        return self._due


def _round(wired: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
    """Return what a silent modem gets, in order."""
    keys = (Remedy.PWRKEY, Remedy.PWRKEY) if Remedy.PWRKEY in wired else ()
    cut = (Remedy.SUPPLY,) if Remedy.SUPPLY in wired else ()
    # Some stay off when the supply returns, until their key is pressed.
    return (*keys, *cut, *(keys[:1] if cut else ()))
