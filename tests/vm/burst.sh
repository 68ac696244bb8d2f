#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cpu.max.burst: what was saved up may be used once, and no more than that.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

QUOTA_US=200000 PERIOD_US=1000000
# The kernel's tick ends the last slice where its timer is late, and the next period pays for that.
LATE_US=4000

# used_up CGROUP: what it has used when all is used up: it uses no more.
used_up() {
	local before='' now
	now=$(usage_us "$1")
	until [[ $now == "$before" ]]; do
		before=$now
		sleep 0.05
		now=$(usage_us "$1")
	done
	echo "$now"
}
agent_start "$(config 'rules: []')"
# What is used when all is used up: one full quota with what was saved up, and one for each period that has begun
# since. So the rest of a division by the quota is the burst, exactly.
for case in '0 1' '50000 1' '130000 1' '130000 4'; do
	read -r burst threads <<<"$case"
	cgroup saves
	echo "$QUOTA_US $PERIOD_US" >"$CGROUPS/saves/cpu.max"
	echo "$burst" >"$CGROUPS/saves/cpu.max.burst"
	sleep 3
	busy saves "$threads"
	sleep 4
	used=$(used_up saves)
	"$CGFIFO" show --json --interval 200ms /saves >"$LOGS/show"
	off=$(((used - burst + QUOTA_US / 2) % QUOTA_US - QUOTA_US / 2))
	((off >= -200 && off <= LATE_US)) ||
		fail "burst of $burst us, $threads threads: used $used us, which is $off us off"
	printf 'ok   burst of %s us, %s threads: used %s us, %s us off the budget\n' "$burst" "$threads" "$used" "$off"
	counted=$(sed -n 's/.*"burst_used_usec": \([0-9]*\).*/\1/p' "$LOGS/show")
	((counted >= burst - 1000 && counted <= burst)) || fail "burst of $burst us: counted $counted us"
	calm saves
done
agent_stop
assert_not_ejected
