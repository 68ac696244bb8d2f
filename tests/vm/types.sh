#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel with sched_ext whose types are faulty, so that no scheduler loads: weights go into
# cpu.weight, and agent and doctor say why. (Debian's 7.2.12.)
# vm: kernels=7.2 smp=2 icount=3 limit=60
. "$VM_LIB"

bpftool btf dump file /sys/kernel/btf/vmlinux | grep -q "'scx_bpf_create_dsq_impl'" &&
	skip "the types of $(uname -r) are as they should be: nothing to show"

cgroup gold
agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
assert_eq "$(sched_ext_state)" disabled 'sched_ext'
assert_eq "$(cat "$CGROUPS/gold/cpu.weight")" 300 'cpu.weight'
agent_log | grep -q 'no program can call scx_bpf_create_dsq()' || fail 'the agent does not say why'
"$CGFIFO" doctor >"$LOGS/doctor" || true
grep -A1 'no program can call scx_bpf_create_dsq()' "$LOGS/doctor" || fail 'doctor does not say why'
agent_stop
assert_eq "$(cat "$CGROUPS/gold/cpu.weight")" 100 'cpu.weight after the stop'
