#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Two thousand cgroups with a tight limit each, and a busy task in each: they get their limits, who has none gets the
# rest, nobody waits so long that the kernel unloads the scheduler, and all of them end at once when they are killed.
# vm: smp=4 icount=3 mem=3072 limit=1800 long=yes
. "$VM_LIB"
N=2000

agent_start "$(config 'rules: [{match: {cgroup: /free}, weight: 100}]')"
cgroup lim/0
python3 - "$CGROUPS/lim" "$N" <<-'PYTHON'
	import os, sys
	for i in range(int(sys.argv[2])):
	    group = f"{sys.argv[1]}/{i}"
	    os.makedirs(group, exist_ok=True)
	    with open(f"{group}/cpu.max", "w") as limit:
	        limit.write("1000 1000000")
	    procs = os.open(f"{group}/cgroup.procs", os.O_WRONLY)
	    if not os.fork():
	        os.write(procs, b"0")
	        while True:
	            pass
	    os.close(procs)
PYTHON
printf '     all have begun after %s s\n' "$SECONDS"
all_run() { [[ $(cat "$CGROUPS"/lim/*/cgroup.procs | wc -l) == "$N" ]]; }
assert_soon 120 all_run
busy free 1
sleep 2

# Longer than the 30 s after which the kernel unloads a scheduler that lets a task wait; and so long that one period more
# or less, of a second, is not much of it.
used_each() { awk '$1 == "usage_usec" { print $2 }' "$CGROUPS"/lim/*/cpu.stat; }
used_each >"$LOGS/before"
lim=$(usage_us lim) free=$(usage_us free) started=$(now_ms)
sleep 80
lim=$(($(usage_us lim) - lim)) free=$(($(usage_us free) - free)) period=$(($(now_ms) - started))
used_each | paste "$LOGS/before" - | awk '{ print $2 - $1 }' | sort -n >"$LOGS/used"
assert_not_ejected
assert_within 3 "$(awk -v u="$lim" -v p="$period" 'BEGIN { printf "%.1f", u / p }')" "$N" 'all limited ones together, in ms of each second'
printf '     who has no limit: %s ms of each second\n' "$((free / period))"
printf '     one of them, the least and the most: %s and %s us\n' "$(sed -n 1p "$LOGS/used")" "$(tail -n 1 "$LOGS/used")"
# A debt from before, and a slice that has just begun, are several periods here.
(($(sed -n 1p "$LOGS/used") > 40000)) || fail 'one of them has had less than half of its 1 ms in each of 80 seconds'

echo 1 >"$CGROUPS/lim/cgroup.kill"
lim_is_empty() { [[ $(sed -n 's/populated //p' "$CGROUPS/lim/cgroup.events") == 0 ]]; }
assert_soon 20 lim_is_empty
printf 'ok   all of them end when they are killed\n'
agent_stop
assert_not_ejected
