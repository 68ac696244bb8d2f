#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The machine that all other scenarios rely on is what they believe it is.
# vm: limit=180 long=6.12
. "$VM_LIB"

assert_eq "$(sched_ext_state)" disabled 'sched_ext state'
assert_eq "$(cat /proc/1/comm)" systemd 'PID 1'
assert_eq "$(stat -f -c %T /sys/fs/cgroup)" cgroup2fs 'file system of /sys/fs/cgroup'
assert_eq "$(stat -f -c %T /sys/fs/bpf)" bpf_fs 'file system of /sys/fs/bpf'
[[ -r /sys/kernel/btf/vmlinux ]] || fail 'the kernel has no BTF'
assert_eq "$(nproc)" 4 'CPUs'

# Two busy cgroups: both are charged for what they used.
busy check/a 2
busy check/b 2
shares 2 check/a check/b
assert_within 20 "${SHARE[check/a]}" 50 'half of the CPUs'
calm check
[[ ! -e /sys/fs/cgroup/check ]] || fail 'calm left /check behind'

# A container made from busybox, by podman with crun under systemd.
image=$(mktemp -d)
mkdir -p "$image/bin"
cp /usr/bin/busybox "$image/bin/"
ln -s busybox "$image/bin/sh"
tar -C "$image" -c . | podman import --quiet - localhost/busybox >/dev/null
group=$(podman run --rm --network=none --runtime=crun localhost/busybox sh -c 'busybox cat /proc/1/cgroup; busybox echo $((6 * 7))')
assert_eq "${group##*$'\n'}" 42 'a container computes'
