#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The object for more than 64 CPUs loads on any machine, too, and no program of it comes near the million
# instructions that the verifier is ready to look at.
# vm: smp=2,threads=2 icount=3 limit=200 long=yes
. "$VM_LIB"
MOST=800000

/cgfifo/build/tests/vm/loadcost --wide >"$LOGS/wide" 2>"$LOGS/error" || { cat "$LOGS/error"; fail 'it does not load'; }
sort "$LOGS/wide" | sed 's/^/     /'
grep -q '^cgfifo_dispatch ' "$LOGS/wide" || fail 'nothing is said of cgfifo_dispatch'
while read -r name _ _ seen _; do
	((seen <= MOST)) || fail "$name: $seen instructions looked at, more than $MOST"
done <"$LOGS/wide"
printf 'ok   none of %d programs takes more than %d\n' "$(wc -l <"$LOGS/wide")" "$MOST"
