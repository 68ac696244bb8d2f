# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Programs of Debian that only the benchmarks use.
# In: tests/bench/packages. Out: build/bench/tools, for the guest.

# bench_tools: never fails; the case that needs them says what is missing.
bench_tools() {
	local -a list
	mapfile -t list < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$TOP/tests/bench/packages")
	root_programs bench/tools '3 MB' "${list[@]}"
}
