#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does %files of the RPM name what meson installs, all of it and nothing else?

In: the spec, and what meson says that it installs. Out: every difference, and status 1.
Usage: check-files.py SPEC INTRO-INSTALLED.JSON PREFIX
"""

import fnmatch
import json
import re
import sys

# The packages have the prefix /usr, whatever the build that is tested has.
MACROS = {
    "_prefix": "/usr",
    "_bindir": "/usr/bin",
    "_datadir": "/usr/share",
    "_libexecdir": "/usr/libexec",
    "_mandir": "/usr/share/man",
    "_sysusersdir": "/usr/lib/sysusers.d",
    "_presetdir": "/usr/lib/systemd/system-preset",
    "_tmpfilesdir": "/usr/lib/tmpfiles.d",
    "_unitdir": "/usr/lib/systemd/system",
    "name": "cgfifo",
}


def expand(line):
    return re.sub(r"%\{(\w+)\}", lambda m: MACROS[m[1]], line)


def packed(spec):
    """The paths in %files of the main package, without directories and licences: meson installs nothing else."""
    with open(spec, encoding="utf-8") as f:
        section = f.read().split("\n%files\n")[1].split("\n%files ")[0]
    lines = [line.strip() for line in section.splitlines()]
    return [expand(line) for line in lines if line and not re.match(r"#|%(dir|ghost|license|doc)\b", line)]


def installed(intro, prefix):
    with open(intro, encoding="utf-8") as f:
        paths = json.load(f).values()
    return [re.sub("^" + re.escape(prefix.rstrip("/")) + "/", "/usr/", path) for path in paths]


def main(spec, intro, prefix):
    patterns, paths = packed(spec), installed(intro, prefix)
    wrong = [f"meson installs it, %files lacks it: {path}" for path in paths
             if not any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)]
    wrong += [f"%files has it, meson does not install it: {pattern}" for pattern in patterns
              if not fnmatch.filter(paths, pattern)]
    if not paths:
        wrong.append(f"nothing is installed, says {intro}")
    print("\n".join(wrong) or f"{len(paths)} files")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
