#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A scheduler that loses a task (bpf/lose.bpf.h), loaded for the service as it is installed: the kernel's watchdog
# throws it out, the log and status name the task, it runs again, weights go into cpu.weight. So it is two times
# more, and then no more until a reload. Nothing restarts in a loop, and a reload brings a scheduler back that is
# sound by then.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=600 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

weight_is() { [[ $(cat "$CGROUPS/$1/cpu.weight") == "$2" ]]; }
log_count() { agent_log | grep -cF "$1" || true; }
said_times() { (($(log_count "$1") == $2)); }
loads() { cat /sys/kernel/sched_ext/enable_seq; }
service() { systemctl show -P MainPID -P NRestarts -P ActiveState cgfifo.service | xargs; }
# switches: how often the task went to sleep so far.
switches() { awk '/^voluntary/ { print $2 }' "/proc/$task/status"; }
ran_since() { (($(switches) > $1)); }
runs() { assert_soon 5 ran_since "$(switches)"; }

cp /cgfifo/build/tests/vm/nap "$LOGS/loseme"
spawn lost "$LOGS/loseme" 1 100 50000
task=$PID
assert_soon 5 grep -qx loseme "/proc/$task/comm"
install_units "${AGENT_UNITS[@]}"
drop_in cgfifo-load@.service 'ExecStart=
ExecStart=-/cgfifo/build/tests/vm/cgfifo-lose run --load-only --pin-dir /run/cgfifo/bpf/cgfifo'
rules 'rules: [{match: {cgroup: /lost}, weight: 300}]'
runs
first=$(loads)
systemctl start cgfifo.service || { agent_log; fail 'the service does not start'; }
began=$(service)

for time in 1 2 3; do
	assert_soon 60 sched_ext_is enabled
	assert_eq "$(sched_ext_ops)" cgfifo "time $time: the scheduler"
	assert_soon 5 weight_is lost 100
	sleep 1
	lost_at=$(switches)
	# Not by looking all the time: the guest is idle, which costs the host nothing. The watchdog has 30 s.
	sleep 26
	sched_ext_is enabled || fail 'thrown out too early for a stall'
	assert_eq "$(switches)" "$lost_at" 'times that the task ran, after 26 s'
	assert_soon 30 sched_ext_is disabled
	assert_soon 10 weight_is lost 300
	assert_soon 5 ran_since "$lost_at"
	assert_soon 5 said_times 'The kernel unloaded the scheduler: ' "$time"
	agent_log | grep -F 'The kernel unloaded the scheduler: ' | tail -n 1 | sed 's/^/     /'
	printf 'ok   thrown out: cpu.weight is 300, and the task runs\n'
done
assert_eq "$(log_count "The kernel unloaded the scheduler: runnable task stall: loseme[$task] failed to run for ")" 3 \
	'times that the log has the reason and the task'
assert_soon 5 said_times 'The scheduler failed 3 times in 10 minutes and is not started again' 1
assert_eq "$(agent_log | grep -oE 'is started again in [0-9]+ s' | xargs)" 'is started again in 1 s is started again in 2 s' \
	'its pauses'

sleep 60
assert_eq "$(sched_ext_state) $(($(loads) - first))" 'disabled 3' 'a minute later: the scheduler, and how often it was loaded'
assert_eq "$(cat "$CGROUPS/lost/cpu.weight")" 300 'cpu.weight'
runs
assert_eq "$(service)" "$began" 'process, restarts, and state of the service'
"$CGFIFO" status >"$LOGS/status"
head -n 2 "$LOGS/status" | sed 's/^/     /'
grep -qF "runnable task stall: loseme[$task] failed to run for" "$LOGS/status" || fail 'status does not say what happened'
[[ $("$CGFIFO" status --json | jq -r '.scheduler | "\(.state) \(.ejected)"') == 'fallback 3' ]] || fail 'nor as JSON'
! "$CGFIFO" doctor >"$LOGS/doctor" || fail 'doctor is content'
grep -A1 -F "loseme[$task]" "$LOGS/doctor" || fail 'doctor does not say what happened'

undo_drop_in cgfifo-load@.service
systemctl reload cgfifo.service
assert_soon 60 sched_ext_is enabled
assert_soon 5 weight_is lost 100
runs
printf 'ok   one that is sound comes with a reload, and the task runs\n'
systemctl stop cgfifo.service 'cgfifo-*.socket'
assert_soon 1 sched_ext_is disabled
remove_units
