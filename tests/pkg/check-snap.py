#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does snapcraft.yaml agree with itself and with the program?

Plugs of apps are declared, or are given to every snap without a person; parts that others wait for
exist; commands run what a part ships, with options that the program has. What is written is also what
snapcraft's reference of the file (documentation.ubuntu.com/snapcraft) allows for the keys that are used.
Usage: check-snap.py SNAPCRAFT.YAML CGFIFO
"""

import re
import shlex
import subprocess
import sys

import yaml

# snapd connects them by itself.
GIVEN = {"network", "network-bind"}


# Keys that are used, and what their values have to look like. Others are an error, until they have a rule.
TEXT, LIST, TIME = r"(?s).+", None, r"\d+(ns|us|ms|s|m)"
TOP = {"name": r"(?=.*[a-z])[a-z0-9](-?[a-z0-9]){0,39}", "base": r"core(22|24|26)", "confinement": r"strict|devmode|classic",
       "grade": r"stable|devel", "adopt-info": r"[a-z0-9-]+", "license": TEXT, "summary": r".{1,78}", "description": TEXT,
       "platforms": LIST, "plugs": LIST, "apps": LIST, "hooks": LIST, "parts": LIST}
APP = {"command": r"[A-Za-z0-9. _#:$/=-]+", "daemon": r"simple|forking|oneshot|notify|dbus", "install-mode": r"enable|disable",
       "reload-command": TEXT, "restart-condition": r"(on-)?(success|failure|abnormal|abort|watchdog)|always|never",
       "restart-delay": TIME, "stop-timeout": TIME, "plugs": LIST}
PART = {"plugin": r"make|meson", "source": TEXT, "source-tag": TEXT, "source-submodules": LIST, "after": LIST,
        "build-packages": LIST, "stage-packages": LIST, "prime": LIST, "meson-parameters": LIST,
        "override-pull": TEXT, "override-build": TEXT}


def check_keys(name, thing, rules):
    for key, value in thing.items():
        rule = rules.get(key, "")
        if rule == "":
            yield f"{name}: no rule for the key {key}"
        elif rule is LIST and not isinstance(value, (list, dict)) or rule is not LIST and not isinstance(value, str):
            yield f"{name}: {key} is of another type"
        elif rule is not LIST and not re.fullmatch(rule, value.strip()):
            yield f"{name}: {key} cannot be {value}"


def check_schema(snap):
    yield from check_keys("snap", snap, TOP)
    for kind, rules in (("apps", APP), ("hooks", {"plugs": LIST}), ("parts", PART)):
        for name, thing in snap[kind].items():
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
                yield f"{kind}: {name} is no name"
            yield from check_keys(name, thing, rules)
    for name in ("name", "base", "confinement", "adopt-info", "summary", "description", "parts"):
        if name not in snap:
            yield f"{name} is missing"
    if snap["adopt-info"] not in snap["parts"]:
        yield "no part to adopt the version from"


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
    yield from check_schema(snap)
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
