#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# More cgroups than the scheduler has places: every mkdir succeeds, those that have a place keep their
# weights, one line in the log says so, and places that become free are taken again.
# vm: kernels=7.3 smp=2 icount=2 limit=900 long=yes
. "$VM_LIB"
SCALE=/cgfifo/build/tests/vm/scale

counter() { "$CGFIFO" status --json | jq .counters.table_full; }
said() { agent_log | grep -c 'There are more than 8192 cgroups with a cpu controller' || true; }

cgroup many/x
echo -cpuset -pids >"$CGROUPS/many/cgroup.subtree_control"
agent_start "$(config 'rules: [{match: {cgroup: /many/*}, weight: 300}, {match: {cgroup: /gold}, weight: 300}]')"
busy gold 2
busy lead 2
"$SCALE" make "$CGROUPS/many" 8400 || fail 'a mkdir failed'
# Something that the agent is told of, when it has gone through 8 000 that are new.
assert_eq "$("$SCALE" slots)" 8192 'places that are taken'
rmdir "$CGROUPS/many/many-0"
sleep 30
assert_soon 120 bash -c 'journalctl -u cgfifo.service | grep -q "There are more than"'
assert_eq "$(said)" 1 'times that it was said'
(($(counter) > 200)) || fail "the counter says $(counter)"
sleep 2
shares 5 gold lead
assert_within 3 "${SHARE[gold]}" 75 'weights of those that have a place'

for i in {1..400}; do rmdir "$CGROUPS/many/many-$i"; done
"$SCALE" latency "$CGROUPS/many" 10 300 >/dev/null || fail 'a new one has no place'
printf 'ok   places that became free are taken again\n'
assert_eq "$(said)" 1 'times that it was said'
assert_eq "$(sched_ext_state)" enabled 'the scheduler'
for i in {401..8399}; do echo "$CGROUPS/many/many-$i"; done | xargs rmdir
agent_stop
assert_not_ejected
