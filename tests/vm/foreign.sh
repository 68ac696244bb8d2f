#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Another sched_ext scheduler runs: the agent says which, does not start, and leaves it alone. When
# the other one is gone, the agent starts.
# vm: kernels=7.3,6.12,7.2 smp=4 icount=3 limit=120 long=6.12,7.2
. "$VM_LIB"
PATH=$PATH:/usr/sbin

file=$(config 'rules: [{match: {cgroup: /mine}, weight: 300}]')

bpftool struct_ops register /cgfifo/build/tests/vm/foreign.elf /sys/fs/bpf >"$LOGS/bpftool" 2>&1 ||
	fail "cannot load the other scheduler: $(tail -n 1 "$LOGS/bpftool")"
assert_eq "$(sched_ext_ops)" foreign 'scheduler in charge'

code=0
"$CGFIFO" run --config "$file" >"$LOGS/run" 2>&1 || code=$?
sed 's/^/     /' "$LOGS/run"
assert_eq "$code" 4 'exit status of the agent'
grep -q '"foreign"' "$LOGS/run" || fail 'the agent does not name the other scheduler'
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled foreign' 'the other scheduler'
"$CGFIFO" status >"$LOGS/status" 2>&1 || true
sed 's/^/     /' "$LOGS/status"
grep -q foreign "$LOGS/status" || fail 'status does not name the other scheduler'

rm /sys/fs/bpf/foreign
assert_soon 5 sched_ext_is disabled
agent_start "$file"
assert_eq "$(sched_ext_ops)" cgfifo 'scheduler in charge'
agent_stop
assert_not_ejected
