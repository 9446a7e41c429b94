"""A Debian with its own systemd in a folder (systemd-nspawn): all that an installation meets but devices and a kernel.

Made once by mmdebstrap and kept in ``TELECARE_MACHINES`` (default ~/.cache/telecare-hub/machines); each container is a
copy of it, without a network. Commands go in by nsenter. A power cut is the death of all of its processes at once.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

MACHINES = Path(os.environ.get("TELECARE_MACHINES", Path.home() / ".cache/telecare-hub/machines"))
PACKAGES = (
    "systemd-sysv,udev,dbus,kmod,iproute2,procps,ca-certificates,python3-pip,mosquitto,mosquitto-clients,espeak-ng,"
    "avahi-daemon"
)
UP_WITHIN_S = 60.0


def debian(suite: str, *also: str) -> Path:
    """Return the folder of a fresh Debian ``suite``, made where there is none yet (some minutes, and a network).

    ``also``: packages that it has besides `PACKAGES`.
    """
    root = MACHINES / "-".join([suite, *also])
    complete = root / "complete"
    if not complete.exists() or complete.read_text() != PACKAGES:
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                f"--include={','.join([PACKAGES, *also])}",
                '--aptopt=APT::Install-Recommends "false"',
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                suite,
                str(root),
            ],
            check=True,
            timeout=900,
        )
        complete.write_text(PACKAGES)
    return root


class Container:
    """A machine of its own in ``folder``. ``binds``: {path outside: path inside} of what it may touch."""

    def __init__(self, folder: Path, suite: str = "bookworm", binds: dict[str, str] | None = None) -> None:
        self.root = folder / "root"
        self._binds = binds or {}
        self._log = folder / "console"
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0
        subprocess.run(["cp", "-a", "--reflink=auto", str(debian(suite)), str(self.root)], check=True)

    def __enter__(self) -> Self:
        self.boot()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def boot(self) -> None:
        """Start it, and wait until systemd says that it is up."""
        binds = [f"--bind={outside}:{inside}" for outside, inside in self._binds.items()]
        with self._log.open("ab") as console:
            self._nspawn = subprocess.Popen(
                [
                    *("systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot", "--private-network"),
                    *("--register=no", "--keep-unit", "--console=pipe", *binds),
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": os.environ.get("TELECARE_CGROUPS", "0")},
            )
        until = time.monotonic() + UP_WITHIN_S
        while time.monotonic() < until and self._nspawn.poll() is None:
            self._leader = self._first_process()
            # "degraded" too: a container has no clock to set and no console to log in at.
            if self._leader and self._enter("systemctl is-system-running").stdout.strip() in ("running", "degraded"):
                return
            time.sleep(0.1)
        raise TimeoutError(f"it did not come up: {self._log.read_text(errors='replace')[-2000:]}")

    def cut_power(self) -> None:
        """Everything in it is gone at once; what was on its disk stays."""
        if self._leader:
            # With its first process go all the others of its PID namespace.
            os.kill(self._leader, signal.SIGKILL)
            self._leader = 0
        if self._nspawn is not None:
            self._nspawn.wait(30)
            self._nspawn = None

    def sh(self, command: str, *, timeout_s: float = 120.0) -> str:
        """Return what ``command`` prints; raises AssertionError with that when it fails."""
        done = self._enter(command, timeout_s)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def fails(self, command: str, *, timeout_s: float = 120.0) -> str:
        """Return what ``command``, which must fail, prints."""
        done = self._enter(command, timeout_s)
        assert done.returncode != 0, f"$ {command}\n{done.stdout}"
        return done.stdout + done.stderr

    def answers(self, command: str) -> bool:
        """Whether ``command`` succeeds."""
        return self._enter(command).returncode == 0

    def _enter(self, command: str, timeout_s: float = 120.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["nsenter", "-t", str(self._leader), "-a", "/bin/bash", "-c", command],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )

    def _first_process(self) -> int:
        assert self._nspawn is not None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        for child in map(int, children.read_text().split()):
            name = Path(f"/proc/{child}/comm")
            if name.exists() and name.read_text().strip() in ("systemd", "init"):
                return child
        return 0
