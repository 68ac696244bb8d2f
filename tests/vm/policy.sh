#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The policy of a container may change while its tasks run: with fair each gets what its nice level is
# worth, with fifo all get the same; with fair nobody loses by sched_yield(). Nothing of this changes
# what the container gets.
# vm: smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/tasks.sh

YIELD=/cgfifo/build/tests/vm/yield

assert_equal() {
	local name
	for name in "${MIXED[@]}"; do assert_within 4 "${PART[$name]}" 16.67 "$1: $name"; done
}

rules() { config "rules: [{match: {cgroup: /mixed}, policy: $1}, {match: {cgroup: /pair}, policy: $2}]"; }
file=$(rules fair fair)
agent_start "$file"
mixed
busy other 2

policy() {
	cp "$(rules "$@")" "$file"
	systemctl kill --signal=HUP --kill-whom=main cgfifo.service
}
policy fifo fair
sleep 1
# A FIFO deals out slices, whose lengths ticks round: within 4 % takes more of them than 10 s have.
parts 20 "${MIXED[@]}"
assert_equal 'after a change to fifo'
renice -n 10 -p "${TASK[b5]}" >/dev/null
for policy in fair fifo fair; do
	policy "$policy" fair
	sleep 0.3
done
renice -n 5 -p "${TASK[b5]}" >/dev/null
sleep 1
parts_beside mixed other 20 "${MIXED[@]}"
assert_by_nice 'after some changes'
assert_within 3 "$USED" "$OTHER_USED" 'the two containers'
calm mixed other

# Two that yield after 100 us, on a CPU with another container: nothing is charged that they did not
# use. A busy one comes: in a FIFO it keeps the CPU for a slice whenever they give it away, and with
# fair nobody loses by yielding.
task o other taskset -c 0 "$SPIN" 1
for policy in fair fifo; do
	policy fair "$policy"
	for name in x y; do task $name pair taskset -c 0 "$YIELD" 100; done
	sleep 1
	parts_beside pair other 10 x y
	assert_within 4 "${PART[x]}" 50 "$policy: two that yield take turns"
	assert_within 4 "$USED" "$OTHER_USED" "$policy: their container gets its half of the CPU"
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
