# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# hackbench and cyclictest, for the scenario rt-tests.
# In: the private root's package lists. Out: $CACHE/rt-tests with Debian's package of that name,
# unpacked; a copy in build/rt-tests for the guest.

# rt_tests_need: never fails; the scenario says what is missing.
rt_tests_need() {
	local dir=$CACHE/rt-tests
	root_need
	if [[ $(cat "$dir/.of" 2>/dev/null) != "$(rt_tests_hash)" ]]; then
		rm -rf "$dir"
		say 'getting rt-tests (140 kB)'
		root_unpack "$dir" rt-tests || return 0
		rt_tests_hash >"$dir/.of"
	fi
	mkdir -p "$TOP/build"
	cp -rT "$dir" "$TOP/build/rt-tests"
}

rt_tests_hash() { cat "$TOP/tests/env/rt-tests.sh" "$ROOT/.cgfifo-packages" | sha256sum | cut -c1-16; }
