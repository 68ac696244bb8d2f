#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgfifo run --partial: only tasks that asked for SCHED_EXT are scheduled, by weight, on what all others leave.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

EXT=/cgfifo/build/tests/vm/ext
# policy_of CGROUP: the scheduling classes of the tasks in it, each once; 0 is the fair class, 7 is SCHED_EXT.
policy_of() {
	local pid
	while read -r pid; do cut -d' ' -f41 "/proc/$pid/stat"; done <"$CGROUPS/$1/cgroup.procs" | sort -u | paste -sd' '
}
# asking CGROUP THREADS: busy threads that ask for SCHED_EXT.
asking() { spawn "$1" "$EXT" "$SPIN" "$2"; }

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')" --partial
assert_eq "$(cat /sys/kernel/sched_ext/switch_all)" 0 'switch_all'

# On two idle CPUs there is only the weight.
asking gold 2
asking lead 2
sleep 1
assert_eq "$(policy_of gold)" 7 'those that asked'
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold'

# One who did not ask takes a CPU, and those who did share the other; long enough for the kernel's watchdog.
spawn others taskset -c 0 "$SPIN" 1
sleep 32
assert_eq "$(policy_of others)" 0 'one that did not ask'
used=$(usage_us others)
shares 10 gold lead
used=$(($(usage_us others) - used))
assert_within 3 "${SHARE[gold]}" 75 'gold on what is left'
assert_within 7 "$used" "$(awk -v s="$PERIOD" 'BEGIN { print s * 1e6 }')" 'the one that did not ask has its CPU'

# What people see.
"$CGFIFO" status --interval 5s | tee "$LOGS/status" | sed 's/^/     /'
grep -q '^cgfifo is partial: it schedules only tasks that ask for SCHED_EXT' "$LOGS/status" || fail 'status: partial'
for line in 'gold +300  rule +(3[5-9]|4[0-2])\.[0-9] +(3[5-9]|4[0-2])\.[0-9] +(0\.9|1\.0)[0-9]' 'lead +100  cgroup +1[1-4]\.[0-9] +1[1-4]\.[0-9] +(0\.9|1\.0)[0-9]'; do
	grep -qE "^$line" "$LOGS/status" || fail "status: nothing like '$line'"
done
! grep -q '^others' "$LOGS/status" || fail 'status: one that is not scheduled here'
"$CGFIFO" status --json >"$LOGS/json"
grep -q '"state": "cgfifo", "partial": true' "$LOGS/json" || fail 'json: partial'
"$CGFIFO" metrics >"$LOGS/metrics"
grep -q '^cgfifo_scheduler_partial 1$' "$LOGS/metrics" || fail 'metrics: partial'
"$CGFIFO" show /lead | tee "$LOGS/show" | sed 's/^/     /'
grep -q '^entitled .* of what the fair class leaves (partial)' "$LOGS/show" || fail 'show: partial'

# An agent that is to schedule everybody replaces it.
calm gold lead others
agent_kill
assert_soon 10 eval '! systemctl is-active --quiet cgfifo.service'
agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
assert_eq "$(cat /sys/kernel/sched_ext/switch_all)" 1 'switch_all of the next'
agent_stop
assert_not_ejected
