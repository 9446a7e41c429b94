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

# Fewer where one input is a whole story; as many as all of them take some 20 seconds together.
EXAMPLES_AT_MOST = 2000
EXAMPLES = {"machine": 500, "texts": 800, "journal": 1000, "pages": 600}


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """Thousands of warnings are no part of what is tested."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """A seed with some changes, or an input that the target draws. By one number: drawn one by one they cost more."""
    numbers = st.integers(0, 2**32).map(Random)
    altered = st.builds(target.altered, st.sampled_from(target.seeds), numbers)
    return altered if target.drawn is None else altered | numbers.map(target.drawn)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_changed_input_is_taken_or_refused_by_a_declared_error(target: Target) -> None:
    @settings(deadline=None, max_examples=EXAMPLES.get(target.name, EXAMPLES_AT_MOST), database=None)
    @given(inputs(target))
    def feed(data: bytes) -> None:
        assert target.feed(data) in {TAKEN, *target.refusals}

    feed()


# Of the orders most are for another to give, or for another home; pages are asked for by everybody, whoever may.
TAKEN_AT_LEAST = {"control": 0.14, "journal": 0.25, "pages": 0.35}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_a_seed_leads_into_the_target_and_is_no_longer_than_its_inputs(target: Target) -> None:
    taken = [seed for seed in target.seeds if target.feed(seed) == TAKEN]

    assert len(taken) >= len(target.seeds) * TAKEN_AT_LEAST.get(target.name, 0.5)
    assert max(map(len, target.seeds)) <= target.longest
