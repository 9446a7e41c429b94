"""The instruments by which atheris sees what an input does in the hub: laid into its functions, and taken out again.

With them the hub is five to twenty times slower, so most inputs are fed without, once the search has found its ground:
libFuzzer goes on changing the inputs it has kept, and errors are errors with or without instruments.

Each branch would be a call into libFuzzer, of 0.2 us. A list takes a branch in 0.03 us. libFuzzer keeps an input for an
edge that is new, or is passed more often than before in steps of its own (1, 2, 3, 4 to 7, ... 128 and more), so it is
told of an input only when that has either.
"""

import gc
from collections import Counter
from types import CodeType, FunctionType

import atheris

# The most passages that make another step.
MOST = 128
# Edge and step in one number: libFuzzer has eight steps.
STEPS = 16


class Instruments:
    """In the functions of one package; off, until they are switched on."""

    def __init__(self, package: str) -> None:
        self._codes: list[tuple[FunctionType, CodeType, CodeType]] = []
        for function in functions_of(package):
            plain = function.__code__
            atheris.instrument_func(function)
            self._codes.append((function, plain, function.__code__))
        self._passed: list[int] = []
        self._known: set[int] = set()
        self._are_on = True
        self.switch(on=False)

    def connect(self) -> None:
        """Take the place of atheris's own function. It binds that anew when the search starts, so not before."""
        self._trace, atheris._trace_branch = atheris._trace_branch, self._passed.append

    def switch(self, *, on: bool) -> None:
        """Let the functions be watched from now on, or not."""
        if on is not self._are_on:
            for function, plain, watched in self._codes:
                function.__code__ = watched if on else plain
        self._are_on = on

    def tell(self) -> None:
        """Tell libFuzzer of the input that was fed, if it is new; and forget it."""
        met = {edge * STEPS + step(times) for edge, times in Counter(self._passed).items()}
        self._passed.clear()
        if met <= self._known:
            return
        self._known |= met
        for edge, number in (divmod(one, STEPS) for one in met):
            for _ in range(least(number)):
                self._trace(edge)


def functions_of(package: str) -> list[FunctionType]:
    """Return every function of the package there is, those that others hold too."""
    within = f"{package}."
    functions = (one for one in gc.get_objects() if isinstance(one, FunctionType))
    return [function for function in functions if (function.__module__ or "").startswith(within)]


def step(times: int) -> int:
    """Return the step of libFuzzer's counters (its ``CounterToFeature``) that so many passages are on."""
    if times < 4:
        return times - 1
    return {3: 3, 4: 4, 5: 5, 6: 6, 7: 6}.get(min(times, MOST).bit_length(), 7)


def least(number: int) -> int:
    """Return the fewest passages that are on this step."""
    return (1, 2, 3, 4, 8, 16, 32, MOST)[number]
