# SPDX-License-Identifier: GPL-2.0-only
"""What people see while scenarios run, perhaps several VMs at a time.

In: lines from the boots, and what each of them is doing. Out: whole lines on stdout, and
after some seconds of silence a line that says what is going on.
"""
import sys
import threading
import time

TTY = sys.stdout.isatty()
QUIET = 2 if TTY else 10        # on a terminal the line is written over, in a log it stays


class Terminal:
    def __init__(self):
        self.lock = threading.Lock()
        self.heard = time.monotonic()
        self.waiting = False          # the last line is one to write over
        self.doing = {}               # who -> (what, since)

    def say(self, line: str):
        with self.lock:
            self.wipe()
            print(line, flush=True)
            self.heard = time.monotonic()

    def wipe(self):
        if self.waiting:
            sys.stdout.write("\r\033[K")
            self.waiting = False

    def now(self, who, what: str):
        """From now on, who does what; nothing when what is empty."""
        with self.lock:
            self.doing.pop(who, None)
            if what:
                self.doing[who] = (what, time.monotonic())

    def tick(self):
        """Called now and then: says something if nothing was said for a while."""
        with self.lock:
            now = time.monotonic()
            if now - self.heard < QUIET or not self.doing:
                return
            self.heard = now
            text = ", ".join(f"{what} {now - since:.0f} s" for what, since in self.doing.values())
            self.wipe()
            print(f"    ... {text}", end="" if TTY else "\n", flush=True)
            self.waiting = TTY
