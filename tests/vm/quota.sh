#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cpu.max holds for a cgroup and all below it, whatever uses it; who is not limited gets the rest.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=400 long=6.12,7.2
. "$VM_LIB"

PERIOD_US=100000

# limit CGROUP PERCENT [BURST_US]: of one CPU.
limit() {
	cgroup "$1"
	echo "$(($2 * PERIOD_US / 100)) $PERIOD_US" >"$CGROUPS/$1/cpu.max"
	echo "${3:-0}" >"$CGROUPS/$1/cpu.max.burst"
}

# at CGROUP: the time in seconds and what the cgroup has used so far in microseconds, read together.
at() { awk 'NR == 1 { print $1 } $1 == "usage_usec" { print $2 }' /proc/uptime "$CGROUPS/$1/cpu.stat" | paste -sd' '; }

# uses CGROUP: what it uses, in percent of one CPU, over 10 s.
uses() {
	local before
	before=$(at "$1")
	sleep 10
	awk -v b="$before" -v a="$(at "$1")" \
		'BEGIN { split(b, B); split(a, A); printf "%.2f", (A[2] - B[2]) / (A[1] - B[1]) / 1e4 }'
}

# One that was set before the scheduler was there.
limit before 50
agent_start "$(config 'rules: []')"
busy before 8
sleep 0.5
assert_within 3 "$(uses before)" 50 'a limit from before, 8 threads at 50 %'
calm before

for case in '5 1' '20 8' '100 64' '250 8'; do
	read -r percent threads <<<"$case"
	limit alone "$percent"
	busy alone "$threads"
	sleep 0.5
	assert_within 3 "$(uses alone)" "$percent" "$threads threads at $percent %"
	calm alone
done

# The tightest above wins, and a neighbour gets all that is left.
limit outer 20
limit outer/inner 100
busy outer/inner 8
busy free 4
sleep 0.5
assert_within 3 "$(uses outer)" 20 '8 threads at 100 %, below one of 20 %'
shares 10 outer free
assert_within 3 "${SHARE[free]}" 95 'the neighbour gets the rest'

# What was used of it is counted, where the kernel's cpu.stat does not.
"$CGFIFO" show /outer | tee "$LOGS/show" | sed 's/^/     /'
grep -qE '^limit +20.0 % of a CPU: 20.0 ms in each 100.0 ms$' "$LOGS/show" || fail 'show: the limit'
grep -qE '^throttled +[1-9][0-9]* times in [1-9][0-9]* periods, .*; now [1-9][0-9]*\.[0-9] %$' "$LOGS/show" || fail 'show: throttled'
"$CGFIFO" metrics >"$LOGS/metrics"
grep -qE '^cgfifo_cgroup_throttled_total\{cgroup="/outer",name="outer"\} [1-9]' "$LOGS/metrics" || fail 'metrics'

# Written while it runs; taken away.
limit outer 100
sleep 0.5
assert_within 3 "$(uses outer)" 100 'the outer one is wider now'
echo max >"$CGROUPS/outer/cpu.max"
echo max >"$CGROUPS/outer/inner/cpu.max"
sleep 0.5
shares 10 outer free
assert_within 3 "${SHARE[outer]}" 50 'no limit any more'
calm outer free

# A tight one with many threads starves none of them for long, and they can be killed.
limit tight 1
busy tight 64
sleep 40
assert_eq "$(sched_ext_state)" enabled '64 threads at 1 %: 40 s later'
calm tight
[[ ! -d $CGROUPS/tight ]] || fail 'throttled tasks could not be killed'

agent_stop
assert_not_ejected
