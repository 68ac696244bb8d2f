#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgfifo top on a terminal of 80 columns: tree, flat and sorted, filtered, with what was made again
# marked; and the agent does nothing while nobody looks.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

file=$(config '
rules:
  - match: {cgroup: /shop/db}
    weight: 300
')
# look NAME KEYS [OPTION...]: the screen after these keys, shown and kept in $LOGS/NAME.
look() {
	local out=$LOGS/$1 keys=$2
	shift 2
	/cgfifo/tests/vm/screen 80x24 "$keys" "$CGFIFO" top "$@" >"$out" || fail "cgfifo top ended with $?"
	sed 's/^/     |/' "$out"
}
has() { grep -qE -- "$2" "$LOGS/$1" || fail "$1: nothing like '$2'"; }

agent_start "$file"
busy shop/db 2
busy shop/web 2
sleep 1

look tree ...q
has tree '^cgfifo schedules this machine'
has tree '^NAME  +WEIGHT  ENT%  GOT% GOT/ENT  WAIT   P99  THR% TASKS  HISTORY$'
has tree '^shop +100 '
has tree '^  db +300 +7[0-9]\.[0-9] +7[0-9]\.[0-9] +(0\.9|1\.0)[0-9] +[0-9.]+ms +[0-9.]+ms +- +2  .*█'
has tree '^q quit  t flat  s sort \(tree\)'

look flat s...q
has flat '^q quit  t tree  s sort \(ENT%\)'
[[ $(sed -n '5p' "$LOGS/flat") == db* ]] || fail 'flat: db is not the first'
look filtered '/we*~..q'
[[ $(sed -n '5,$p' "$LOGS/filtered" | grep -c '^[a-z+]') == 2 ]] || fail 'filtered: more than web and the keys'

# Made again while somebody looks.
(sleep 4; calm shop/web; busy shop/web 2) &
look again .......q
has again '^  \+web '

# Nobody looks: the agent sleeps.
switches() { awk '/^voluntary_ctxt/ { print $2 }' "/proc/$(systemctl show -P MainPID cgfifo.service)/status"; }
before=$(switches)
sleep 5
assert_eq "$(($(switches) - before))" 0 'wake-ups of the agent in 5 s without a reader'

"$CGFIFO" top </dev/null >"$LOGS/none" 2>&1 && fail 'top without a terminal'
has none 'needs a terminal; "cgfifo status --watch" shows the same'
agent_stop
assert_not_ejected
