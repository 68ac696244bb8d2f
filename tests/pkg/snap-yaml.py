#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints the meta/snap.yaml that a snapcraft.yaml stands for, as snapcraft does.

What is about building (parts, platforms, adopt-info) stays behind; a key that is not known here is an
error, so that none gets lost.
Usage: snap-yaml.py SNAPCRAFT.YAML VERSION ARCHITECTURE
"""

import sys

import yaml

SAME = ("name", "base", "confinement", "grade", "license", "summary", "description", "plugs", "apps", "hooks")
BUILDING = {"parts", "platforms", "adopt-info"}


def convert(craft, version, architecture):
    unknown = set(craft) - set(SAME) - BUILDING
    if unknown:
        raise SystemExit(f"snap-yaml.py does not know {', '.join(sorted(unknown))}")
    if architecture not in craft["platforms"]:
        raise SystemExit(f"snapcraft.yaml has no platform {architecture}")
    return {"version": version, "architectures": [architecture]} | {key: craft[key] for key in SAME if key in craft}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as f:
        print("# SPDX-License-Identifier: GPL-2.0-only")
        print(yaml.safe_dump(convert(yaml.safe_load(f), *sys.argv[2:]), sort_keys=False), end="")
