#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# CPUs that need no tick: one task on such a CPU is left alone, is seen all the same, and yields as soon
# as another may run there, however that comes to be: it starts, moves, waits for a CPU of many, or is a
# thread of the kernel; a limit that is written meanwhile is kept to.
# vm: smp=4 icount=3 limit=400 long=yes append=nohz_full=1-3~rcu_nocbs=1-3
. "$VM_LIB"

tickless=$(cat /sys/devices/system/cpu/nohz_full 2>/dev/null) || skip 'this kernel has no CONFIG_NO_HZ_FULL'
assert_eq "$tickless" 1-3 'CPUs without a tick'

# on CPUS CGROUP: a busy task bound to these CPUs, in $PID.
on() { spawn "$2" taskset -c "$1" "$SPIN" 1; }
# interrupts CPU: of its timer, so far.
interrupts() { awk -v column=$(($1 + 2)) '$1 == "LOC:" { print $column }' /proc/interrupts; }
# assert_tickless WHAT: in 5 s CPU 1 has one timer interrupt for a hundred of CPU 0, which needs its tick. Nothing else may be
# busy: the emulator runs one CPU after the other, and those that have no timer for long, so that CPU 0 loses ticks.
assert_tickless() {
	local ticks0 ticks1
	on 0 clock
	sleep 1
	ticks0=$(interrupts 0) ticks1=$(interrupts 1)
	sleep 5
	ticks0=$(($(interrupts 0) - ticks0)) ticks1=$(($(interrupts 1) - ticks1))
	calm clock
	((ticks0 > 500)) || fail "$1: CPU 0 has $ticks0 ticks in 5 s"
	((ticks1 * 100 <= ticks0)) || fail "$1: CPU 1 has $ticks1 ticks in 5 s, CPU 0 has $ticks0"
	printf 'ok   %s: %d timer interrupts of CPU 1, %d of CPU 0\n' "$1" "$ticks1" "$ticks0"
}
used_since() { (($(usage_us "$1") > $2)); }

agent_start "$(config '
rules:
  - {match: {cgroup: /second}, weight: 300}
  - {match: {cgroup: /many}, weight: 300}
')"
on 1 alone
sleep 1
assert_tickless 'alone'
"$CGFIFO" status --json >"$LOGS/status"
assert_within 3 "$(jq '.cgroups[] | select(.path == "/alone").got_pct' "$LOGS/status")" 25 'what status says it got, one CPU of four'

on 1 second
assert_soon 1 used_since second 0
shares 10 alone second
assert_within 3 "${SHARE[second]}" 75 'a second one that starts there, weight 300 of 400'
calm second
assert_tickless 'alone again'

# Not a wake-up.
on 2 moved
elsewhere=$PID
sleep 2
taskset -pc 1 "$elsewhere" >/dev/null
before=$(usage_us moved)
sleep 0.5
assert_soon 1 used_since moved "$((before + 100000))"
shares 10 alone moved
assert_within 3 "${SHARE[moved]}" 50 'one that moves there'
taskset -pc 2 "$elsewhere" >/dev/null
sleep 0.5
calm moved
assert_tickless 'alone, after it moved away'

# Those that may run on all CPUs, one more than are free: three for them and for the two that are bound.
on 0 clock
busy many 3
sleep 1
shares 10 clock alone many
assert_within 3 "${SHARE[many]}" 60 'three free ones beside two that are bound, weights 300, 100, 100'
calm many clock
assert_tickless 'alone, after many'

# A limit is written, made narrower, and lifted.
# uses SECONDS: of a CPU, in percent.
uses() {
	local start before
	start=$(now_ms) before=$(usage_us alone)
	sleep "$1"
	awk -v t="$(($(now_ms) - start))" -v u="$(($(usage_us alone) - before))" 'BEGIN { printf "%.2f", u / t / 10 }'
}
for percent in 50 20; do
	echo "$((percent * 1000)) 100000" >"$CGROUPS/alone/cpu.max"
	sleep 0.5
	assert_within 3 "$(uses 10)" "$percent" "a limit of $percent %"
done
echo max >"$CGROUPS/alone/cpu.max"
assert_tickless 'alone, without a limit'

# Threads of the kernel for this CPU: those that take it away and bring it back.
on 3 third
sleep 1
longest=0
for round in {1..10}; do
	echo 0 >/sys/devices/system/cpu/cpu3/online
	sleep "0.$((round % 3 + 1))"
	start=$(now_ms)
	echo 1 >/sys/devices/system/cpu/cpu3/online
	took=$(($(now_ms) - start))
	longest=$((took > longest ? took : longest))
	sleep "0.$((round % 4 + 1))"
done
assert_eq "$(cat /sys/devices/system/cpu/online) $(sched_ext_state)" '0-3 enabled' "after $round rounds of going and coming"
# So often the kernel looks at a CPU without a tick from another one. Until then threads for this CPU used to wait.
((longest < 1000)) || fail "it took $longest ms for the CPU to come back"
printf 'ok   back within %d ms\n' "$longest"
before=$(usage_us third)
sleep 2
used_since third "$((before + 500000))" || fail 'the task whose CPU went away runs no more'
calm third
assert_tickless 'alone, after that'

agent_stop
assert_not_ejected
