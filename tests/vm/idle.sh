#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cpu.idle: who yields gets the CPU only where no sibling wants it.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=240 long=6.12,7.2
. "$VM_LIB"

cgroup before
echo 1 >"$CGROUPS/before/cpu.idle"
agent_start "$(config 'rules: []')"

# yields_to NORMAL IDLE WHAT: on one CPU.
yields_to() {
	spawn "$1" taskset -c 1 "$SPIN" 2
	spawn "$2" taskset -c 1 "$SPIN" 2
	sleep 0.5
	shares 10 "$1" "$2"
	awk -v got="${SHARE[$2]}" 'BEGIN { exit !(got < 1) }' || fail "$3: got ${SHARE[$2]} %, not under 1 %"
	printf 'ok   %s: %s %% beside a busy one\n' "$3" "${SHARE[$2]}"
}

yields_to normal before 'idle since before the start'
calm normal
usage=$(usage_us before)
sleep 5
(($(usage_us before) - usage > 4500000)) || fail 'alone it does not get everything'
printf 'ok   alone: %s us of 5 s\n' "$(($(usage_us before) - usage))"
calm before

cgroup later
echo 1 >"$CGROUPS/later/cpu.idle"
yields_to normal later 'idle since a write'
echo 0 >"$CGROUPS/later/cpu.idle"
shares 10 normal later
assert_within 3 "${SHARE[later]}" 50 'and no more'
calm normal later

agent_stop
assert_not_ejected
