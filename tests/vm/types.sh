#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel with sched_ext whose types are faulty, so that no scheduler of ours loads: weights go into cpu.weight,
# also those of units, of cgroups made later, by hand and by a reload; agent, status and doctor say why. (Debian's
# 7.2 of the backports.)
# vm: kernels=7.2-bpo smp=2 icount=3 limit=120
. "$VM_LIB"

# Each of these has to be there a second time, called NAME_impl. Which ones are not differs from build to build.
calls=(create_dsq dsq_insert dsq_move dsq_move_to_local kick_cpu pick_idle_cpu select_cpu_dfl test_and_clear_cpu_idle)
bpftool btf dump file /sys/kernel/btf/vmlinux | grep -oE "'(scx_bpf|bpf_iter_scx)_.*_impl'" >"$LOGS/types"
for call in "${calls[@]}"; do
	grep -qx "'scx_bpf_${call}_impl'" "$LOGS/types" || break
	[[ $call != "${calls[-1]}" ]] || skip "the types of $(uname -r) are as they should be: nothing to show"
done

why='was built with faulty types: no program can call'
weight() { cat "$CGROUPS/$1/cpu.weight" 2>/dev/null || echo none; }
weight_is() { [[ $(weight "$1") == "$2" ]]; }
file=$(config '
rules:
  - {match: {cgroup: /gold}, weight: 300}
  - {match: {cgroup: /late}, weight: 400}
  - {match: {unit: types.service}, weight: 500}
')

cgroup gold
systemd-run --quiet --collect --unit=types.service --property=CPUWeight=50 sleep infinity
agent_start "$file"
assert_eq "$(sched_ext_state)" disabled 'sched_ext'
assert_eq "$(weight gold) $(weight system.slice/types.service)" '300 500' 'cpu.weight of a cgroup and of a unit'
agent_log | grep -qF "$why" || fail 'the agent does not say why'
cgroup late
assert_soon 5 weight_is late 400
printf 'ok   and of one made later: 400\n'

"$CGFIFO" status >"$LOGS/status"
head -n 2 "$LOGS/status" | sed 's/^/     /'
grep -q '^Fall back: .*weights in cpu.weight' "$LOGS/status" || fail 'status does not say what is in force'
grep -qF "$why" "$LOGS/status" || fail 'status does not say why'
[[ $("$CGFIFO" status --json | jq -r '.scheduler | "\(.state) \(.ejected)"') == 'fallback 0' ]] || fail 'nor as JSON'
"$CGFIFO" explain types >"$LOGS/explain"
grep -qE '^weight +500, from rule' "$LOGS/explain" || fail "explain: $(<"$LOGS/explain")"
"$CGFIFO" set /gold 700 --for 10m >/dev/null
assert_soon 5 weight_is gold 700
"$CGFIFO" unset /gold >/dev/null
assert_soon 5 weight_is gold 300
sed -i 's/weight: 400/weight: 450/' "$file"
"$CGFIFO" reload >/dev/null
assert_soon 5 weight_is late 450
printf 'ok   by hand, and by a reload\n'

! "$CGFIFO" doctor >"$LOGS/doctor" || fail 'doctor is content'
grep -F -A1 "$why" "$LOGS/doctor" || fail 'doctor does not say why'
named=$(sed -n "s/^problem .*$why \\([a-z_]*\\)().*/\\1/p" "$LOGS/doctor" | head -n 1)
[[ -n $named ]] && ! grep -qx "'${named}_impl'" "$LOGS/types" || fail "doctor says '$named', which can be called"
grep -q 'boot another kernel$' "$LOGS/doctor" || fail 'doctor does not say what helps'
grep -q -- '-> until then weights go into cpu.weight' "$LOGS/doctor" || fail 'doctor does not say what is in force'
agent_stop
assert_eq "$(weight gold) $(weight late) $(weight system.slice/types.service)" '100 100 50' 'cpu.weight after the stop'
systemctl stop types.service
