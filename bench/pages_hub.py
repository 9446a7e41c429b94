"""The pages of the whole hub: its memory after thousands of them, and a press beside four who load them.

    .venv/bin/python bench/pages_hub.py [--loads 5000] [--runs 200] [--json]

The real process, with its journal on disk, a simulated modem on a pty, a Mosquitto on loopback and the pages on a
port. Somebody of the family is invited as the owner of the machine does it, chooses a password, and loads the pages
one after the other. Then a wired button is pressed while nobody looks, and while four processes load the first page
as fast as they can: from the button's edge to the first byte of `AT+CMGS` on the wire, as in alarm_latency.py.
`first_page_kb_packed`: the first page and all it needs, with the assets as they go over the wire, the page as a proxy
in front might pack it.
"""

import gzip
import http.client
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from alarm_latency import delay_ms, tell
from common import DEADLINE_S, HubProcess, free_port, machine, parse_arguments, percentiles, report

HERE = "127.0.0.1"
PAGES = (
    "/", "/today/live", "/incidents", "/month", "/people", "/rota", "/times", "/devices", "/messages", "/board",
    "/settings", "/home", "/data", "/data/ledger", "/setup/ready", "/print/fridge", "/print/cards",
)  # fmt: skip
CLIENTS = 4
PASSWORD = "lilas garage rue"  # noqa: S105 -- of a home that lives for a minute


def main() -> None:
    options = parse_arguments(__doc__, loads=5000, runs=200)
    port = free_port()
    # The bench's own program: the same hub, whose button can be pressed.
    with HubProcess(("bench/pressing_hub.py",), web=f"{HERE}:{port}") as hub:
        hub.wait_for_modem()
        family = Family(port, _invited(hub))
        figures: dict[str, Any] = dict(family.first_page())
        figures["rss_mb_first_page"] = round(hub.memory_mb(), 1)
        began = hub.processor_s()
        for number in range(options.loads):
            family.get(PAGES[number % len(PAGES)])
        figures["loads"] = options.loads
        figures["cpu_ms_a_page"] = round(1000 * (hub.processor_s() - began) / max(options.loads, 1), 2)
        figures["rss_mb_after_loads"] = round(hub.memory_mb(), 1)
        figures["press_alone"] = _presses(hub, options.runs)
        figures["press_beside_clients"] = _beside_clients(hub, family, options.runs)
        figures["rss_mb_at_the_end"] = round(hub.memory_mb(), 1)
    figures["machine"] = machine()
    report(
        figures, options, "aims: below 64 MB, below 80 after 5,000 pages, p99 beside clients below 50 ms, 50 and 60 kB"
    )


def _invited(hub: HubProcess) -> str:
    """Return a code for Paul, as `telecare-hub pages invite` prints it."""
    command = [sys.executable, "-m", "hub", "pages", "invite", "paul", "--config", str(hub.folder / "hub.toml")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=DEADLINE_S).stdout
    return said.split()[0]


class Family:
    """A browser of the family, logged in by ``code``; the hub's pages are waited for."""

    def __init__(self, port: int, code: str) -> None:
        self.port, self.cookies = port, {"hub_language": "fr"}
        self._line = http.client.HTTPConnection(HERE, port, timeout=DEADLINE_S)
        page = self._waited_for("/welcome")
        token = re.search(r'name="csrf" value="(\w+)"', page.decode())
        assert token is not None
        self._ask("POST", "/welcome", f"csrf={token[1]}&code={code}&password={PASSWORD}&again={PASSWORD}")

    def _waited_for(self, path: str) -> bytes:
        until = time.monotonic() + DEADLINE_S
        while True:
            try:
                return self.get(path)
            except OSError:
                self._line.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def get(self, path: str, **more: str) -> bytes:
        """Load one page; a page that is not there ends the benchmark."""
        return self._ask("GET", path, None, **more)

    def _ask(self, method: str, path: str, body: str | None, **more: str) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | more
        if body is not None:
            headers |= {"Origin": f"http://{HERE}:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, path, body and body.replace(" ", "+"), headers)
        answer = self._line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        content = answer.read()
        if answer.status != (200 if body is None else 303):
            raise SystemExit(f"{method} {path}: {answer.status}")
        return content

    def first_page(self) -> dict[str, float]:
        """How large the first page is, and with all that it needs, packed."""
        page = self.get("/")
        assets = dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()))
        packed = sum(len(self.get(each, **{"Accept-Encoding": "gzip"})) for each in assets)
        return {
            "first_page_kb": round(len(page) / 1000, 1),
            "first_page_kb_packed": round((len(gzip.compress(page)) + packed) / 1000, 1),
        }


def _presses(hub: HubProcess, runs: int) -> dict[str, float]:
    return percentiles([delay_ms(hub, lambda: int(tell(hub, ""))) for _ in range(runs)])


def _beside_clients(hub: HubProcess, family: Family, runs: int) -> dict[str, float]:
    """Press while other processes load pages, as browsers would."""
    program = str(Path(__file__).with_name("pages.py"))
    command = [sys.executable, program, "--client", f"{family.port}:{family.cookies['hub_session']}"]
    clients = [subprocess.Popen(command) for _ in range(CLIENTS)]
    try:
        time.sleep(5.0)  # until each of them is there
        found = _presses(hub, runs)
        if any(client.poll() is not None for client in clients):
            raise SystemExit("a client ended: nothing was measured beside it")
        return found
    finally:
        for client in clients:
            client.kill()
            client.wait()


if __name__ == "__main__":
    main()
