"""Every error of ours, in one tree.

An error says who is to blame (a driver, a file, the journal, the other side), carries the
evidence, and has one bit that a caller acts on: ``permanent``, trying again cannot help.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class HubError(Exception):
    """Something the hub knows how to name.

    ``permanent``: trying again cannot help; somebody has to change something.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class DriverError(HubError):
    """A driver could not do what it was asked (no port, no SIM, a refused broker)."""


class PduError(HubError):
    """These hexadecimal digits are no SMS that 3GPP TS 23.040 allows. Never anything else, whatever the bytes."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class JournalError(HubError):
    """The journal could not be read or written (card full, read-only, dying, torn)."""


class PlanError(HubError):
    """A household whose plan could end in silence (nobody to alert, a wave without people)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class FormError(HubError):
    """One value is not written in the form asked for; the message says what to write instead."""

    def __init__(self, what_to_write: str) -> None:
        super().__init__(what_to_write, permanent=True)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right in ``file``: ``text`` says where in it, what was found, and what to write."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


class ConfigError(HubError):
    """hub.toml or household.toml cannot be used; carries every mistake of both, not just the first."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        by_file: dict[str, list[str]] = {}
        for mistake in self.mistakes:
            by_file.setdefault(mistake.file, []).append(mistake.text)
        told = (f"{file} has {len(texts)} mistake(s):\n  " + "\n  ".join(texts) for file, texts in by_file.items())
        super().__init__("\n".join(told), permanent=True)


class ControlError(HubError):
    """The running hub could not be reached, or refused what it was asked."""


class BackupError(HubError):
    """A backup cannot be made, or is none that this hub could run on."""
