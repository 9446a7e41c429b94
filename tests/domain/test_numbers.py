"""The numbers that families and installers were promised, written once more.

The other tests take them from the code, to say what is meant by them; so none of those would see one that changed by
mistake. Whoever changes one on purpose changes it here, and in the pages.
"""

from datetime import timedelta
from pkgutil import resolve_name

import pytest

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
    # Texts
    "outbox:RETRIES": (5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND),
    "outbox:CLOSED_ROAD_RETRY": 10 * MINUTE,
    "outbox:TRIES_OF_NO_ALERT": 10,
    "outbox:STALE_AFTER": HOUR,
    "outbox:WAITING_AT_MOST": 256,
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
    # Signs of life
    "watch:LIFE_RESOLUTION": 10 * SECOND,
    "inactivity:LATE": 5 * MINUTE,
    "presence:LEAVING": 15 * MINUTE,
    "presence:LONGEST": 60 * DAY,
    "state:BLIND_SPANS_REMEMBERED": 64,
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
    "drills:FROM_HOUR": 10,
    "drills:UNTIL_HOUR": 18,
    "drills:ANSWERED_WITHIN": DAY,
    "drills:AGAIN_AFTER": HOUR,
    "drills:ONE_BY_TEXT": DAY,
}


@pytest.mark.parametrize("name", PROMISED)
def test_the_number_is_what_was_promised(name: str) -> None:
    assert resolve_name(f"hub.domain.{name}") == PROMISED[name]
