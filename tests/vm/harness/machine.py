# SPDX-License-Identifier: GPL-2.0-only
"""One QEMU process: its command line, its output as events, its end.

In: a kernel's folder, settings, and the folder of this run's files (.run/).
Out: events ("out", bytes) and ("ctl", words) while it runs; console.log and
files.tar in the work folder.
"""
import os
import select
import subprocess
import time
from pathlib import Path

CMDLINE = ("console=ttyS0 no_timer_check nokaslr mitigations=off psi=0 panic=-1 oops=panic lsm= quiet loglevel=5 "
           "systemd.unit=cgfifo-guest.target systemd.show_status=0 systemd.journald.forward_to_console=0")
# What the guest's runner begins its lines with; what a scenario prints may have their first byte in it, too.
WORDS = ("up", "begin", "note", "end", "bye")
EXCLUDE = [".git", "build/vm-logs", "build/.vm-*", "build/initrd-*", "build/meson-logs", "build/meson-private", "*.p", "*.o"]


def pack(top: Path, run: Path, image: Path):
    """The checkout and run/.run as a read-only image."""
    excludes = [f"--exclude=./{e}" if "/" in e or e == ".git" else f"--exclude={e}" for e in EXCLUDE]
    tar = subprocess.Popen(["tar", "-cf", "-", "--owner=0", "--group=0", "--warning=no-file-changed",
                            "--warning=no-file-removed", *excludes, "-C", str(top), ".",
                            "-C", str(run), ".run"], stdout=subprocess.PIPE)
    subprocess.run(["mkfs.erofs", "--quiet", "-T0", "--tar=f", str(image)],
                   stdin=tar.stdout, stdout=subprocess.DEVNULL, check=True)
    tar.stdout.close()
    if tar.wait() not in (0, 1):  # 1: a file changed while it was read, e.g. a log
        raise RuntimeError(f"cannot pack {top} for the VM (tar exit {tar.returncode})")


def accelerator(settings, accel: str) -> str:
    """What runs the guest: only an emulator can count instructions."""
    return "tcg" if settings.icount != "no" else accel


class Machine:
    def __init__(self, cache: Path, kernel: Path, work: Path, settings, accel: str, shell=False):
        self.work, self.shell = work, shell
        self.console = work / "console.log"
        self.started = time.monotonic()
        self.buffer = b""
        argv = self.command(cache, kernel, settings, accel)
        (work / "qemu.txt").write_text(" ".join(argv) + "\n")
        self.process = subprocess.Popen(
            argv, stdin=None if shell else subprocess.DEVNULL,
            stdout=None if shell else subprocess.PIPE, stderr=open(work / "qemu.err", "wb"))

    def command(self, cache, kernel, settings, accel):
        images = [cache / "guest.erofs", self.work / "run.erofs"]
        initrd = self.work.parent / f"initrd-{kernel.name}.cpio"  # tests/env/image.sh
        if (kernel / "modules.erofs").exists():
            images.append(kernel / "modules.erofs")
        # A killed ./dev must not leave a QEMU behind.
        argv = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-machine", "q35,hpet=off", "-m", settings.mem, "-smp", settings.smp,
                "-nodefaults", "-display", "none", "-nic", "none", "-no-reboot",
                "-rtc", f"base=2026-01-01T00:00:00,clock={self.rtc(settings)}",
                "-kernel", str(kernel / "vmlinuz"), "-initrd", str(initrd),
                "-append", f"{CMDLINE} {settings.append}".strip()]
        argv += self.accel(settings, accel)
        for number, image in enumerate(images):
            argv += ["-drive", f"file={image},format=raw,if=none,readonly=on,id=d{number}",
                     "-device", f"virtio-blk-pci,drive=d{number}"]
        argv += ["-device", "virtio-serial-pci"] + self.ports()
        return argv

    @staticmethod
    def rtc(settings):
        """That of the host goes on while the machine sleeps, and may wake it."""
        return "rt" if settings.icount == "no" else "vm"

    @staticmethod
    def accel(settings, accel):
        if accelerator(settings, accel) == "kvm":
            return ["-accel", "kvm", "-cpu", "host"]
        emulated = ["-cpu", "max,-rdrand,-rdseed"]
        if settings.icount != "no":
            return ["-accel", "tcg", "-icount", f"shift={settings.icount},sleep=off", *emulated]
        return ["-accel", "tcg,thread=multi", *emulated]

    def ports(self):
        if self.shell:
            serial = ["-chardev", f"stdio,id=con,mux=on,signal=off,logfile={self.console}",
                      "-serial", "chardev:con", "-mon", "chardev=con"]
            out = ["-chardev", f"file,id=out,path={self.work}/out"]
        else:
            serial = ["-serial", f"file:{self.console}"]
            out = ["-chardev", "file,id=out,path=/dev/stdout"]
        files = ["-chardev", f"file,id=files,path={self.work}/files.tar"]
        return serial + out + files + ["-device", "virtserialport,chardev=out,name=cgfifo.out",
                                       "-device", "virtserialport,chardev=files,name=cgfifo.files"]

    def events(self, timeout: float):
        """Waits up to timeout; yields ("out", bytes), ("ctl", [words]) or ("eof",)."""
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not ready:
            return
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            yield ("eof",)
            return
        self.buffer += data
        while self.buffer:
            head, mark, rest = self.buffer.partition(b"\001")
            if head:
                yield ("out", head)
            if not mark:
                self.buffer = b""
                return
            line, newline, after = rest.partition(b"\n")
            if not newline:
                self.buffer = mark + rest
                return
            words = line.decode(errors="replace").split()
            if words and words[0] in WORDS:
                self.buffer = after
                yield ("ctl", words)
            else:  # what comes behind it may be a word
                self.buffer = rest
                yield ("out", mark)

    def elapsed(self):
        return time.monotonic() - self.started

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
