#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What the kernel's own tests of cgroups find good under the fair class, they find good under cgfifo.
# vm: smp=4 icount=3 limit=900 long=yes
. "$VM_LIB"

TESTS=/cgfifo/build/selftests
[[ -x $TESTS/test_cpu ]] || skip "$(cat "$TESTS/why" 2>/dev/null || echo 'they were not built')"

declare -A result=()
# run_all SCHEDULER: into result, by scheduler and name of a test.
run_all() {
	local program verdict name
	for program in core cpu freezer kill pids; do
		"$TESTS/test_$program" >"$LOGS/$1-$program" 2>&1 || true
		while read -r verdict name; do
			result[$1 $program/$name]=$verdict
		done < <(sed -nE -e 's/^ok [0-9]+ # SKIP ([a-z0-9_]+).*/skipped \1/p' -e 's/^ok [0-9]+ ([a-z0-9_]+)$/ok \1/p' \
			-e 's/^not ok [0-9]+ ([a-z0-9_]+)$/failed \1/p' "$LOGS/$1-$program")
	done
}

run_all fair
agent_start "$(config 'rules: []')"
run_all cgfifo
agent_stop

good=0 bad=0
for key in "${!result[@]}"; do
	[[ $key == fair* ]] || continue
	name=${key#fair }
	printf '     %-50s fair %-8s cgfifo %s\n' "$name" "${result[$key]}" "${result[cgfifo $name]:-missing}"
	[[ ${result[$key]} == ok ]] || continue
	good=$((good + 1))
	[[ ${result[cgfifo $name]:-} == ok ]] || bad=$((bad + 1))
done
((good > 20)) || fail "only $good tests are good under the fair class"
((!bad)) || fail "$bad of $good tests that are good under the fair class are not under cgfifo"
printf 'ok   %s tests are good under both\n' "$good"
assert_not_ejected
