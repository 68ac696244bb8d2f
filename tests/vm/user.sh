#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# In the units as they are installed, the agent and who loads for it are a user of their own: they take over
# from an agent of root, by hand or of an earlier version, and that one from them; who else may write
# cpu.weight takes weights from nobody but the agent; a folder of pins that is removed comes back; and
# without that user nothing is in force.
# vm: smp=2 icount=3 limit=900 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

pid() { systemctl show -P MainPID cgfifo.service; }
enabled_times() { cat /sys/kernel/sched_ext/enable_seq; }
weight() { "$CGFIFO" status --all --json | jq -r '.cgroups[] | select(.path == "/gold") | .weight'; }
# owners: who owns the folder of the pins and what is in it.
owners() { find /sys/fs/bpf/cgfifo -printf '%u\n' | sort -u | xargs; }
started() { systemctl start cgfifo.service || { agent_log; fail 'the service does not start'; }; }
# by_hand UNIT [OPTION...]: an agent of root.
by_hand() {
	systemd-run --quiet --collect --unit="$1" --service-type=notify --property=KillMode=mixed --property=TimeoutStartSec=60 \
		"$CGFIFO" run --config /etc/cgfifo/cgfifo.yaml "${@:2}" || fail "$1 does not start"
}
killed() {
	systemctl kill --signal=KILL --kill-whom=main "$1"
	assert_soon 10 bash -c "! systemctl is-active --quiet $1"
}

# What distributions have: programs are for those with capabilities.
sysctl -qw kernel.unprivileged_bpf_disabled=2
# systemd turns the cpu controller off with the last unit that needs it.
systemd-run --quiet --collect --unit=anchor.service --property=CPUWeight=100 sleep infinity
cgroup gold
install_units "${AGENT_UNITS[@]}"
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'

echo 'after an agent of an earlier version, which was root'
by_hand earlier.service --socket /run/cgfifo/status.sock
"$CGFIFO" set /gold 700 --socket /run/cgfifo/status.sock >/dev/null
killed earlier.service
assert_eq "$(owners)" root 'who owns the pins'
times=$(enabled_times)
started
assert_eq "$(enabled_times)" "$times" 'loads of a scheduler'
assert_eq "$(stat -c %U "/proc/$(pid)")" cgfifo 'the user of the agent'
assert_eq "$(owners)" cgfifo 'who owns the pins'
assert_eq "$(weight)" 700 'what was set by hand'
[[ ! -e /run/cgfifo/set ]] || fail 'it is kept twice'
"$CGFIFO" unset /gold >/dev/null
assert_eq "$(weight)" 300 'the rule'

echo 'others'
assert_eq "$(stat -c '%U' /run/cgfifo) $(stat -c '%U %a' /run/cgfifo/agent)" 'root cgfifo 711' 'the folders'
for name in load config weight; do
	assert_eq "$(stat -c '%U %a' "/run/cgfifo/$name.sock")" 'cgfifo 600' "who may connect to $name.sock"
done
as() { systemd-run --quiet --pipe --wait --collect --property="User=$1" "${@:2}" >"$LOGS/as" 2>&1; }
as nobody "$CGFIFO" status || fail 'not everybody gets the status'
! as nobody "$CGFIFO" set /gold 500 || fail 'everybody can set'
connects="import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect('/run/cgfifo/weight.sock')"
! as nobody python3 -c "$connects" || fail 'everybody can have cpu.weight written'
as cgfifo python3 -c "$connects" || fail "the agent's user cannot"
assert_eq "$(weight)" 300 'the weight'
status=0
"$CGFIFO" run --config /etc/cgfifo/cgfifo.yaml --socket /run/other/s >"$LOGS/second" 2>&1 || status=$?
assert_eq "$status" 1 'another agent, by hand'
grep -q 'Another agent runs and keeps the scheduler' "$LOGS/second" || fail "it says: $(<"$LOGS/second")"

echo 'the folder of the pins is removed'
first=$(pid)
rm -r /sys/fs/bpf/cgfifo
sched_ext_is enabled || fail 'the scheduler is gone, which the agent has open'
echo S >/proc/sysrq-trigger
assert_soon 10 sched_ext_is disabled
back() { [[ $(pid) != "$first" && $(systemctl is-active cgfifo.service) == active ]] && sched_ext_is enabled; }
assert_soon 180 back
assert_eq "$(weight) $(owners)" '300 cgfifo' 'and comes back: the weight, and who owns the pins'

echo "an agent of root's takes over, and gives back"
drop_in cgfifo.service 'Restart=no'
times=$(enabled_times)
killed cgfifo.service
by_hand hand.service
assert_eq "$(enabled_times)" "$times" 'loads of a scheduler'
killed hand.service
started
assert_eq "$(enabled_times)" "$times" 'and then'
systemctl stop cgfifo.service
assert_eq "$(sched_ext_state)" disabled 'stopped: the scheduler'
no_pins || fail 'pins are left'
by_hand hand.service
assert_eq "$(owners)" root 'an agent of root starts: who owns the pins'
killed hand.service
started
assert_eq "$(sched_ext_state) $(owners)" 'enabled cgfifo' 'and hands over: the scheduler, and who owns the pins'
systemctl stop cgfifo.service

echo 'in fall back'
values() { echo "$(cat "$CGROUPS/gold/cpu.weight") $(systemctl show -P CPUWeight load.service)"; }
values_are() { [[ $(values) == "$*" ]]; }
writers() { systemctl list-units --plain --no-legend 'cgfifo-weight@*' | awk '{ print $1 }'; }
drop_in cgfifo.service $'Restart=no\nExecStart=\nExecStart=/cgfifo/build/src/cgfifo run --scheduler none --pin-dir /run/cgfifo/bpf/cgfifo'
systemd-run --quiet --collect --unit=load.service --property=CPUWeight=50 sleep infinity
echo 60 >"$CGROUPS/gold/cpu.weight"
rules 'rules: []'
started
[[ -z $(writers) ]] || fail 'somebody is there to write nothing'
rules 'rules: [{match: {cgroup: /gold}, weight: 300}, {match: {unit: load.service}, weight: 400}]'
systemctl reload cgfifo.service
assert_soon 10 values_are 300 400
writer=$(systemctl show -P MainPID "$(writers)")
assert_eq "$(stat -c %U "/proc/$writer") $(awk '/^Cap/ { print $2 }' "/proc/$writer/status" | sort -u)" 'root 0000000000000000' \
	'who writes, and its capabilities'
kill -KILL "$writer"
rules 'rules: [{match: {cgroup: /gold}, weight: 310}, {match: {unit: load.service}, weight: 410}]'
systemctl reload cgfifo.service
assert_soon 10 values_are 310 410
printf 'ok   it is killed, and another one writes: %s\n' "$(values)"
python3 - <<'EOP'
import socket, struct
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("/run/cgfifo/weight.sock")
s.send(struct.pack("<IIQQII4096s", 1, 2, 1, 0, 10001, 0, b"/gold"))
s.settimeout(30)
assert s.recv(100) == b"", "it is answered"
EOP
assert_eq "$(values)" '310 410' 'after nonsense'
killed cgfifo.service
assert_eq "$(values)" '310 410' 'the agent is killed'
assert_soon 10 bash -c '[[ -z $(systemctl list-units --plain --no-legend "cgfifo-weight@*") ]]'
assert_eq "$(stat -c %U /run/cgfifo/agent/undo)" cgfifo 'whose the list of what to undo is'
started
systemctl stop cgfifo.service
assert_eq "$(values)" '60 50' 'and another one takes back'
[[ ! -e /run/cgfifo/agent/undo ]] || fail 'the list of what to undo is still there'

echo 'undone also for an agent of root'
started
assert_soon 10 values_are 310 410
killed cgfifo.service
by_hand hand.service --scheduler none
systemctl stop hand.service
assert_eq "$(values)" '60 50' 'taken back'
systemctl stop load.service

echo 'without the user'
undo_drop_in cgfifo.service
drop_in cgfifo-user.service $'ExecStart=\nExecStart=/bin/false'
systemctl stop cgfifo-user.service
sed -i '/^cgfifo:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
! systemctl start cgfifo.service 2>/dev/null || fail 'it runs as somebody'
assert_eq "$(sched_ext_state)" disabled 'the scheduler'
systemctl stop cgfifo.service
undo_drop_in cgfifo-user.service
systemctl reset-failed 'cgfifo*'
started
assert_eq "$(sched_ext_state) $(stat -c %U "/proc/$(pid)")" 'enabled cgfifo' 'it is made: the scheduler, and whose the agent is'
systemctl stop cgfifo.service 'cgfifo-*.socket' anchor.service
remove_units
