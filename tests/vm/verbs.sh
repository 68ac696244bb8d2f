#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The verbs that read, against the agent that runs: what there is, what one is, and why it has its
# weight.
# vm: kernels=7.3,6.12,7.2 smp=2 icount=3 limit=300 long=6.12
. "$VM_LIB"

file=$(config '
defaults: {weight: 150}
classes:
  gold: {weight: 800, slice: 1ms}
rules:
  - match: {cgroup: /shop/db}
    class: gold
  - match: {cgroup: /shop/web}
    weight: 200
')
# verb OUT WORDS...: one verb, its output shown and kept in $LOGS/OUT, its status in STATUS.
verb() {
	local out=$LOGS/$1
	shift
	STATUS=0
	"$CGFIFO" "$@" >"$out" 2>&1 || STATUS=$?
	printf '     $ cgfifo %s\n' "$*"
	sed 's/^/     /' "$out"
}
has() { grep -qE -- "$2" "$LOGS/$1" || fail "$1: nothing like '$2'"; }
json() { python3 -m json.tool "$LOGS/$1" >/dev/null || fail "$1 is not JSON"; }

verb alone list shop
assert_eq "$STATUS" 1 'list: nobody is called so'
verb alone explain /
assert_eq "$STATUS" 1 'explain: no agent'
has alone 'No agent runs'

agent_start "$file"
busy shop/db 2
busy shop/web 2
sleep 2

verb list list shop
assert_eq "$STATUS" 0 'list'
has list '^db +other +800  class     .*:7$'
has list '^web +other +200  rule      .*:9$'
"$CGFIFO" list --json >"$LOGS/list.json"
json list.json

verb show show /shop/db
assert_eq "$STATUS" 0 'show'
has show '^weight      800, from class at .*:7; its own cpu.weight is 100$'
has show '^beside      web \(200\)$'
has show '^entitled    (7[5-9]|80)\.[0-9] %'
"$CGFIFO" show --json /shop/db >"$LOGS/show.json"
json show.json
verb show show shop/
assert_eq "$STATUS" 1 'show: more than one is meant'
has show '^  /shop/web$'

verb explain explain /shop/db
assert_eq "$STATUS" 0 'explain'
has explain ' 1\. defaults at .*:3: weight 150$'
has explain ' 2\. class gold at .*:5: weight 800, slice 1ms$'
has explain ' 3\. rule at .*:7'
has explain '^got         [0-9.]+ %, (0\.9[5-9]|1\.0[0-5]) of that$'
setpriv --reuid=65534 --clear-groups "$CGFIFO" explain --json /shop/web >"$LOGS/explain.json" ||
	fail 'nobody may not ask'
json explain.json
printf 'ok   and so may everybody\n'

verb doctor doctor
assert_eq "$STATUS" 0 'doctor'
has doctor '^ok       cgfifo is loaded$'
has doctor '^ok       the agent runs, with the scheduler$'
has doctor '^ok       cpu.max and cpu.idle are in force when they are written$'
"$CGFIFO" doctor --json >"$LOGS/doctor.json"
json doctor.json

sed -i 's/weight: 200/weight: 400/' "$file"
verb diff diff "$file"
assert_eq "$STATUS" 3 'diff: something would change'
has diff '^/shop/web: weight 200 -> weight 400 \(rule at .*:9\)$'
has diff '^1 of [0-9]+ cgroups would change$'
"$CGFIFO" diff --json "$file" >"$LOGS/diff.json" || true
json diff.json
# Also for a cgroup without a cpu controller, of which the scheduler knows nothing.
mkdir -p "$CGROUPS/bare/bones"
printf 'rules: [{match: {cgroup: /bare/bones}, weight: 7}]\nversion: 1\n' >"$LOGS/bare.yaml"
verb bare diff "$LOGS/bare.yaml"
has bare '^/bare/bones: its own cpu.weight -> weight 7 \(rule at .*:1\)$'
has bare '^/shop/db: weight 800, slice 1ms -> its own cpu.weight$'
rmdir "$CGROUPS/bare/bones" "$CGROUPS/bare"
verb reload reload
assert_eq "$STATUS" 0 'reload'
has reload '^the configuration is in force: 2 rules from 1 file$'
verb same diff "$file"
assert_eq "$STATUS" 0 'diff: nothing would change'
verb after list /shop/web
has after ' 400  rule '
setpriv --reuid=65534 --clear-groups "$CGFIFO" reload 2>"$LOGS/nobody" && fail 'nobody may reload'
has nobody '^only root may do that$'
echo 'no' >>"$file"
verb broken reload
assert_eq "$STATUS" 1 'reload of a broken one'
has broken "$file:[0-9]+:.*error"

"$CGFIFO" metrics >"$LOGS/metrics" || fail 'metrics'
has metrics '^cgfifo_scheduler_up 1$'
has metrics '^cgfifo_configuration_ok 0$'
has metrics '^cgfifo_cgroup_weight\{cgroup="/shop/db",name="db",kind="other",source="class"\} 800$'
# Linux counts these since 6.15; 6.12 has no such file.
[[ ! -e /sys/kernel/sched_ext/root/events ]] ||
	has metrics '^cgfifo_kernel_events_total\{event="SCX_EV_[A-Z_]+"\} [0-9]+$'
has metrics '^cgfifo_scheduler_picks_total [0-9]+$'
[[ $(tail -n 1 "$LOGS/metrics") == '# EOF' ]] || fail 'the metrics have no end'
awk '/^#/ { next } !/^cgfifo_[a-z][a-z0-9_]*([{].*[}])? [0-9.]+$/ { print; bad = 1 } END { exit bad }' "$LOGS/metrics" ||
	fail 'the lines above are no metrics'
"$CGFIFO" metrics --textfile "$LOGS/cgfifo.prom" || fail 'metrics --textfile'
has cgfifo.prom '^cgfifo_cgroup_cpu_seconds_total\{cgroup="/shop/db",name="db"\} [0-9.]+$'
printf 'ok   metrics: %s lines\n' "$(wc -l <"$LOGS/metrics")"

agent_stop
[[ ! -e /run/cgfifo/agent/control.sock ]] || fail 'the socket for requests is still there'
assert_not_ejected
