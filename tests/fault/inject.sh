# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios in which system calls of the agent fail: strace makes them.
# In: what ./dev put into build/fault-tools, and odd-a and odd-b, cgroups of the scenario's.
# Out: inject, which fails the scenario where the agent does not hold.

INJECT_TOOLS=/cgfifo/build/fault-tools
# What the agent starts with, and what a reload brings.
INJECT_OLD=$(config 'rules: [{match: {cgroup: /odd-*}, weight: 300}]')
INJECT_NEW=$(config 'rules: [{match: {cgroup: /odd-*}, weight: 700}]')

inject_need() {
	[[ -x $INJECT_TOOLS/strace ]] || skip 'no strace: ./dev vm run puts it there'
}

# inject CALL ERROR WHEN [OPTION...]: the agent starts, is reloaded and stops while CALL ends with ERROR
# (WHEN: "3" the third, "3+7" and every seventh after it, "3+" and all after it).
inject() {
	local call=$1 error=$2 when=$3 log=$LOGS/inject pid status=0
	shift 3
	local rule=$call:error=$error:when=$when
	cp "$INJECT_OLD" "$LOGS/current.yaml"
	LD_LIBRARY_PATH=$INJECT_TOOLS/lib "$INJECT_TOOLS/strace" -qq -E LD_LIBRARY_PATH -o /dev/null -e "trace=$call" -e "inject=$rule" \
		"$CGFIFO" run --config "$LOGS/current.yaml" "$@" >"$log" 2>&1 &
	pid=$!
	inject_life "$pid" || true
	wait "$pid" || status=$?
	inject_judge "$rule" "$status" "$log"
}

# inject_life PID: a reload once it runs, and an end, unless it gave up before.
inject_life() {
	local agent tries
	for ((tries = 0; tries < 40; tries++)); do
		kill -0 "$1" 2>/dev/null || return
		grep -q 300 "$CGROUPS/odd-a/cpu.weight" && break
		sleep 0.05
	done
	agent=$(pgrep -P "$1" -x cgfifo) || return
	"$CGFIFO" status >/dev/null 2>&1 || true
	cp "$INJECT_NEW" "$LOGS/current.yaml"
	kill -HUP "$agent" 2>/dev/null
	sleep 0.5
	WEIGHTS="$(<"$CGROUPS/odd-a/cpu.weight") $(<"$CGROUPS/odd-b/cpu.weight")"
	kill -TERM "$agent" 2>/dev/null
	for ((tries = 0; tries < 200; tries++)); do
		kill -0 "$1" 2>/dev/null || return
		sleep 0.05
	done
	fail "$call: the agent does not stop"
}

# inject_judge RULE STATUS LOG
inject_judge() {
	local rule=$1 status=$2 log=$3
	# Out of memory ends the agent on purpose, with a word (util/alloc.h).
	((status < 128)) || grep -q 'out of memory' "$log" || {
		cat "$log"
		fail "$rule: the agent crashed, status $status"
	}
	((status == 0)) || grep -q . "$log" || fail "$rule: it gave up and did not say why"
	case ${WEIGHTS:-} in
	'300 700' | '700 300')
		# One write that failed cannot be helped: then it is named, and tried again.
		grep -q 'odd-[ab].*: ' "$log" || { cat "$log"; fail "$rule: half of a configuration is in force: $WEIGHTS"; } ;;
	esac
	unset WEIGHTS
	printf 'ok   %s: status %s: %s\n' "$rule" "$status" "$(grep -m 1 -iE 'cannot|fail|no space|memory' "$log" || tail -n 1 "$log")"
	# What could not be taken back now is the next agent's work.
	inject_settle
}

# The files alone may say so of what an agent before has left.
inject_in_force() {
	"$CGFIFO" status --all --json 2>/dev/null | grep '"path": "/odd-[ab]"' | grep -c '"weight": 300\b' | grep -x 2 >/dev/null
}

# inject_settle: an agent without faults starts and stops, and after it all is as it was.
inject_settle() {
	timeout 60 "$CGFIFO" run --config "$INJECT_OLD" --scheduler none >"$LOGS/settle" 2>&1 &
	local pid=$!
	assert_soon 20 inject_in_force
	kill -TERM "$pid"
	wait "$pid" || { cat "$LOGS/settle"; fail 'the next agent does not run'; }
	[[ "$(<"$CGROUPS/odd-a/cpu.weight") $(<"$CGROUPS/odd-b/cpu.weight")" == '100 100' ]] ||
		fail "$rule: not taken back: $(<"$CGROUPS/odd-a/cpu.weight") $(<"$CGROUPS/odd-b/cpu.weight")"
	[[ $(sched_ext_state) == disabled ]] || fail "$rule: a scheduler is left"
}
