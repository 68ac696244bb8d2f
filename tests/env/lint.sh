# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev lint: everything that reads and does not run. What each check leaves out is in its own
# configuration with the reason: .clang-tidy, .shellcheckrc, codespell-words, and below.
# In: the checkout, build/ for what the compiler was told. Out: complaints, an exit status.

CHECKING=$CACHE/checking

lint_main() {
	local failed=0 check
	local -a checks=(style shell spelling analyzer tidy cppcheck proofs)
	local usage="./dev lint [CHECK...]; there are: ${checks[*]}"
	case ${1:-} in
	-h | --help) printf '%s\n' "$usage"; return ;;
	-*) die "lint: unknown option '$1'" "$usage" ;;
	esac
	(($# == 0)) || checks=("$@")
	root_need
	for check in "${checks[@]}"; do
		[[ $(type -t "lint_$check") == function ]] || die "lint: no check '$check'" 'see ./dev lint --help'
		"lint_$check" || failed=1
	done
	((failed == 0)) || die 'lint found something' 'it is listed above'
}

lint_style() {
	local check failed=0
	say 'format, layers, sizes, licences (tests/style)'
	for check in "$TOP"/tests/style/check-*.sh; do
		root_run bash "$check" "$TOP" || failed=1
	done
	return "$failed"
}

lint_shell() {
	local -a shells
	say 'shellcheck'
	mapfile -t shells < <(shell_files)
	(cd "$TOP" && root_run shellcheck --severity=warning --check-sourced "${shells[@]}")
}

lint_spelling() {
	say 'codespell'
	(cd "$TOP" && root_run bash -o pipefail -c 'git -c safe.directory="*" ls-files -z -- . ":!tests/fixtures" ":!LICENSE" |
		xargs -0r codespell --ignore-words tests/env/codespell-words')
}

# lint_analyzer: gcc follows each path through src/; a warning is an error.
lint_analyzer() {
	say 'gcc -fanalyzer'
	[[ -e $TOP/build-lint/build.ninja ]] ||
		root_run env CC=gcc meson setup "$TOP/build-lint" "$TOP" -Dman=disabled -Dtests=disabled \
			-Dwerror=true -Dc_args=-fanalyzer >/dev/null || return 1
	root_run ninja --quiet -C "$TOP/build-lint" src/cgfifo src/cgfifo-names
}

# lint_tidy: some without one check, because the skeleton that bpftool writes for them leaks where memory is out.
lint_tidy() {
	local failed=0 skeletons=(src/sched/load.c src/sched/adapt.c)
	say 'clang-tidy'
	(build_main) || return 1
	root_run bash -c 'cd "$1" && shift && find src -name "*.c" -not -name top-none.c -not -name weight-file.c \
		-not -name sched-none.c | grep -vxF "$(printf "%s\n" "$@")" | sort |
		xargs -P 2 -n 8 clang-tidy-19 --quiet -p build 2>/dev/null' - "$TOP" "${skeletons[@]}" || failed=1
	root_run bash -c 'cd "$1" && shift && clang-tidy-19 --quiet -p build --checks=-clang-analyzer-unix.Malloc "$@" \
		2>/dev/null' - "$TOP" "${skeletons[@]}" || failed=1
	return "$failed"
}

# lint_cppcheck: without LIBBPF_OPTS, a declaration in the clothes of a call.
lint_cppcheck() {
	say 'cppcheck'
	(build_main) || return 1
	mkdir -p "$TOP/build/cppcheck"
	root_run bash -c 'cd "$1" && cppcheck --project=build/compile_commands.json --file-filter="*src/*" --quiet \
		--enable=warning,performance,portability --inline-suppr --suppress="*:*build/*" \
		-D"LIBBPF_OPTS(type,name,...)=struct type name" --cppcheck-build-dir=build/cppcheck \
		--error-exitcode=1 --suppress=normalCheckLevelMaxBranches' - "$TOP"
}

lint_proofs() {
	say 'cbmc (tests/proof)'
	checking_need
	with_checking "$TOP/tests/proof/run" "$TOP"
}

# checking_need: after this, $CHECKING has what tests/env/packages-checking lists.
checking_need() {
	local -a list
	local hash
	mapfile -t list < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$TOP/tests/env/packages-checking")
	hash=$(cat "$TOP/tests/env/packages-checking" "$TOP/tests/env/check-tools.sh" | sha256sum | cut -c1-16)
	! is_of "$CHECKING/.of" "$hash" || return 0
	lock_cache
	if is_of "$CHECKING/.of" "$hash"; then
		exec 9>&-
		return
	fi
	root_lists
	quietly 'tools for checks' '^Get' -- root_run bash "$TOP/tests/env/check-tools.sh" "$CHECKING" "${list[@]}" ||
		die 'cannot get the tools for checks' 'check the network, then run this again'
	printf '%s\n' "$hash" >"$CHECKING/.of"
	exec 9>&-
}

# checking_in_guest: strace with its libraries in build/fault-tools, for scenarios with faults.
checking_in_guest() {
	local tools=$TOP/build/fault-tools
	checking_need
	rm -rf "$tools"
	mkdir -p "$tools/lib"
	cp "$CHECKING/usr/bin/strace" "$tools/"
	cp -a "$CHECKING"/usr/lib/x86_64-linux-gnu/libunwind* "$tools/lib/"
}

# with_checking COMMAND...: runs COMMAND in the private Debian, with the tools of $CHECKING.
with_checking() {
	root_run env PATH="$CHECKING/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
		LD_LIBRARY_PATH="$CHECKING/usr/lib:$CHECKING/usr/lib/x86_64-linux-gnu" "$@"
}

# shell_files: our shell scripts, by name or by first line.
shell_files() {
	local file first
	root_run git -c safe.directory='*' -C "$TOP" ls-files -co --exclude-standard | while read -r file; do
		[[ -f $TOP/$file ]] || continue
		case $file in
		tests/fixtures/*) continue ;;
		tests/env/*.sh) ! grep -qF "\$TOP/$file" "$TOP/dev" || continue ;; # sourced by ./dev and checked with it
		*.sh) ;;
		*)
			IFS= read -r first <"$TOP/$file" 2>/dev/null || continue
			[[ $first =~ ^#!.*(bash|/sh|busybox\ sh) ]] || continue
			;;
		esac
		printf '%s\n' "$file"
	done
}
