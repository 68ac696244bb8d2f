#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does snapcraft.yaml agree with itself and with the program?

Plugs of apps are declared, or are given to every snap without a person; parts that others wait for
exist; commands run what a part ships, with options that the program has.
Usage: check-snap.py SNAPCRAFT.YAML CGFIFO
"""

import shlex
import subprocess
import sys

import yaml

# snapd connects them by itself.
GIVEN = {"network", "network-bind"}


def check_command(name, command, shipped, cgfifo):
    program, *words = shlex.split(command)
    if program not in shipped:
        yield f"{name}: no part ships {program}"
    if not words:
        return
    usage = subprocess.run([cgfifo, words[0], "--help"], check=False, capture_output=True, text=True)
    if usage.returncode != 0:
        yield f"{name}: cgfifo has no verb {words[0]}"
    for word in words[1:]:
        if word.startswith("-") and word not in usage.stdout.split():
            yield f"{name}: cgfifo {words[0]} has no option {word}"


def check(snap, cgfifo):
    parts, apps, plugs = snap["parts"], snap["apps"], set(snap["plugs"])
    shipped = {path for part in parts.values() for path in part["prime"]}
    used = {plug for app in apps.values() for plug in app.get("plugs", [])}
    for plug in sorted(used - plugs - GIVEN):
        yield f"plug {plug} is used and not declared"
    for plug in sorted(plugs - used):
        yield f"plug {plug} is declared and not used"
    for name, part in parts.items():
        for other in part.get("after", []):
            if other not in parts:
                yield f"part {name} waits for {other}, which there is not"
    for name, app in apps.items():
        yield from check_command(name, app["command"], shipped, cgfifo)
        if "daemon" in app and app.get("install-mode") != "disable":
            yield f"{name}: starts before anybody could connect its interfaces"
    if snap["confinement"] != "strict":
        yield "not strictly confined"


def main(path, cgfifo):
    with open(path, encoding="utf-8") as f:
        wrong = list(check(yaml.safe_load(f), cgfifo))
    print("\n".join(wrong) or "no fault found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
