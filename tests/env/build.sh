# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The verbs that compile, and the choice of where: on the host if its tools are
# new enough, else in the private root.
# In: the checkout. Out: build/.

# host_is_enough: can the host itself build everything?
host_is_enough() {
	[[ -z ${CGFIFO_IN_ROOT:-} ]] || return 0
	[[ ${CGFIFO_NATIVE:-} != 0 ]] || return 1
	local clang tool
	clang=$(clang --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1)
	((${clang:-0} >= 17)) || return 1
	for tool in meson ninja bpftool pkg-config rst2man gcc; do
		command -v "$tool" >/dev/null || return 1
	done
	pkg-config --atleast-version=1.5 libbpf &&
		pkg-config --exists yaml-0.1 libsystemd libcgroup criterion
}

# builder COMMAND...: runs COMMAND in the checkout, where the tools are.
builder() {
	if host_is_enough; then
		(cd "$TOP" && "$@")
	else
		root_need
		(cd "$TOP" && root_run "$@")
	fi
}

# build_main: build/ up to date. For other options: meson setup by hand.
build_main() {
	host_is_enough || root_need
	mkdir -p "$TOP/build"
	exec 8>"$TOP/build/.lock"
	flock 8
	if [[ ! -e $TOP/build/build.ninja ]]; then
		say 'configuring build/'
		builder meson setup build ||
			die 'meson setup failed' 'the reason is above and in build/meson-logs/meson-log.txt'
	fi
	say 'compiling'
	builder meson compile -C build ||
		die 'the build failed' 'the compiler'"'"'s message is above'
	exec 8>&-
}

demo_main() {
	local run=$TOP/tests/demo/run
	[[ -x $run ]] || die "no demo in this checkout: $run is missing"
	build_main
	exec "$run" "$@"
}

clean_main() {
	rm -rf "$TOP/build"
	[[ ${1:-} == --cache ]] || return 0
	say "removing $CACHE"
	rm -rf "$CACHE"
}

kernel_main() {
	case ${1:-} in
	6.12) kernel_build_612 ;;
	7.3) kernel_need 7.3 ;;
	*) die "./dev kernel knows 6.12 (built here) and 7.3 (downloaded)" \
		'for any other: ./dev vm --kernel PATH-OF-A-BZIMAGE' ;;
	esac
	note "in $(kernel_dir "$1")"
}
