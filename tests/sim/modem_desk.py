"""A desk to try modems on: a host without a driver, and a clock that is turned by hand."""

from hub.sim.modem import SimulatedModem
from hub.sim.transcripts import TranscriptModem

LONG_AGO = 0.0
A_WHILE = 1.0  # longer than a good network takes, shorter than any fault


class Desk:
    """Types at a modem and reads what it says; time passes only by `wait`."""

    def __init__(self, modem: SimulatedModem | TranscriptModem) -> None:
        self.modem = modem
        self.now = LONG_AGO

    def type(self, data: bytes) -> bytes:
        """Write bytes as they stand; return what comes at once."""
        self.modem.receive(data, self.now)
        return self.read()

    def read(self) -> bytes:
        self.modem.handle_timer(self.now)
        return self.modem.take_bytes()

    def ask(self, line: str) -> bytes:
        """Write a command line."""
        return self.type(line.encode() + b"\r")

    def wait(self, seconds: float) -> bytes:
        """Let time pass, timer by timer; return what is said meanwhile."""
        end = self.now + seconds
        said = self.read()
        while (due := self.modem.next_timer()) is not None and due <= end:
            self.now = max(self.now, due)
            said += self.read()
        self.now = end
        return said + self.read()

    def set_up(self) -> None:
        """As our driver does: no echo, numbers for errors, PDU mode, announcements."""
        for line in ("ATE0V1Q0", "AT+CMEE=1", "AT+CMGF=0", "AT+CNMI=2,1,0,1,0"):
            assert self.ask(line).endswith(b"\r\nOK\r\n"), line

    def send(self, pdu: str, length: int) -> bytes:
        """Send a text, and give the network a while."""
        prompt = self.ask(f"AT+CMGS={length}")
        assert prompt.endswith(b"> "), prompt
        return self.type(pdu.encode() + b"\x1a") + self.wait(A_WHILE)
