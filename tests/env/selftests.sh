# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The kernel's own tests of cgroups, from the distribution's kernel source, for the scenario selftests.
# In: Debian's linux-source-7.3, whose tests run on older kernels as well. Out: $CACHE/selftests/test_*,
# or why there are none in a file "why"; a copy in build/selftests for the guest. Nothing of it is committed.

SELFTESTS_OF=7.3

# selftests_need: never fails; the scenario says what is missing.
selftests_need() {
	local dir=$CACHE/selftests
	root_need
	if [[ $(cat "$dir/.of" 2>/dev/null) != "$(selftests_hash)" ]]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		if ! selftests_source "$dir"; then
			echo "no linux-source-$SELFTESTS_OF to be had" >"$dir/why"
		elif ! quietly 'selftests' . -- root_run bash "$TOP/tests/vm/selftests-build.sh" "$dir"; then
			echo "they do not build, see $CACHE/log" >"$dir/why"
		else
			selftests_hash >"$dir/.of"
		fi
		rm -rf "$dir/source" "$dir/work"
	fi
	rm -rf "$TOP/build/selftests"
	mkdir -p "$TOP/build"
	cp -r "$dir" "$TOP/build/selftests"
}

selftests_hash() {
	cat "$TOP/tests/env/"{selftests,linux-source}.sh "$TOP/tests/vm/selftests-build.sh" | sha256sum | cut -c1-16
}

# selftests_source FOLDER: what they are made of, in FOLDER/source.
selftests_source() {
	linux_source "$SELFTESTS_OF" "$1" 'its tests of cgroups' \
		'*/tools/testing/selftests/cgroup/*' '*/tools/testing/selftests/clone3/*' \
		'*/tools/testing/selftests/pidfd/*' '*/tools/testing/selftests/kselftest*.h'
}
