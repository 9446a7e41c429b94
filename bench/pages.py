"""How long the pages take, how large they are, and whether a press waits for them.

    .venv/bin/python bench/pages.py [--json] [--loads 5000]

The real application and the real loop, in one process, on a home with a week behind it and an alert open. `median_ms`
is the time in the application; `kb` its size (`kb_gzip`: as a proxy in front might send it).
`press_p99_ms_under_load`: from posting a press to the first message in the hands of its channel, while four clients
load pages as fast as they can.
"""

import argparse
import gzip
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from hub.domain.facts import Outcome
from hub.domain.inputs import Action, ButtonPressed, Commanded
from hub.place_forms import Listen
from hub.web.guard import SESSION_COOKIE
from hub.web.server import WebServer
from tests.web.home import Browser, Home, alarm

PAGES = ("/", "/today/live", "/incidents", "/incident/10", "/people", "/times", "/devices", "/messages", "/settings")
ROUNDS = 60
PRESSES = 200
CLIENTS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line is one object")
    parser.add_argument("--loads", type=int, default=5000, help="pages loaded before the memory is read")
    parser.add_argument("--client", metavar="PORT:SECRET", help="one of those who load pages meanwhile")
    parser.add_argument("--folder", help="where the home's files lie (a folder in memory leaves the disk out of it)")
    options = parser.parse_args()
    if options.client:
        port, _, secret = options.client.partition(":")
        load(int(port), secret)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, Home(Path(folder)) as home:
        found = measured(home, options.loads)
    if options.json:
        print(json.dumps(found))
        return
    for path, figures in found["pages"].items():
        print(
            f"{path:<16} {figures['median_ms']:6.2f} ms  {figures['cpu_ms']:6.2f} ms CPU"
            f"  {figures['kb']:5.1f} kB  {figures['kb_gzip']:5.1f} kB gzip"
        )
    print({name: value for name, value in found.items() if name != "pages"})


def measured(home: Home, loads: int) -> dict[str, Any]:
    """All of it, in one home."""
    alarm(home)
    marie = home.browser("marie", "fr")
    pages = {path: page(marie, path) for path in PAGES}
    end_alarm(home)
    quiet, busy = press_under_load(home)
    for number in range(loads):
        marie.get(PAGES[number % len(PAGES)])
    return {"pages": pages, "rss_mb_after_5000": rss_mb(), "press_p99_ms": quiet, "press_p99_ms_under_load": busy}


def page(browser: Browser, path: str) -> dict[str, float]:
    """The median time of one page, and its size."""
    body = browser.get(path).data  # the first time compiles the template
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        browser.get(path)
        times.append(1000 * (time.perf_counter() - began))
    began = time.process_time()
    for _ in range(ROUNDS):
        browser.get(path)
    return {
        "median_ms": round(statistics.median(times), 2),
        "cpu_ms": round(1000 * (time.process_time() - began) / ROUNDS, 2),
        "kb": round(len(body) / 1000, 1),
        "kb_gzip": round(len(gzip.compress(body)) / 1000, 1),
    }


def press_under_load(home: Home) -> tuple[float, float]:
    """The 99th percentile, in ms, of presses while nobody looks, and while others load pages."""
    quiet = [one_press(home) for _ in range(PRESSES)]
    secret = home.browser("marie").client.get_cookie(SESSION_COOKIE)
    assert secret is not None
    server = WebServer(Listen("127.0.0.1", 0), home.house, home.bench.inbox.post)
    server.start()
    server.serving.wait(30)
    # Other processes, as browsers are: threads of ours would wait for the same interpreter.
    command = [sys.executable, __file__, "--client", f"{server.port}:{secret.value}"]
    clients = [subprocess.Popen(command) for _ in range(CLIENTS)]
    try:
        busy = [one_press(home) for _ in range(PRESSES)]
        if any(client.poll() is not None for client in clients):
            raise SystemExit("a client ended: nothing was measured beside it")
    finally:
        for client in clients:
            client.kill()
            client.wait()
        server.stop()
    return p99(quiet), p99(busy)


def p99(times: list[float]) -> float:
    return round(statistics.quantiles(times, n=100)[98], 1)


def load(port: int, secret: str) -> None:
    """Load pages one after the other, until it is killed."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while True:
        line.request("GET", "/", headers={"Cookie": f"{SESSION_COOKIE}={secret}"})
        line.getresponse().read()


def one_press(home: Home) -> float:
    """From the press to the first alert in its channel's hands, in ms."""
    before = alerts(home)
    began = time.perf_counter()
    home.bench.inbox.post(ButtonPressed(home.now, "salon"))
    while alerts(home) == before:
        time.sleep(0.0002)
    took = 1000 * (time.perf_counter() - began)
    end_alarm(home)
    return took


def alerts(home: Home) -> int:
    """How many calls for help were handed to the channel so far."""
    return sum(outgoing.text.startswith("ALERT") for outgoing in tuple(home.bench.road.taken))


def end_alarm(home: Home) -> None:
    """Whoever is family ends it."""
    number = home.bench.state.open_incidents()[0].number
    home.desk.command(Commanded(home.now, Action.CLOSE, "web", "marie", number, Outcome.HELPED))


def rss_mb() -> float:
    """Resident memory of this process."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    main()
