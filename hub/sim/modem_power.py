"""A simulated modem's PWRKEY and supply: in the house's time, and as a file like those of the kernel beside a pty."""

from collections.abc import Callable
from pathlib import Path

from hub.config import ModemConfig
from hub.drivers.modem.power import CUT_S
from hub.drivers.modem.remedies import Remedy
from hub.sim.modem import SimulatedModem
from hub.sim.pty_modem import PtyModem

# How soon the modem at a pty notices what was written; the kernel's own files act at once.
NOTICES_S = 0.02


class SimulatedPower:
    """A `hub.drivers.modem.keeper.Power` in the house's time. ``after``: does something so many seconds later.

    ``is_plugged``: whether the modem has a supply at all.
    """

    def __init__(
        self,
        modem: SimulatedModem,
        config: ModemConfig,
        after: Callable[[float, Callable[[], None]], None],
        is_plugged: Callable[[], bool] = lambda: True,
    ) -> None:
        self._modem, self._after, self._is_plugged = modem, after, is_plugged
        self._hold_s = config.pwrkey_hold.total_seconds()
        keys = () if config.pwrkey is None else (Remedy.PWRKEY,)
        self.wired = keys if config.usb_power is None else (*keys, Remedy.SUPPLY)

    def begin(self, remedy: Remedy) -> None:
        """Press, and in a moment let go; or cut, and in a moment switch on."""
        if remedy is Remedy.PWRKEY:
            self._after(self._hold_s, lambda: self._act(self._modem.press_key))
        else:
            self._act(self._modem.switch_off)
            self._after(CUT_S, lambda: self._act(self._modem.restart))

    def _act(self, action: Callable[[], None]) -> None:
        if self._is_plugged():
            self._modem.soon(action)


class UsbSwitch:
    """The modem at ``pty`` hangs on a USB port that the file ``authorized`` switches: without it no supply, no port."""

    def __init__(self, file: Path, pty: PtyModem, modem: SimulatedModem) -> None:
        self._file, self._pty, self._modem = file, pty, modem
        self._is_on = True
        file.write_text("1\n", encoding="ascii")
        modem.soon(self._look)

    def _look(self) -> None:
        is_on = self._file.read_text(encoding="ascii").strip() == "1"
        if is_on is not self._is_on:
            self._is_on = is_on
            self._switch()
        self._modem.after(NOTICES_S, self._look, lasting=True)

    def _switch(self) -> None:
        if self._is_on:
            self._pty.replug()
            self._modem.restart()
        else:
            self._pty.unplug()
            self._modem.switch_off()
