# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev bench: the cases in tests/bench, in VMs that count instructions, and their table.
# In: case names, kernels. Out: a table, and where asked for JSON, a picture, docs/BENCHMARKS.md.

bench_usage() {
	cat <<-'USAGE'
	./dev bench [OPTIONS] [NAME...]   the cases of tests/bench/ (default: all), the kernel's fair class,
	                                  scx_flatcg and cgfifo side by side
	--kernel 7.3|6.12   may be repeated; default 7.3
	--json FILE         the figures as JSON
	--picture FILE      the figures as SVG
	--update-docs       writes the tables into docs/BENCHMARKS.md, and its picture
	--jobs N            guests at a time; default 2 where CPUs and memory allow
	--quick             only shows that the cases run: the figures mean nothing
	--list              the cases
	USAGE
}

bench_main() {
	local -a kernels=() names=() run=() report=()
	local quick='' name
	while (($#)); do
		case $1 in
		--kernel) kernels+=("${2:?--kernel needs a name}"); shift ;;
		--jobs) run+=("$1" "${2:?--jobs needs a number}"); shift ;;
		--json | --picture) report+=("$1" "$(realpath -m "${2:?"$1 needs a file"}")"); shift ;;
		--update-docs) report+=(--docs) ;;
		--quick) quick=1 ;;
		--list) bench_list; return ;;
		--help | -h) bench_usage; return ;;
		-*) die "bench: unknown option '$1'" 'see ./dev bench --help' ;;
		*) name=$(bench_name "$1"); names+=("$name") ;;
		esac
		shift
	done
	((${#kernels[@]})) || kernels=(7.3)
	((${#names[@]})) || mapfile -t names < <(bench_names)
	[[ -z $quick || ${#report[@]} -eq 0 ]] || die 'bench: the figures of --quick are not for keeping' 'leave it out'
	bench_run
}

# bench_run, with the caller's kernels, names, options: the cases, then their report.
bench_run() {
	local kernel name score=$TOP/build/.bench-score
	local -a with=()
	build_main
	rm -rf "$TOP/build/bench"
	[[ " ${names[*]} " != *' web '* ]] || bench_tools
	for kernel in "${kernels[@]}"; do
		with+=(--kernel "$kernel")
		bench_scx "$kernel"
		for name in "${names[@]}"; do rm -rf "$TOP/build/vm-logs/${kernel##*/}/$name"{,@*}; done
	done
	[[ -z $quick ]] || : >"$TOP/build/bench/quick"
	# What a case printed before it failed counts: the report shows what is missing.
	(vm_main run --folder tests/bench --score "$score" "${run[@]}" "${with[@]}" "${names[@]}") || true
	rm -rf "$TOP/build/bench"
	echo
	builder python3 tests/bench/report "${report[@]}" "${with[@]}" "${names[@]}"
}

bench_names() {
	local file
	for file in "$TOP"/tests/bench/*.sh; do
		! grep -q '^# vm:' "$file" || basename "$file" .sh
	done
}

# bench_name NAME: NAME or tests/bench/NAME.sh, if there is such a case.
bench_name() {
	local name=${1##*/}
	name=${name%.sh}
	[[ " $(bench_names | paste -sd ' ') " == *" $name "* ]] ||
		die "no benchmark '$1'" "there are: $(bench_names | paste -sd ' ')"
	printf '%s\n' "$name"
}

bench_list() {
	local name
	while read -r name; do
		printf '%-10s %s\n' "$name" "$(sed -n "s/^title '\(.*\)'$/\1/p" "$TOP/tests/bench/$name.sh")"
	done < <(bench_names)
}
