# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios: one boot per kernel and settings, two boots at a time where there is room.

In: the arguments of tests/vm/run. Out: progress on the terminal, build/vm-logs/KERNEL/NAME/,
"N passed, N failed" as the last line, and an exit status. Guests that count instructions
measure the same however busy the host is, and use one host thread each.
"""
import os
import sys
import threading
from pathlib import Path

from . import scenario
from .boot import Boot
from .score import Score
from .terminal import Terminal


def run(args) -> int:
    try:
        chosen = scenario.find(args.top / args.folder, args.words, args.all)
    except scenario.BadHeader as error:
        print(f"vm: {error}", file=sys.stderr)
        return 2
    terminal = Terminal()
    score = Score(terminal)
    for kernel, reason in args.lacks.items():
        for item in chosen:
            if kernel in item.kernels:
                score.skip(kernel, item.name, reason)
    for item in chosen:
        if args.words and not any(scenario.is_for(item, kernel) for kernel in (*args.kernels, *args.lacks)):
            terminal.say(f"{item.name}: is for {', '.join(item.kernels)}, and not run")
    work_off(args, scenario.groups(chosen, list(args.kernels)), terminal, score)
    return score.finish(args.score)


def work_off(args, groups: list, terminal: Terminal, score: Score):
    """Every group in a boot of its own; the workers take them in order."""
    lock, errors = threading.Lock(), []

    def worker():
        while True:
            with lock:
                if not groups or errors:
                    return
                kernel, settings, left = groups.pop(0)
            try:
                boots(args, kernel, settings, left, terminal, score)
            except Exception as error:  # a worker must not die silently
                errors.append(error)

    threads = [threading.Thread(target=worker, daemon=True) for _ in range(workers(args, groups))]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(1.0) if threads[0].is_alive() else threads[-1].join(1.0)
        terminal.tick()
    if errors:
        raise errors[0]


def boots(args, kernel: str, settings, left: list, terminal: Terminal, score: Score):
    """A group, over as many boots as it needs; one of them may come to nothing."""
    may_fail = True
    while left:
        boot = Boot(args, kernel, settings, left, terminal, score, may_fail)
        left = boot.run()
        may_fail = may_fail and boot.up


def workers(args, groups: list) -> int:
    """Two where there are two CPUs and memory for two guests."""
    if args.jobs:
        return args.jobs
    largest = max((int(settings.mem) for _, settings, _ in groups), default=0)
    return 2 if (os.cpu_count() or 1) > 1 and available_mib() > 2 * largest + 512 else 1


def available_mib() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0
