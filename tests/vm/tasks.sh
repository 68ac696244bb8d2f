# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tasks of other kinds than busy ones, and what each task of a container gets. After lib.sh.
# In: commands. Out: TASK, PART; a line for each task.

declare -A RAN=()  # what each task had run, in ns
declare -A PART=() # set by parts: task -> percent

# task NAME CGROUP COMMAND...: in the background; its pid into TASK[NAME].
declare -A TASK=()
task() {
	spawn "${@:2}"
	TASK[$1]=$PID
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

# parts_beside CGROUP OTHER SECONDS NAME...: the same, and what both cgroups used meanwhile, into USED and OTHER_USED.
parts_beside() {
	local group=$1 other=$2 used other_used
	used=$(usage_us "$group") other_used=$(usage_us "$other")
	parts "${@:3}"
	# shellcheck disable=SC2034 # for scenarios
	USED=$(($(usage_us "$group") - used)) OTHER_USED=$(($(usage_us "$other") - other_used))
}

# looks_up CGROUP: a task that looks up a path that takes long, again and again: it is nearly always in the kernel, and
# holds RCU there.
looks_up() {
	local i path=/usr
	for ((i = 0; i < 300; i++)); do path+=/bin/..; done
	spawn "$1" bash -c 'while :; do [[ -e $0 ]]; done' "$path"
}

# realtime_often CPU...: a real-time task that takes each of them a thousand times a second, for a tenth of it.
realtime_often() {
	local cpu
	for cpu; do spawn realtime taskset -c "$cpu" chrt --fifo 50 /cgfifo/build/tests/vm/nap 1 100 900; done
}

# stress_ng OPTION...: stressors for two minutes in the cgroup "stress"; what they did is printed. Ends as they do.
stress_ng() {
	local status=0
	cgroup stress
	mkdir -p /tmp/stress
	in_cgroup stress stress-ng --temp-path /tmp/stress --timeout 120 --metrics-brief --oomable --no-rand-seed "$@" \
		>"$LOGS/stress" 2>&1 || status=$?
	rm -rf /tmp/stress
	grep -vE ' (dispatching|setting to)' "$LOGS/stress" | cut -c1-100 | sed 's/^/     /'
	return "$status"
}

# gold_has_75 WHEN: of two busy cgroups, with weight 300 and 100.
gold_has_75() {
	busy gold 4
	busy lead 4
	sleep 1
	shares 10 gold lead
	assert_within 3 "${SHARE[gold]}" 75 "gold, $1"
}

# mixed: six busy tasks of four nice levels in the cgroup "mixed"; their names in MIXED.
# shellcheck disable=SC2034 # for scenarios
MIXED=(a0 b0 a5 b5 a10 a19)
mixed() {
	local name
	for name in a0 b0; do task $name mixed "$SPIN" 1; done
	for name in a5 b5; do task $name mixed nice -n 5 "$SPIN" 1; done
	task a10 mixed nice -n 10 "$SPIN" 1
	task a19 mixed nice -n 19 "$SPIN" 1
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
