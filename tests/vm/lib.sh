# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Helpers for VM scenarios. A scenario is plain bash:
#
#	#!/usr/bin/env bash
#	# SPDX-License-Identifier: GPL-2.0-only
#	# What this proves, in one sentence.
#	# vm: smp=4 icount=3 limit=120
#	. "$VM_LIB"
#	agent_start "$(config 'rules: [{match: {cgroup: /gold.slice}, weight: 300}]')"
#	busy gold.slice 4
#	busy lead.slice 4
#	shares 10 gold.slice lead.slice
#	assert_within 3 75 "${SHARE[gold.slice]}" 'gold'
#
# It ends with 0 (passed), 77 (skip "why") or anything else (failed). Header keys: kernels=7.3,6.12
# smp=4 (4,threads=2: two hardware threads a core) icount=3|no mem=2048 limit=120 (seconds)
# long=no|yes|6.12 append= (~ for a space). What a scenario starts with these helpers ends with it; what
# else it leaves behind is removed and named. $LOGS is kept when it fails.

set -euo pipefail

LOGS=${LOGS:-/tmp/cgfifo-logs}
CGROUPS=/sys/fs/cgroup
SPIN=/cgfifo/build/tests/vm/spin
declare -gx PERIOD=''           # set by shares: guest seconds really measured
declare -gA SHARE=()            # set by shares: cgroup -> percent
mkdir -p "$LOGS"

for CGFIFO in "${CGFIFO:-}" /cgfifo/build/src/cgfifo /cgfifo/build/cgfifo; do
	[[ ! -x $CGFIFO ]] || break
done
export CGFIFO

# What a passed scenario started through this file is gone when it ends. Of a failed one
# everything stays as it is, for the logs.
MADE=()
at_end() {
	local status=$?
	((status == 0)) || exit "$status"
	[[ ! -d $CGROUPS/system.slice/cgfifo.service ]] || agent_stop
	calm "${MADE[@]}"
}
trap at_end EXIT

# --- answers ------------------------------------------------------------------

# fail TEXT: ends the scenario as failed, naming the line of the scenario that it was in. In what is called as $(...)
# it takes >&2, for somebody to see it.
fail() {
	local frame where='' file
	for ((frame = 1; frame < ${#BASH_SOURCE[@]}; frame++)); do
		file=${BASH_SOURCE[frame]##*/}
		[[ $file != lib.sh ]] || continue
		where="$file:${BASH_LINENO[frame - 1]}: "
		break
	done
	printf 'FAIL %s%s\n' "$where" "$*"
	exit 1
}

# skip WHY: ends the scenario as skipped.
skip() {
	printf '%s\n' "$*"
	exit 77
}

# assert_within PERCENT GOT WANT WHAT: |GOT - WANT| <= PERCENT % of WANT.
assert_within() {
	awk -v p="$1" -v g="$2" -v w="$3" 'BEGIN { d = g > w ? g - w : w - g; exit !(d <= w * p / 100) }' ||
		fail "$4: got $2, want $3 within $1 %"
	printf 'ok   %s: %s (want %s within %s %%)\n' "$4" "$2" "$3" "$1"
}

# assert_eq GOT WANT WHAT
assert_eq() {
	[[ $1 == "$2" ]] || fail "$3: got '$1', want '$2'"
	printf 'ok   %s: %s\n' "$3" "$1"
}

# assert_soon SECONDS COMMAND...: COMMAND succeeds within SECONDS of guest time. The pauses get longer,
# so that asking does not keep from running what is waited for.
assert_soon() {
	local limit=$1 pause_ms=50 start
	shift
	start=$(now_ms)
	until "$@"; do
		(($(now_ms) - start < limit * 1000)) || fail "not true after $limit s: $*"
		sleep "$(printf '0.%03d' "$pause_ms")"
		((pause_ms >= 400)) || pause_ms=$((2 * pause_ms))
	done
}

# --- the kernel's view ----------------------------------------------------------

# now_ms: guest time since boot.
now_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

# sched_ext_state: disabled, enabling, enabled, disabling; "absent" without sched_ext.
sched_ext_state() { cat /sys/kernel/sched_ext/state 2>/dev/null || echo absent; }

# sched_ext_ops: the name of the scheduler that is loaded, nothing without one.
sched_ext_ops() { cat /sys/kernel/sched_ext/root/ops 2>/dev/null || true; }

sched_ext_is() { [[ $(sched_ext_state) == "$1" ]]; }

# assert_not_ejected: the kernel has not thrown a scheduler out since the scenario began. Others that
# share the boot may have had it thrown out.
BEGAN_AT=$(dmesg | tail -n 1 | sed 's/^\[ *\([0-9.]*\)\].*/\1/')
assert_not_ejected() {
	local why
	why=$(dmesg | awk -F '[][ ]+' -v began="$BEGAN_AT" '$2 > began + 0' | grep -E 'sched_ext: .*(disabled|error|stall)' | grep -v 'unregistered from user space' || true)
	[[ -z $why ]] || fail "the kernel ejected the scheduler: $why"
}

# usage_us CGROUP...: CPU time that each has used so far, in microseconds, a line each. One program
# reads them all, so that they are about the same moment.
usage_us() {
	local -a files=("${@#/}")
	files=("${files[@]/#/$CGROUPS/}")
	awk '$1 == "usage_usec" { print $2 }' "${files[@]/%//cpu.stat}"
}

# cgroup_id CGROUP: the id the kernel and the scheduler know it by.
cgroup_id() { stat -c %i "$CGROUPS/${1#/}"; }

# --- load -----------------------------------------------------------------------

# cgroup CGROUP...: plain cgroups with the cpu and cpuset controllers on above them.
cgroup() {
	local path part group
	for path in "$@"; do
		MADE+=("$path")
		group=$CGROUPS
		while IFS= read -r -d / part; do
			[[ -n $part ]] || continue
			echo '+cpu +cpuset +pids' >"$group/cgroup.subtree_control"
			group+=/$part
			mkdir -p "$group"
		done <<<"${path#/}/"
	done
}

# busy CGROUP THREADS: THREADS busy threads in a plain cgroup, which is made where needed.
busy() { spawn "$1" "$SPIN" "$2"; }

# spawn CGROUP COMMAND...: COMMAND in the background as a member of CGROUP, which is made where needed. Its
# number is in PID.
spawn() {
	cgroup "$1"
	(exec bash -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CGROUPS/${1#/}" "${@:2}") &
	# shellcheck disable=SC2034 # for scenarios
	PID=$!
	disown
}

# in_cgroup CGROUP COMMAND...: runs COMMAND as a member of CGROUP.
in_cgroup() {
	local group=$CGROUPS/${1#/}
	shift
	bash -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

# scope UNIT.scope COMMAND...: runs COMMAND in the background in a transient systemd scope.
scope() {
	local unit=$1
	shift
	systemd-run --quiet --collect --scope --unit="$unit" "$@" &
	disown
}

# calm CGROUP...: kills what runs in them, and removes them.
calm() {
	local path group tries
	for path in "$@"; do
		group=$CGROUPS/${path#/}
		[[ -d $group ]] || continue
		echo 1 >"$group/cgroup.kill"
		for ((tries = 0; tries < 50; tries++)); do
			find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
			sleep 0.1
		done
	done
}

# shares SECONDS CGROUP...: what each got, in percent of what all of them got, into SHARE.
# Reads all counters twice, SECONDS of guest time apart, and prints nothing in between.
shares() {
	local seconds=$1 path start sum=0 i=0
	local -a before after
	local -A used=()
	shift
	start=$(now_ms)
	mapfile -t before < <(usage_us "$@")
	sleep "$seconds"
	mapfile -t after < <(usage_us "$@")
	((${#before[@]} == $# && ${#after[@]} == $#)) || fail "one of these is gone: $*"
	for path in "$@"; do
		used[$path]=$((after[i] - before[i]))
		sum=$((sum + used[$path]))
		((++i))
	done
	PERIOD=$(awk -v a="$start" -v b="$(now_ms)" 'BEGIN { printf "%.1f", (b - a) / 1000 }')
	((sum)) || fail "nothing ran in: $*"
	for path in "$@"; do
		SHARE[$path]=$(awk -v u="${used[$path]}" -v s="$sum" 'BEGIN { printf "%.2f", 100 * u / s }')
		printf '     %-32s %6s %%  %9d us\n' "$path" "${SHARE[$path]}" "${used[$path]}"
	done
}

# --- the agent ------------------------------------------------------------------

# config TEXT: a configuration file with TEXT under "version: 1"; prints its path.
config() {
	local file
	file=$(mktemp "$LOGS/config-XXXXXX.yaml")
	printf 'version: 1\n%s\n' "$1" >"$file"
	printf '%s\n' "$file"
}

# agent_start CONFIG [OPTION...]: cgfifo run as cgfifo.service, ready when this returns.
agent_start() {
	local file=$1
	shift
	[[ -x $CGFIFO ]] || fail "no agent in /cgfifo/build: run ./dev build first"
	systemd-run --quiet --collect --unit=cgfifo.service --service-type=notify --slice=system.slice \
		--property=KillMode=mixed --property=TimeoutStartSec=60 \
		"$CGFIFO" run --config "$file" "$@" || {
		agent_log
		fail 'the agent did not start'
	}
}

# agent_stop: a clean stop.
agent_stop() { systemctl stop cgfifo.service; }

# agent_kill: SIGKILL, as the OOM killer does.
agent_kill() { systemctl kill --signal=KILL --kill-whom=main cgfifo.service; }

# agent_log: what the agent has logged since the scenario began. Others share the boot.
BEGAN_LOG=$(cut -d' ' -f1 /proc/uptime)
agent_log() {
	journalctl -u cgfifo.service -o short-monotonic --no-pager |
		awk -F '[][ ]+' -v began="$BEGAN_LOG" '/^\[/ { said = $2 >= began + 0 } said'
}
