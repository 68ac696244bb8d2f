#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# How long tasks wait is counted as the kernel counts it for each task, and for how long a limit is used up.
# vm: smp=1 icount=3 limit=240 long=yes
. "$VM_LIB"

# delays CGROUP: how long its tasks have waited, in ns, and how often they began to run, in sum.
delays() {
	local pid
	while read -r pid; do cat "/proc/$pid"/task/*/schedstat; done <"$CGROUPS/$1/cgroup.procs" |
		awk '{ wait += $2; times += $3 } END { printf "%d %d\n", wait, times }'
}
# number FILE KEY: of an object that --json printed.
number() { sed -n "s/.*\"$2\": \([0-9.]*\).*/\1/p" "$1"; }

agent_start "$(config 'rules: [{match: {cgroup: /heavy}, weight: 300}]')"
busy heavy 2
busy light 2
sleep 1
for group in heavy light; do
	read -r wait times < <(delays "$group")
	"$CGFIFO" show --json --interval 10s "/$group" >"$LOGS/$group"
	read -r wait_after times_after < <(delays "$group")
	mean=$(awk -v w="$((wait_after - wait))" -v t="$((times_after - times))" 'BEGIN { printf "%.0f", w / t / 1000 }')
	assert_within 5 "$(number "$LOGS/$group" wait_avg_usec)" "$mean" "$group: mean wait in us, beside /proc/PID/schedstat"
	awk -v p99="$(number "$LOGS/$group" wait_p99_usec)" -v mean="$mean" 'BEGIN { exit !(p99 >= mean / 2 && p99 < 32 * mean) }' ||
		fail "$group: p99 $(number "$LOGS/$group" wait_p99_usec) us"
	printf 'ok   %s: p99 %s us\n' "$group" "$(number "$LOGS/$group" wait_p99_usec)"
done
"$CGFIFO" show /light | tee "$LOGS/show" | sed 's/^/     /'
grep -qE '^waits +[0-9.]+ms on average, 99 of 100 not above [0-9.]+ms \([0-9]+ times\)$' "$LOGS/show" || fail 'show: waits'
calm heavy light

# One thread at 20 % of the only CPU.
cgroup limited
echo '20000 100000' >"$CGROUPS/limited/cpu.max"
busy limited 1
sleep 1
"$CGFIFO" show --json --interval 10s /limited >"$LOGS/limited"
assert_within 5 "$(number "$LOGS/limited" throttled_pct)" 80 'part of the time that the limit is used up'
"$CGFIFO" metrics >"$LOGS/metrics"
for name in wait_avg_seconds wait_p99_seconds throttled_ratio; do
	grep -qE "^cgfifo_cgroup_$name\{cgroup=\"/limited\",name=\"limited\"\} [0-9.]*[1-9]" "$LOGS/metrics" || fail "metrics: $name"
done
/cgfifo/tests/vm/screen 120x24 ...q "$CGFIFO" top --flat >"$LOGS/top" || fail "cgfifo top ended with $?"
sed 's/^/     |/' "$LOGS/top"
grep -qE '^NAME +WEIGHT  FROM +ENT%   GOT%  GOT/ENT   WAIT    P99   THR%  TASKS  HISTORY' "$LOGS/top" || fail 'top: headings'
grep -qE '^limited +100  cgroup .* [0-9.]+ms +[0-9.]+ms +[78][0-9]\.[0-9] +1 ' "$LOGS/top" || fail 'top: columns'

agent_stop
assert_not_ejected
