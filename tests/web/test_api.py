"""The API as its own description has it, by schemathesis: whatever is sent, the answer is one that is described."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from tests.web.home import alarm
from tests.web.test_machines import bearer

CALLS_EACH = 25


def answers(operation, sent, number, token):
    """Call the operation often, every other time about the alert of that number; return how often each status came."""
    found: Counter[int] = Counter()

    @settings(
        max_examples=CALLS_EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=sent), is_there=st.booleans())
    def call(case, is_there):
        if is_there and sent is GenerationMode.POSITIVE and case.path_parameters:
            case.path_parameters["number"] = number
        found[case.call_and_validate(headers=token).status_code] += 1

    call()
    return found


@pytest.mark.parametrize("sent", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_whatever_is_sent_the_answer_is_one_of_the_description(home, sent):
    number = alarm(home)
    token = bearer(home, "read", "act")
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", home.app, headers=token)

    found = {each.ok().label: answers(each.ok(), sent, number, token) for each in api.get_all_operations()}

    assert len(found) == 6
    if sent is GenerationMode.POSITIVE:
        # In the order of the alphabet the last one comes when the alert is over.
        assert [label.rpartition("/")[2] for label, statuses in found.items() if not statuses[200]] == ["decline"]
