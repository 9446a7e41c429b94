"""Whatever comes in by a door, the product takes it or refuses it by the error it declares: nothing else, in time.

What must hold beside that stands with each harness (`modem_doors`, `house_doors` and the others). Here hypothesis
changes the seeds at random; `bench/fuzz.py` goes on from them by coverage, for as many inputs as one likes.
"""

import logging
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.harness import TARGETS
from tests.fuzz.target import TAKEN, Target

# As many as all of them take some 20 seconds together.
EXAMPLES = {
    "at": 2000, "machine": 500, "pdu": 2000, "replies": 2000, "texts": 1000, "mqtt": 1500, "config": 1000,
    "household": 1000, "control": 1500, "journal": 1000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """Thousands of warnings are no part of what is tested."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def changed(target: Target) -> st.SearchStrategy[bytes]:
    """A seed in which some bytes are others, some left out, and words of the target put in; or a drawn input."""
    change = st.tuples(st.integers(0, 4095), st.integers(0, 12), st.sampled_from(target.tokens) | st.binary(max_size=4))

    def apply(seed: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
        for place, gone, put in changes:
            at = place % (len(seed) + 1)
            seed = seed[:at] + put + seed[at + gone :]
        return seed[: target.longest]

    altered = st.builds(apply, st.sampled_from(target.seeds), st.lists(change, max_size=3))
    if (draw := target.drawn) is None:
        return altered
    return altered | st.integers(0, 2**32).map(lambda number: draw(Random(number)))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_changed_input_is_taken_or_refused_by_a_declared_error(target: Target) -> None:
    @settings(deadline=None, max_examples=EXAMPLES[target.name], database=None)
    @given(changed(target))
    def feed(data: bytes) -> None:
        assert target.feed(data) in {TAKEN, *target.refusals}

    feed()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_seed_leads_into_the_target_and_is_no_longer_than_its_inputs(target: Target) -> None:
    taken = [seed for seed in target.seeds if target.feed(seed) == TAKEN]

    assert len(taken) >= len(target.seeds) / 4
    assert max(map(len, target.seeds)) <= target.longest
