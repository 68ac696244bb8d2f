#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# SCHED_FIFO tasks take every CPU for 36 s: in the twentieth that the kernel leaves to others everybody runs on, also
# who is bound to one CPU beside a limited cgroup; the scheduler stays.
# vm: smp=4 icount=3 limit=400 long=yes kernels=7.3
. "$VM_LIB"

# step NAME...: how long each ran since the last step, in ms, into RAN.
declare -A BEFORE=() RAN=()
step() {
	local name now
	for name; do
		now=$(usage_us "$name")
		RAN[$name]=$(((now - ${BEFORE[$name]:-0}) / 1000))
		BEFORE[$name]=$now
	done
}

agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
busy gold 4
busy lead 4
BOUND=()
for cpu in 0 1 2 3; do
	spawn "bound$cpu" taskset -c "$cpu" "$SPIN" 1
	cgroup "limited$cpu"
	echo '5000 100000' >"$CGROUPS/limited$cpu/cpu.max"
	spawn "limited$cpu" taskset -c "$cpu" "$SPIN" 1
	BOUND+=("bound$cpu" "limited$cpu")
done
sleep 1

# It is to look while they have the CPUs, and so do those that it starts.
chrt --fifo -p 60 $$
for cpu in 0 1 2 3; do spawn hog taskset -c "$cpu" chrt --fifo 50 "$SPIN" 1 36; done
sleep 6
step "${BOUND[@]}" gold lead
for ((i = 1; i <= 3; i++)); do
	sleep 8
	step "${BOUND[@]}" gold lead
	for name in "${BOUND[@]}" gold lead; do printf '     %-32s %6s ms\n' "$name" "${RAN[$name]}"; done
	for name in bound{0..3}; do ((RAN[$name])) || fail "$name did not run for 8 s"; done
done
sleep 8
chrt --other -p 0 $$
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'after 36 s of hogs on every CPU'
assert_not_ejected
sleep 1
shares 10 gold lead
assert_within 3 "${SHARE[gold]}" 75 'gold, afterwards'
agent_stop
assert_not_ejected
