"""Every error of ours, in one tree.

An error says who is to blame (a driver, a file, the journal, the other side), carries the
evidence, and has one bit that a caller acts on: ``permanent``, trying again cannot help.
"""


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


class ControlError(HubError):
    """The running hub could not be reached, or refused what it was asked."""
