#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The report of the benchmarks: the table that it makes of a case's output, and what it says about
# output that is damaged or missing. Usage: selftest.sh TOP
set -euo pipefail
here=$1/tests/bench fixtures=$1/tests/fixtures/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
logs=$work/build/vm-logs/7.3/switch
mkdir -p "$logs" "$work/tests/bench"
cp "$here/switch.sh" "$work/tests/bench/"
report() { python3 "$here/report" --top "$work" --kernel 7.3 "$@"; }
fail() { echo "FAIL $*"; exit 1; }

cp "$fixtures/output.txt" "$logs/output.txt"
report --json "$work/json" switch >"$work/table"
diff -u "$fixtures/table.txt" "$work/table" || fail 'the table is not what it was'
python3 - "$work/json" <<'PY' || fail 'the JSON does not say the same'
import json, sys
case = json.load(open(sys.argv[1]))[0]
rows = {row["key"]: row for row in case["rows"]}
assert rows["depth-1"]["missed_by_percent"] == 0, rows
assert round(rows["depth-8"]["missed_by_percent"]) == 24, rows
assert rows["total"]["values"] == {} and rows["total"]["missed_by_percent"] is None, rows
assert case["lost"] == {"flatcg": "ejected: runnable task stall"}, case
PY

# The documentation: a table goes into its place and nowhere else, and takes the old one's.
mkdir "$work/docs"
printf '%s\n' above '<!-- bench switch 7.3 -->' old '<!-- end -->' below >"$work/docs/BENCHMARKS.md"
cp "$work/docs/BENCHMARKS.md" "$work/README.md"
report --docs switch >/dev/null
report --docs switch >/dev/null
{
	printf '%s\n\n' above$'\n''<!-- bench switch 7.3 -->'
	sed 's/^./    &/' "$work/table"
	printf '\n<!-- end -->\nbelow\n'
} | diff -u - "$work/docs/BENCHMARKS.md" || fail 'the page is not what it should be'
python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$work/docs/benchmarks.svg" || fail 'the picture is no XML'
[[ $(grep -c 'missed by 24.0 %' "$work/docs/benchmarks.svg") == 1 ]] || fail 'the picture does not show what is missed'
grep -Fxq '| depth 8 | 11737 | - | 11644 | ≤ 0.8 × fair | missed by 24.0 % |' "$work/README.md" ||
	fail "the README's table: $(cat "$work/README.md")"
echo no place >"$work/docs/BENCHMARKS.md"
! report --docs switch >"$work/out" 2>&1 || fail 'a page without a place for the table is accepted'
grep -q 'has no place for a table: add a line .<!-- bench switch 7.3 -->' "$work/out" || fail "not said: $(cat "$work/out")"

# What is in the checkout is made of the figures that are in the checkout.
cp "$1"/docs/BENCHMARKS.md "$1"/docs/benchmarks.{json,svg} "$work/docs/"
cp "$1/README.md" "$work/"
python3 "$here/report" --top "$work" --docs
for file in README.md docs/BENCHMARKS.md docs/benchmarks.svg; do
	diff -u "$1/$file" "$work/$file" || fail "$file is not made of docs/benchmarks.json: tests/bench/report --docs"
done

echo 'value depth-9 fair 1' >>"$logs/output.txt"
! report switch >"$work/out" 2>&1 || fail 'a value without a row is accepted'
grep -q "cannot read 'value depth-9 fair 1'" "$work/out" || fail "the bad line is not named: $(cat "$work/out")"

rm "$logs/output.txt"
! report switch >"$work/out" 2>&1 || fail 'a case without figures is a success'
grep -q 'printed no figures' "$work/out" || fail "not said: $(cat "$work/out")"

# A case for machines of several sizes: the lines of all, small machines first.
cp "$here/cpus.sh" "$work/tests/bench/"
for n in 16 2; do
	mkdir -p "$work/build/vm-logs/7.3/cpus@$n"
	printf '%s\n' 'title sizes' "row bound-$n instructions - $n CPUs" "value bound-$n fair $n" >"$work/build/vm-logs/7.3/cpus@$n/output.txt"
done
report cpus >"$work/table" || fail 'a case for several sizes has no report'
[[ $(grep -o '^[0-9]* CPUs' "$work/table" | paste -sd ,) == '2 CPUs,16 CPUs' ]] || fail "the sizes: $(cat "$work/table")"
grep -q '^Linux 7.3, 2, 4, 8 or 16 CPUs, ' "$work/table" || fail "the settings: $(cat "$work/table")"

# Every case that there is asks for a VM in a way that the report understands, and has a title.
for script in "$here"/*.sh; do
	grep -q '^# vm:' "$script" || continue
	grep -q "^title '" "$script" || fail "$script has no title"
	grep -Eq '^(.* )?schedulers .*cgfifo' "$script" || fail "$script does not measure cgfifo"
done
echo ok
