#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# In 32 MiB, with 1000 cgroups: the agent loads the scheduler, weights hold, status answers, and the
# kernel never has to kill anything.
# vm: smp=2 icount=no limit=900 long=yes
. "$VM_LIB"

file=$(config 'rules: [{match: {cgroup: /tight/c7}, weight: 300}]')
cgroup tight/c0
mkdir "$CGROUPS"/tight/c{1..999}
MADE+=(tight)
systemd-run --quiet --collect --unit=cgfifo.service --service-type=notify --property=TimeoutStartSec=300 \
	--property=MemoryMax=32M --property=MemorySwapMax=0 "$CGFIFO" run --config "$file" || {
	agent_log
	fail 'the agent does not start in 32 MiB'
}
group=$CGROUPS/system.slice/cgfifo.service
assert_eq "$(sched_ext_ops)" cgfifo 'the scheduler'
has_weight() { "$CGFIFO" status --all --json | grep '"path": "/tight/c7".*"weight": 300\b' >/dev/null; }
assert_soon 20 has_weight
for ((i = 0; i < 20; i++)); do "$CGFIFO" status --all >/dev/null; done
systemctl kill --signal=HUP --kill-whom=main cgfifo.service
sleep 2
assert_soon 20 has_weight
assert_eq "$(awk '$1 == "oom_kill" { print $2 }' "$group/memory.events")" 0 'killed for memory'
printf '     peak: %s KiB\n' "$(($(<"$group/memory.peak") / 1024))"
agent_stop
assert_not_ejected
