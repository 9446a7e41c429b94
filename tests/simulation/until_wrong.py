"""Plays lives until one goes wrong; prints which, as one line of JSON: for `seeded`, in a copy of the hub."""

import json
import logging
import sys
import time

from tests.simulation.crowd import DAYS_OF_A_LIFE
from tests.simulation.play import plan_of, play


def main(hub_days_at_most: float) -> None:
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    for seed in range(1, round(hub_days_at_most / DAYS_OF_A_LIFE) + 1):
        complaints = play(plan_of(seed, DAYS_OF_A_LIFE)).complaints
        if complaints:
            found = {"seed": seed, "hub_days": seed * DAYS_OF_A_LIFE, "seconds": round(time.monotonic() - began, 1)}
            print(json.dumps(found | {"complaint": complaints[0][:200]}))
            return
    print("null")


if __name__ == "__main__":
    main(float(sys.argv[1]))
