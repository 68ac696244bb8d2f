#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# System calls of the agent fail in turn while it starts, is reloaded and stops: it never crashes, says
# why when it gives up, leaves weights of one configuration or of the other (or names the cgroup that
# it could not write), and nothing behind.
# vm: smp=2 icount=no limit=3600 long=yes kernels=7.3
. "$VM_LIB"
. "$(dirname "$0")/../fault/inject.sh"
inject_need

# CALL[@FIRST]:ERRORS that it can really end with. What comes before FIRST is the loader of libraries,
# which is not what is tested.
SWEEP='openat@20:EMFILE read@20:EINTR,EIO write:ENOSPC accept4:EMFILE fsync:EIO renameat:ENOSPC'
cgroup odd-a odd-b

runs=0
for entry in ${FAULT_ONLY:-$SWEEP}; do
	call=${entry%%:*} first=1
	[[ $call != *@* ]] || first=${call#*@} call=${call%@*}
	for error in $(tr , ' ' <<<"${entry#*:}"); do
		for when in "$first" "$((first + 1))+7" "$first+"; do
			# Who is interrupted tries again, and does so for ever.
			[[ $error$when != EINTR*+ ]] || continue
			inject "$call" "$error" "$when" --scheduler none
			runs=$((runs + 1))
		done
	done
done
printf 'ok   %s runs, no crash, no mixed weights, nothing left\n' "$runs"
# With the scheduler, once: a load takes the verifier its time.
inject bpf ENOMEM 3+11
printf 'ok   and with the scheduler\n'
