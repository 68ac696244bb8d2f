#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A weight set by hand goes before the rules and reverts by itself, by unset, and not because the
# agent was killed; only root may.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

file=$(config '
rules:
  - match: {cgroup: /hand/a}
    weight: 300
')
weight_of() { "$CGFIFO" list --json "$1" | sed -n 's/.*"weight": \([0-9]*\), "source": "\([a-z]*\)".*/\1 \2/p'; }
weight_is() { [[ $(weight_of "$1") == "$2" ]]; }
# says PATTERN WORDS...: the verb succeeds and says that.
says() {
	local pattern=$1 out
	shift
	out=$("$CGFIFO" "$@" 2>&1) || fail "cgfifo $*: $out"
	printf '     $ cgfifo %s\n     %s\n' "$*" "$out"
	grep -qE -- "$pattern" <<<"$out" || fail "nothing like '$pattern'"
}
# refuses PATTERN WORDS...
refuses() {
	local pattern=$1 out
	shift
	out=$("$CGFIFO" "$@" 2>&1) && fail "cgfifo $*: that should have failed"
	printf '     $ cgfifo %s\n     %s\n' "$*" "$out"
	grep -qE -- "$pattern" <<<"$out" || fail "nothing like '$pattern'"
}

agent_start "$file"
cgroup hand/a hand/b
assert_soon 5 weight_is /hand/a '300 rule'

says '^a: weight 900 is in force; "cgfifo unset" takes it back$' set /hand/a 900
assert_eq "$(weight_of /hand/a)" '900 set' 'set by hand'
says '^b: weight 50 is in force, for 5s$' set /hand/b 50 --for 5s
assert_eq "$(weight_of /hand/b)" '50 set' 'set for a while'
agent_log | grep -q 'a: weight 300 -> 900 (set by hand)' || fail 'that was not logged'
says '^ *2\. set by hand: weight 900$' explain /hand/a

agent_kill
sleep 1
systemctl reset-failed cgfifo.service 2>/dev/null || true
agent_start "$file"
assert_eq "$(weight_of /hand/a)" '900 set' 'after the agent was killed'
assert_soon 10 weight_is /hand/b '100 cgroup'
printf 'ok   what was set for a while reverted by itself\n'

says '^a: now counts: rule at .*:4$' unset /hand/a
assert_eq "$(weight_of /hand/a)" '300 rule' 'taken back'
refuses '^no weight was set for it by hand$' unset /hand/a
refuses 'from 1 to 10000, and not 0' set /hand/a 0
refuses 'may be one of 3 cgroups' set /hand/ 5
setpriv --reuid=65534 --clear-groups "$CGFIFO" set /hand/a 9 2>"$LOGS/nobody" && fail 'nobody may set'
assert_eq "$(cat "$LOGS/nobody")" 'only root may do that' 'for others'

"$CGFIFO" events --no-follow -n 100 >"$LOGS/events" || fail 'events'
grep -E ': weight|agent|scheduler' "$LOGS/events" | sed 's/^/     /'
grep -qE '^[A-Z][a-z]{2} [0-9]{2} [0-9:]{8}  /hand/a: weight 300 -> 900 \(set by hand\)$' "$LOGS/events" || fail 'events'
"$CGFIFO" events --no-follow --json -n 1 >"$LOGS/events.json"
assert_eq "$(wc -l <"$LOGS/events.json")" 1 'events: the last one'
python3 -m json.tool "$LOGS/events.json" >/dev/null || fail 'events --json is not JSON'
"$CGFIFO" events -n 1 >"$LOGS/follow" &
follower=$!
assert_soon 30 test -s "$LOGS/follow" # it follows from here on

# With its cgroup it is forgotten.
says 'in force' set /hand/b 70
calm hand/b
sleep 1
[[ ! -e /run/cgfifo/agent/set ]] || fail 'what was set for a cgroup that is gone is still kept'
assert_soon 30 grep -q 'b: weight 70 (set by hand)' "$LOGS/follow"
printf 'ok   events are followed\n'
kill "$follower"
agent_stop
assert_not_ejected
