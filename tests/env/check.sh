# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The verb that tests.
# In: build/ and tests/. Out: results as they come, "N passed, N failed" last, an exit status.

test_usage() {
	cat <<-'USAGE'
	./dev test [--all] [NAME...]

	NAME is a unit or style test (./dev shell meson test -C build --list), a package (rpm sysext oci snap
	ignition) or a VM scenario (./dev vm list). Without names: all of them but long scenarios.
	--all    long scenarios, those that take long on 6.12, ./dev lint, MemorySanitizer and valgrind, too
	USAGE
}

# test_main [--all] [NAME...]: meson's tests, packages, then VM scenarios; names select from all.
test_main() {
	local -a names=() scenarios=() units=() kinds=() options=()
	local name
	for name in "$@"; do
		case $name in
		--all) options+=(--all) ;;
		-h | --help) test_usage; return ;;
		-*) die "test: unknown option '$name'" './dev test [--all] [NAME...]' ;;
		*) names+=("$name") ;;
		esac
	done
	((${#names[@]})) || kinds=("${PACK_KINDS[@]}")
	for name in "${names[@]}"; do
		if [[ -e $TOP/tests/pkg/built-$name.sh ]]; then
			kinds+=("$name")
		elif [[ -e $TOP/tests/vm/${name%.sh}.sh ]]; then
			scenarios+=("$name")
		else
			units+=("$name")
		fi
	done
	build_main
	PASSED=0 FAILED=0 SKIPPED=0
	packages_begin "${kinds[@]}"
	((${#names[@]} && !${#units[@]})) || test_meson "${units[@]}"
	((${#names[@]})) || test_step checked_tests
	((${#names[@]} || !${#options[@]})) || test_thoroughly
	packages_end
	((${#names[@]} && !${#scenarios[@]})) || test_vm "${options[@]}" "${scenarios[@]}"
	echo
	((SKIPPED == 0)) || echo "$SKIPPED skipped"
	echo "$PASSED passed, $FAILED failed"
	((FAILED == 0 && PASSED > 0))
}

# test_step COMMAND...: passed or failed, and not the end of the tests.
test_step() {
	if ("$@"); then PASSED=$((PASSED + 1)); else FAILED=$((FAILED + 1)); fi
}

# test_thoroughly: what --all adds to the tests that need no VM.
test_thoroughly() {
	test_step lint_main
	test_step checked_msan
	test_step checked_valgrind
	test_step checked_faults
}

# test_meson [NAME...]: unit and style tests.
test_meson() {
	local log=$TOP/build/meson-logs/testlog.json status=0
	say 'unit and style tests'
	rm -f "$log"
	builder meson test -C build --no-rebuild --print-errorlogs "$@" || status=$?
	PASSED=$((PASSED + $(results OK EXPECTEDFAIL)))
	SKIPPED=$((SKIPPED + $(results SKIP)))
	local bad
	bad=$(results FAIL ERROR TIMEOUT INTERRUPT UNEXPECTEDPASS)
	# A status without a failed test (nothing ran, meson broke) is a failure, too.
	((status == 0 || bad > 0)) || bad=1
	FAILED=$((FAILED + bad))
}

# results KIND...: how many of meson's tests ended so.
results() {
	local kinds log=$TOP/build/meson-logs/testlog.json
	[[ -r $log ]] || { echo 0; return; } # meson knows no test of that name, and has said so
	kinds=$(IFS='|' && printf '%s' "$*")
	grep -cE "\"result\": \"($kinds)\"" "$log" || true
}

# packages_begin KIND...: test_packages beside what follows, as most of its steps use one CPU; not
# beside the installation of its tools. Output and counts are kept for packages_end.
packages_begin() {
	BESIDE=
	(($#)) || return 0
	(pack_need) || true # test_packages says so for each kind
	rm -f "$TOP/build/.packages-score"
	set -m # a process group of its own
	(test_packages "$@" && echo "$PASSED $FAILED $SKIPPED" >"$TOP/build/.packages-score") \
		</dev/null >"$TOP/build/.packages-log" 2>&1 &
	BESIDE=$!
	set +m
	trap 'kill -TERM -- "-$BESIDE" 2>/dev/null' EXIT
}

# packages_end: what test_packages said, and what it says from now on.
packages_end() {
	[[ -n $BESIDE ]] || return 0
	tail -n +1 -f --pid="$BESIDE" "$TOP/build/.packages-log"
	wait "$BESIDE" || true
	trap - EXIT
	score_add "$TOP/build/.packages-score" 0
}

# test_packages KIND...: builds them, and looks at what came out with the real tools. Scenarios that
# run packages come after it.
test_packages() {
	local kind status
	for kind in "$@"; do
		# What cannot be built here is a failure, and not the end of the tests.
		(pack_main "$kind") || { FAILED=$((FAILED + 1)); continue; }
		say "package: $kind"
		status=0
		pack_tools "$TOP/tests/pkg/built-$kind.sh" "$TOP/build/packages" || status=$?
		case $status in
		0) PASSED=$((PASSED + 1)) ;;
		77) SKIPPED=$((SKIPPED + 1)) ;;
		*) FAILED=$((FAILED + 1)) ;;
		esac
	done
}

# test_vm [OPTION|NAME...]: scenarios; the runner leaves its counts in a file.
test_vm() {
	local score=$TOP/build/.vm-score status=0
	rm -f "$score"
	say 'VM scenarios'
	(vm_main run --score "$score" "$@") || status=$?
	score_add "$score" "$status"
}

# score_add FILE STATUS: what another process has counted. Without a file, or with a status and no failure
# in it, that is one.
score_add() {
	local passed=0 failed=1 skipped=0
	[[ ! -r $1 ]] || read -r passed failed skipped <"$1"
	(($2 == 0 || failed > 0)) || failed=1
	PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
}
