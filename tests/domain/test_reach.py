"""What is known of one phone, and what follows: from a record as a journal would lead to it."""

from datetime import datetime, timedelta

import pytest
from house import HOME, PAUL, START

from hub.domain import people, proof
from hub.domain.draft import Draft
from hub.domain.people import Measured, measured
from hub.domain.proof import PROOF_LASTS
from hub.domain.records import Ask, Link, Reach, State
from hub.domain.trouble import UNPROVEN_PERSON, UNREACHABLE, named

HOUR = timedelta(hours=1)
REPORTED = Ask(10, START, delivered_after=timedelta(seconds=5))


def fault_of(reach: Reach, at: datetime) -> bool:
    draft = Draft(State(at=START, reach={PAUL: reach}), HOME, at)
    people.look(draft)
    return named(UNREACHABLE, PAUL) in draft.state.faults


@pytest.mark.parametrize(
    ("minutes", "usual"), [([7], 7), ([3, 9], 9), ([9, 3, 5], 5), ([1, 2, 3, 4], 3), ([5, 1, 4, 2, 3], 3)]
)
def test_the_usual_time_is_the_one_in_the_middle_and_of_two_the_longer(minutes: list[int], usual: int) -> None:
    asks = tuple(Ask(10 + n, START, answered_after=timedelta(minutes=took)) for n, took in enumerate(minutes))
    state = State(links={f"person/{PAUL}": Link(START)}, reach={PAUL: Reach(asks=(*asks, Ask(99, START)))})

    assert measured(state) == {PAUL: Measured(len(asks) + 1, len(asks), timedelta(minutes=usual), None)}


@pytest.mark.parametrize(
    ("hours", "reports", "is_fault"),
    [
        ((0, 1, 2), True, True),
        ((0, 1, 3), True, False),  # the last is not a day old
        ((0, 1), True, False),
        ((0, 1, 2), False, False),  # a network that never reports
    ],
)
def test_three_texts_of_which_a_day_later_nothing_is_heard(
    hours: tuple[int, ...], reports: bool, is_fault: bool
) -> None:
    reach = Reach(unreported=tuple(START + hour * HOUR for hour in hours), asks=(REPORTED,) if reports else ())

    assert fault_of(reach, START + 26 * HOUR) is is_fault


@pytest.mark.parametrize(("refused", "undelivered", "is_fault"), [(1, 1, False), (2, 0, True), (0, 2, True)])
def test_two_refusals_or_two_losses_in_a_row(refused: int, undelivered: int, is_fault: bool) -> None:
    assert fault_of(Reach(refused=refused, undelivered=undelivered), START + HOUR) is is_fault


@pytest.mark.parametrize(("short_of", "is_down"), [(timedelta(0), True), (timedelta.resolution, False)])
def test_after_thirty_days_without_a_sign_a_phone_counts_as_unproven(short_of: timedelta, is_down: bool) -> None:
    at = START + PROOF_LASTS - short_of
    draft = Draft(State(at=at, links={f"person/{PAUL}": Link(START)}), HOME, at)

    proof.look(draft)

    assert proof.is_down(draft.state, f"person/{PAUL}") is is_down
    assert (named(UNPROVEN_PERSON, PAUL) in draft.state.faults) is is_down
