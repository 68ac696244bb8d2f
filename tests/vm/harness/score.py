# SPDX-License-Identifier: GPL-2.0-only
"""What passed, failed and was skipped.

In: one call per scenario and kernel. Out: the lists of failures and of repeated boots with where
their logs are, "N passed, N failed" (or the counts in a file), and an exit status.
"""
import threading


class Score:
    def __init__(self, terminal):
        self.terminal, self.lock = terminal, threading.Lock()
        self.passed, self.failed, self.skipped, self.again = 0, [], [], []

    def ok(self, kernel: str, name: str, took: str):
        with self.lock:
            self.passed += 1
        self.terminal.say(f"[{kernel}] {name}: ok ({took})")

    def skip(self, kernel: str, name: str, reason: str):
        with self.lock:
            self.skipped.append(f"{kernel} {name}")
        self.terminal.say(f"[{kernel}] {name}: skipped: {reason}")

    def fail(self, kernel: str, name: str, why: str, logs):
        with self.lock:
            self.failed.append((f"{kernel} {name}", logs))
        self.terminal.say(f"[{kernel}] {name}: FAILED: {why}\n    logs: {logs}/")

    def boot_again(self, kernel: str, why: str, logs):
        """A boot that came to nothing and is repeated: no result, but not silent either."""
        with self.lock:
            self.again.append((f"{kernel} {why}", logs))
        self.terminal.say(f"[{kernel}] {why}: once more\n    logs: {logs}/")

    def finish(self, file) -> int:
        for title, found in ("failed", self.failed), ("booted once more", self.again):
            if found:
                print(f"\n{title}:")
            for what, logs in sorted(found):
                print(f"  {what:32} {logs}/")
        if file:
            file.write_text(f"{self.passed} {len(self.failed)} {len(self.skipped)}\n")
        else:
            if self.skipped:
                print(f"{len(self.skipped)} skipped")
            print(f"{self.passed} passed, {len(self.failed)} failed", flush=True)
        return 1 if self.failed or not self.passed + len(self.skipped) else 0
