# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# scx_flatcg and scx_simple to compare with, from the distribution's kernel source.
# In: a kernel's folder (kernel.sh), Debian's linux-source package of that series.
# Out: $CACHE/bench/KERNEL/{scx_flatcg,scx_simple}, or why there are none in a file "why";
# a copy in build/bench/KERNEL for the guest. Nothing of it is ever committed.

# bench_scx KERNEL: never fails; the table says what is missing.
bench_scx() {
	local kernel=${1##*/} dir=$CACHE/bench/${1##*/}
	root_need
	kernel_need "$1" || return 0
	if [[ $(cat "$dir/.of" 2>/dev/null) != "$(scx_hash "$1")" ]]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		case $kernel in
		7.3 | 6.12) scx_make "$kernel" "$dir" ;;
		*) echo 'built for 7.3 and 6.12 only' >"$dir/why" ;;
		esac
	fi
	mkdir -p "$TOP/build/bench"
	cp -rT "$dir" "$TOP/build/bench/$kernel"
}

scx_hash() {
	cat "$(kernel_dir "$1")/version" "$TOP/tests/env/"{bench-scx,linux-source,vmlinux-h}.sh "$TOP/tests/bench/scx-build.sh" |
		sha256sum | cut -c1-16
}

# scx_make KERNEL FOLDER
scx_make() {
	local kernel=$1 dir=$2
	if ! linux_source "$kernel" "$dir" scx_flatcg '*/tools/sched_ext/*'; then
		echo "no linux-source-$kernel to be had" >"$dir/why"
		return
	fi
	say "compiling scx_flatcg of linux-source-$kernel"
	if ! quietly "scx $kernel" . -- root_run bash "$TOP/tests/bench/scx-build.sh" "$(kernel_dir "$kernel")/vmlinuz" "$dir"; then
		echo "does not build, see $CACHE/log" >"$dir/why"
	fi
	rm -rf "$dir/source" "$dir/work"
	scx_hash "$kernel" >"$dir/.of"
}
