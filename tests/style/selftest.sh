#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Do the checks of this folder find what they look for? Each gets a tree with one fault.
# Usage: selftest.sh DIRECTORY-OF-CHECKS
set -eu
checks=$(cd "$1" && pwd)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
failed=0

fresh() {
	rm -rf "$top/tree"
	mkdir -p "$top/tree/src/util" "$top/tree/src/policy" "$top/tree/bpf" "$top/tree/tests"
	echo '/* SPDX-License-Identifier: GPL-2.0-only */' >"$top/tree/dev"
	cp "$top/tree/dev" "$top/tree/src/util/a.c"
}

# expect STATUS CHECK WHAT: runs a check on the tree as it is now.
expect() {
	status=0
	"$checks/$2" "$top/tree" >"$top/out" 2>&1 || status=1
	if [ "$status" -ne "$1" ]; then
		echo "$2: $3: status $status"
		cat "$top/out"
		failed=1
	fi
}

repeat() {
	i=0
	while [ "$i" -lt "$1" ]; do
		echo "$2"
		i=$((i + 1))
	done
}

fresh
for check in check-layers.sh check-size.sh check-spdx.sh; do
	expect 0 "$check" 'nothing is wrong'
done

fresh
echo '#include "util/b.h"' >>"$top/tree/src/policy/a.c"
expect 0 check-layers.sh 'to the left'
echo '#include "policy/b.h"' >>"$top/tree/src/util/a.c"
expect 1 check-layers.sh 'to the right'
fresh
echo '#include "b.h"' >>"$top/tree/src/util/a.c"
expect 1 check-layers.sh 'no folder'
fresh
echo '#include "cgfifo.skel.h"' >>"$top/tree/src/util/a.c"
expect 1 check-layers.sh 'the skeleton outside sched/'
for header in '"config/load.h"' '<yaml.h>'; do
	fresh
	echo "#include $header" >>"$top/tree/src/policy/a.c"
	expect 1 check-layers.sh "YAML in the agent: $header"
done
fresh
mkdir "$top/tree/src/misc"
echo >"$top/tree/src/misc/a.c"
expect 1 check-layers.sh 'a folder without a place'

fresh
repeat 399 '/* */' >>"$top/tree/src/util/a.c"
expect 0 check-size.sh '400 lines'
echo >>"$top/tree/src/util/a.c"
expect 1 check-size.sh '401 lines'
fresh
{ printf 'void f(void)\n{\n'; repeat 60 '	;'; echo '}'; } >>"$top/tree/src/util/a.c"
expect 0 check-size.sh 'a function of 60 lines'
{ printf 'void f(void)\n{\n'; repeat 61 '	;'; echo '}'; } >>"$top/tree/src/util/a.c"
expect 1 check-size.sh 'a function of 61 lines'
fresh
repeat 401 '# x' >"$top/tree/tests/long.sh"
expect 1 check-size.sh 'a script of 401 lines'

fresh
echo 'int x;' >"$top/tree/src/util/b.c"
expect 1 check-spdx.sh 'no licence'
# As of a tarball that is unpacked below somebody's checkout.
! command -v git >/dev/null || git init -q "$top"
expect 1 check-spdx.sh 'no licence, in a folder that another checkout does not list'
rm -rf "$top/.git"
fresh
echo text >"$top/tree/README.md"
expect 0 check-spdx.sh 'a document'
for dir in .git obj; do
	mkdir "$top/tree/$dir"
	echo text >"$top/tree/$dir/config"
done
expect 1 check-spdx.sh 'files in a folder'
touch "$top/tree/obj/build.ninja"
expect 0 check-spdx.sh 'files of git and of a build'

exit "$failed"
