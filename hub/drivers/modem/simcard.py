"""Unlocking the SIM: its PIN is entered only when asked for, and a refused one never again.

Three wrong PINs lock a SIM until somebody finds its PUK, and a hub that restarts often would get
there in a minute. So the outcome is remembered on disk, per SIM and PIN, before the PIN is sent:
what was refused is never sent again, and what has no known outcome (a power cut in that second)
only if the modem says that all three tries are left.
"""

import json
import logging
import re
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from hub.drivers.modem import causes
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.responses import SimState
from hub.drivers.modem.script import Answer, Ask, Pause, Script
from hub.drivers.modem.situation import Reports, Situation
from hub.errors import DriverError

log = logging.getLogger(__name__)

# A SIM that starts says busy, failure or nothing for up to 20 s (A7670); a minute without one is a fault.
SIM_SETTLES_S = 60.0
SIM_ASKED_AGAIN_S = 1.0
# SIM unlock can take from 5 to 30 s (gsm/timeouts.json).
PIN_S = 30.0
ALL_TRIES = 3
# With one try left the next mistake locks the SIM: it is for a person to make.
TRIES_NEVER_SPENT = 1
# More than any home has SIMs and PINs.
REMEMBERED_LIMIT = 64
# Somebody has to come and do something; until then, look now and then.
LOOK_AGAIN_S = 60.0

_ICCID_COMMANDS = ("AT+CCID", "AT+ICCID", "AT+QCCID", "AT^ICCID?")
_ICCID = re.compile(r"\d{18,20}")
_PIN = re.compile(r"\d{4,8}")

TRIED, ACCEPTED, REFUSED = "tried", "accepted", "refused"
_FAULTS = ("sim.absent", "sim.pin_missing", "sim.pin_wrong", "sim.puk")


class NotReadyError(DriverError):
    """The modem cannot be used for texts, for the reason that ``fault`` names; worth a look after ``again_s``."""

    def __init__(self, fault: str, message: str, again_s: float = LOOK_AGAIN_S) -> None:
        super().__init__(message)
        self.fault = fault
        self.again_s = again_s


class PinMemory(Protocol):
    """Remembers what became of a PIN, over power cuts."""

    def recall(self, key: str) -> str | None:
        """Return "tried", "accepted", "refused", or None if this PIN was never sent to this SIM."""
        ...

    def remember(self, key: str, outcome: str | None) -> None:
        """Keep ``outcome``; None forgets. On disk when this returns."""
        ...


class PinFile:
    """A `PinMemory` in a file that only the hub may read. Without a folder it lasts as long as the process."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "modem-pin.json" if folder else None
        self._outcomes = self._read()

    def recall(self, key: str) -> str | None:
        """See `PinMemory`."""
        return self._outcomes.get(key)

    def remember(self, key: str, outcome: str | None) -> None:
        """See `PinMemory`. A disk that cannot be written must not keep the modem silent: it is logged."""
        self._outcomes.pop(key, None)
        if outcome is not None:
            self._outcomes[key] = outcome
        while len(self._outcomes) > REMEMBERED_LIMIT:
            self._outcomes.pop(next(iter(self._outcomes)))
        try:
            self._write()
        except OSError as error:
            log.warning("modem: what became of the SIM's PIN could not be kept (%s)", error)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text("utf-8")) if self._path else {}
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def _write(self) -> None:
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(self._outcomes), "utf-8")
        new.replace(self._path)


class SimCard:
    """Brings the SIM to READY, or says what a person must do."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, memory: PinMemory, pin: str) -> None:
        self._situation = situation
        self._reports = reports
        self._ladder = ladder
        self._memory = memory
        self._pin = pin

    def unlock(self) -> Script[None]:
        """Wait for the SIM and enter its PIN if it asks. Raises `NotReadyError`."""
        patience = self._situation.now + SIM_SETTLES_S
        while True:
            self._situation.sim = ""
            state = yield from self._state()
            if state == "READY":
                self._reports.clear(*_FAULTS)
                return
            if state == "SIM PIN":
                yield from self._enter_pin()
            elif state.startswith("SIM PUK"):
                raise NotReadyError(
                    "sim.puk", "the SIM is locked: enter its PUK in a phone, then set sim_pin in hub.toml"
                )
            if self._situation.now >= patience:
                raise NotReadyError("sim.absent", f"no SIM that works: the modem says {state}; put it in, or clean it")
            yield Pause(SIM_ASKED_AGAIN_S, until=self._is_ready)

    def _is_ready(self) -> bool:
        return self._situation.sim == "READY"

    def _state(self) -> Script[str]:
        answer = yield from self._ladder.ask("AT+CPIN?")
        if (told := answer.value(SimState)) is not None:
            return told.state
        known = {causes.SIM_WANTS_PIN: "SIM PIN", causes.SIM_WANTS_PUK: "SIM PUK"}
        return known.get(causes.sim_code(answer.final) or 0, answer.final or "nothing")

    def _enter_pin(self) -> Script[None]:
        if not self._pin:
            raise NotReadyError(
                "sim.pin_missing",
                "the SIM asks for its PIN: write sim_pin under [modem] in hub.toml, or switch the PIN off in a phone",
            )
        if not _PIN.fullmatch(self._pin):
            raise NotReadyError("sim.pin_wrong", "sim_pin in hub.toml is no PIN: it is 4 to 8 digits")
        key = yield from self._key()
        yield from self._check(self._memory.recall(key))
        yield from self._try(key)

    def _key(self) -> Script[str]:
        """Name this PIN of this SIM without writing either down."""
        for command in _ICCID_COMMANDS:
            answer = yield from self._ladder.ask(command)
            found = _ICCID.search(" ".join(info.line for info in answer.lines))
            if found:
                break
        else:
            found = None
        iccid = found.group() if found else "unknown"
        return sha256(f"{iccid}:{self._pin}".encode()).hexdigest()

    def _check(self, outcome: str | None) -> Script[None]:
        if outcome == ACCEPTED:
            return
        if outcome == REFUSED:
            raise _wrong("the SIM refused the sim_pin of hub.toml before")
        left = yield from self._tries_left()
        if outcome == TRIED and left != ALL_TRIES:
            raise _wrong("it is not known whether the SIM took the sim_pin of hub.toml when it was last entered")
        if left is not None and left <= TRIES_NEVER_SPENT:
            raise _wrong(f"only {left} try is left before the SIM locks itself")

    def _tries_left(self) -> Script[int | None]:
        answer = yield from self._ladder.ask(self._situation.profile.pin_tries)
        found = re.search(r"[,:] ?(\d{1,2})(?:,|$)", answer.lines[0].line) if answer.ok and answer.lines else None
        return int(found.group(1)) if found else None

    def _try(self, key: str) -> Script[None]:
        before = self._memory.recall(key)
        self._memory.remember(key, TRIED)
        # Not by way of the ladder: nothing may come between the PIN and its outcome, nor repeat it.
        answer = yield Ask(f'AT+CPIN="{self._pin}"', PIN_S)
        if answer.ok:
            self._memory.remember(key, ACCEPTED)
        elif not answer.silent:
            self._refused(key, before, answer)

    def _refused(self, key: str, before: str | None, answer: Answer) -> None:
        if causes.sim_code(answer.final) in causes.CME_WAITS:
            # Busy: it was not looked at.
            self._memory.remember(key, before)
            return
        self._memory.remember(key, REFUSED)
        raise _wrong(f"the SIM refuses the sim_pin of hub.toml ({answer.final})")


def _wrong(what: str) -> NotReadyError:
    return NotReadyError(
        "sim.pin_wrong",
        f"{what}; it is not entered again, for a third mistake locks the SIM: correct sim_pin, "
        "or switch the PIN off in a phone",
    )
