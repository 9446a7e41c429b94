"""How often somebody may try to get in: three wrong tries a minute, five in ten minutes, ten an hour.

Counted for the account and for the address that asks, each by itself: a guesser on one phone is stopped whatever
names it tries, and an account is safe from many phones.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

LIMITS = ((timedelta(minutes=1), 3), (timedelta(minutes=10), 5), (timedelta(hours=1), 10))
LONGEST = max(span for span, _ in LIMITS)
MOST_TRIES = max(most for _, most in LIMITS)
# Names and addresses that are counted apart; whoever comes after them shares one count, so that a flood of made-up
# names buys no further tries.
MOST_COUNTED = 500
THE_REST = "*"


class Patience:
    """Counts wrong tries by their keys ("account marie", "address 192.168.1.7")."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, keys: Iterable[str]) -> timedelta:
        """Let one try through and count it (zero), or return how long until another is allowed.

        Counted before it is known to be wrong: many tries at the same moment are no way around the limits.
        """
        now = self._now()
        with self._lock:
            self._forget(now)
            counted = [self._counted(key) for key in keys]
            wait = max((_wait(self._tries.get(key, ()), now) for key in counted), default=timedelta())
            if not wait:
                for key in counted:
                    self._tries.setdefault(key, deque(maxlen=MOST_TRIES)).append(now)
        return wait

    def succeeded(self, account: str, *others: str) -> None:
        """It was right: the account may err anew; of ``others``, with more than one behind them, only this try goes."""
        with self._lock:
            self._tries.pop(account, None)
            for key in others:
                tries = self._tries.get(self._counted(key))
                if tries:
                    tries.pop()

    def _counted(self, key: str) -> str:
        return key if key in self._tries or len(self._tries) < MOST_COUNTED else THE_REST

    def _forget(self, now: datetime) -> None:
        for key in [key for key, tries in self._tries.items() if not tries or now - tries[-1] >= LONGEST]:
            del self._tries[key]


def _wait(tries: Iterable[datetime], now: datetime) -> timedelta:
    """How long until every limit has room: until its oldest try that counts is old enough."""
    newest_first = sorted(tries, reverse=True)
    ends = [newest_first[most - 1] + span for span, most in LIMITS if len(newest_first) >= most]
    return max((end - now for end in ends if end > now), default=timedelta())
