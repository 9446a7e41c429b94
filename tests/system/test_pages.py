"""The real process with its pages: it arms without them, serves them after, and calls for help whatever they do."""

import http.client
import re
import socket
import subprocess
import sys

from tests.mosquitto import wait_until
from tests.system.world import PAUL, World

HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(HERE, port, timeout=10)
    line.request("GET", path)
    answer = line.getresponse()
    found = answer.status, answer.read()
    line.close()
    return found


def is_served(port: int) -> bool:
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def test_it_is_armed_before_its_pages_are_there_and_an_invitation_opens_them(tmp_path):
    port = free_port()
    world = World(tmp_path)
    world.edit('listen = "off"', f'listen = "{HERE}:{port}"')
    with world:
        world.start().ready()
        wait_until(lambda: is_served(port), 30)
        # Its lines are read by a thread of this test, which may be behind.
        wait_until(lambda: "web: pages on" in world.log)
        assert world.log.index("armed") < world.log.index("web: pages on")
        invited = subprocess.run(
            [sys.executable, "-m", "hub", "pages", "invite", "marie", "--config", str(world.config)],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
        code = re.match(r"(\w{4}-\w{4}-\w{4})  for marie, once, within 60 minutes: http://", invited)
        assert code is not None, invited
        status, page = get(port, f"/welcome?code={code[1]}")
        assert status == 200
        assert code[1].encode() in page
        assert code[1] not in world.log
        assert world.stop() == 0


def test_a_port_that_is_taken_keeps_no_call_for_help_in(tmp_path):
    with socket.socket() as other:
        other.bind((HERE, 0))
        other.listen()
        world = World(tmp_path)
        world.edit('listen = "off"', f'listen = "{HERE}:{other.getsockname()[1]}"')
        with world:
            world.start().ready()
            world.has_fault("web.broken", "in use")
            world.press()
            world.gets(PAUL, "ALERTE")
            assert world.stop() == 0
