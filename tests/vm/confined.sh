#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# In the units as they are installed: the agent has no capability, and one that does nothing else loads
# the scheduler for it; another without capabilities reads the configuration, and when that one finds
# mistakes, fails or hangs, what is in force stays; each can write nothing but what it must.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=600 long=6.12,7.2
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

reload() { # reload STATUS: its output in $LOGS/reload.
	local status=0
	"$CGFIFO" reload >"$LOGS/reload" 2>&1 || status=$?
	sed 's/^/     /' "$LOGS/reload"
	assert_eq "$status" "$1" 'cgfifo reload'
}
said() { grep -qE "$1" "$LOGS/reload" || fail "it does not say '$1'"; }
weight() { "$CGFIFO" status --all --json | jq -r '.cgroups[] | select(.path == "/gold") | .asked_weight // "none"'; }
# capabilities PID: all sets but the bounding set, once each.
capabilities() { awk '/^Cap/ && $1 != "CapBnd:" { print $2 }' "/proc/$1/status" | sort -u; }

# Others share the boot, and its journal.
BEGAN=$(date +%s)
loads() { journalctl -o cat --no-pager --since "@$BEGAN" -u 'cgfifo-load@*' | grep -c '^Started'; }
loaded_twice() { [[ $(loads) == 2 ]]; }

install_units "${AGENT_UNITS[@]}" cgfifo-health.service
drop_in cgfifo-config@.service "ExecStartPre=/bin/sh -c 'grep -E ^Cap /proc/self/status >&2'"
cgroup gold
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'
systemctl start cgfifo.service || { agent_log; fail 'the service does not start'; }
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the scheduler'
assert_eq "$(weight)" 300 'the rule is in force'

echo 'who reads the configuration'
journalctl --no-pager -o cat -u 'cgfifo-config@*' >"$LOGS/reader"
assert_eq "$(grep -c '^CapBnd:' "$LOGS/reader")" 1 'times that it was read by the unit'
assert_eq "$(awk '/^Cap/ { print $2 }' "$LOGS/reader" | sort -u)" 0000000000000000 'its capabilities'
undo_drop_in cgfifo-config@.service

echo 'what the agent can do'
pid=$(systemctl show -P MainPID cgfifo.service)
assert_eq "$(awk '/^Cap/ { print $2 }' "/proc/$pid/status" | sort -u)" 0000000000000000 'capabilities it can have'
assert_eq "$(stat -c %U "/proc/$pid")" cgfifo 'its user'
assert_eq "$(loads)" 1 'times that somebody loaded for it'
[[ -z $(systemctl list-units --plain --no-legend 'cgfifo-load@*') ]] || fail 'who loaded is still there'
for file in /usr/.x /proc/sys/kernel/panic /proc/sysrq-trigger /sys/kernel/profiling /sys/fs/bpf/x /sys/fs/cgroup/gold/cpu.weight; do
	! nsenter -t "$pid" -m -- sh -c "echo 1 >$file" 2>/dev/null || fail "it can write $file"
done
printf 'ok   neither /usr nor /proc/sys nor /sys can be written\n'
[[ -e /sys/fs/bpf/cgfifo/link ]] || fail 'the scheduler is not pinned in /sys/fs/bpf'

systemctl start cgfifo-health.service || fail 'the health check fails, which may do even less'
assert_eq "$(systemctl is-active cgfifo-health.service)" active 'the health check, which can write nothing'

echo 'mistakes'
rules 'rules: [{match: {cgroup: /gold}, weigth: 400}]'
reload 1
said '/etc/cgfifo/cgfifo.yaml:2:[0-9]+: error: unknown key "weigth"; did you mean weight\?'
assert_eq "$(weight)" 300 'still in force'
"$CGFIFO" status | grep -q 'the new configuration is not in force' || fail 'status does not say so'
rules 'rules: [{match: {cgroup: /gold}, weight: 400}]'
reload 0
assert_eq "$(weight)" 400 'a good one'

echo 'a reader that fails, or hangs'
rules 'rules: [{match: {cgroup: /gold}, weight: 500}]'
drop_in cgfifo-config@.service $'ExecStart=\nExecStart=-/bin/false'
reload 1
said 'the configuration cannot be read: what reads it gave up'
drop_in cgfifo-config@.service $'ExecStart=\nExecStart=-/bin/echo nonsense'
reload 1
drop_in cgfifo-config@.service $'ExecStart=\nExecStart=-/bin/sleep 100'
reload 1
said 'the configuration cannot be read: what reads it takes too long'
assert_eq "$(weight)" 400 'still in force'
assert_eq "$(systemctl show -P MainPID cgfifo.service)" "$pid" 'the agent lives'
undo_drop_in cgfifo-config@.service
systemctl stop 'cgfifo-config@*'

echo 'without the unit, a child reads it'
systemctl stop cgfifo-config.socket
reload 0
assert_eq "$(weight)" 500 'in force'
{ echo 'version: 1'; echo 'rules:'; for i in {1..300}; do echo "  - {match: {cgroup: /x$i}, weight: $i}"; done; } >"$LOGS/large.yaml"
# Its output is more than the pipe holds, so it waits for a reader.
mkfifo "$LOGS/pipe"
"$CGFIFO" check --records "$LOGS/large.yaml" >"$LOGS/pipe" &
reader=$!
exec 3<"$LOGS/pipe"
full() { [[ $(awk '$1 == "State:" { print $2 }' "/proc/$reader/status") == S ]]; }
assert_soon 10 full
assert_eq "$(capabilities "$reader")" 0000000000000000 'its capabilities, as root'
cat <&3 >/dev/null
exec 3<&-
wait "$reader"

echo 'the kernel unloads the scheduler'
echo S >/proc/sysrq-trigger
assert_soon 10 sched_ext_is disabled
loaded() { [[ "$(sched_ext_state) $(sched_ext_ops)" == 'enabled cgfifo' ]]; }
assert_soon 60 loaded
assert_soon 10 loaded_twice
printf 'ok   and it is loaded again, by the one who may\n'

echo 'killed, and started again'
seq=$(cat /sys/kernel/sched_ext/enable_seq)
systemctl start cgfifo-config.socket
agent_kill
back() { [[ $(systemctl is-active cgfifo.service) == active && $(systemctl show -P MainPID cgfifo.service) != "$pid" ]]; }
assert_soon 20 back
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq)" "$seq" 'loads of a scheduler'
assert_eq "$(weight)" 500 'in force'

systemctl stop cgfifo.service
assert_eq "$(sched_ext_state)" disabled 'stopped: the scheduler'

echo 'in fall back, weights of units and of others'
# weights UNIT'S CGROUP'S: these are in force.
weights() { [[ $(cat "$CGROUPS/system.slice/load.service/cpu.weight") == "$1" && $(cat "$CGROUPS/gold/cpu.weight") == "$2" ]]; }
drop_in cgfifo.service $'ExecStart=\nExecStart=/cgfifo/build/src/cgfifo run --scheduler none'
systemd-run --quiet --collect --unit=load.service --property=CPUWeight=50 sleep infinity
rules 'rules: [{match: {cgroup: /gold}, weight: 300}, {match: {unit: load.service}, weight: 400}]'
systemctl start cgfifo.service || { agent_log; fail 'the service does not start'; }
assert_soon 10 weights 400 300
assert_eq "$(sched_ext_state)" disabled 'the scheduler'
systemctl stop cgfifo.service
assert_soon 10 weights 50 100
printf 'ok   are in force, and taken back\n'
systemctl stop load.service
undo_drop_in cgfifo.service

echo 'nobody may load it'
systemctl stop cgfifo-load.socket
rm "$UNITS/cgfifo-load.socket"
systemctl daemon-reload
! systemctl start cgfifo.service 2>/dev/null || fail 'it starts all the same'
agent_log | grep -q 'cgfifo-load.socket is needed' || fail 'the log does not say what is missing'
printf 'ok   the log says what is missing\n'
systemctl stop cgfifo.service cgfifo-config.socket cgfifo-weight.socket cgfifo-health.service
no_pins || fail 'pins are left in /sys/fs/bpf/cgfifo'
! systemctl start cgfifo-health.service 2>/dev/null || ! systemctl is-active --quiet cgfifo-health.service ||
	fail 'the health check finds an agent'
remove_units
