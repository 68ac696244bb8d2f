# SPDX-License-Identifier: GPL-2.0-only
"""One VM and the scenarios that are tried in it.

In: a kernel, settings, scenarios. Out: their results to the score, their lines to the
terminal, build/vm-logs/KERNEL/NAME/. A guest that hangs or dies costs the scenario it
was in, and one that fails leaves everything as it is; run() returns those that want
another boot. Where the guest does not come up that is all of them; or, if there is to be no
other boot, none, and all have failed.
"""
import shutil
import tarfile
import time
from pathlib import Path

from . import machine, single

SLACK = 3           # a scenario's limit is in guest time; this many times as much on the host is too much
BOOT_LIMIT = 180    # host seconds for a boot, and from one scenario to the next, and ...
TURN_LIMIT = 60     # ... for each CPU more, where instructions are counted and they take turns


def regular(member, path: str):
    """Of what a scenario left, files: it may have made a pipe, too."""
    return tarfile.data_filter(member, path) if member.isreg() or member.isdir() else None


class Boot:
    def __init__(self, args, kernel, settings, members, terminal, score, may_fail=False):
        self.args, self.kernel, self.settings = args, kernel, settings
        self.terminal, self.score = terminal, score
        self.left = list(members)
        self.may_fail = may_fail      # there will be another boot if the guest does not come up
        self.current = None           # the scenario that runs now
        self.began, self.began_guest = time.monotonic(), 0.0
        self.output = self.partial = b""
        self.up = self.over = False   # over: no scenario is in doubt

    def run(self) -> list:
        self.say(f"booting ({self.settings}, {machine.accelerator(self.settings, self.args.accel)})")
        self.doing("booting")
        self.work = single.prepare(self.args, "plan", self.files())
        self.vm = single.start(self.args, self.work, self.kernel, self.settings)
        try:
            self.follow()
        finally:
            self.vm.kill()
            self.terminal.now(self, "")
        if not self.up:
            self.not_up()
        elif self.left and not self.over:
            self.lost("the guest ended too early", self.left[0])
        self.collect()
        single.remove(self.work)
        return self.left

    def files(self) -> dict:
        lines = [f"{s.name} {s.limit} {s.path.relative_to(self.args.top)}" for s in self.left]
        # Under icount 20 s of idling cost nothing and let late start-up work end.
        settle = "2" if self.settings.icount == "no" else "20"
        return {"plan": "\n".join(lines), "settle": settle}

    def say(self, text: str):
        self.terminal.say(f"[{self.kernel}] {text}")

    def doing(self, what: str):
        self.terminal.now(self, f"[{self.kernel}] {what}")

    def follow(self):
        """Events until the guest says bye, dies, or takes too long."""
        while True:
            for event in self.vm.events(1.0):
                if event[0] == "eof":
                    if self.current:
                        self.lost("the guest died (see console.log)", self.current)
                    return
                if event[0] == "out":
                    self.show(event[1])
                elif self.control(event[1]):
                    return
            if self.overdue():
                return

    def overdue(self) -> bool:
        if not self.up:
            return self.vm.elapsed() > self.boot_limit()
        waited = time.monotonic() - self.began
        if self.current and waited > self.current.limit * SLACK:
            self.lost(f"no end after {self.current.limit * SLACK} s: guest killed", self.current)
            return True
        if not self.current and waited > BOOT_LIMIT:
            if self.left:
                self.lost(f"not begun after {BOOT_LIMIT} s: guest killed", self.left[0])
            return True
        return False

    def boot_limit(self) -> int:
        turns = 0 if self.settings.icount == "no" else int(self.settings.smp.split(",")[0]) - 1
        return BOOT_LIMIT + TURN_LIMIT * turns

    def control(self, words) -> bool:
        """One line from the guest's runner; True when it is done."""
        kind = words[0]
        if kind == "up":
            self.up, self.began = True, time.monotonic()
            self.say(f"up after {self.vm.elapsed():.0f} s")
        elif kind == "begin":
            self.begin(words)
        elif kind == "note":
            self.say(f"  ! {' '.join(words[1:])}")
        elif kind == "end":
            self.over = not self.end(int(words[2]), float(words[3]))
        elif kind == "bye":
            self.over = True
        return self.over

    def begin(self, words):
        self.current = next(s for s in self.left if s.name == words[1])
        self.began, self.began_guest = time.monotonic(), float(words[2])
        self.output = self.partial = b""
        self.doing(self.current.name)
        self.say(self.current.name)

    def show(self, data: bytes):
        """A scenario's output, line by line, indented."""
        self.output += data
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in lines:
            self.say("  | " + line.decode(errors="replace"))

    def end(self, status: int, guest: float) -> bool:
        """The result of a scenario; False when it failed."""
        if self.partial:
            self.show(b"\n")
        item, self.current = self.current, None
        self.left.remove(item)
        took = f"guest {guest - self.began_guest:.1f} s, host {time.monotonic() - self.began:.1f} s"
        self.began = time.monotonic()
        logs = self.logs(item.name)
        if status == 0:
            self.score.ok(self.kernel, item.name, took)
        elif status == 77:
            lines = self.output.decode(errors="replace").strip().splitlines()
            self.score.skip(self.kernel, item.name, lines[-1] if lines else "no reason given")
        else:
            why = f"no end after {item.limit} s of guest time" if status == 124 else f"exit {status}"
            self.fail(item, f"{why} ({took})", logs)
        self.output = b""  # the next one has said nothing yet
        return status in (0, 77)

    def lost(self, why: str, item):
        """The VM is gone: so is the scenario it was in."""
        if self.partial:
            self.show(b"\n")
        if item in self.left:
            self.left.remove(item)
        self.current, self.over = None, True
        self.fail(item, why, self.logs(item.name))
        self.console_tail()

    def not_up(self):
        """Nothing of ours has run. Under an emulator with a thread per CPU a 6.12 stood still so,
        its timer lost: once that is told, and no result; twice it is one."""
        why = "the guest did not come up"
        if self.may_fail:
            logs = self.logs("boot")
            self.keep_console(logs)
            self.score.boot_again(self.kernel, f"{why} ({self.settings})", logs.relative_to(self.args.top))
        else:
            for item in self.left:
                self.fail(item, why, self.logs(item.name))
            self.left = []
        self.console_tail()

    def keep_console(self, logs: Path):
        if self.vm.console.exists():
            shutil.copy(self.vm.console, logs / "console.log")

    def fail(self, item, text: str, logs: Path):
        self.keep_console(logs)
        self.score.fail(self.kernel, item.name, text, logs.relative_to(self.args.top))

    def console_tail(self):
        for name in ("qemu.err", "console.log"):
            path = self.work / name
            if path.exists():
                for line in path.read_text(errors="replace").replace("\r", "").splitlines()[-12:]:
                    self.say(f"  # {line}")

    def logs(self, name: str) -> Path:
        """build/vm-logs/KERNEL/NAME, fresh, with what the scenario printed."""
        path = self.args.top / "build/vm-logs" / self.kernel / name
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
                tar.extractall(target, filter=regular)
        except tarfile.TarError as error:
            self.say(f"  ! the guest's logs are damaged: {error}")
