#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The agent is killed, or stopped and then killed, at every stage of its start, of a reload and of its
# stop: the next one starts, has the weights of the configuration, and takes everything back.
# vm: smp=2 icount=no limit=2400 long=yes
. "$VM_LIB"

file=$LOGS/kill.yaml
conf() { printf 'version: 1\nrules: [{match: {cgroup: /kill-*}, weight: %s}]\n' "$1" >"$file"; }
cgroup kill-a kill-b
weights() { printf '%s %s' "$(<"$CGROUPS/kill-a/cpu.weight")" "$(<"$CGROUPS/kill-b/cpu.weight")"; }
weights_are() { [[ $(weights) == "$1" ]]; }
agent=''
start() { "$CGFIFO" run --config "$file" --scheduler "$1" >>"$LOGS/agent" 2>&1 & agent=$!; }
answers() { "$CGFIFO" status --json 2>/dev/null | grep -q '"state": "fallback"'; }
in_force() { "$CGFIFO" status --all --json 2>/dev/null | grep '"path": "/kill-[ab]"' | grep -c '"weight": 300\b' | grep -x 2 >/dev/null; }

# judge WHAT: an agent that nobody kills does all of it.
judge() {
	conf 300
	start "$mode"
	if [[ $mode == none ]]; then
		assert_soon 30 answers # the weights may be what the one before has left
		weights_are '300 300' || fail "$1: the next agent has made it $(weights)"
	else
		assert_soon 60 in_force
	fi
	kill -TERM "$agent"
	wait "$agent" || fail "$1: the next agent ended with $?"
	weights_are '100 100' || fail "$1: left $(weights)"
	[[ $(sched_ext_state) == disabled && ! -e /sys/fs/bpf/cgfifo ]] || fail "$1: something is left"
	n=$((n + 1))
}

# struck STAGE SIGNAL DELAY: as many ms after STAGE began.
struck() {
	conf 300
	start "$mode"
	if [[ $1 != start ]]; then
		if [[ $mode == none ]]; then assert_soon 30 weights_are '300 300'; else assert_soon 60 in_force; fi
		conf 700
		case $1 in
		reload) kill -HUP "$agent" ;;
		stop) kill -TERM "$agent" ;;
		esac
	fi
	sleep "$(printf '0.%03d' "$3")"
	kill "-$2" "$agent" 2>/dev/null || true
	[[ $2 == KILL ]] || { sleep 0.2; kill -KILL "$agent" 2>/dev/null || true; }
	wait "$agent" 2>/dev/null || true
	judge "$1, $2 after $3 ms"
}

n=0
for mode in none cgfifo; do
	for stage in start reload stop; do
		for delay in 0 3 10 30 100 300; do struck "$stage" KILL "$delay"; done
		struck "$stage" STOP 20
	done
done
printf 'ok   %s agents killed, and each next one did its work\n' "$n"
assert_not_ejected
