#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# From the start of an agent that loads by itself to weights in force it takes less than 2 s, of a CPU that runs 10^9
# instructions in one. Most of it is the kernel's verifier: loadcost says for what. How long the units take, in which
# others load and read for the agent, each in a sandbox of its own, is printed.
# vm: kernels=7.3 smp=1 icount=0 limit=120 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

LIMIT_MS=2000

cgroup gold
agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
[[ $("$CGFIFO" status --json | jq '.cgroups[] | select(.path == "/gold").weight') == 300 ]] ||
	fail 'ready, and the weight is not in force'
began=$(systemctl show -P InactiveExitTimestampMonotonic cgfifo.service)
ready=$(systemctl show -P ActiveEnterTimestampMonotonic cgfifo.service)
agent_stop
took=$(((ready - began) / 1000))

install_units "${AGENT_UNITS[@]}"
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'
for start in first second; do
	began=$(now_ms)
	systemctl start cgfifo.service
	printf '     the units, %s start: %s ms\n' "$start" "$(($(now_ms) - began))"
	[[ $("$CGFIFO" status --json | jq '.cgroups[] | select(.path == "/gold").weight') == 300 ]] ||
		fail 'the units: ready, and the weight is not in force'
	systemctl stop cgfifo.service
done
remove_units

/cgfifo/build/tests/vm/loadcost | sed 's/^/     /'
((took < LIMIT_MS)) || fail "from the start to weights in force: $took ms, the limit is $LIMIT_MS"
printf 'ok   from the start to weights in force: %s ms (below %s)\n' "$took" "$LIMIT_MS"
assert_not_ejected
