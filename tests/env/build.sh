# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The verbs that compile, check, test and clean.
# In: the checkout. Out: build/, results on the terminal, an exit status.

# host_is_enough: can the host itself build everything?
host_is_enough() {
	[[ ${CGFIFO_NATIVE:-} != 0 ]] || return 1
	[[ -z ${CGFIFO_IN_ROOT:-} ]] || return 0
	local clang
	clang=$(clang --version 2>/dev/null | grep -oE 'version [0-9]+' | grep -oE '[0-9]+') || return 1
	((clang >= 17)) || return 1
	command -v meson ninja bpftool pkg-config rst2man >/dev/null || return 1
	pkg-config --atleast-version=1.5 libbpf && pkg-config --exists yaml-0.1 libsystemd libcgroup criterion
}

# builder COMMAND...: runs COMMAND where the tools are.
builder() {
	if host_is_enough; then
		(cd "$TOP" && "$@")
	else
		root_need
		(cd "$TOP" && root_run "$@")
	fi
}

build_main() {
	host_is_enough || root_need
	[[ -e $TOP/build/build.ninja ]] || builder meson setup build "$@"
	builder meson compile -C build
}

demo_main() {
	build_main
	exec "$TOP/tests/demo/run" "$@"
}

clean_main() {
	rm -rf "$TOP/build"
	[[ ${1:-} != --cache ]] || rm -rf "$CACHE"
}

kernel_main() { kernel_need "${1:-7.3}"; }
