# SPDX-License-Identifier: GPL-2.0-only
"""One VM for one command or one shell.

In: the arguments of tests/vm/run. Out: the command's output and exit status.
"""
import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path

from . import machine


def prepare(args, mode: str, files: dict) -> Path:
    """A work folder with run.erofs made of the checkout and .run/; the caller's to remove()."""
    build = args.top / "build"
    build.mkdir(exist_ok=True)
    remove_stale(build)
    work = new_folder(build)
    run = work / "side"
    folder = run / ".run"
    folder.mkdir(parents=True)
    shutil.copy(args.top / "tests/vm/guest/runner", folder / "main")
    for name, text in dict(files, mode=mode).items():
        (folder / name).write_text(text + "\n")
    machine.pack(args.top, run, work / "run.erofs")
    return work


# Folder -> its lock, which ends with this process. A process number would say nothing: in the private root each
# run has processes of its own, and always the same number.
LOCKS = {}


def lock(folder: Path):
    """A descriptor with the folder's lock; None: another has it, or the folder is gone."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return None
    return fd


def new_folder(build: Path) -> Path:
    """It has a lock before it has the name that remove_stale() looks for."""
    new = Path(tempfile.mkdtemp(prefix=".new-vm-", dir=build))
    fd = lock(new)
    work = new.rename(build / ("." + new.name.removeprefix(".new-")))
    LOCKS[work] = fd
    return work


def remove(work: Path):
    """What prepare() has made."""
    shutil.rmtree(work, ignore_errors=True)
    os.close(LOCKS.pop(work))


def remove_stale(build: Path):
    """Work folders of runs that were killed."""
    for folder in build.glob(".vm-*/"):
        fd = lock(folder)
        if fd is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(fd)


def start(args, work: Path, kernel: str, settings, shell=False) -> machine.Machine:
    return machine.Machine(args.cache, Path(args.kernels[kernel]), work, settings, args.accel, shell)


def only_kernel(args) -> str:
    for name, reason in args.lacks.items():
        sys.exit(f"vm: no kernel {name}: {reason}")
    return next(iter(args.kernels))


def command(args) -> int:
    work = prepare(args, "exec", {"command": " ".join(args.words)})
    vm = start(args, work, only_kernel(args), args.settings)
    status = None
    try:
        alive = True
        while alive:
            if args.limit and vm.elapsed() > args.limit:
                print(f"\nvm: given up after {args.limit} s", file=sys.stderr)
                break
            for event in vm.events(1.0):
                if event[0] == "eof":
                    alive = False
                elif event[0] == "out":
                    sys.stdout.buffer.write(event[1])
                    sys.stdout.buffer.flush()
                elif event[1][0] == "end":
                    status = int(event[1][2])
                elif event[1][0] == "bye":
                    alive = False
    finally:
        vm.kill()
        if status is None:
            show_console(work)
        remove(work)
    return 1 if status is None else status


def show_console(work: Path):
    """The guest died: what its console and QEMU said last."""
    print("vm: the guest ended without an answer; the end of its console:", file=sys.stderr)
    for name in ("qemu.err", "console.log"):
        if (work / name).exists():
            text = (work / name).read_text(errors="replace").replace("\r", "")
            for line in text.splitlines()[-40:]:
                print(f"  | {line}", file=sys.stderr)


def shell(args) -> int:
    kernel = only_kernel(args)
    size = os.popen("stty size 2>/dev/null").read().strip()
    size = "40 120" if size in ("", "0 0") else size
    work = prepare(args, "shell", {"size": size})
    accel = machine.accelerator(args.settings, args.accel)
    print(f"==> booting Linux {kernel} ({args.settings}, {accel}); leave with 'exit', or ^A x", flush=True)
    vm = start(args, work, kernel, args.settings, shell=True)
    try:
        vm.process.wait()
    finally:
        vm.kill()
        os.system("stty sane 2>/dev/null")
        remove(work)
    return 0
