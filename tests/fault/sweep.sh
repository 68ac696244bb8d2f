#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Every system call that the agent makes after it was loaded ends with an error, one after the other,
# while it starts, is reloaded and stops, in fall back over a tree of files. It never crashes, says why
# when it gives up, leaves weights of one configuration or of the other (or names the cgroup that it
# could not write), and nothing behind that the next agent does not take back.
# The list of calls is that of a trace without faults, so a new call is tested when it is made. What
# is left out, and why, is below.
# Usage: sweep.sh PROGRAM STRACE [CALL...]: PROGRAM is tests/unit/cgfifo-on-files.
set -euo pipefail
program=$1 strace=$2
shift 2

# With these it would not be this agent. The C library ends a program for any error of futex that the
# kernel does not give.
LEFT_OUT='exit_group execve rt_sigreturn restart_syscall futex'
# Errors that each call is given, once each at its first, at a middle and at its last time, and from
# the first on.
ERRORS='ENOSPC EMFILE EINTR ENOMEM'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree run=$work/run log=$work/log
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
agent=("$program" run --scheduler none --config "$run/c.yaml" --socket "$run/s" --cgroup-root "$tree" --pin-dir "$run/bpf/p")

# Both groups, as the kernel has them at first, the first configuration, and nothing that an agent has said.
reset() {
	local group
	rm -rf "$run" "$tree"
	: >"$log"
	: >"$log.next"
	mkdir -p "$run/bpf" "$tree"/odd-{a,b}
	for group in "$tree"/odd-{a,b}; do echo 100 >"$group/cpu.weight"; done
	configure 300
}
configure() { printf 'version: 1\nrules: [{match: {cgroup: /odd-*}, weight: %s}]\n' "$1" >"$run/c.yaml"; }
weights() { printf '%s %s' "$(head -n 1 "$tree/odd-a/cpu.weight")" "$(head -n 1 "$tree/odd-b/cpu.weight")"; }

# soon STEPS COMMAND...: it succeeds within so many steps of 20 ms.
soon() {
	local i steps=$1
	shift
	for ((i = 0; i < steps; i++)); do
		"$@" && return
		sleep 0.02
	done
	return 1
}
weights_are() { [[ $(weights) == "$1" ]]; }
# It has taken over signals, or will not.
is_up() { weights_are '300 300' || is_over "$1" || grep -q 'Fall back to cpu.weight' "$log"; }
is_over() { ! kill -0 "$1" 2>/dev/null; }

# life [STRACE-WORD...]: start, a reader, a reload, the end. Sets STATUS and SEEN, the weights after the
# reload.
life() {
	local tracer pid=''
	SEEN='' STATUS=0
	"$strace" -qq "$@" "${agent[@]}" >"$log" 2>&1 &
	tracer=$!
	soon 500 is_up "$tracer" || true
	soon 10 weights_are '300 300' || true
	pid=$(pgrep -P "$tracer" | head -n 1) || true
	if [[ $pid ]]; then
		timeout 10 "$program" list --socket "$run/s" --cgroup-root "$tree" --pin-dir "$run/bpf/p" >/dev/null 2>&1 || true
		configure 700
		kill -HUP "$pid" 2>/dev/null || true
		soon 20 weights_are '700 700' || true
		SEEN=$(weights)
		kill -TERM "$pid" 2>/dev/null || true
		soon 500 is_over "$tracer" || {
			kill -KILL "$pid" "$tracer" 2>/dev/null || true
			STATUS=999
			return
		}
	fi
	wait "$tracer" || STATUS=$?
}

failed=0 runs=0 refused=0
complain() {
	printf 'FAIL %s: %s\n' "$rule" "$1"
	sed 's/^/     | /' "$log"
	failed=$((failed + 1))
}

# judge: what a life under $rule has to keep to.
judge() {
	if ((STATUS == 999)); then
		complain 'it does not stop'
	elif ((STATUS >= 128)) && ! grep -q 'out of memory' "$log"; then
		complain "it crashed, status $STATUS"
	elif ((STATUS != 0)) && [[ $rule != write:*+ ]] && ! grep -q . "$log"; then # words are written, too
		complain 'it gave up and did not say why'
	fi
	# One write that failed cannot be helped: then it is named.
	[[ $SEEN != '300 700' && $SEEN != '700 300' ]] || grep -q 'odd-[ab].*: ' "$log" || complain "half of a configuration: $SEEN"
	((STATUS == 0)) || refused=$((refused + 1))
	settle
}

# The files alone may say so of what the agent before has left.
is_in_force() { weights_are '300 300' && grep -q 'Fall back to cpu.weight' "$log.next"; }

# settle: an agent without faults starts and stops, and after it all is as it was.
settle() {
	local pid
	configure 300
	"${agent[@]}" >"$log.next" 2>&1 &
	pid=$!
	soon 500 is_in_force || { cat "$log.next"; complain 'the next agent does not set weights'; }
	kill -TERM "$pid" 2>/dev/null || true # it may have ended
	wait "$pid" || complain "the next agent ended with $?"
	weights_are '100 100' || complain "not taken back: $(weights)"
}

# calls: "CALL BEFORE ALL": how often it is made before the agent's own work begins, and in all. That is
# where a process is started to read the configuration.
calls() {
	reset
	life -o "$work/trace"
	[[ $STATUS == 0 && $SEEN == '700 700' ]] || { cat "$log"; echo "without a fault: status $STATUS, weights $SEEN" >&2; exit 1; }
	awk -v out="$LEFT_OUT" 'BEGIN { split(out, words, " "); for (i in words) left[words[i]] = 1 }
		match($0, /^[a-z0-9_]+\(/) {
			call = substr($0, 1, RLENGTH - 1)
			if (call == "socketpair") begun = 1
			if (!begun) before[call]++
			all[call]++
		}
		END { for (call in all) if (!left[call] && all[call] > before[call]) print call, before[call] + 0, all[call] }' "$work/trace" | sort
}

calls >"$work/calls"
while read -r call before all; do
	(($# == 0)) || [[ " $* " == *" $call "* ]] || continue
	own=$((all - before))
	for error in $ERRORS; do
		for when in $(printf '%s\n' $((before + 1)) $((before + 1 + own / 2)) "$all" $((before + 1))+ | sort -u); do
			# Who is interrupted tries again, and does so for ever.
			[[ $error$when != EINTR*+ ]] || continue
			rule=$call:error=$error:when=$when
			reset
			life -o /dev/null -e "trace=$call" -e "inject=$rule"
			judge
			runs=$((runs + 1))
		done
	done
done <"$work/calls"

# Files that come byte by byte are no fault at all.
if (($# == 0)); then
	rule='short reads'
	reset
	CGFIFO_SHORT_READS=1 life -o "$work/trace" -e trace=read
	grep -q ', 1) *= 1$' "$work/trace" || complain 'no read was short'
	[[ $STATUS == 0 && $SEEN == '700 700' ]] || complain "status $STATUS, weights $SEEN"
	judge
	runs=$((runs + 1))
fi
printf '%s calls, %s runs, in %s of them the agent gave up and said why; %s failed\n' "$(wc -l <"$work/calls")" "$runs" "$refused" "$failed"
((failed == 0 && runs > 0))
