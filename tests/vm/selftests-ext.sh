#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What the kernel's own tests of sched_ext find good before cgfifo was ever loaded, they find good after it: it leaves
# nothing behind. They leave nothing that cgfifo minds, and while it runs a scheduler of theirs is refused.
# Needs a boot of its own, in which nothing was loaded before; one of the tests needs a CPU of nohz_full=.
# vm: smp=4 icount=3 mem=3072 append=nohz_full=3 limit=1500 long=yes
. "$VM_LIB"
PATH=$PATH:/usr/sbin

FOLDER=/cgfifo/build/selftests-ext/$(uname -r | cut -d . -f 1,2)
[[ -d $FOLDER/tests ]] || skip "$(cat "$FOLDER/why" 2>/dev/null || echo 'they were not built')"
mapfile -t TESTS < <(ls "$FOLDER/tests")

declare -A verdict=() moved=()

# loads: how many schedulers the kernel has taken since it booted.
loads() { cat /sys/kernel/sched_ext/enable_seq; }

# there_is: all that a scheduler of sched_ext may leave behind, one a line.
there_is() {
	local kind
	for kind in prog map link; do
		bpftool -j "$kind" show | jq -r --arg kind "$kind" '.[] | "\($kind) \(.id) \(.name // .type)"'
	done
	find /sys/fs/bpf -mindepth 1
	echo "scheduler $(sched_ext_state) $(sched_ext_ops)"
	grep -H . /sys/kernel/sched_ext/switch_all /sys/devices/system/cpu/online
	find /sys/kernel/debug/sched/ -path '*_server/*' -name '[pr]*' -exec grep -H . {} + 2>/dev/null || true
	ps -C cgfifo,cgfifo-names -o comm= || true
} 2>"$LOGS/there-is"

# left: what there is and was not there at first, or the other way round.
left() { diff <(printf '%s\n' "$AT_FIRST") <(there_is | sort) | grep '^[<>]' || true; }
nothing_left() { [[ -z $(left) ]]; }

# assert_nothing_left WHOSE: the kernel frees a moment later what nobody uses. What a CPU of nohz_full= has to free it
# gathers for ten seconds, and one thing may hold another: the tests' own took longer than that.
assert_nothing_left() {
	(assert_soon 60 nothing_left) || fail "$1 left behind: $(left)"
	printf 'ok   nothing of %s is left\n' "$1"
}

# run_test TEST LOG: by itself, as one that fails keeps its scheduler until the runner ends, and so that nothing stays
# of one that hangs.
run_test() {
	cgroup tests
	in_cgroup tests timeout -s KILL 120 "$FOLDER/tests/$1/runner" -q >"$2" 2>&1 || true
	echo 1 >"$CGROUPS/tests/cgroup.kill"
	sed -nE -e 's/^ok 1 [a-z_]+ # SKIP.*/skipped/p' -e 's/^ok 1 [a-z_]+ # ?$/ok/p' -e 's/^not ok 1 .*/failed/p' "$2"
}

# run_counted TEST LOG: run_test, with how many schedulers the kernel took in $MOVED, and the verdict in $VERDICT. Whether it
# counts one of those of exit, which end themselves, is up to chance: 16 runs in one boot of 7.3, without cgfifo, were 3
# in eleven and 4 in five. So of that test it is the least of ten, of which each has to be good.
run_counted() {
	local before runs=1 all='' taken
	[[ $1 == exit ]] && runs=10
	MOVED=''
	for ((; runs; runs--)); do
		before=$(loads)
		all+=" $(run_test "$1" "$2")"
		(assert_soon 10 sched_ext_is disabled) || fail "$1: $(sched_ext_state) $(sched_ext_ops)"
		taken=$(($(loads) - before))
		MOVED=$((${MOVED:-$taken} < taken ? MOVED : taken))
	done
	VERDICT=$(tr ' ' '\n' <<<"${all# }" | sort -u | paste -sd ' ')
}

# run_all WHEN: into verdict and moved, by time and name of a test.
run_all() {
	local test
	for test in "${TESTS[@]}"; do
		run_counted "$test" "$LOGS/$1-$test"
		verdict[$1 $test]=$VERDICT moved[$1 $test]=$MOVED
		printf '     %-8s %-30s %-8s %5d loads, at %d s\n' \
			"$1" "$test" "${verdict[$1 $test]:-hung}" "${moved[$1 $test]}" "$(($(now_ms) / 1000))"
	done
}

# assert_not_thrown_out: many of the tests have their own scheduler thrown out.
assert_not_thrown_out() {
	! dmesg | grep 'BPF scheduler "cgfifo" disabled' | grep -v 'unregistered from user space' ||
		fail 'the kernel ejected the scheduler'
}

# weights_hold WHAT
weights_hold() {
	busy gold 4
	busy lead 4
	sleep 1
	shares 5 gold lead
	calm gold lead
	assert_within 3 "${SHARE[gold]}" 75 "$1"
}

# refused TEST WHAT: the scheduler of TEST is, and cgfifo stays in charge.
refused() {
	local before
	before=$(loads)
	assert_eq "$(run_test "$1" "$LOGS/beside-$1")" failed "$1 beside $2"
	grep -q 'Failed to attach scheduler' "$LOGS/beside-$1" || fail "it says: $(<"$LOGS/beside-$1")"
	assert_eq "$(sched_ext_ops) $(loads)" "cgfifo $before" 'in charge, and loads'
}

assert_eq "$(loads) $(sched_ext_state)" '0 disabled' 'schedulers loaded since the boot'
AT_FIRST=$(there_is | sort)
run_all before
assert_nothing_left 'the tests'

file=$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')
seq=$(loads)
agent_start "$file"
weights_hold 'gold, after the tests'
refused minimal 'an agent'
# What is left would be seen: a killed agent leaves its scheduler, for the next one.
agent_kill
assert_soon 5 eval '! systemctl is-active --quiet cgfifo.service'
left >"$LOGS/killed"
for what in '> prog [0-9]+ cgfifo_dispatch' '> map [0-9]+ cgfifo' '> link [0-9]+ struct_ops' '> /sys/fs/bpf/cgfifo/' \
	'> scheduler enabled cgfifo'; do
	grep -qE "^$what" "$LOGS/killed" || fail "of a killed agent there is no '$what' in $(<"$LOGS/killed")"
done
printf 'ok   of a killed agent there are %s things\n' "$(wc -l <"$LOGS/killed")"
refused maximal 'a scheduler without an agent'
agent_start "$file"
weights_hold 'gold, when others were refused'
agent_stop
assert_eq "$(loads)" "$((seq + 1))" 'loads, with cgfifo'
assert_not_thrown_out
assert_nothing_left 'cgfifo'

run_all after
assert_nothing_left 'the tests'

good=0 bad=''
for test in "${TESTS[@]}"; do
	[[ ${verdict[before $test]} == ok ]] || continue
	good=$((good + 1))
	[[ ${verdict[after $test]} == ok ]] || bad+=" $test"
	[[ $test == reload_loop || ${moved[before $test]} == "${moved[after $test]}" ]] || bad+=" $test (loads)"
done
((good > 15)) || fail "only $good tests are good without cgfifo"
[[ -z $bad ]] || fail "good before cgfifo and not after it:$bad"
printf 'ok   %s tests are good before and after\n' "$good"

agent_start "$file"
weights_hold 'gold, after the tests again'
agent_stop
assert_not_thrown_out
assert_nothing_left 'cgfifo'
