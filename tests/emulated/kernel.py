"""The kernel of the emulated machine: Debian's own, the modules it needs, gpio-sim, and an initrd that mounts a disk.

Debian leaves gpio-sim out of its kernels. It is made here of Debian's own source, against the headers of the very
kernel that starts. Made once (a minute, and a network) and kept in `tests.machine.container.MACHINES`.
"""

import gzip
import hashlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.machine.container import MACHINES

# What a guest may load, as folders below kernel/ of Debian's modules: disks, USB, serial devices, watchdogs, clocks.
MODULES = (
    *("arch/x86/crypto", "crypto", "lib", "drivers/virtio", "drivers/block", "drivers/char", "drivers/usb"),
    *("drivers/watchdog", "fs/configfs", "fs/autofs", "fs/ext4", "fs/jbd2", "fs/mbcache.ko", "fs/fuse", "net/ipv6"),
)
# What must be loaded before there is a disk.
FOR_THE_DISK = ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4")
SOURCES = ("drivers/gpio/gpio-sim.c", "drivers/gpio/gpiolib.h", "kernel/irq/irq_sim.c")
MAKEFILE = "obj-m := gpio_sim.o\ngpio_sim-y := gpio-sim.o irq_sim.o\n"
# A module may not call irq_to_desc; this does the same with what a module may call.
FOR_A_MODULE = ("handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq_safe(irqnum)")
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
while read -r module; do /bin/busybox insmod "/lib/modules/$module"; done </lib/modules/order
tries=0
while [ ! -b /dev/vda ] && [ "$tries" -lt 100 ]; do /bin/busybox usleep 50000; tries=$((tries + 1)); done
/bin/busybox mount -t ext4 -o rw /dev/vda /newroot || exec /bin/busybox sh
for kept in dev proc sys; do /bin/busybox mount --move "/$kept" "/newroot/$kept"; done
exec /bin/busybox switch_root /newroot /sbin/init
"""


@dataclass(frozen=True, slots=True)
class Kernel:
    """``modules``: a folder lib/modules/VERSION for the root of a guest."""

    version: str
    image: Path
    initrd: Path
    modules: Path


def debian_kernel() -> Kernel:
    """Return the newest kernel that Debian has here, made ready where it is not yet."""
    depends = _output("apt-cache", "depends", "linux-image-amd64")
    version = re.search(r"Depends: linux-image-(\S+)", depends)[1]
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    folder = MACHINES / f"kernel-{version}-{recipe}"
    kernel = Kernel(version, folder / "vmlinuz", folder / "initrd", folder / "lib/modules" / version)
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=MACHINES) as work:
            _make(kernel, Path(work))
        (folder / "complete").touch()
    return kernel


def _make(kernel: Kernel, work: Path) -> None:
    debian = _unpacked(f"linux-image-{kernel.version}", work)
    shutil.copy(debian / f"boot/vmlinuz-{kernel.version}", kernel.image)
    whole = debian / "lib/modules" / kernel.version
    _run("depmod", "-b", str(debian), kernel.version)
    for name in MODULES:
        target = kernel.modules / "kernel" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = whole / "kernel" / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    for listed in whole.glob("modules.builtin*"):
        shutil.copy(listed, kernel.modules)
    shutil.copy(whole / "modules.order", kernel.modules)
    shutil.copy(_gpio_sim(kernel.version, work), kernel.modules / "kernel")
    _run("depmod", "-b", str(kernel.modules.parents[2]), kernel.version)
    _make_initrd(whole, kernel.initrd, work / "initrd")


def _gpio_sim(version: str, work: Path) -> Path:
    headers = Path(f"/usr/src/linux-headers-{version}")
    if not headers.exists():
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", headers.name)
    series = ".".join(version.split(".")[:2])
    packed = _unpacked(f"linux-source-{series}", work) / f"usr/src/linux-source-{series}.tar.xz"
    _run("tar", "-C", str(work), "-xf", str(packed), *(f"linux-source-{series}/{name}" for name in SOURCES))
    module = work / "gpio_sim"
    module.mkdir()
    for name in SOURCES:
        text = (work / f"linux-source-{series}" / name).read_text()
        (module / Path(name).name).write_text(text.replace(*FOR_A_MODULE))
    (module / "Makefile").write_text(MAKEFILE)
    _run("make", "-s", "-C", str(headers), f"M={module}", "modules")
    _run("strip", "-g", str(module / "gpio_sim.ko"))
    return module / "gpio_sim.ko"


def _make_initrd(modules: Path, initrd: Path, folder: Path) -> None:
    for name in ("bin", "dev", "proc", "sys", "newroot", "lib/modules"):
        (folder / name).mkdir(parents=True)
    shutil.copy("/bin/busybox", folder / "bin/busybox")
    order = _load_order(modules)
    for path in order:
        shutil.copy(modules / path, folder / "lib/modules")
    (folder / "lib/modules/order").write_text("".join(f"{Path(path).name}\n" for path in order))
    (folder / "init").write_text(INIT)
    (folder / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
    packed = subprocess.run(
        ["cpio", "--create", "--format=newc", "--quiet"],
        cwd=folder,
        input=names.encode(),
        check=True,
        capture_output=True,
    )
    initrd.write_bytes(gzip.compress(packed.stdout, compresslevel=1))


def _load_order(modules: Path) -> list[str]:
    """Return the files of `FOR_THE_DISK` and of all they need, each after what it needs."""
    needs = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        path, _, listed = line.partition(":")
        # The kernel names a module with underscores, its file may have hyphens.
        needs[Path(path).stem.replace("-", "_")] = [*reversed(listed.split()), path]
    return list(dict.fromkeys(path for name in FOR_THE_DISK for path in needs[name]))


def _unpacked(package: str, work: Path) -> Path:
    folder = work / package
    folder.mkdir()
    # Unsandboxed: apt's own user may not write to a folder of ours.
    _run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package, cwd=folder)
    _run("dpkg-deb", "-x", str(next(folder.glob("*.deb"))), str(folder))
    return folder


def _run(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"$ {' '.join(command)}\n{done.stdout}{done.stderr}"


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
