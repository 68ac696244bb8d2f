#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Weights follow what happens: cpu.weight written while it runs, a container that is made after
# the agent started, a changed configuration, a broken one that changes nothing, and units in slices
# without a cpu controller.
# vm: smp=4 icount=3 limit=400
. "$VM_LIB"

file=$(config '
rules:
  - {match: {cgroup: /late-*}, weight: 300}
  - {match: {unit: "late-*.service"}, weight: 300}
')
agent_start "$file"

busy plain-a 4
busy plain-b 4
sleep 2
shares 10 plain-a plain-b
assert_within 3 "${SHARE[plain-a]}" 50 'equal weights'
echo 300 >"$CGROUPS/plain-a/cpu.weight"
sleep 1
shares 10 plain-a plain-b
assert_within 3 "${SHARE[plain-a]}" 75 'cpu.weight 300 written while running'
echo 100 >"$CGROUPS/plain-a/cpu.weight"
calm plain-b

busy late-1 4
sleep 2
shares 10 plain-a late-1
assert_within 3 "${SHARE[late-1]}" 75 'made after the start, weight 300 by a rule'

sed -i 's/300/900/' "$file"
systemctl kill --signal=HUP --kill-whom=main cgfifo.service
sleep 2
shares 10 plain-a late-1
assert_within 3 "${SHARE[late-1]}" 90 'weight 900 after a reload'

echo 'rules: [{match: {cgroup: /late-*}, weight: none}]' >>"$file"
systemctl kill --signal=HUP --kill-whom=main cgfifo.service
sleep 2
shares 10 plain-a late-1
assert_within 3 "${SHARE[late-1]}" 90 'still 900 after a broken one'

# A unit whose slice is as new, and one whose slice was there a while. With the last of them, systemd
# turns the cpu controller off for all.
unit_is_weighted() { [[ $(systemctl show -P CPUWeight "$1") == 900 ]]; }
systemctl start old.slice
sleep 1
for slice in new old; do
	systemd-run --quiet --unit="late-$slice.service" --slice="$slice.slice" sleep infinity
	assert_soon 10 unit_is_weighted "late-$slice.service"
	printf 'ok   late-%s.service: weight 900 by a rule\n' "$slice"
done
systemctl stop late-{new,old}.service {new,old}.slice

agent_stop
assert_not_ejected
