#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The machine sleeps and wakes, three times under load: the kernel freezes tasks and takes all CPUs but one
# away for that. Afterwards the scheduler is the same, shares hold, and who is bound runs on.
# vm: kernels=7.3 smp=4 icount=no limit=300 long=yes append=tsc=reliable
. "$VM_LIB"

ALARM=/sys/class/rtc/rtc0/wakealarm
grep -qw mem /sys/power/state || skip 'this kernel cannot sleep'
[[ -e $ALARM ]] || skip 'nothing would wake this machine'

# nap: asleep for three seconds, until the clock chip wakes it.
nap() {
	echo 0 >"$ALARM"
	echo +3 >"$ALARM"
	echo mem >/sys/power/state
}

# port_again: the port to the host, which is deaf after that, by its driver once more; output goes there.
port_again() {
	local driver=/sys/bus/virtio/drivers/virtio_console device
	device=$(basename "$(realpath "$driver"/virtio*)")
	echo "$device" >"$driver/unbind"
	echo "$device" >"$driver/bind"
	assert_soon 10 grep -qx cgfifo.out /sys/class/virtio-ports/*/name
	exec >"/dev/$(basename "$(dirname "$(grep -lx cgfifo.out /sys/class/virtio-ports/*/name)")")" 2>&1
}

naps() {
	local count before slept
	for count in 1 2 3; do
		slept=$(cat /sys/power/suspend_stats/success)
		nap
		assert_eq "$(cat /sys/power/suspend_stats/success)" $((slept + 1)) "nap $count: how often it has slept"
		assert_eq "$(sched_ext_ops) $(cat /sys/devices/system/cpu/online)" 'cgfifo 0-3' 'scheduler and CPUs'
		before=$(usage_us nap-c)
		sleep 1
		(($(usage_us nap-c) > before)) || fail 'the task that is bound to a CPU runs no more'
	done
}

agent_start "$(config 'rules: [{match: {cgroup: /nap-a}, weight: 300}]')"
busy nap-a 4
busy nap-b 4
spawn nap-c taskset -c 2 "$SPIN" 1
sleep 1
status=0
(naps) >"$LOGS/naps" 2>&1 || status=$?
port_again
cat "$LOGS/naps"
((status == 0)) || fail 'see above'
calm nap-c
shares 10 nap-a nap-b
# By the host's clock, so not to the digit.
assert_within 10 "${SHARE[nap-a]}" 75 'shares after three naps'
! agent_log | grep -E 'Fall back|unloaded' || fail 'the scheduler was away'
agent_stop
assert_not_ejected
