# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The kernel's own tests of sched_ext, from the distribution's kernel source, for the scenario selftests-ext.
# In: a kernel's folder (kernel.sh), Debian's linux-source package of that series, whose tests go with its functions.
# Out: $CACHE/selftests-ext/KERNEL/tests/NAME/runner, or why there are none in a file "why"; a copy in
# build/selftests-ext/KERNEL for the guest. Nothing of it is committed.

# selftests_ext_need KERNEL: never fails; the scenario says what is missing.
selftests_ext_need() {
	local kernel=${1##*/} dir=$CACHE/selftests-ext/${1##*/}
	root_need
	if [[ $(cat "$dir/.of" 2>/dev/null) != "$(selftests_ext_hash "$1")" ]]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		case $kernel in
		7.3 | 6.12) selftests_ext_make "$1" "$dir" ;;
		*) echo 'they are built for 7.3 and 6.12 only' >"$dir/why" ;;
		esac
	fi
	rm -rf "$TOP/build/selftests-ext/$kernel"
	mkdir -p "$TOP/build/selftests-ext"
	cp -r "$dir" "$TOP/build/selftests-ext/$kernel"
}

selftests_ext_hash() {
	cat "$(kernel_dir "$1")/version" "$TOP/tests/env/"{selftests-ext,linux-source,vmlinux-h}.sh \
		"$TOP/tests/vm/selftests-ext-build.sh" "$TOP/tests/vm/selftests-ext-names.c" | sha256sum | cut -c1-16
}

# selftests_ext_make KERNEL FOLDER
selftests_ext_make() {
	local kernel=$1 dir=$2
	if ! linux_source "$kernel" "$dir" 'its tests of sched_ext' '*/tools/sched_ext/include/*' \
		'*/tools/testing/selftests/sched_ext/*' '*/tools/testing/selftests/kselftest*.h'; then
		echo "no linux-source-$kernel to be had" >"$dir/why"
	elif ! quietly "selftests-ext $kernel" . -- root_run bash "$TOP/tests/vm/selftests-ext-build.sh" \
		"$(kernel_dir "$kernel")/vmlinuz" "$dir"; then
		echo "they do not build, see $CACHE/log" >"$dir/why"
	else
		selftests_ext_hash "$kernel" >"$dir/.of"
	fi
	rm -rf "$dir/source" "$dir/work"
}
