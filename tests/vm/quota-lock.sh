#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Who uses up its limit with a lock of the kernel keeps nobody waiting: a limited task writes to a file all the time,
# and another writes to the same one now and then. The limit holds.
# vm: smp=2 icount=3 limit=240 long=yes
. "$VM_LIB"
FILE=$LOGS/locked

# writer CGROUP: holds the lock of a file (tmpfs takes the inode's for each write) nearly all the time.
writer() {
	spawn "$1" python3 -c '
import os, sys
fd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
block = bytes(65536)
while True:
    os.pwrite(fd, block, 0)
' "$FILE"
}
# longest_ms: of 40 writes to the file.
longest_ms() {
	python3 - "$FILE" <<-'PYTHON'
	import os, sys, time
	fd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
	longest = 0
	for _ in range(40):
	    time.sleep(0.123)
	    began = time.monotonic()
	    os.pwrite(fd, b"x", 0)
	    longest = max(longest, time.monotonic() - began)
	print(int(longest * 1000))
	PYTHON
}

# has_paid: what it used in the kernel beyond its limit is paid back, so it runs in each of three periods.
has_paid() {
	local before
	for _ in 1 2 3; do
		before=$(usage_us lim)
		sleep 0.5
		(($(usage_us lim) > before)) || return 1
	done
}

agent_start "$(config 'rules: [{match: {cgroup: /lim}, weight: 100}]')"
writer lim
sleep 1
free=$(longest_ms)
echo '5000 500000' >"$CGROUPS/lim/cpu.max"
used=$(usage_us lim) began=$(now_ms)
sleep 2
longest=$(longest_ms)
sleep 20
assert_soon 60 has_paid
used=$(($(usage_us lim) - used)) period=$(($(now_ms) - began))
printf '     the longest of 40 writes to the file: %s ms, without a limit %s ms\n' "$longest" "$free"
((longest <= free + 50)) || fail "who writes to the file waits $longest ms, in a period of 500 ms"
assert_within 15 "$(awk -v u="$used" -v p="$period" 'BEGIN { printf "%.2f", u / p }')" 10 'what the limited task uses, in ms of each second'
# To free programs the kernel waits until each task has left it once, or slept (RCU tasks), and this one does
# neither in the little time that it has: 6.12 may take minutes for that.
echo 1 >"$CGROUPS/lim/cgroup.kill"
agent_stop
assert_not_ejected
