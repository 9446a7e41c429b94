"""The numbers that families and installers were promised, or that were measured, written once more.

The other tests take them from the code, to say what is meant by them; so none of those would see one that changed by
mistake. Whoever changes one on purpose changes it here, and in the pages.
"""

import math
import re
from datetime import time, timedelta
from pathlib import Path
from pkgutil import resolve_name

import pytest

import hub.domain
from hub.domain.facts import Purpose
from hub.domain.outbox import RANK

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROMISED = {
    # Waves
    "escalation:REPEATS": (5 * MINUTE, 10 * MINUTE, 15 * MINUTE),
    "escalation:SHORT_WAIT": MINUTE,
    "escalation:SHORTEST_WAIT": SECOND,
    "incident:HURRY_AT_MOST_EVERY": MINUTE,
    "incident:END_ASKED_AFTER": (HOUR, 2 * HOUR, 4 * HOUR),
    "incident_state:ASKED_EVERY": 30 * SECOND,
    "incident_state:CLOSED_REMEMBERED": 20,
    "records:FIRST_INCIDENT": 10,
    "calls:TALKS_AT_MOST": 11 * MINUTE,
    "calls:SHORTEST_NUMBER": 9,
    # Who is asked for what, and until when
    "confirming:CODE_LASTS": 10 * MINUTE,
    "conversation_state:WRONG_AT_MOST": 5,
    "conversation_state:LOCKED_FOR": HOUR,
    "texting:ORDERS_WITHIN": HOUR,
    "records:ORDERS_REMEMBERED": 11,
    "commands:CODE_DIGITS": 8,
    "conversation:OVER_AT_MOST": 2,
    "invitations:LASTS": 14 * DAY,
    "invitations:AGAIN_AFTER": DAY,
    "invitations:TIMES_AT_MOST": 3,
    "invitations:A_DAY_AT_MOST": 20,
    "conversation_state:INVITED_REMEMBERED": 20,
    # Texts
    "outbox:CODE_LASTS": 10 * MINUTE,
    "outbox_state:SENT_REMEMBERED": 11,
    "outbox:RETRIES": (5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND),
    "outbox:CLOSED_ROAD_RETRY": 10 * MINUTE,
    "outbox:TRIES_OF_NO_ALERT": 10,
    "outbox:STALE_AFTER": HOUR,
    "outbox:NEWS_STALE_AFTER": DAY,
    "outbox:WAITING_AT_MOST": 256,
    "unsent_state:KEPT_FOR": DAY,
    "unsent_state:KEPT_AT_MOST": 32,
    "outbox_state:REPORT_DEADLINE": 180 * SECOND,
    "outbox_state:LATE_REPORT": 10 * MINUTE,
    "outbox_state:LIMITS": ((5, 15 * MINUTE), (11, HOUR)),
    "outbox_state:STATUS_LIMITS": ((3, 20 * MINUTE), (5, 15 * MINUTE), (11, HOUR)),
    # What people text back
    "answering:REPLIES_AT_MOST": 5,
    "conversation:LATE_REPLY": HOUR,
    "conversation:TEST_AGAIN": DAY,
    "conversation:TEXT_KEPT": 1530,
    "reply_text:LONGEST_TEXT": 4000,
    "conversation_state:TEXTS_REMEMBERED": 512,
    # The circle
    "circle:LONGEST": 110,
    "circle:EACH": 3,
    "circle:IN_ALL": 10,
    "circle:WITHIN": DAY,
    "circle:SHOWN": 30 * DAY,
    "circle:SHORTEST_CODE": 4,
    # Notes beside an alert
    "notes:LONGEST": 300,
    "notes:LONGEST_REASON": 100,
    "notes:IN_ALL": 20,
    "notes:WITHIN": 7 * DAY,
    "on_call:LONGEST": 75 * DAY,
    "records:NEWS_REMEMBERED": 30,
    "shifts:AHEAD": 14,
    # Signs of life
    "watch:LIFE_RESOLUTION": 10 * SECOND,
    "watch:LEVELS_A_MINUTE": 6,
    "inactivity:LATE": 5 * MINUTE,
    "presence:LEAVING": 15 * MINUTE,
    "presence:LONGEST": 60 * DAY,
    "state:BLIND_SPANS_REMEMBERED": 64,
    "state:ANOTHER_HOUR": 10 * MINUTE,
    # Rules
    "beds:DOZE": 30 * MINUTE,
    "checkin:DAYS_BACK": 1,
    "checkin:DAYS_AHEAD": 7,
    "climate:HYSTERESIS_C": 1.0,
    "climate:COLDEST_C": -40.0,
    "climate:HOTTEST_C": 80.0,
    "climate:FURTHEST_APART": 3 * HOUR,
    "homecoming:SETTLING": 15 * MINUTE,
    "homecoming:LATEST": 4 * HOUR,
    "one_off:AHEAD": 2 * DAY,
    "one_off:NIGHT_ENDS": time(5),
    "one_off:SHORTEST": 30 * MINUTE,
    "evidence:QUIET_FROM": time(22),
    "evidence:QUIET_UNTIL": time(7),
    "evidence:REMEMBERED": 250,
    "replay:EVERY": HOUR,
    "credit:LOW_C": 300,
    "credit:KNOWN_FOR": 3 * DAY,
    "credit:LOW_AGAIN_AFTER": 7 * DAY,
    "credit:LONGEST": 3 * 366 * DAY,
    "climate:KEPT_DIFFERENCE_C": 0.5,
    "climate:KEPT_EVERY": HOUR,
    "climate:KEPT_AT_MOST_EVERY": 5 * MINUTE,
    "replay_climate:NEAR_C": 3,
    "replay_things:TRIED_FROM": 0.25,
    "replay_things:TRIED_UNTIL": 4.0,
    # The learned silence: measured with these (docs/bench/inactivity.md)
    "habits:HOURS": 24,
    "habits:HOUR_S": 3600.0,
    "habits:SHORTEST": 10 * MINUTE,
    "habits:LONGEST": DAY,
    "habits:LENGTHS": 30,
    "habits:HALF_LIFE_DAYS": 45.0,
    "habits:ENOUGH_DAYS": 6.0,
    "habits:PLACES_AT_MOST": 12,
    "habits:LONGEST_BETWEEN": 400 * DAY,
    "habits:MONTH_DAYS": 30.0,
    "habits:STRICT_A_MONTH": 16.0,
    "habits:MOST_A_MONTH": 1000.0,
    "habits:DIGITS": 4,
    "learned:SPREAD": 48 * MINUTE,
    "learned:NEXT_HOUR": math.exp(-1 / (2 * 0.6**2)),
    "learned:PLACE_IS_KNOWN": 4.0,
    "learned:USUAL": 0.9,
    "learned:NOTHING": 0.1,
    "learned:SHORTEST_LINE": 1200.0,
    "learned:LONGEST_LINE": 50400.0,
    "learned:STEPS": 48,
    "learned:RECKONED": 1.75,
    "learned:RECKONED_GROWS": 1.25,
    "learned:BELIEVED": 16.0,
    "learned:OWN_BELIEVED": 1.0,
    "learning:OUT_WITHIN": 2 * MINUTE,
    "learning:PERHAPS_OUT": DAY,
    # Faults
    "supervision:GRACE": 5 * MINUTE,
    "supervision:LATER_BY_DAY": HOUR,
    "supervision:HOURS_COUNT_FOR": DAY,
    "supervision:REMINDERS": (DAY, 3 * DAY, 7 * DAY),
    "supervision:DETAIL_KEPT": 200,
    "supervision:FAULTS_AT_MOST": 64,
    "supervision_state:AWAITED_AT_MOST": 64,
    "supervision_state:ASKS_REMEMBERED": 20,
    "supervision_state:UNREPORTED_REMEMBERED": 3,
    "supervision_state:FLAPS_A_MINUTE": 60,
    "supervision_state:UNSEEN_REMEMBERED": 64,
    "supervision_state:UNSEEN_KEPT": 14 * DAY,
    "supervision_state:FIRST_ROUND": 5 * MINUTE,
    "devices:LOW_PERCENT": 15,
    "devices:NEW_PERCENT": 25,
    "devices:STUCK_AFTER": 12 * HOUR,
    "devices:CALM": 10 * MINUTE,
    "decide:READINGS_AT_MOST": 64,
    "rounds:EVERY": 30 * MINUTE,
    "people:REFUSALS_TOLD": 2,
    "people:REPORT_WITHIN": DAY,
    "proof:PROOF_LASTS": 30 * DAY,
    "proof:NOTED_EVERY": HOUR,
    "trouble:TODAY": DAY,
    "trouble:THIS_WEEK": 7 * DAY,
    # By the calendar
    "draft:DAY_BEGINS_HOUR": 8,
    "draft:DAY_ENDS_HOUR": 20,
    "coverage:AHEAD": 7 * DAY,
    "coverage:STEP": HOUR,
    "coverage:ENOUGH": 2,
    "notices:OFF_IS_TOLD_AFTER": 15 * MINUTE,
    "notices:SETTLED_AFTER": DAY,
    "notices:THIN_AGAIN_AFTER": 30 * DAY,
    "notices:MONTHLY_FROM_HOUR": 10,
    "notices:SUMMED_UP_UNTIL_DAY": 7,
    "drills:NAME_LIMIT": 12,
    "drills:TOLD_WITHIN": timedelta(days=2),
    "drills:FROM_HOUR": 10,
    "drills:UNTIL_HOUR": 18,
    "drills:ANSWERED_WITHIN": DAY,
    "drills:AGAIN_AFTER": HOUR,
    "drills:ONE_BY_TEXT": DAY,
    # How long it is kept
    "policy:MONTH": 31 * DAY,
}


@pytest.mark.parametrize("name", PROMISED)
def test_the_number_is_what_was_promised(name: str) -> None:
    assert resolve_name(f"hub.domain.{name}") == PROMISED[name]


def test_every_number_of_the_rules_stands_here() -> None:
    found = {
        f"{path.stem}:{name}"
        for path in Path(hub.domain.__file__).parent.glob("*.py")
        for names in re.findall(r"^([A-Z][A-Z_]*(?:, [A-Z_]+)*) = ", path.read_text("utf-8"), re.MULTILINE)
        for name in names.split(", ")
        if isinstance(resolve_name(f"hub.domain.{path.stem}:{name}"), int | float | timedelta | time)
    }

    assert found - PROMISED.keys() == {"reply_words:LONGEST_PHRASE"}  # which follows from the words


def test_what_waits_goes_in_this_order() -> None:
    first_to_last = ["alert", "ask_resident duty", "question", "status", "desk reply", "technical", "drill", "news"]

    found = [" ".join(sorted(p.value for p in RANK if RANK[p] == rank)) for rank in sorted(set(RANK.values()))]
    assert found == first_to_last
    assert set(RANK) == set(Purpose)


def test_what_is_remembered_is_enough_for_what_is_counted_of_it():
    from hub.domain import circle, conversation_state, invitations, records

    assert conversation_state.INVITED_REMEMBERED >= invitations.A_DAY_AT_MOST
    assert records.NEWS_REMEMBERED > circle.IN_ALL
