"""A new record from an old one, as `dataclasses.replace` makes it."""

from dataclasses import dataclass

import pytest

from hub.domain.records import Link, State
from hub.domain.replacing import replace


@dataclass(frozen=True)
class Pair:
    """Two values, without slots."""

    left: int
    right: int


def test_a_copy_has_what_was_changed_and_keeps_the_rest():
    pair = Pair(1, 2)
    assert replace(pair, right=3) == Pair(1, 3)
    assert pair == Pair(1, 2)


def test_a_copy_is_as_good_as_one_made_by_hand():
    assert replace(State(), boot="b") == State(boot="b")
    assert hash(replace(Pair(1, 2), left=5)) == hash(Pair(5, 2))


def test_a_field_that_a_record_has_not_is_refused():
    with pytest.raises(TypeError, match="Pair has no middle, top"):
        replace(Pair(1, 2), top=1, middle=2)


def test_records_with_slots_are_replaced_as_ever():
    assert replace(Link(None), proven_at=None) == Link(None)
    with pytest.raises(TypeError):
        replace(Link(None), nothing=1)
