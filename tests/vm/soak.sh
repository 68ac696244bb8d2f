#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once for ten minutes (./dev soak: as long as one likes): cgroups that come and go with tasks
# in them, 5000 that stay, forks, tasks that move, weights and limits written up to a thousand times
# a second, CPUs that go off and on, reloads. The scheduler is not ejected, no task of a
# container that only waits and works waits for a second, and slots and memory end where they began.
# vm: kernels=7.3 smp=4/16 icount=3 mem=3072 limit=3600 long=yes
. "$VM_LIB"
LENGTH=${SOAK_SECONDS:-600}
STAY=${SOAK_STAY:-5000}
SCHED=${SOAK_SCHED:-cgfifo} # or fair: the same storms without cgfifo
CHURN=/cgfifo/build/tests/vm/churn
REWRITE=/cgfifo/build/tests/vm/rewrite
SCALE=/cgfifo/build/tests/vm/scale
WAITS=/cgfifo/build/tests/bench/waits
FILE=$LOGS/soak.yaml
CPUS=/sys/devices/system/cpu
cpus=$(nproc)

conf() { printf 'version: 1\nrules: [{match: {cgroup: /soak-a}, weight: %s}]\n' "$1" >"$FILE"; }
slots() { "$SCALE" slots; }
slots_are() { [[ $(slots) == "$1" ]]; }
answers() { "$CGFIFO" status >"$LOGS/status" 2>&1; }
memory_kib() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$AGENT/status"; }

# The storms: each is one turn, and adds to DONE what it did.
churn() { "$CHURN" "$CGROUPS/soak-storms/$1" 2 25 "$CGROUPS/soak-storms/run" && DONE=$((DONE + 50)); }
weights() { counted "$REWRITE" 1 40 490 "$LENGTH" "$CGROUPS"/{soak-b,soak-stay/many-{1..9}}/cpu.weight; }
# For each of these the kernel looks at all cgroups.
limits() { counted "$REWRITE" 5000 40000 20 "$LENGTH" "$CGROUPS"/{soak-q,soak-stay/many-{1..9}}/cpu.max; }
counted() { local n; n=$("$@") && DONE=$((DONE + n)); }
forks() {
	local i
	for i in {1..50}; do (: "$i") & done
	wait
	DONE=$((DONE + 50))
	sleep 0.2
}
moves() {
	local pid group
	for pid in "${MOVERS[@]}"; do
		for group in soak-1/x soak-2/x soak-a soak-b; do echo "$pid" >"$CGROUPS/$group/cgroup.procs"; done
	done
	DONE=$((DONE + 4 * ${#MOVERS[@]}))
	sleep 0.02
}
hotplug() {
	local cpu=$(($1 + 2 * (DONE % $2)))
	echo 0 >"$CPUS/cpu$cpu/online"
	sleep 2
	echo 1 >"$CPUS/cpu$cpu/online"
	sleep 2
	DONE=$((DONE + 1))
}
reloads() {
	conf $((1 + RANDOM % 40))
	systemctl kill --signal=HUP --kill-whom=main cgfifo.service
	DONE=$((DONE + 1))
	sleep 3
}

# storm NAME [WORD...]: until the end, in the background; what it did and said is in $LOGS/storm-NAME...
JOBS=()
storm() {
	local log=$LOGS/storm-${*// /-}
	(
		trap - EXIT
		echo 0 >"$CGROUPS/soak-storms/run/cgroup.procs"
		DONE=0
		while (($(now_ms) < END)); do "$@" || exit 1; done
		echo "$DONE"
	) >"$log" 2>&1 &
	JOBS+=("$! $1 $log")
}

declare -A COUNT=()
storms_end() {
	local job pid name log
	for job in "${JOBS[@]}"; do
		read -r pid name log <<<"$job"
		wait "$pid" || fail "$log: $(tail -n 3 "$log")"
		COUNT[$name]=$((${COUNT[$name]:-0} + $(tail -n 1 "$log")))
	done
	for name in "${!COUNT[@]}"; do printf '     %-10s %7d\n' "$name" "${COUNT[$name]}"; done | sort
}

# at_least NUMBER WHAT STORM...: in ten minutes; of another length as much as that is of it.
at_least() {
	local want=$(($1 * LENGTH / 600)) got=0 name
	for name in "${@:3}"; do got=$((got + ${COUNT[$name]:-0})); done
	((got >= want)) || fail "$got $2, want $want"
	printf 'ok   %s: %d (want %d)\n' "$2" "$got" "$want"
}

conf 20
cgroup soak-a soak-b soak-q soak-w soak-1/x soak-2/x soak-stay/x soak-storms/{run,{1..4}/x}
# The kernel's own threads have 100: they take CPUs down, and do most of what is to be done for a cgroup that goes.
echo 200 >"$CGROUPS/soak-storms/cpu.weight"
echo 20 | tee "$CGROUPS"/soak-{b,q,w,1,2,stay}/cpu.weight >/dev/null
# Otherwise the kernel waits at each move for RCU, with all changes of cgroups behind it.
MOUNTED=$(findmnt -no OPTIONS "$CGROUPS")
mount -o remount,favordynmods "$CGROUPS"
"$SCALE" make "$CGROUPS/soak-stay" "$STAY"
if [[ $SCHED == cgfifo ]]; then
	agent_start "$FILE"
	AGENT=$(systemctl show -P MainPID cgfifo.service)
fi
busy soak-a 2
busy soak-b 2
busy soak-q 1
spawn soak-1/x sleep infinity
MOVERS=("$PID")
spawn soak-1/x "$SPIN" 1
MOVERS+=("$PID")
sleep 5
head -c 8 /dev/zero >"$LOGS/longest"
[[ $SCHED != cgfifo ]] || slots_before=$(slots) memory_before=$(memory_kib)
spawn soak-w "$WAITS" "$LOGS/longest" 1 4 1

END=$(($(now_ms) + LENGTH * 1000))
for i in {1..4}; do storm churn "$i"; done
storm forks
storm moves
storm weights 1
storm weights 2
storm limits
# Two loops, over the odd CPUs of each half; CPU 0 stays.
half=$((cpus / 4))
storm hotplug 1 "$half"
storm hotplug $((1 + 2 * half)) "$half"
[[ $SCHED != cgfifo ]] || storm reloads
storms_end

longest=$(od -An -td8 -N8 "$LOGS/longest" | tr -d ' ')
printf '     the longest wait: %s ms\n' "$((longest / 1000000))"
[[ $SCHED == cgfifo ]] || exit 0
assert_not_ejected
assert_eq "$(sched_ext_ops)" cgfifo 'the scheduler'
((longest < 1000000000)) || fail 'a task waited for more than a second'
# In this VM the CPUs share what the machine can do. One at a time makes or removes cgroups, with the kernel's
# mutex, and so it is for each of these files: more CPUs that are busy leave less to them.
at_least $((12000 / cpus)) 'cgroups made and removed' churn
at_least $((cpus > 4 ? 75000 : 570000)) 'weights and limits written' weights limits
echo 1 >"$CGROUPS/soak-w/cgroup.kill"
assert_soon 60 slots_are "$slots_before"
printf 'ok   slots: %s before and after\n' "$slots_before"
memory_after=$(memory_kib)
printf '     memory of the agent: %s KiB before, %s KiB after\n' "$memory_before" "$memory_after"
((memory_after <= memory_before + 2048)) || fail 'the agent has grown'
# A snapshot of so many is seconds of work in this VM, and a reader waits for five.
calm soak-a soak-b soak-q
assert_soon 120 answers
sed -n 1,2p "$LOGS/status"
agent_stop
assert_soon 5 sched_ext_is disabled
# As it was, as far as the kernel does that: 7.3 keeps what was on once.
mount --options-mode ignore -o "remount,$MOUNTED" "$CGROUPS"
