# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev fuzz: the targets of tests/fuzz/ under libFuzzer, with sanitizers, in build-fuzz/. What it
# finds, and the inputs that it made up, stay there.

fuzz_main() {
	local seconds=3600 name failed=0
	local -a names=() inputs
	while (($#)); do
		case $1 in
		--seconds) [[ ${2:-} =~ ^[0-9]+$ ]] || die '--seconds wants a number'; seconds=$2; shift ;;
		-h | --help) printf 'usage: ./dev fuzz [--seconds N] [NAME...]; an hour each without it\n'; return ;;
		-*) die "unknown option $1" 'usage: ./dev fuzz [--seconds N] [NAME...]' ;;
		*) names+=("$1") ;;
		esac
		shift
	done
	root_need
	[[ -e $TOP/build-fuzz/build.ninja ]] ||
		root_run env CC=clang-19 meson setup "$TOP/build-fuzz" "$TOP" \
			-Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dbpf=disabled -Dman=disabled -Dtests=disabled
	((${#names[@]})) || mapfile -t names < <(cd "$TOP/tests/fuzz" && printf '%s\n' fuzz-*.c | sed 's/^fuzz-//; s/\.c$//')
	for name in "${names[@]}"; do
		[[ -e $TOP/tests/fuzz/fuzz-$name.c ]] || die "there is no target '$name'" 'they are tests/fuzz/fuzz-NAME.c'
		root_run meson compile -C "$TOP/build-fuzz" "fuzz-$name"
		say "fuzzing $name for $seconds s"
		mkdir -p "$TOP/build-fuzz/inputs/$name"
		mapfile -t inputs < <(fuzz_inputs "$name")
		root_run "$TOP/build-fuzz/tests/fuzz/fuzz-$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
			-print_final_stats=0 -verbosity=0 -artifact_prefix="$TOP/build-fuzz/found-$name-" \
			"$TOP/build-fuzz/inputs/$name" "${inputs[@]}" || failed=1
	done
	((failed == 0)) || die 'the fuzzer found something' "the input is in build-fuzz/found-NAME-*"
}

# fuzz_inputs NAME: the folders that tests/fuzz/meson.build names for the tests.
fuzz_inputs() {
	case $1 in
	config) printf '%s\n' "$TOP"/tests/fixtures/config/{good,bad} ;;
	path) printf '%s\n' "$TOP/tests/fixtures/cgroup" ;;
	names) printf '%s\n' "$TOP/tests/fixtures/names" ;;
	snapshot) printf '%s\n' "$TOP"/tests/fixtures/{cgroup,fuzz/snapshot} ;;
	*) printf '%s\n' "$TOP/tests/fixtures/fuzz/$1" ;;
	esac
}
