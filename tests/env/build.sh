# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The verbs that compile, and the choice of where: with the host's own tools if they are
# new enough, else in the private root. A build folder stays with whom it was made by.
# In: the checkout. Out: build/, with a file .private in it if the private root made it.

# host_clang: the host's clang, as bpf/meson.build looks for it.
host_clang() {
	local name version
	for name in clang clang-{21..17}; do
		version=$("$name" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1) || true
		((${version:-0} < 17)) || return 0
	done
	return 1
}

# host_lacks: what the host has not, of all that a build with everything in it takes.
host_lacks() {
	local -a lacks=()
	local name
	host_clang || lacks+=('clang >= 17')
	for name in gcc meson ninja pkg-config bpftool rst2man; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$name" >/dev/null || lacks+=("$name")
	done
	pkg-config --atleast-version=1.5 libbpf 2>/dev/null || lacks+=('libbpf >= 1.5')
	for name in yaml-0.1 libsystemd libcgroup json-c libcurl ncursesw criterion; do
		pkg-config --exists "$name" 2>/dev/null || lacks+=("$name")
	done
	(IFS=, && printf '%s' "${lacks[*]}" | sed 's/,/, /g')
}

# native: do the host's own tools build here?
native() {
	local dir=$TOP/build
	[[ -z ${CGFIFO_IN_ROOT:-} ]] || return 0
	[[ ${CGFIFO_NATIVE:-} != 0 ]] || return 1
	if [[ -e $dir/build.ninja ]]; then
		[[ ! -e $dir/.private ]] && made_by_host_meson
	else
		[[ -z $(host_lacks) ]]
	fi
}

# made_by_host_meson: is build/ from the version of meson that the host has?
made_by_host_meson() {
	local version
	version=$(meson --version 2>/dev/null) || return 1
	grep -q "\"meson_version\": {\"full\": \"$version\"" "$TOP/build/meson-info/meson-info.json" 2>/dev/null
}

# builder COMMAND...: runs COMMAND in the checkout, where the tools are.
builder() {
	if native; then
		(cd "$TOP" && "$@")
	else
		root_need
		(cd "$TOP" && root_run "$@")
	fi
}

# build_main [KIND...]: build/ up to date, or packages. For other options: meson setup by hand.
build_main() {
	if (($#)); then
		pack_main "$@"
		return
	fi
	native || build_root
	mkdir -p "$TOP/build"
	exec 8>"$TOP/build/.lock"
	flock 8
	if [[ ! -e $TOP/build/build.ninja ]]; then
		say 'configuring build/'
		if native; then rm -f "$TOP/build/.private"; else touch "$TOP/build/.private"; fi
		builder meson setup build ||
			die 'meson setup failed' 'the reason is above and in build/meson-logs/meson-log.txt'
	fi
	say 'compiling'
	builder meson compile -C build ||
		die 'the build failed' 'the compiler'"'"'s message is above'
	exec 8>&-
}

# build_root: the private root, and why it is needed if it has to be made.
build_root() {
	local lacks
	if ! root_is_made; then
		lacks=$(host_lacks)
		say "building in a private Debian 13${lacks:+, as this host has no $lacks}"
		note 'the first time, this downloads about 440 MB'
	fi
	root_need
}

demo_main() {
	local run=$TOP/tests/demo/run
	[[ -x $run ]] || die "no demo in this checkout: $run is missing"
	exec "$run" "$@"
}

clean_main() {
	[[ $# -eq 0 || $* == --cache ]] || die "clean: unknown word '$1'" './dev clean [--cache]'
	rm -rf "$TOP/build"
	[[ ${1:-} == --cache ]] || return 0
	say "removing $CACHE"
	rm -rf "$CACHE"
}

kernel_main() {
	if [[ ${1:-} == 6.12 ]]; then
		kernel_build_612
	elif kernel_suite "${1:-}" >/dev/null; then
		kernel_need "$1" || die "there is no Linux $1 to be had: $(vm_lacking "$1")"
	else
		die './dev kernel knows 6.12 (built here), 7.3, 7.2 and 7.2-bpo (downloaded)' \
			'for any other: ./dev vm --kernel PATH-OF-A-BZIMAGE'
	fi
	note "in $(kernel_dir "$1")"
}
