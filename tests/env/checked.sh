# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# build-checked/: everything with AddressSanitizer, UndefinedBehaviorSanitizer and counters of lines.
# The unit tests run in it, and what they left out is the answer of ./dev coverage.
# In: the checkout. Out: complaints of sanitizers, build-checked/coverage.txt, an exit status.

CHECKED=$TOP/build-checked
# Percent of lines that tests should run.
COVERAGE_WANTED=85

coverage_usage() {
	cat <<-'USAGE'
	./dev coverage           which lines of src/ and bpf/*.h the unit tests run
	./dev coverage FILE...   the lines of a file that nothing ran
	USAGE
}

coverage_main() {
	case ${1:-} in
	-h | --help) coverage_usage; return ;;
	-*) die "coverage: unknown option '$1'" './dev coverage --help' ;;
	'') checked_tests model; coverage_report ;;
	*) coverage_lines "$@" ;;
	esac
}

checked_build() {
	local profile="-fprofile-instr-generate=$CHECKED/profile/%4m.profraw"
	root_need
	[[ -e $CHECKED/build.ninja ]] ||
		root_run env CC='ccache clang-19' meson setup "$CHECKED" "$TOP" -Db_sanitize=address,undefined -Db_lundef=false \
			-Dman=disabled -Doptimization=1 -Dc_args="$profile -fcoverage-mapping" -Dc_link_args="$profile" >/dev/null ||
		die 'meson setup failed' "the reason is in $CHECKED/meson-logs/meson-log.txt"
	root_run meson compile -C "$CHECKED" || die 'the build failed' 'the compiler'"'"'s message is above'
}

# checked_tests [SUITE...]: unit tests and fuzz targets, and what else is named; what a sanitizer finds
# fails its test.
checked_tests() {
	local -a suites=(unit fuzz "$@")
	checked_build
	checked_profiles
	say 'unit tests with sanitizers'
	root_run env LLVM_PROFILE_FILE="$CHECKED/profile/%4m.profraw" UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		meson test -C "$CHECKED" --no-rebuild --quiet --print-errorlogs "${suites[@]/#/--suite=}" -t 5
}

# checked_profiles: the four files of each of those that may be killed, whole. The agent kills who has read the
# configuration for it, which may be writing that file. Half of a new one counts as damaged: whoever comes later
# says so on standard error, and nothing is merged. One that is there already keeps its form. They are of runs that
# count no line that tests leave out: a configuration is read, and an agent leaves at once.
checked_profiles() {
	rm -rf "$CHECKED/profile"
	mkdir -p "$CHECKED/profile"
	printf 'version: 1\n' >"$CHECKED/profile/c.yaml"
	root_run env LLVM_PROFILE_FILE="$CHECKED/profile/%4m.profraw" bash -c '
		"$1/tests/unit/cgfifo-on-files" check --records "$1/profile/c.yaml" >/dev/null
		python3 -c "import os, socket, sys
ours, agent = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
agent.close()
os.dup2(ours.fileno(), 3)
os.set_inheritable(3, True)
os.execv(sys.argv[1], sys.argv[1:])" "$1/src/cgfifo-names"
		for file in "$1"/profile/*.profraw; do
			for n in {0..3}; do [[ -e ${file%_*}_$n.profraw ]] || cp "$file" "${file%_*}_$n.profraw"; done
		done' - "$CHECKED"
}

# checked_msan: MemorySanitizer on what reads records and paths. What reads YAML and JSON does it with
# libraries that do not tell MemorySanitizer what they write; valgrind looks at those.
checked_msan() {
	local name
	local -a names=(path snapshot wire)
	say 'MemorySanitizer'
	root_need
	[[ -e $TOP/build-msan/build.ninja ]] ||
		root_run env CC='ccache clang-19' meson setup "$TOP/build-msan" "$TOP" -Db_sanitize=memory -Db_lundef=false \
			-Dbpf=disabled -Dman=disabled -Dtests=disabled -Dnames=disabled -Dncurses=disabled \
			-Dlibcgroup=disabled -Doptimization=1 >/dev/null || return 1
	root_run meson compile -C "$TOP/build-msan" "${names[@]/#/fuzz-}" || return 1
	root_run meson test -C "$TOP/build-msan" --no-rebuild --quiet --print-errorlogs "${names[@]/#/fuzz-}"
}

# checked_valgrind: the unit tests once more, with libraries and leaks; slow. Not a whole agent, which
# starts itself anew to read the configuration, as /proc/self/exe and with little memory. What is only possibly
# lost is criterion's, in children that a test forks, where the thread that knows of it is gone.
checked_valgrind() {
	local -a names
	mapfile -t names < <(valgrind_tests)
	say 'valgrind'
	builder meson test -C build --no-rebuild --print-errorlogs --suite unit --suite fuzz -t 40 \
		--wrap 'valgrind -q --vgdb=no --error-exitcode=9 --trace-children=yes --trace-children-skip=*/cgfifo-on-files
			--leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite' \
		--logbase valgrind "${names[@]}"
}

# checked_faults: every system call of the agent fails in turn, over files; minutes.
checked_faults() {
	say 'system calls that fail'
	checking_need
	with_checking "$TOP/tests/fault/sweep.sh" "$TOP/build/tests/unit/cgfifo-on-files" "$CHECKING/usr/bin/strace"
}

# valgrind_tests: all but the one that is a script, and those whose text only MemorySanitizer reads.
valgrind_tests() {
	(cd "$TOP/tests/unit" && printf '%s\n' test-*.c) | sed 's/^test-\(.*\)\.c$/unit-\1/'
	printf 'fuzz-%s\n' annotation config names
}

# coverage_data: the words for llvm-cov, into OBJECTS.
coverage_data() {
	local file
	root_run bash -c 'llvm-profdata merge -sparse "$1"/profile/*.profraw -o "$1/all.profdata"' - "$CHECKED"
	OBJECTS=("$CHECKED/src/cgfifo" -object "$CHECKED/src/cgfifo-names")
	for file in "$CHECKED"/tests/unit/test-* "$CHECKED"/tests/model/{model,test-model-*}; do
		[[ ! -f $file || ! -x $file ]] || OBJECTS+=(-object "$file")
	done
}

# coverage_report: lines, and how many of them ran, by file; the sum has a bar, and so has each file
# that docs/RELIABILITY.md does not explain.
coverage_report() {
	local -a OBJECTS
	coverage_data
	(cd "$TOP" && root_run llvm-cov report "${OBJECTS[@]}" -instr-profile "$CHECKED/all.profdata" src bpf 2>/dev/null) |
		awk '$1 ~ /^(src|bpf)\// && $8 > 0 || $1 == "TOTAL" { printf "%-40s %6d lines, %6d not run %8s\n", $1, $8, $9, $10 }' \
			>"$CHECKED/coverage.txt"
	sort -k4,4nr -s "$CHECKED/coverage.txt" | awk '$1 != "TOTAL" && $4 > 0'
	coverage_explained >"$CHECKED/explained.txt"
	awk -v want="$COVERAGE_WANTED" 'FNR == NR { explained[$1] = 1; next }
		$1 == "TOTAL" { sum = $NF + 0; printf "%s of %d lines ran, %d %% are wanted\n", $NF, $2, want; next }
		$NF + 0 < want && $4 >= 10 && !explained[$1] { print $1 ": no row in docs/RELIABILITY.md says why"; bad = 1 }
		($NF + 0 >= want || $4 < 10) && explained[$1] { print $1 ": its row in docs/RELIABILITY.md can go"; bad = 1 }
		END { exit bad || sum < want }' "$CHECKED/explained.txt" "$CHECKED/coverage.txt"
}

# coverage_explained: the files in the table of docs/RELIABILITY.md.
coverage_explained() {
	sed -n 's/^| \(\(src\|bpf\)[^ ]*\) |.*/\1/p' "$TOP/docs/RELIABILITY.md"
}

# coverage_lines FILE...: with a mark at each line that nothing ran.
coverage_lines() {
	local -a OBJECTS
	[[ -e $CHECKED/profile ]] || die 'nothing was counted yet' './dev coverage'
	coverage_data
	(cd "$TOP" && root_run llvm-cov show "${OBJECTS[@]}" -instr-profile "$CHECKED/all.profdata" "$@" 2>/dev/null) |
		grep -E '^ *[0-9]+\| +0\|' || note 'all of it ran'
}
