#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgfifo check says where a hostile file is wrong, at one nanosecond per instruction: within 50 ms where
# it has 1 MB, which is more than is read, and within 100 ms where it has as much of any kind as is read.
# vm: kernels=7.3 smp=1 icount=0 limit=3000 long=yes
. "$VM_LIB"

python3 - "$LOGS" <<'EOF'
import sys

K = 1024
files = {
    "large": "version: 1\nrules: " + "[" * (K * K),
    "brackets": "[" * (256 * K),
    "dashes": "- " * (128 * K),
    "questions": "? " * (128 * K),
    "rules": "rules:\n" + "- {match: {cgroup: /a}, weight: 1}\n" * 8000,
    "classes": "classes:\n" + "".join(f"  c{i}: {{weight: 0}}\n" for i in range(20000)),
    "no-classes": "rules:\n" + "- {match: {unit: a.b}, class: c}\n" * 8000,
    "unknown": "".join(f"k{i}: 1\n" for i in range(30000)),
    "twice": "version: 1\n" * 30000,
    "aliases": "".join(f"a{i}: *a\n" for i in range(30000)),
    "tags": "!a " * 80000,
    "quote": 'rules: "' + "a" * (256 * K),
    "escapes": 'rules: "' + "\\u0041" * (64 * K),
    "block": "rules: |\n" + " a\n" * 80000,
    "key": "a" * (256 * K) + ": 1\n",
    "control": "\0" * (256 * K),
    "bytes": "\xff" * (256 * K),
    "tabs": "\t" * (256 * K),
    "crlf": "a: 1\r\n" * 40000,
}
for name, text in files.items():
    if name != "large":
        text = ("version: 1\n" + text)[: 256 * K]
    with open(f"{sys.argv[1]}/{name}.hostile", "w", encoding="latin-1", newline="") as f:
        f.write(text)
EOF

# timed FILE: checks it, and says how long that took from fork to exit, in milliseconds.
timed() {
	local TIMEFORMAT=%3R took
	took=$({ time "$CGFIFO" check --quiet "$1" 2>"$LOGS/said"; } 2>&1) && fail "$1 is taken for good" >&2
	printf '%d' "$((10#${took/./}))"
}
# The first time the program comes from the disk, for which this guest's clock leaps.
timed "$LOGS/large.hostile" >/dev/null
for file in "$LOGS"/*.hostile; do
	name=$(basename "$file" .hostile)
	ms=$(timed "$file")
	said=$(grep -m 1 -E "^$file:([0-9]+:[0-9]+:)? error: " "$LOGS/said") || fail "$name: $(head -n 3 "$LOGS/said")"
	printf '     %-12s %3d ms  %.100s\n' "$name" "$ms" "${said#* }"
	limit=100
	[[ $name != large ]] || limit=50
	((ms < limit)) || fail "$name: $ms ms"
done
printf 'ok   all in time\n'
