# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios: one boot per kernel and settings, one after another in it.

In: the arguments of tests/vm/run. Out: progress on the terminal, build/vm-logs/KERNEL/NAME/,
"N passed, N failed" as the last line, and an exit status. A guest that hangs or dies costs
the scenario that it was in; the others continue in a fresh boot.
"""
import shutil
import sys
import tarfile
import time
from pathlib import Path

from . import scenario, single

SLACK = 3           # a scenario's limit is in guest time; this many times as much on the host is too much
BOOT_LIMIT = 240    # host seconds for a boot
QUIET = 10          # seconds of silence after which a sign of life is printed


def run(args) -> int:
    folder = args.top / args.folder
    try:
        chosen = scenario.find(folder, args.words, args.all)
    except scenario.BadHeader as error:
        print(f"vm: {error}", file=sys.stderr)
        return 2
    score = Score()
    for kernel, reason in args.lacks.items():
        for item in chosen:
            if kernel in item.kernels:
                score.skip(f"{kernel} {item.name}", reason)
    for kernel, settings, members in scenario.groups(chosen, list(args.kernels)):
        left = members
        while left:
            left = Boot(args, kernel, settings, left, score).run()
    return score.finish(args.score)


class Score:
    """What passed, failed and was skipped."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def skip(self, what, reason):
        self.skipped.append(what)
        print(f"[{what.split()[0]}] {what.split()[1]}: skipped: {reason}", flush=True)

    def finish(self, file) -> int:
        if self.failed:
            print("\nfailed:")
            for what, logs in self.failed:
                print(f"  {what:32} {logs}")
        if file:
            file.write_text(f"{self.passed} {len(self.failed)} {len(self.skipped)}\n")
        else:
            if self.skipped:
                print(f"{len(self.skipped)} skipped")
            print(f"{self.passed} passed, {len(self.failed)} failed", flush=True)
        return 1 if self.failed or not self.passed + len(self.skipped) else 0


class Boot:
    """One VM and the scenarios that are tried in it."""

    def __init__(self, args, kernel, settings, members, score):
        self.args, self.kernel, self.settings, self.score = args, kernel, settings, score
        self.left = list(members)
        self.current = None           # the scenario that runs now
        self.began = self.heard = time.monotonic()
        self.began_guest = 0.0
        self.line_start = True
        self.output = b""
        self.up = self.over = False   # over: no scenario is in doubt

    def run(self) -> list:
        """Runs what it can; returns the scenarios that still want a boot."""
        print(f"==> Linux {self.kernel}: booting ({self.settings})", flush=True)
        self.work = single.prepare(self.args, "plan", self.files())
        self.vm = single.start(self.args, self.work, self.kernel, self.settings)
        try:
            self.follow()
        finally:
            self.vm.kill()
        if self.left and not self.over:
            self.lost("the guest ended too early" if self.up else "the guest did not come up", self.left[0])
        self.collect()
        shutil.rmtree(self.work)
        return self.left

    def files(self) -> dict:
        lines = [f"{s.name} {s.limit} {s.path.relative_to(self.args.top)}" for s in self.left]
        # Under icount 20 s of idling cost nothing and let late start-up work end.
        settle = "2" if self.settings.icount == "no" else "20"
        return {"plan": "\n".join(lines), "settle": settle}

    def follow(self):
        while True:
            for event in self.vm.events(1.0):
                if event[0] == "eof":
                    if self.current:
                        self.lost("the guest died (see console.log)", self.current)
                    return
                self.heard = time.monotonic()
                if event[0] == "out":
                    self.show(event[1])
                elif self.control(event[1]):
                    return
            if self.overdue():
                return
            self.sign_of_life()

    def overdue(self) -> bool:
        if not self.up:
            return self.vm.elapsed() > BOOT_LIMIT
        if self.current and time.monotonic() - self.began > self.current.limit * SLACK:
            self.lost(f"no end after {self.current.limit * SLACK} s: guest killed", self.current)
            return True
        return False

    def sign_of_life(self):
        now = time.monotonic()
        if now - self.heard < QUIET:
            return
        self.heard = now
        what = self.current.name if self.current else "booting"
        since = self.began if self.current else self.vm.started
        self.fresh_line()
        print(f"    ... {what}, {now - since:.0f} s", flush=True)

    def control(self, words) -> bool:
        """One line from the guest's runner; True when it is done."""
        kind = words[0]
        if kind == "up":
            self.up = True
            print(f"    up after {self.vm.elapsed():.0f} s", flush=True)
        elif kind == "begin":
            self.begin(words)
        elif kind == "note":
            self.fresh_line()
            print(f"    ! {' '.join(words[1:])}", flush=True)
        elif kind == "end":
            self.end(int(words[2]), float(words[3]))
        self.over = kind == "bye"
        return self.over

    def begin(self, words):
        self.current = next(s for s in self.left if s.name == words[1])
        self.began, self.began_guest = time.monotonic(), float(words[2])
        self.output = b""
        self.console_from = self.vm.console.stat().st_size
        print(f"[{self.kernel}] {self.current.name}", flush=True)

    def show(self, data: bytes):
        """A scenario's output, indented."""
        if not self.current:
            return
        self.output += data
        for piece in data.decode(errors="replace").splitlines(keepends=True):
            sys.stdout.write(("    | " if self.line_start else "") + piece)
            self.line_start = piece.endswith("\n")
        sys.stdout.flush()

    def fresh_line(self):
        if not self.line_start:
            print()
            self.line_start = True

    def end(self, status: int, guest: float):
        self.fresh_line()
        item, self.current = self.current, None
        self.left.remove(item)
        took = f"guest {guest - self.began_guest:.1f} s, host {time.monotonic() - self.began:.1f} s"
        logs = self.logs(item)
        if status == 0:
            self.score.passed += 1
            print(f"[{self.kernel}] {item.name}: ok ({took})", flush=True)
        elif status == 77:
            lines = self.output.decode(errors="replace").strip().splitlines()
            self.score.skip(f"{self.kernel} {item.name}", lines[-1] if lines else "no reason given")
        else:
            why = f"no end after {item.limit} s of guest time" if status == 124 else f"exit {status}"
            self.fail(item, f"FAILED: {why} ({took})", logs)

    def lost(self, why: str, item):
        """The VM is gone: so is the scenario it was in."""
        self.fresh_line()
        if item in self.left:
            self.left.remove(item)
        self.current, self.over = None, True
        self.fail(item, f"FAILED: {why}", self.logs(item))
        self.console_tail()

    def fail(self, item, text: str, logs: Path):
        where = logs.relative_to(self.args.top)
        self.score.failed.append((f"{self.kernel} {item.name}", where))
        print(f"[{self.kernel}] {item.name}: {text}\n    logs: {where}/", flush=True)
        if self.vm.console.exists():
            shutil.copy(self.vm.console, logs / "console.log")

    def console_tail(self):
        for name in ("qemu.err", "console.log"):
            path = self.work / name
            if path.exists():
                for line in path.read_text(errors="replace").replace("\r", "").splitlines()[-12:]:
                    print(f"    # {line}", flush=True)

    def logs(self, item) -> Path:
        """build/vm-logs/KERNEL/NAME, fresh, with what the scenario printed."""
        path = self.args.top / "build/vm-logs" / self.kernel / item.name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        (path / "output.txt").write_bytes(self.output)
        return path

    def collect(self):
        """What the guest's runner kept of its failures."""
        archive = self.work / "files.tar"
        if not archive.exists() or not archive.stat().st_size:
            return
        target = self.args.top / "build/vm-logs" / self.kernel
        try:
            with tarfile.open(archive, ignore_zeros=True) as tar:
                tar.extractall(target, filter="data")
        except tarfile.TarError as error:
            print(f"    ! the guest's logs are damaged: {error}", flush=True)
