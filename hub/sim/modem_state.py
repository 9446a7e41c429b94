"""What a modem knows about itself: its settings, the prompt it waits at, the call it is in. Plain records."""

from dataclasses import dataclass, field

from hub.sim.mobile_network import Ring

# `AT+CREG?`: these are registered (6 and 7 for texts only), as 3GPP TS 27.007 7.2 counts them.
REGISTERED = frozenset({1, 5, 6, 7, 9, 10})
SEARCHING = 2
HOME = 1
OFF = 0

# `AT+CFUN=`: all off, all on, the radio off.
CFUN_MINIMUM, CFUN_FULL, CFUN_FLIGHT = 0, 1, 4

# Between the OK to a restart or a PIN and its effect: the OK must get out first.
OBEYS_AFTER_S = 0.1


@dataclass(slots=True)
class Settings:
    """What a modem forgets when it restarts."""

    echo: bool = True
    verbose: bool = True
    quiet: bool = False
    error_style: int = 0  # AT+CMEE
    text_mode: bool = False  # AT+CMGF=1
    character_set: str = "IRA"
    message_service: int = 0  # AT+CSMS
    functionality: int = CFUN_FULL
    announce: list[int] = field(default_factory=lambda: [1, 0, 0, 0, 0])  # AT+CNMI
    stores: list[str] = field(default_factory=list)  # AT+CPMS: to read, to write, to receive
    registration_modes: dict[str, int] = field(default_factory=dict)  # AT+CREG=n and its sisters
    kept: dict[str, str] = field(default_factory=dict)  # settings that are only remembered


@dataclass(slots=True)
class Prompt:
    """The modem waits for a text's body. ``length``: octets announced, or None in text mode."""

    length: int | None
    number: str = ""
    is_open: bool = False  # bytes that come before ">" are lost, as on the real ones
    body: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Intake:
    """The modem waits for the bytes of a file, ``length`` of them, whatever they are."""

    name: str
    length: int
    data: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Call:
    """The one call. ``state`` counts as `AT+CLCC` does: 0 active, 2 dialling, 3 alerting, 4 incoming.

    ``ring``: what the far telephone makes of it, for a call that was dialled.
    """

    number: str
    state: int
    is_incoming: bool = False
    ring: Ring | None = None
