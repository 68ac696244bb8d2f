#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The verifier has no more to look at than before: no program takes over 20 % more instructions than
# tests/vm/verified.txt says, and none is missing there. ./dev verified --accept writes it anew.
# vm: smp=4,threads=2 icount=3 limit=120 long=6.12
. "$VM_LIB"

LIMIT=20        # percent
TABLE=/cgfifo/tests/vm/verified.txt
kernel=$(uname -r | cut -d . -f 1,2)

grep -q "^program .*\b${kernel//./\\.}\b" "$TABLE" || skip "tests/vm/verified.txt has no column for $kernel"

agent_start "$(config 'rules: []')"
/cgfifo/build/tests/vm/verified cgfifo_ | sort >"$LOGS/verified"
[[ -s $LOGS/verified ]] || fail 'no program of the scheduler is in the kernel'
sed 's/^/verified /' "$LOGS/verified"

# The table's header names the kernels: one column each. "-": that one does not load the program.
awk -v kernel="$kernel" -v limit=$LIMIT '
	/^#/ || NF == 0 { next }
	!column && $1 == "program" {
		for (i = 2; i <= NF; i++) if ($i == kernel) column = i
		next
	}
	FILENAME == ARGV[1] { if ($column != "-") was[$1] = $column; next }
	!($1 in was) { print $1 " is not in the table"; bad = 1; next }
	{ seen[$1] = 1 }
	$2 > was[$1] * (1 + limit / 100) {
		printf "%s: %d instructions, %.0f %% more than %d\n", $1, $2, 100 * ($2 / was[$1] - 1), was[$1]
		bad = 1
	}
	END {
		for (name in was) if (!(name in seen)) { print name " is in the table, but not in the kernel"; bad = 1 }
		exit bad
	}' "$TABLE" "$LOGS/verified" >"$LOGS/verdict" || {
	sed 's/^/     /' "$LOGS/verdict"
	fail 'tests/vm/verified.txt says otherwise; if that is meant to be: ./dev verified --accept'
}
printf 'ok   %s programs\n' "$(wc -l <"$LOGS/verified")"
agent_stop
