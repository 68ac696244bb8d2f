#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once for a minute: a herd, cgroups that come and go with tasks in them, tasks that
# move from cgroup to cgroup, weights and cpusets that change, CPUs that go off and on. The
# scheduler is to stay, and nobody is to wait long. Weights are such that everybody is entitled to
# more than nothing, and at least two CPUs are on.
# vm: smp=4 icount=3 limit=900
. "${VM_LIB%/*}/../bench/lib.sh"

SECONDS_EACH=60
[[ -z $QUICK ]] || SECONDS_EACH=3
WAITS=/run/bench-waits

title 'A minute of herds, churn, moves, changes of weights and cpusets, and hotplug, 4 CPUs'
row held s ">=$SECONDS_EACH" 'time in charge'
row wait ms '<=1000' 'longest wait of any task'

# again SECONDS COMMAND...: COMMAND all the time, SECONDS apart, while the storm lasts.
again() {
	local pause=$1
	shift
	while [[ -e $WAITS ]]; do
		"$@" || true
		sleep "$pause"
	done &
}

change_weights() {
	local i
	for i in 1 2 3 4; do weight "bench-crowd-$i" $((100 + RANDOM % 900)); done
}

change_cpusets() {
	echo $((RANDOM % 2))-$((2 + RANDOM % 2)) >"$CGROUPS/bench-crowd-1/cpuset.cpus"
	echo 0-$((RANDOM % 4)) >"$CGROUPS/bench-crowd-2/cpuset.cpus"
}

# move_tasks: half of the third crowd to the fourth, or back.
MOVE=(3 4)
move_tasks() {
	local pid
	while read -r pid; do
		((pid % 2)) || echo "$pid" >"$CGROUPS/bench-crowd-${MOVE[1]}/cgroup.procs"
	done <"$CGROUPS/bench-crowd-${MOVE[0]}/cgroup.procs" 2>/dev/null
	MOVE=("${MOVE[1]}" "${MOVE[0]}")
}

plug() {
	local cpu=$((2 + RANDOM % 2))
	echo 0 >"/sys/devices/system/cpu/cpu$cpu/online"
	sleep 0.5
	echo 1 >"/sys/devices/system/cpu/cpu$cpu/online"
}

churn() { /cgfifo/build/tests/vm/churn "$CGROUPS/bench-churn" 1 20; }

storm_begin() {
	local i
	head -c 8 /dev/zero >"$WAITS"
	cgroup bench-herd/x bench-churn/x
	weight bench-herd 500
	for i in 1 2 3 4; do
		cgroup "bench-crowd-$i"
		in_cgroup "bench-crowd-$i" "$BENCH/waits" "$WAITS" 2 3 "$i"
	done
	"$BENCH/herd" "$CGROUPS/bench-herd" 32 500 1000 100 0 1 "$WAITS"
	RANDOM=7
	again 0.05 change_weights
	again 0.3 change_cpusets
	again 0.05 move_tasks
	again 0.1 churn
	again 1.5 plug
}

# in_charge: as when the storm began.
in_charge() { [[ $SCHED == fair || $(sched_ext_ops) == "$SCHED"* ]]; }

measure() {
	local start held
	storm_begin
	start=$(now_ms)
	while in_charge && (($(now_ms) - start < SECONDS_EACH * 1000)); do sleep 0.25; done
	held=$(awk -v a="$start" -v b="$(now_ms)" 'BEGIN { printf "%.1f", (b - a) / 1000 }')
	value held "$held"
	value wait "$(od -An -t d8 "$WAITS" | awk '{ print $1 / 1000000 }')"
	rm "$WAITS"
	wait
}

settle
schedulers fair flatcg cgfifo
