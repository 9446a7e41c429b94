"""A telephone rings: the running hub calls by its modem on a pty, hears a key, and hangs up."""

import pytest

from hub.domain.facts import CallEnded, IncidentAnswered, KeyPressed
from hub.sim.mobile_network import Reach
from tests.mosquitto import wait_until
from tests.system.world import MARIE, PAUL, World

pytestmark = pytest.mark.system


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        made.edit('people = ["paul", "marie"]\n', 'people = ["paul", "marie"]\nring = true\n', household=True)
        made.network.usual = Reach(answers_after_s=None)
        yield made


def test_a_key_of_the_telephone_is_an_answer_and_nobody_else_is_called(world):
    world.network.reach[PAUL] = Reach(answers_after_s=0.5, presses="1", after_seconds=1.0)
    world.start().ready()
    wait_until(lambda: world.status()["roads"].get("call"))

    world.press()
    world.gets(PAUL, "12 rue des Lilas")

    world.gets(MARIE, "Paul y va")
    facts = world.journal()
    (pressed,) = (fact for fact in facts if isinstance(fact, KeyPressed))
    (answered,) = (fact for fact in facts if isinstance(fact, IncidentAnswered))
    (ended,) = (fact for fact in facts if isinstance(fact, CallEnded))
    assert (pressed.key, answered.person, answered.via) == ("1", "paul", "call")
    assert ended.words.key == "say.call.thanks"
    assert [ring.number for ring in world.network.rings] == [PAUL]
    wait_until(lambda: world.network.rings[0].ended == "ended")
