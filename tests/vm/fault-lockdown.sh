#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Under lockdown=integrity, and then under confidentiality: the scheduler loads, weights hold, and an
# ejection still says why.
# vm: smp=2 icount=3 limit=400 append=lsm=lockdown kernels=7.3 long=yes
. "$VM_LIB"

mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
[[ -w /sys/kernel/security/lockdown ]] || skip 'this kernel has no lockdown'
file=$(config 'rules: [{match: {cgroup: /lock-a}, weight: 300}]')
for level in integrity confidentiality; do
	echo "$level" >/sys/kernel/security/lockdown
	grep -qF "[$level]" /sys/kernel/security/lockdown || fail "not under $level"
	agent_start "$file" --scheduler cgfifo
	busy lock-a 2
	busy lock-b 2
	sleep 2
	shares 8 lock-a lock-b
	assert_within 3 "${SHARE[lock-a]}" 75 "lockdown=$level"
	"$CGFIFO" status >/dev/null || fail 'no status'
	assert_not_ejected
	agent_stop
	calm lock-a lock-b
done
