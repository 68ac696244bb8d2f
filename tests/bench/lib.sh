# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Helpers for benchmark cases. A case is a VM scenario (tests/vm/lib.sh) that prints its figures
# as lines for tests/bench/report, which makes the table:
#
#	title TEXT                      the heading, once
#	row KEY UNIT BAR LABEL          a line of the table; see bar in tests/bench/figures/read.py
#	value KEY SCHEDULER NUMBER      what was measured
#	lost SCHEDULER REASON           why there are no (more) values of this scheduler
#
# A case defines measure() and ends with: schedulers fair flatcg cgfifo. measure runs once under
# each, in a subshell: where it fails, the others' figures still count. Its cgroups are called
# bench-..., and their weights stand in cpu.weight, so that it is the same for all schedulers.
. "$VM_LIB"

declare -gx BENCH=/cgfifo/build/tests/bench
SCX=/cgfifo/build/bench/$(uname -r | cut -d . -f 1,2)      # scx_flatcg and scx_simple of this kernel
# A run that only shows that the cases run: short, and of no use as figures.
declare -gx QUICK=${BENCH_QUICK:-}
[[ ! -e /cgfifo/build/bench/quick ]] || QUICK=1
SCHED=''        # the scheduler that measure() runs under

title() { printf 'title %s\n' "$*"; }
row() { printf 'row %s %s %s %s\n' "$1" "$2" "$3" "${*:4}"; }
value() { printf 'value %s %s %s\n' "$1" "$SCHED" "$2"; }
lost() { printf 'lost %s %s\n' "$SCHED" "$*"; }

# schedulers NAME...: measure under each. At least one has to give all its figures. Every
# scheduler is started anew and ends before the cgroups do: flatcg is often ejected when cgroups
# are removed, and that is not what is measured here.
schedulers() {
	local good=0 status
	for SCHED in "$@"; do
		status=0
		scheduler_start || status=$?
		if ((!status)); then
			# In the background, for set -e counts for nothing where a status is asked for.
			(measure) &
			wait $! || status=$?
			scheduler_check || status=1
		fi
		((!status)) || [[ -n $LOST ]] || lost 'the measurement failed, see its output'
		((status)) || good=$((good + 1))
		scheduler_stop
	done
	((good)) || fail 'no scheduler gave figures'
}

# scheduler_start: puts $SCHED in charge; says why if it cannot be.
LOST=''
scheduler_start() {
	LOST=''
	# Or the steps between the measurements would wait for the loads that they start.
	echo +cpu >"$CGROUPS/cgroup.subtree_control"
	weight system.slice 10000
	case $SCHED in
	fair) ;;
	cgfifo) agent_start "$(config 'rules: []')" ;;
	*) scx_start || return 1 ;;
	esac
	sleep 2
}

# scx_start: one of the kernel's example schedulers, where it could be built.
scx_start() {
	local unit=bench-scx.service program=$SCX/scx_$SCHED tries
	if [[ ! -x $program ]]; then
		LOST=$(cat "$SCX/why" 2>/dev/null || echo "not built for $(uname -r)")
		lost "$LOST"
		return 1
	fi
	systemd-run --quiet --collect --unit="$unit" --service-type=exec --property=KillSignal=SIGINT \
		--property=StandardOutput=null "$program"
	for ((tries = 0; tries < 100; tries++)); do
		[[ $(sched_ext_ops) != "$SCHED"* ]] || return 0
		sleep 0.1
	done
	LOST="did not load: $(journalctl -q -u "$unit" -o cat --no-pager -n 1)"
	lost "$LOST"
	return 1
}

# scheduler_check: it is still in charge.
scheduler_check() {
	[[ $SCHED != fair && -z $LOST ]] || return 0
	[[ $(sched_ext_ops) != "$SCHED"* ]] || return 0
	LOST=ejected
	lost "ejected: $(dmesg | sed -n 's/.*sched_ext: *//p' | grep -i 'disabled\|error\|stall' | tail -n 1)"
	return 1
}

scheduler_stop() {
	systemctl stop cgfifo.service bench-scx.service 2>/dev/null || true
	calm_all
	weight system.slice 100
}

# calm_all: kills and removes every cgroup of a case.
calm_all() {
	local group
	for group in "$CGROUPS"/bench-*; do
		[[ ! -d $group ]] || calm "${group##*/}"
	done
}

# chain NAME DEPTH: the path of a cgroup DEPTH levels deep that shares no level with others.
chain() {
	local path=$1 level
	for ((level = 1; level < $2; level++)); do path+=/l$level; done
	printf '%s\n' "$path"
}

# weight CGROUP NUMBER
weight() { echo "$2" >"$CGROUPS/$1/cpu.weight"; }

# settle: the last start-up work of a guest ends; costs the host nothing.
settle() { [[ -n $QUICK ]] || sleep 15; }

# short_turns: of the CPUs of a VM that counts instructions, see turns.c. The case wants
# append=initcall_blacklist=cmos_init.
short_turns() {
	local status=0
	"$BENCH/turns" || status=$?
	case $status in
	0) ;;
	77) echo 'the CPUs take long turns: there is more of the emulator in these figures' ;;
	*) fail 'the turns of the CPUs cannot be made short' ;;
	esac
}
