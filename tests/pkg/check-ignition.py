#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Do a Butane file and an Ignition file say the same, and are the rules in them good?

Both are read into one form (what there is to make, with which contents) and compared; a key that is
not known here is an error, so that nothing is left out of the comparison. This is the part of Butane
(fcos 1.4.0) and Ignition (3.3.0) that the files use, not all of it.

Usage: check-ignition.py BUTANE IGNITION CGFIFO   compare, and let CGFIFO check cgfifo.yaml
       check-ignition.py --convert BUTANE         print the Ignition file
"""

import base64
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import yaml


def take(where, table, *keys):
    """The values of keys in table, None for those that are absent; no others may be there."""
    unknown = set(table) - set(keys)
    if unknown:
        raise ValueError(f"{where}: this test does not know {', '.join(sorted(unknown))}")
    return [table.get(key) for key in keys]


def data_url(url, compression):
    head, comma, body = url.partition(",")
    if not comma or not head.startswith("data:"):
        raise ValueError(f"not a data URL: {url[:40]}")
    raw = urllib.parse.unquote_to_bytes(body)
    if head.endswith(";base64"):
        raw = base64.b64decode(raw, validate=True)
    return gzip.decompress(raw) if compression == "gzip" else raw


def remote(where, source, verification):
    """Contents that the host gets by itself: never without a checksum."""
    (checksum,) = take(where, verification or {}, "hash")
    if not source.startswith("https://") or not str(checksum).startswith("sha512-"):
        raise ValueError(f"{where}: a source must be https:// and have a sha512 hash")
    return source, checksum


def butane_contents(where, contents):
    inline, source, verification = take(where, contents, "inline", "source", "verification")
    return remote(where, source, verification) if source else inline.encode()


def ignition_contents(where, contents):
    source, compression, verification = take(where, contents, "source", "compression", "verification")
    return data_url(source, compression) if source.startswith("data:") else remote(where, source, verification)


def things(top, contents_of):
    """What a file of either kind makes: (kind, path or name) -> everything else about it."""
    storage, systemd = take("top", top, "storage", "systemd")
    files, links = (entries or [] for entries in take("storage", storage, "files", "links"))
    units = take("systemd", systemd or {}, "units")[0] or []
    made = {}
    for entry in files:
        path, mode, contents = take("files", entry, "path", "mode", "contents")
        made["file", path] = (mode, contents_of(path, contents))
    for entry in links:
        path, target, hard = take("links", entry, "path", "target", "hard")
        made["link", path] = (target, bool(hard))
    for entry in units:
        name, enabled, contents = take("units", entry, "name", "enabled", "contents")
        made["unit", name] = (enabled, contents)
    if len(made) != len(files) + len(links) + len(units):
        raise ValueError("something is there twice")
    return made


def read_butane(path):
    with open(path, encoding="utf-8") as f:
        top = yaml.safe_load(f)
    if (top.pop("variant"), str(top.pop("version"))) != ("fcos", "1.4.0"):
        raise ValueError(f"{path}: not fcos 1.4.0, which is Ignition 3.3.0")
    return things(top, butane_contents)


def read_ignition(path):
    with open(path, encoding="utf-8") as f:
        top = json.load(f)
    if top.pop("ignition") != {"version": "3.3.0"}:
        raise ValueError(f"{path}: not Ignition 3.3.0")
    return things(top, ignition_contents)


def ignition_file(path, mode, contents):
    if isinstance(contents, bytes):
        resource = {"compression": "", "source": "data:," + urllib.parse.quote(contents)}
    else:
        resource = {"source": contents[0], "verification": {"hash": contents[1]}}
    return {"path": path, "mode": mode, "contents": resource}


def present(table):
    return {key: value for key, value in table.items() if value not in (None, [], {})}


def convert(made):
    """The Ignition file, as text, that makes these things."""
    of = {kind: [(name, made[k, name]) for k, name in made if k == kind] for kind in ("file", "link", "unit")}
    return json.dumps(present({
        "ignition": {"version": "3.3.0"},
        "storage": present({
            "files": [ignition_file(path, *entry) for path, entry in of["file"]],
            "links": [{"path": path, "target": target, "hard": hard} for path, (target, hard) in of["link"]],
        }),
        "systemd": present({
            "units": [present({"name": name, "enabled": enabled, "contents": contents})
                      for name, (enabled, contents) in of["unit"]],
        }),
    }), indent=2)


def rules_are_good(made, cgfifo):
    _, rules = made["file", "/etc/cgfifo/cgfifo.yaml"]
    with tempfile.NamedTemporaryFile(suffix=".yaml") as f:
        f.write(rules)
        f.flush()
        return subprocess.run([cgfifo, "check", "--quiet", f.name], check=False).returncode == 0


def is_valid(ignition):
    """Ignition's own word, where it is installed."""
    tool = shutil.which("ignition-validate")
    if not tool:
        print("ignition-validate is not installed")
        return True
    return subprocess.run([tool, ignition], check=False).returncode == 0


def check(butane, ignition, cgfifo):
    ours, theirs = read_butane(butane), read_ignition(ignition)
    different = sorted(key for key in set(ours) | set(theirs) if ours.get(key) != theirs.get(key))
    for key in different:
        print(f"{' '.join(key)}: not the same in {butane} and {ignition}; "
              f"check-ignition.py --convert {butane} prints what the latter should be")
    return not different and bool(ours) and rules_are_good(ours, cgfifo) and is_valid(ignition)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "--convert":
            print(convert(read_butane(sys.argv[2])))
        elif not check(*sys.argv[1:]):
            sys.exit(1)
    except ValueError as e:
        sys.exit(str(e))
