#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# hackbench, cyclictest and the cyclic of stress-ng run to their end beside busy containers, in the
# scheduler's own class and as real-time tasks.
# vm: smp=4 icount=3 mem=3072 limit=900 long=yes
. "$VM_LIB"
TOOLS=/cgfifo/build/rt-tests/usr/bin
[[ -x $TOOLS/hackbench ]] || skip 'no rt-tests: ./dev vm run rt-tests gets them'

# ends NAME COMMAND...: in a cgroup of its own, with 0.
ends() {
	local name=$1 status=0
	shift
	in_cgroup tools "$@" >"$LOGS/$name" 2>&1 || status=$?
	tail -n 4 "$LOGS/$name" | sed 's/^/     /'
	assert_eq "$status" 0 "$name ends with"
	assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
}

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}, {match: {cgroup: /tools}, weight: 800}]')"
busy gold 4
busy lead 4
cgroup tools
sleep 1
ends hackbench-processes "$TOOLS/hackbench" --groups 4 --loops 200
ends hackbench-threads "$TOOLS/hackbench" --threads --pipe --groups 4 --loops 200
ends cyclictest-fifo "$TOOLS/cyclictest" --quiet --mlockall --threads 4 --affinity --priority 80 --interval 1000 --loops 5000
ends cyclictest-other "$TOOLS/cyclictest" --quiet --mlockall --threads 4 --policy other --interval 1000 --loops 5000
ends stress-ng-cyclic stress-ng --temp-path /tmp --timeout 10 --cyclic 4 --cyclic-policy fifo
ends stress-ng-cyclic-rr stress-ng --temp-path /tmp --timeout 10 --cyclic 4 --cyclic-policy rr
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold, afterwards'
agent_stop
assert_not_ejected
