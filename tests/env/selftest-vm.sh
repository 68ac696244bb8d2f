#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What runs scenarios (tests/vm/harness): which boots they take, and what is done about guests that fail. QEMU is
# a stand-in here.
# Usage: selftest-vm.sh TOP
set -euo pipefail
SOURCE=$(cd "$1" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin"
failed=0

# expect GOT WANT WHAT
expect() {
	[[ $1 == "$2" ]] && return
	printf '%s: got "%s", want "%s"\n' "$3" "$1" "$2"
	failed=1
}

# Of a scenario for machines of several sizes, a boot for each.
test_sizes() {
	mkdir -p "$work/sizes"
	echo '# vm: smp=2/16' >"$work/sizes/many.sh"
	echo '# vm: smp=4,threads=2' >"$work/sizes/one.sh"
	found() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SOURCE/tests/vm python3 -c "
from pathlib import Path
from harness import scenario
found = scenario.find(Path('$work/sizes'), '$1'.split(), True)
print(*(f'{s.name}:{s.settings.smp}' for s in found), len(scenario.groups(found, ['7.3'])))"; }
	expect "$(found '')" 'many@2:2 many@16:16 one:4,threads=2 3' 'all scenarios, and how many boots'
	expect "$(found many)" 'many@2:2 many@16:16 2' 'one scenario, all sizes'
	expect "$(found many@16)" 'many@16:16 1' 'one of its sizes'
}

# boots GUEST...: what the runner ends with when the guests of its boots do that, one after the other.
# GUEST: dies before it is up, passes or fails its scenario, or passes the first of two and dies.
boots() {
	local guest number=0
	rm -rf "$work/vm" && mkdir -p "$work/vm/tests/vm/guest" "$work/vm/boots"
	cp "$SOURCE/tests/vm/guest/runner" "$work/vm/tests/vm/guest/"
	echo '# vm: icount=no' >"$work/vm/tests/vm/one.sh"
	printf '#!/bin/sh\ncat >/dev/null\n' >"$work/bin/mkfs.erofs"
	chmod +x "$work/bin/mkfs.erofs"
	for guest in "$@"; do
		case $guest in
		passes) printf '\1up\n\1begin one 0\nbytes \1\nand \1\1end one 0 1\n\1bye\n' ;;
		stops)
			echo '# vm: icount=no' >"$work/vm/tests/vm/two.sh"
			printf '\1up\n\1begin one 0\nsaid by one\n\1end one 0 1\n'
			;;
		fails) printf '\1up\n\1begin one 0\n\1end one 1 1\n\1bye\n' ;;
		esac >"$work/vm/boots/$((number += 1))"
	done
	cat >"$work/bin/qemu-system-x86_64" <<-'GUEST'
	#!/bin/sh
	cd "$VM_BOOTS" || exit
	for boot in *; do cat "$boot"; rm "$boot"; exit; done
	GUEST
	chmod +x "$work/bin/qemu-system-x86_64"
	PATH=$work/bin:$PATH VM_BOOTS=$work/vm/boots python3 "$SOURCE/tests/vm/run" scenarios --cache "$work" \
		--top "$work/vm" --kernel "7.3=$work" --jobs 1 2>&1 | grep -E '^  [^ ]|passed' | xargs
}

test_boots() {
	expect "$(boots passes)" '1 passed, 0 failed' 'a guest that comes up, and prints what is no word of the runner'
	expect "$(boots fails)" '7.3 one build/vm-logs/7.3/one/ 0 passed, 1 failed' 'a scenario that fails'
	expect "$(boots dies passes)" '7.3 the guest did not come up (4 CPUs, plain clock) build/vm-logs/7.3/boot/ 1 passed, 0 failed' \
		'a guest that comes up at the second try'
	expect "$(boots dies dies passes | grep -o '[0-9]* passed.*')" '0 passed, 1 failed' 'one that does not'
	expect "$(boots stops)$(cat "$work/vm/build/vm-logs/7.3/two/output.txt")" \
		'7.3 two build/vm-logs/7.3/two/ 1 passed, 1 failed' 'one that dies between two, and what the second has said'
	sed -i '1s/$/ kernels=7.3/' "$work/vm/tests/vm/one.sh"
	expect "$(python3 "$SOURCE/tests/vm/run" scenarios one --cache "$work" --top "$work/vm" --kernel "6.12=$work" | xargs)" \
		'one: is for 7.3, and not run 0 passed, 0 failed' 'a scenario for another kernel'
}

# What is done about a guest that has said nothing for SECONDS, and was not in a scenario.
silent() {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SOURCE/tests/vm timeout 20 python3 -c "
import time
from harness import boot
guest = boot.Boot(None, '7.3', None, ['one', 'two'], None, None)
guest.up, guest.began = True, time.monotonic() - $1
guest.lost = lambda why, item: print('lost', item)
print(guest.overdue())" | xargs
}

test_silent_guest() {
	expect "$(silent 60) $(silent 300)" 'False lost one True' 'a guest that stops between two scenarios'
}

# Folders of runs that were killed go, also where somebody has the number that the run had: in the private root it
# is always the same. Those of runs that live stay.
test_stale() {
	local build=$work/stale/build
	mkdir -p "$build/.vm-$$-killed" "$work/stale/tests/vm/guest"
	cp "$SOURCE/tests/vm/guest/runner" "$work/stale/tests/vm/guest/"
	expect "$(PATH=$work/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SOURCE/tests/vm python3 -c "
import subprocess, sys
from pathlib import Path
from types import SimpleNamespace
from harness import single
args = SimpleNamespace(top=Path('$work/stale'))
mine = [single.prepare(args, 'exec', {}) for _ in range(2)]
other = 'from pathlib import Path; from harness import single; single.remove_stale(Path(\'$build\'))'
subprocess.run([sys.executable, '-c', other], check=True)
left = lambda: len(list(Path('$build').iterdir()))
print(*(work.exists() for work in mine), left())
for work in mine: single.remove(work)
print(left())" 2>&1 | tail -n 2 | xargs)" 'True True 2 0' 'folders of runs'
}

# What comes of a guest's logs with something in them that is no file, as a pipe of a scenario's.
test_collect() {
	mkdir -p "$work/logs/build/vm-logs/7.3" "$work/logs/guest/one"
	touch "$work/logs/guest/one/"{a,z}
	mkfifo "$work/logs/guest/one/pipe"
	tar -C "$work/logs/guest" -cf "$work/logs/files.tar" one/a one/pipe one/z
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SOURCE/tests/vm python3 -c "
from pathlib import Path
from types import SimpleNamespace
from harness import boot
guest = boot.Boot(SimpleNamespace(top=Path('$work/logs')), '7.3', None, [], SimpleNamespace(say=print), None)
guest.work = Path('$work/logs')
guest.collect()"
	expect "$(cd "$work/logs/build/vm-logs/7.3/one" && echo *)" 'a z' 'logs beside a pipe'
}

test_sizes
test_boots
test_silent_guest
test_stale
test_collect
exit "$failed"
