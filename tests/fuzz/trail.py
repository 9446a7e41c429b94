"""What the instruments of atheris see while one input is fed; libFuzzer is told of it only when it is new.

atheris tells libFuzzer of every branch, by a call of 0.2 us: with some thousand branches an input, that was most of the
time. A list takes a branch in 0.03 us. libFuzzer keeps an input for an edge that is new, or that is passed more often
than before in steps of its own (1, 2, 3, 4 to 7, ... 128 and more), so an input without either need not be told.
"""

from collections import Counter

import atheris

# The most passages that make another step.
MOST = 128
# Edge and step in one number: libFuzzer has eight steps.
STEPS = 16


class Trail:
    """The branches of the input that is being fed, and all steps known so far."""

    def __init__(self) -> None:
        self._passed: list[int] = []
        self._known: set[int] = set()

    def lay(self) -> None:
        """Take the place of atheris's own function, which it binds when the search starts; so not before."""
        self._trace, atheris._trace_branch = atheris._trace_branch, self._passed.append

    def tell(self) -> None:
        """Tell libFuzzer of this input if it is new, and forget it."""
        met = {edge * STEPS + step(times) for edge, times in Counter(self._passed).items()}
        self._passed.clear()
        if met <= self._known:
            return
        self._known |= met
        for edge, number in (divmod(one, STEPS) for one in met):
            for _ in range(least(number)):
                self._trace(edge)


def step(times: int) -> int:
    """Return the step of libFuzzer's counters (its ``CounterToFeature``) that so many passages are on."""
    if times < 4:
        return times - 1
    bits = min(times, MOST).bit_length()
    return {3: 3, 4: 4, 5: 5, 6: 6, 7: 6}.get(bits, 7)


def least(number: int) -> int:
    """Return the fewest passages that are on this step."""
    return (1, 2, 3, 4, 8, 16, 32, MOST)[number]
