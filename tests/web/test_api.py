"""The API as its own description has it, by schemathesis: whatever is sent, the answer is one that is described."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from hub.web.openapi import description
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


# An alert of its own for each, for some end it.
@pytest.mark.parametrize("sent", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize(
    ("path", "method"),
    [(path, way) for path, ways in description()["paths"].items() for way in ways if way != "parameters"],
)
def test_whatever_is_sent_the_answer_is_one_of_the_description(home, path, method, sent):
    number = alarm(home)
    token = bearer(home, "read", "act")
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", home.app, headers=token)

    found = answers(api[path][method], sent, number, token)

    assert sum(found.values()) > CALLS_EACH / 2
    if sent is GenerationMode.POSITIVE:
        assert found[200] > 0
