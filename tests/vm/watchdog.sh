#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Loading the scheduler may take longer than the watchdog's period, and nobody is killed for it; who
# asks for the status meanwhile is not told that cgfifo does not run.
# vm: smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"

file=$(config 'rules: [{match: {cgroup: /x}, weight: 300}]')
scheduler_runs() { [[ $(sched_ext_state) == enabled && $(sched_ext_ops) == cgfifo ]]; }
watchdog_usec() { systemctl show -P WatchdogUSec cgfifo.service; }

# Shorter than any load takes here: 1.4 s without icount.
systemd-run --quiet --collect --unit=cgfifo.service --service-type=notify --property=WatchdogSec=300ms \
	"$CGFIFO" run --config "$file" || fail 'the agent did not start'
main=$(systemctl show -P MainPID cgfifo.service)
echo S >/proc/sysrq-trigger
assert_soon 5 sched_ext_is disabled
assert_soon 60 scheduler_runs
sleep 1
assert_eq "$(systemctl show -P MainPID cgfifo.service)" "$main" 'process after a retry'
assert_eq "$(watchdog_usec)" 300ms 'and the watchdog'

# Started anew, it takes some time to load; status waits, but not for ever.
systemctl stop cgfifo.service
systemd-run --quiet --no-block --collect --unit=cgfifo.service --service-type=notify "$CGFIFO" run --config "$file"
assert_soon 20 test -S /run/cgfifo/agent/status.sock
assert_eq "$(systemctl show -P ActiveState cgfifo.service)" activating 'the agent'
answers() { "$CGFIFO" status --json --interval 200ms >"$LOGS/status" 2>&1; }
code=0
answers || code=$?
[[ $code != 3 ]] || fail 'status says that cgfifo does not run'
assert_soon 60 answers
[[ $(jq -r '.scheduler | "\(.state) \(.agent)"' "$LOGS/status") == 'cgfifo true' ]] || fail 'the scheduler does not run'
printf 'ok   who asks for the status meanwhile is not told that cgfifo does not run\n'
systemctl stop cgfifo.service
systemd-run --quiet --collect --unit=cgfifo.service --service-type=notify --property=WatchdogSec=300ms \
	"$CGFIFO" run --config "$file" || fail 'the agent did not start'
sleep 1

# It is watched, too.
systemctl kill --signal=STOP --kill-whom=main cgfifo.service
assert_soon 10 bash -c '[[ $(systemctl show -P ActiveState cgfifo.service) != active ]]'
printf 'ok   a stopped agent is killed\n'
systemctl reset-failed cgfifo.service 2>/dev/null || true
rm -r /sys/fs/bpf/cgfifo
assert_soon 5 sched_ext_is disabled
