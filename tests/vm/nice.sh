#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# In a container whose policy is fair, each thread gets what its nice level is worth, and
# sched_yield() gives way to the others; the policy may change while they run; with fifo all get the
# same. Nothing of this changes what the container gets.
# vm: smp=2 icount=3 limit=400 long=6.12
. "$VM_LIB"

YIELD=/cgfifo/build/tests/vm/yield
declare -A RAN=()  # what each task had run, in ns
declare -A PART=() # set by parts: task -> percent

# task NAME CGROUP COMMAND...: in the background; its pid into TASK[NAME].
declare -A TASK=()
task() {
	local name=$1 group=$2
	shift 2
	cgroup "$group"
	(exec bash -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUPS/$group" "$@") &
	TASK[$name]=$!
	disown
}

ran_ns() { awk '{ print $1 }' "/proc/${TASK[$1]}/schedstat"; }

# parts SECONDS NAME...: what each task got, in percent of what all of them got, into PART.
parts() {
	local seconds=$1 name sum=0
	shift
	for name; do RAN[$name]=$(ran_ns "$name"); done
	sleep "$seconds"
	for name; do
		RAN[$name]=$(($(ran_ns "$name") - RAN[$name]))
		sum=$((sum + RAN[$name]))
	done
	for name; do
		PART[$name]=$(awk -v r="${RAN[$name]}" -v s="$sum" 'BEGIN { printf "%.2f", 100 * r / s }')
		printf '     %-32s %6s %%  %9d us\n' "$name" "${PART[$name]}" "$((RAN[$name] / 1000))"
	done
}

# Of 2 * 1024 + 2 * 335 + 110 + 15, the weights of the fair class.
assert_by_nice() {
	assert_within 3 "${PART[a0]}" 36.02 "$1: nice 0"
	assert_within 3 "${PART[b0]}" 36.02 "$1: nice 0, the other one"
	assert_within 3 "${PART[a5]}" 11.78 "$1: nice 5"
	assert_within 3 "${PART[b5]}" 11.78 "$1: nice 5, the other one"
	assert_within 5 "${PART[a10]}" 3.87 "$1: nice 10"
	assert_within 15 "${PART[a19]}" 0.53 "$1: nice 19"
}
assert_equal() {
	local name
	for name in "${all[@]}"; do assert_within 4 "${PART[$name]}" 16.67 "$1: $name"; done
}

rules() { config "rules: [{match: {cgroup: /mixed}, policy: $1}, {match: {cgroup: /pair}, policy: $2}]"; }
file=$(rules fair fair)
agent_start "$file"
for name in a0 b0; do task $name mixed "$SPIN" 1; done
for name in a5 b5; do task $name mixed nice -n 5 "$SPIN" 1; done
task a10 mixed nice -n 10 "$SPIN" 1
task a19 mixed nice -n 19 "$SPIN" 1
all=(a0 b0 a5 b5 a10 a19)
sleep 2
parts 10 "${all[@]}"
assert_by_nice 'alone'

busy other 2
sleep 2
used=$(usage_us mixed) used_other=$(usage_us other)
parts 20 "${all[@]}"
used=$(($(usage_us mixed) - used)) used_other=$(($(usage_us other) - used_other))
assert_by_nice 'beside another container'
assert_within 3 "$used" "$used_other" 'the two containers'

policy() {
	cp "$(rules "$@")" "$file"
	systemctl kill --signal=HUP --kill-whom=main cgfifo.service
}
policy fifo fair
sleep 1
# A FIFO deals out slices, whose lengths ticks round: within 4 % takes more of them than 10 s have.
parts 20 "${all[@]}"
assert_equal 'after a change to fifo'
renice -n 10 -p "${TASK[b5]}" >/dev/null
for policy in fair fifo fair; do
	policy "$policy" fair
	sleep 0.3
done
renice -n 5 -p "${TASK[b5]}" >/dev/null
sleep 1
parts 20 "${all[@]}"
assert_by_nice 'after some changes'
calm mixed other

# Threads of one container that may not run on the same CPUs.
task p0 mixed taskset -c 0 "$SPIN" 1
task p5 mixed taskset -c 0 nice -n 5 "$SPIN" 1
task q0 mixed taskset -c 1 nice -n 19 "$SPIN" 1
task q5 mixed taskset -c 1 nice -n 19 "$SPIN" 1
sleep 1
parts 10 p0 p5
assert_within 3 "${PART[p0]}" 75.35 'nice 0, bound to one CPU'
parts 5 q0 q5
assert_within 4 "${PART[q0]}" 50 'nice 19, bound to the other'
calm mixed

# Two that yield after 100 us, on a CPU with another container: nothing is charged that they did not
# use. A busy one comes: in a FIFO it keeps the CPU for a slice whenever they give it away, and with
# fair nobody loses by yielding.
task o other taskset -c 0 "$SPIN" 1
for policy in fair fifo; do
	policy fair "$policy"
	for name in x y; do task $name pair taskset -c 0 "$YIELD" 100; done
	sleep 1
	used=$(usage_us pair) used_other=$(usage_us other)
	parts 10 x y
	used=$(($(usage_us pair) - used)) used_other=$(($(usage_us other) - used_other))
	assert_within 4 "${PART[x]}" 50 "$policy: two that yield take turns"
	assert_within 4 "$used" "$used_other" "$policy: their container gets its half of the CPU"
	task z pair taskset -c 0 "$SPIN" 1
	sleep 1
	parts 5 x y z
	if [[ $policy == fair ]]; then
		assert_within 8 "${PART[z]}" 33.3 'fair: a busy one beside them'
	else
		assert_within 5 "${PART[z]}" 93 'fifo: a busy one beside them'
		assert_within 10 "${PART[x]}" "${PART[y]}" 'fifo: they get the same'
	fi
	calm pair
done

agent_stop
assert_not_ejected
