"""The disk of the emulated machine: Debian, and what makes a PC look like a Raspberry Pi to gpiozero.

Of the hub there is nothing in it. Made once and kept in `tests.machine.container.MACHINES`; each machine writes to a
layer of its own above it. A second disk brings what an installer would bring on a stick: the checkout, and the wheels.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.emulated.kernel import Kernel
from tests.machine.container import MACHINES, PACKAGES, debian

ROOT = Path(__file__).parents[2]
GUEST = Path(__file__).parent / "guest"
# How we speak to it, and to what the hub has there.
IN_THE_GUEST = ("qemu-guest-agent", "netcat-openbsd", "sqlite3")
DISK_SIZE = "1200M"
STICK_SIZE = "256M"
# Nothing here is for a guest that lives for minutes, and each costs seconds of an emulated processor.
LEFT_OUT = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer"),
    *("e2scrub_reap.service", "systemd-firstboot.service", "getty@tty1.service", "systemd-timesyncd.service"),
    *("systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount", "logrotate.timer"),
)


def base_disk(kernel: Kernel) -> Path:
    """Return a raw disk with Debian bookworm, made where there is none yet for this kernel and these files.

    Older ones are removed: each is 0.6 GB.
    """
    recipe = "".join([PACKAGES, *(path.read_text() for path in _sources())])
    wanted = hashlib.sha256(recipe.encode()).hexdigest()[:8]
    disk = MACHINES / f"emulated-{kernel.modules.parents[2].name}-{wanted}.img"
    if not disk.exists():
        with tempfile.TemporaryDirectory(dir=MACHINES) as work:
            root = Path(work) / "root"
            subprocess.run(
                ["cp", "-a", "--reflink=auto", str(debian("bookworm", *IN_THE_GUEST)), str(root)], check=True
            )
            _furnish(root, kernel)
            made = Path(work) / "disk"
            _make_file_system(made, root, DISK_SIZE)
            for old in MACHINES.glob("emulated-*.img"):
                old.unlink()
            made.rename(disk)
    return disk


def _sources() -> list[Path]:
    return [Path(__file__), *sorted(GUEST.iterdir())]


def _furnish(root: Path, kernel: Kernel) -> None:
    shutil.copytree(kernel.modules, root / "usr/lib/modules" / kernel.version)
    units = root / "etc/systemd/system"
    for unit in LEFT_OUT:
        (units / unit).symlink_to("/dev/null")
    shutil.copy(GUEST / "emulated-pi.sh", root / "usr/local/sbin/emulated-pi")
    shutil.copy(GUEST / "emulated-pi.service", units)
    (units / "sysinit.target.wants").mkdir(exist_ok=True)
    (units / "sysinit.target.wants/emulated-pi.service").symlink_to("../emulated-pi.service")
    # The hub sees a /proc of its own: the revision of the board must be put into that one too.
    (units / "telecare-hub.service.d").mkdir()
    shutil.copy(GUEST / "emulated-pi.conf", units / "telecare-hub.service.d")
    (root / "etc/fstab").write_text("")
    (root / "etc/hostname").write_text("emulated-pi\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost emulated-pi\n")
    subprocess.run(["chroot", str(root), "systemd-machine-id-setup"], check=True, capture_output=True)
    # As Raspberry Pi OS has it in its python3-lgpio, which Debian has not.
    packages = root / "usr/lib/python3/dist-packages"
    _pip("install", "--target", str(packages), "--no-deps", "--only-binary=:all:", "lgpio>=0.2.2")


def wheels() -> Path:
    """Return a folder with all that pip wants for the hub of this checkout, but the hub itself."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()[:8]
    folder = MACHINES / f"wheels-{wanted}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=MACHINES) as work:
            made = Path(work) / "wheels"
            source = checkout(Path(work) / "src")
            _pip("wheel", "-w", str(made), str(source), "setuptools>=77", "wheel")
            for own in made.glob("telecare_hub-*"):
                own.unlink()
            made.rename(folder)
    return folder


def checkout(target: Path) -> Path:
    """Copy what git has of this checkout, and what it would take, to ``target``."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for each in filter(None, listed.stdout.decode().split("\0")):
        (target / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / each, target / each, follow_symlinks=False)
    return target


def stick(folder: Path, disk: Path) -> Path:
    """Return ``disk``, a new file system with what is in ``folder``."""
    _make_file_system(disk, folder, STICK_SIZE)
    return disk


def layer(disk: Path, base: Path) -> Path:
    """Return ``disk``, an empty layer that writes above ``base``."""
    command = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(base), str(disk)]
    subprocess.run(command, check=True)
    return disk


def _make_file_system(disk: Path, folder: Path, size: str) -> None:
    disk.touch()
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-d", str(folder), str(disk), size], check=True)


def _pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
