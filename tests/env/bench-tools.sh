# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Programs of Debian that only the benchmarks use (tests/bench/packages).
# In: the private root's package lists. Out: $CACHE/bench/tools with the packages, and those they
# depend on that the root has not, unpacked; a copy in build/bench/tools for the guest.

# bench_tools: never fails; the case that needs them says what is missing.
bench_tools() {
	local dir=$CACHE/bench/tools
	local -a list
	root_need
	if [[ $(cat "$dir/.of" 2>/dev/null) != "$(bench_tools_hash)" ]]; then
		rm -rf "$dir"
		say 'getting apache2-bin and wrk (3 MB)'
		mapfile -t list < <(bench_packages)
		root_unpack "$dir" "${list[@]}" || return 0
		bench_tools_hash >"$dir/.of"
	fi
	mkdir -p "$TOP/build/bench"
	cp -rT "$dir" "$TOP/build/bench/tools"
}

bench_packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$TOP/tests/bench/packages"; }
bench_tools_hash() { cat "$TOP/tests/bench/packages" "$ROOT/.cgfifo-packages" | sha256sum | cut -c1-16; }
