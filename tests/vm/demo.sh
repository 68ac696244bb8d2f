#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# ./dev demo as a newcomer sees it: the kernel's own scheduler gives three containers a third each, cgfifo
# 8 : 4 : 1, both live tables and the summary are printed, and nothing is left behind.
# vm: smp=4 icount=3 limit=900 long=6.12
. "$VM_LIB"

demo() {
	env CGFIFO="$CGFIFO" SPIN="$SPIN" CONFIG=/cgfifo/tests/demo/cgfifo.yaml CONFIG_NAME=tests/demo/cgfifo.yaml \
		WHERE='in a VM' LIVE=0 COLOUR=0 TURNS=4 bash /cgfifo/tests/demo/show
}

demo >"$LOGS/demo" 2>&1 || {
	tail -n 40 "$LOGS/demo"
	fail 'the demo says that it failed'
}
cat "$LOGS/demo"
# shown TEXT: the demo printed a line with TEXT, an extended regular expression.
shown() { grep -qE "$1" "$LOGS/demo" || fail "the demo shows no line with '$1'"; }
shown "^The kernel's own scheduler, no weights set, second 4 of 4"
shown '^cgfifo, with the weights of the file, second 4 of 4'
assert_eq "$(sched_ext_state)" disabled 'the scheduler afterwards'
assert_eq "$(ls -d /var/tmp/cgfifo-demo.* 2>/dev/null || true)" '' 'files left behind'
assert_eq "$(ls -d "$CGROUPS"/demo.slice/*.service 2>/dev/null || true)" '' 'services left behind'
