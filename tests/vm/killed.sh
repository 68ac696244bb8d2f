#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Who is killed while throttled is gone within a small part of the period, and not with the next one.
# vm: smp=2 icount=3 limit=240 long=yes
. "$VM_LIB"

PERIOD_MS=1000
MOST_MS=100     # a tenth of the period
LOOK_MS=0       # what it takes to kill and to see that: as with a process that has no limit

# tight CGROUP: 1 ms in each second.
tight() {
	cgroup "$1"
	echo "1000 $((PERIOD_MS * 1000))" >"$CGROUPS/$1/cpu.max"
}
# gone_after CGROUP [SIGNAL]: kills PID, or all, and says after how many milliseconds nothing runs
# in the cgroup any more.
gone_after() {
	local directory=$CGROUPS/$1
	shift
	/cgfifo/build/tests/vm/gone "$directory" ${1:+"$(kill -l "$1")" "$PID"} ||
		fail "$directory: something still runs after 10 s" >&2
}
# calibrate THREADS SIGNAL: into LOOK_MS.
calibrate() {
	cgroup loose
	busy loose "$1"
	sleep 1
	LOOK_MS=$(gone_after loose "$2")
}
# assert_soon_gone MS WHAT
assert_soon_gone() {
	(($1 <= LOOK_MS + MOST_MS)) || fail "$2: gone after $1 ms, without a limit $LOOK_MS ms, in a period of $PERIOD_MS ms"
	printf 'ok   %s: gone after %s ms, without a limit %s ms, of a period of %s ms\n' "$2" "$1" "$LOOK_MS" "$PERIOD_MS"
}

# Who looks is not to wait for the neighbour.
echo +cpu >"$CGROUPS/cgroup.subtree_control"
echo 10000 >"$CGROUPS/system.slice/cpu.weight"
agent_start "$(config 'rules: [{match: {cgroup: /tight-fair}, policy: fair}]')"
tight tight
# At several places in the period, by SIGKILL and by another signal that ends it. Many threads take
# longer to end than the limit allows, so that some stop on the way.
for case in 'KILL 1' 'KILL 8' 'TERM 8' 'KILL 64' 'TERM 256'; do
	read -r signal threads <<<"$case"
	calibrate "$threads" "$signal"
	echo max >"$CGROUPS/tight/cpu.max"
	busy tight "$threads"
	sleep 0.5 # all have begun
	tight tight
	sleep 2.2
	assert_soon_gone "$(gone_after tight "$signal")" "$threads threads by SIG$signal"
done

# One of them ends the process, beside a busy neighbour.
busy neighbour 2
calibrate 8 KILL
busy tight 8
sleep 2
assert_soon_gone "$(gone_after tight KILL)" 'beside a neighbour'
calm neighbour
calibrate 6 KILL

# All in the cgroup, and with the policy fair.
tight tight-fair
for group in tight tight-fair; do
	for _ in 1 2 3; do busy "$group" 2; done
	sleep 2.3
	assert_soon_gone "$(gone_after "$group")" "cgroup.kill of $group"
done

# The limit holds for those that come next.
busy tight 2
sleep 2
used=$(usage_us tight)
sleep 5
used=$(($(usage_us tight) - used))
((used < 15000)) || fail "the limit does not hold any more: $used us in 5 s"
printf 'ok   the limit holds: %s us in 5 s of 1 ms each\n' "$used"
agent_stop
echo 100 >"$CGROUPS/system.slice/cpu.weight"
assert_not_ejected
