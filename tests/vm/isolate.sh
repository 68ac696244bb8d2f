#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# isolate: core. In a trace of every switch, a task of an isolated cgroup never runs beside one of
# another cgroup on the two hardware threads of one core: under load, with tasks that sleep and wake,
# that are bound to one thread, that fork and end, and a real-time task in between. All go on, shares
# are what weights say, and afterwards the core is everybody's.
# vm: smp=4,threads=2 icount=3 limit=400 long=yes
. "$VM_LIB"

NAP=/cgfifo/build/tests/vm/nap
TRACE=/sys/kernel/tracing
[[ -d $TRACE/events ]] || mount -t tracefs tracefs $TRACE
[[ -d $TRACE/events/sched/sched_switch ]] || skip 'this kernel does not trace switches'
siblings=$(cat /sys/devices/system/cpu/cpu0/topology/thread_siblings_list)
[[ $siblings == 0-1 ]] || fail "CPU 0 shares its core with $siblings"

FORKS=()
# members: "PID CGROUP" of all threads in the isolated cgroups, "PID kernel" of all kernel threads.
members() {
	local group
	for group in red blue; do
		find "$CGROUPS/$group" -name cgroup.threads -exec cat {} + | sed "s/\$/ $group/"
	done
	ps -e -o pid=,ppid= | awk '$1 == 2 || $2 == 2 { print $1, "kernel" }'
}
# still YES: 1 stops all that is watched, so that it takes no time from who looks; 0 lets it go on.
still() {
	local group
	for group in red blue plain bound limited rt; do
		[[ ! -d $CGROUPS/$group ]] || echo "$1" >"$CGROUPS/$group/cgroup.freeze"
	done
}
# trace SECONDS: what was switched to, into $LOGS/switches; who is who, into $LOGS/members.
trace() {
	echo 0 >$TRACE/tracing_on
	echo nop >$TRACE/current_tracer
	echo mono >$TRACE/trace_clock
	echo 16384 >$TRACE/buffer_size_kb
	echo >$TRACE/trace
	echo 1 >$TRACE/events/sched/sched_switch/enable
	echo 1 >$TRACE/events/sched/sched_process_fork/enable
	# Those that fork stand still until each that is made is seen in the trace.
	((!${#FORKS[@]})) || kill -STOP "${FORKS[@]}"
	sleep 0.5
	members >"$LOGS/members"
	echo 1 >$TRACE/tracing_on
	((!${#FORKS[@]})) || kill -CONT "${FORKS[@]}"
	sleep "$1"
	echo 0 >$TRACE/tracing_on
	echo 0 >$TRACE/events/enable
	still 1
	cat $TRACE/trace >"$LOGS/switches"
	echo >$TRACE/trace
	if awk '/^#.*entries-in-buffer/ { split($3, n, "/"); exit !(n[1] < n[2]) } !/^#/ { exit 1 }' "$LOGS/switches"; then
		fail 'the trace is not complete'
	fi
}
# never_shared WHAT: of what was traced, on no core an isolated one beside another, and all of it was at work.
never_shared() {
	awk '
	FILENAME == ARGV[1] { who[$1] = $2; next }
	/^#/ { next }
	function number(key) { return match($0, key "=-?[0-9]+") ? substr($0, RSTART + length(key) + 1, RLENGTH - length(key) - 1) + 0 : -1 }
	# It is where the one is that made it: in its cgroup, or in the kernel.
	/ sched_process_fork: / {
		if (!match($0, / pid=[0-9]+/)) next
		parent = substr($0, RSTART + 5, RLENGTH - 5)
		if (parent in who) who[number("child_pid")] = who[parent]
		else delete who[number("child_pid")]
		next
	}
	/ sched_switch: / {
		match($0, /\[[0-9]+\]/)
		cpu = substr($0, RSTART + 1, RLENGTH - 2) + 0
		pid = number("next_pid")
		what = pid == 0 ? "idle" : pid in who ? who[pid] : "other"
		# Classes that go before the scheduler.
		if (number("next_prio") < 100) what = "kernel"
		if (!match($0, /[0-9]+\.[0-9]+: sched_switch/)) next
		time = substr($0, RSTART, RLENGTH - 14)
		# Time for which both were at work, and for which one slept beside an isolated one.
		core = int(cpu / 2)
		if (core in since) {
			a = on[2 * core]; b = on[2 * core + 1]
			d = time - since[core]
			if (a != "idle" && b != "idle") both += d
			else if (a ~ /red|blue/ || b ~ /red|blue/) alone += d
			all += d
		}
		since[core] = time
		on[cpu] = what
		beside = (cpu % 2) ? on[cpu - 1] : on[cpu + 1]
		n[what]++
		if ((what ~ /red|blue/ && beside ~ /red|blue|other/ && beside != what) || (beside ~ /red|blue/ && what == "other")) {
			bad++
			if (bad <= 5) printf "     %s beside %s: %s\n", what, beside, $0
		}
	}
	END {
		printf "     switches to red %d, blue %d, others %d, the kernel %d, idle %d; both threads of a core busy %.1f %% of the time, one kept idle %.1f %%\n",
			n["red"], n["blue"], n["other"], n["kernel"], n["idle"], 100 * both / all, 100 * alone / all
		if (!n["red"] || !n["other"]) { print "     nothing was at work"; exit 1 }
		exit bad > 0
	}' "$LOGS/members" "$LOGS/switches" || fail "$1: an isolated cgroup shared a core"
	printf 'ok   %s: no core was shared\n' "$1"
	still 0
}
# progress SECONDS CGROUP...: each of them used the CPU.
progress() {
	local seconds=$1 path
	local -A before=()
	shift
	for path; do before[$path]=$(usage_us "$path"); done
	sleep "$seconds"
	for path; do
		(($(usage_us "$path") > before[$path])) || fail "$path got nothing in $seconds s"
	done
	printf 'ok   all go on: %s\n' "$*"
}
# used_at: the time in seconds and what plain has used so far in microseconds, read together.
used_at() { awk 'NR == 1 { print $1 } $1 == "usage_usec" { print $2 }' /proc/uptime "$CGROUPS/plain/cpu.stat" | paste -sd' '; }
isolation() { "$CGFIFO" status --all --json | jq -r '.cgroups[] | select(.path == "/red") | .asked_isolate // "unset"'; }
picked() { "$CGFIFO" status --json | jq ".counters.$1"; }

rules() { config "rules: [{match: {cgroup: /red}, weight: ${2:-100}, isolate: $1}, {match: {cgroup: /blue}, isolate: $1}]"; }
file=$(rules none)
agent_start "$file"
cgroup red/inner red/bound blue/inner blue/bound plain bound/0 bound/1 bound/2 bound/3 rt
# Before anything is isolated.
for group in red/inner blue/inner plain; do spawn $group "$SPIN" 4; done
sleep 1
shares 3 red blue plain

echo 'isolated while they run'
cp "$(rules core)" "$file"
"$CGFIFO" reload
assert_eq "$(isolation)" core 'status says so'
"$CGFIFO" show /red | grep -qx ' *isolate  *core' || fail 'show does not say so'
"$CGFIFO" explain /red | grep -q 'isolate core' || fail 'explain does not say so'
sleep 0.2
trace 2
never_shared 'three that are busy'
shares 6 red blue plain
for group in red blue plain; do assert_within 6 "${SHARE[$group]}" 33.33 "$group"; done
cp "$(rules core 300)" "$file"
"$CGFIFO" reload
sleep 1
shares 6 red blue plain
assert_within 6 "${SHARE[red]}" 60 'red, with a weight of 300'
cp "$(rules core)" "$file"
"$CGFIFO" reload

echo 'with those that sleep and wake, are bound, fork, or go before all'
spawn red/inner "$NAP" 3 700 2000
spawn blue/inner "$NAP" 2 300 1500
spawn plain "$NAP" 3 500 3000
for cpu in 0 1 2 3; do spawn "bound/$cpu" taskset -c $cpu "$NAP" 1 2000 1000; done
spawn red/bound taskset -c 1 "$SPIN" 1
spawn blue/bound taskset -c 2 "$SPIN" 1
spawn blue/bound taskset -c 3 "$NAP" 1 1000 500
for group in red/inner plain; do
	spawn $group bash -c 'while :; do /bin/true; done'
	FORKS+=("$PID")
done
spawn rt taskset -c 2 chrt --fifo 10 "$NAP" 1 1500 20000
sleep 1
trace 10
never_shared '10 s of everything'
progress 2 red/inner red/bound blue/inner blue/bound plain bound/0 bound/1 bound/2 bound/3
shares 4 red blue plain bound
printf '     %s waits for a core, %s intruders\n' "$(picked core_waits)" "$(picked core_intruders)"
assert_not_ejected

echo 'one that is isolated and one that is not'
FORKS=("${FORKS[0]}")
calm bound rt red/bound blue/bound
calm blue plain
cgroup blue/inner plain
spawn plain "$SPIN" 4
sleep 0.5
trace 2
never_shared 'red and one that is not'

echo 'one with a limit that it uses up in system calls'
for _ in {1..4}; do spawn limited dd if=/dev/zero of=/dev/null bs=256K; done
echo '3000 5000' >"$CGROUPS/limited/cpu.max"
sleep 0.5
trace 2
never_shared 'red and one with a limit'
calm limited

echo 'they end'
calm red blue
sleep 0.5
had=$(used_at)
sleep 2
used=$(awk -v a="$had" -v b="$(used_at)" 'BEGIN { split(a, A); split(b, B); printf "%d", (B[2] - A[2]) / (B[1] - A[1]) / 1e4 }')
((used > 370)) || fail "plain gets $used % of 400 once it is alone"
printf 'ok   plain gets %s %% of 400 once it is alone\n' "$used"
assert_not_ejected
agent_stop
assert_not_ejected
