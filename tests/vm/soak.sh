#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything at once for ten minutes (./dev soak: as long as one likes): cgroups that come and go with
# tasks in them, 5000 that stay, forks, tasks that move, weights and limits written all the time,
# reloads; by ./dev soak on 6.12 also CPUs that go off and on. The scheduler is not ejected, no task
# of a container that only waits and works waits for a second, and slots and memory end where they
# began.
# vm: kernels=7.3 smp=4 icount=3 mem=3072 limit=3600 long=yes
. "$VM_LIB"
LENGTH=${SOAK_SECONDS:-600}
STAY=${SOAK_STAY:-5000}
CHURN=/cgfifo/build/tests/vm/churn
SCALE=/cgfifo/build/tests/vm/scale
WAITS=/cgfifo/build/tests/bench/waits
FILE=$LOGS/soak.yaml

conf() { printf 'version: 1\nrules: [{match: {cgroup: /soak-a}, weight: %s}]\n' "$1" >"$FILE"; }
slots() { "$SCALE" slots; }
slots_are() { [[ $(slots) == "$1" ]]; }
answers() { "$CGFIFO" status >"$LOGS/status" 2>&1; }
memory_kib() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$AGENT/status"; }

# The storms: each is one turn, and count what they did.
done_one() { TURNS=$((TURNS + ${1:-1})); }
churn() { "$CHURN" "$CGROUPS/$1" 5 "$2" && done_one $((5 * $2)); }
forks() { local i; for i in {1..50}; do (: "$i") & done; wait; done_one 50; }
moves() {
	local group
	for group in soak-1/x soak-2/x soak-a soak-b; do
		echo "$MOVER" >"$CGROUPS/$group/cgroup.procs"
	done
	done_one 4
}
weights() {
	local i
	for i in {1..100}; do
		echo $((1 + RANDOM % 1000)) >"$CGROUPS/soak-b/cpu.weight"
		echo "$((5000 + RANDOM)) 100000" >"$CGROUPS/soak-q/cpu.max"
	done
	done_one 200
	sleep 0.1
}
hotplug() {
	echo 0 >"/sys/devices/system/cpu/cpu$1/online"
	sleep 0.7
	echo 1 >"/sys/devices/system/cpu/cpu$1/online"
	sleep 0.7
	done_one
}
reloads() { conf $((100 + RANDOM % 900)); systemctl kill --signal=HUP --kill-whom=main cgfifo.service; sleep 3; done_one; }

# storm NAME [WORD...]: until the end, in the background; what it counted and said is in $LOGS/NAME...
JOBS=()
storm() {
	local name=$*
	(
		trap - EXIT
		TURNS=0
		while (($(now_ms) < END)); do "$@" || exit 1; done
		printf '     %-16s %s\n' "$name" "$TURNS"
	) >"$LOGS/storm-${name// /-}" 2>&1 &
	JOBS+=("$!:$LOGS/storm-${name// /-}")
}

conf 300
cgroup soak-a soak-b soak-q soak-w soak-1/x soak-2/x soak-stay/x
"$SCALE" make "$CGROUPS/soak-stay" "$STAY"
agent_start "$FILE"
AGENT=$(systemctl show -P MainPID cgfifo.service)
busy soak-a 2
busy soak-b 2
busy soak-q 1
in_cgroup soak-1/x sleep infinity &
disown
sleep 5
MOVER=$(head -n 1 "$CGROUPS/soak-1/x/cgroup.procs")
head -c 8 /dev/zero >"$LOGS/longest"
slots_before=$(slots) memory_before=$(memory_kib)
in_cgroup soak-w "$WAITS" "$LOGS/longest" 1 4 1 &
disown

END=$(($(now_ms) + LENGTH * 1000))
storm churn soak-1 100
storm churn soak-2 40
storm forks
storm moves
storm weights
# On 7.3 the agent hangs after some fifty rounds, on 6.12 the scheduler may be thrown out: see
# RELIABILITY.md. By ./dev soak --kernel 6.12 it can be looked at.
case $(uname -r) in 6.12*)
	storm hotplug 1
	storm hotplug 3
	;;
esac
storm reloads
for job in "${JOBS[@]}"; do
	wait "${job%%:*}" || fail "${job#*:}: $(tail -n 3 "${job#*:}")"
	cat "${job#*:}"
done

assert_not_ejected
assert_eq "$(sched_ext_ops)" cgfifo 'the scheduler'
longest=$(od -An -td8 -N8 "$LOGS/longest" | tr -d ' ')
printf '     the longest wait: %s ms\n' "$((longest / 1000000))"
((longest < 1000000000)) || fail 'a task waited for more than a second'
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
