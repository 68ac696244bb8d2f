#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgroup v1, the hybrid layout, nothing, and a namespace for cgroups: the first three are refused with
# what to do; in a namespace the agent runs with what it sees, and leaves nothing behind.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

file=$(config 'rules: [{match: {cgroup: /x}, weight: 300}]')
# refused WHAT WORDS SETUP: an agent after SETUP, in file systems of its own, says WORDS and ends.
refused() {
	local status=0
	unshare --mount bash -c "$3"' && exec "$@"' - timeout 60 "$CGFIFO" run --config "$file" --socket /tmp/layout/s \
		>"$LOGS/out" 2>&1 || status=$?
	assert_eq "$status" 1 "$1"
	grep -qF "$2" "$LOGS/out" || fail "$1: it says $(<"$LOGS/out")"
	printf '     %s\n' "$(tail -n 1 "$LOGS/out")"
}
refused 'cgroup v1' 'is not a cgroup v2 file system' \
	'umount -l /sys/fs/cgroup && mount -t cgroup -o none,name=old none /sys/fs/cgroup'
refused 'the hybrid layout' 'is a hybrid of cgroup v1 and v2' \
	'umount -l /sys/fs/cgroup && mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified'
refused 'no cgroups' 'is not a cgroup v2 file system' 'umount -l /sys/fs/cgroup && mount -t tmpfs none /sys/fs/cgroup'
refused 'no such folder' 'No such file' 'umount -l /sys/fs/cgroup && mount -t tmpfs none /sys/fs && true'
assert_eq "$(sched_ext_state)" disabled 'the scheduler after them'

# As a container would start it: what it sees as the root is a cgroup of the host's.
cgroup box/inside
status=0
in_cgroup box/inside unshare --cgroup --mount bash -c \
	'umount -l /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' - \
	timeout -s TERM 30 "$CGFIFO" run --config "$file" --socket /tmp/layout/n >"$LOGS/out" 2>&1 || status=$?
sed 's/^/     /' "$LOGS/out"
assert_eq "$status" 124 'in a namespace: status, which is of who ended it'
grep -qF 'The scheduler is in force' "$LOGS/out" || fail 'in a namespace: no scheduler'
assert_soon 5 sched_ext_is disabled
[[ ! -e /sys/fs/bpf/cgfifo ]] || fail 'pins are left'
assert_not_ejected
