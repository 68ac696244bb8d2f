#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The decisions of ./dev: where to build, what runs a guest, which kernel a path is; and that ^C and
# a kill end what it started. QEMU is a stand-in here: whether KVM works must not decide what is tested.
# Usage: selftest.sh TOP
set -euo pipefail
unset CGFIFO_IN_ROOT CGFIFO_NATIVE
SOURCE=$(cd "$1" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TOP=$work/top CACHE=$work/cache
mkdir -p "$TOP/build/meson-info" "$CACHE" "$work/bin"
for part in say mirror root kernel image vm build pack release lint soak; do
	# shellcheck source=/dev/null
	. "$SOURCE/tests/env/$part.sh"
done
failed=0

# expect GOT WANT WHAT
expect() {
	[[ $1 == "$2" ]] && return
	printf '%s: got "%s", want "%s"\n' "$3" "$1" "$2"
	failed=1
}

yes_no() { if "$@"; then echo yes; else echo no; fi; }

# program NAME TEXT: a program of the host's that prints TEXT.
program() {
	printf '#!/bin/sh\necho "%s"\n' "$2" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

test_where_to_build() {
	local PATH=$work/bin:/usr/bin:/bin info=$TOP/build/meson-info/meson-info.json
	program clang 'Debian clang version 14.0.6'
	program clang-17 'Debian clang version 17.0.1'
	expect "$(yes_no host_clang)" yes 'an old clang beside a good one'
	host_lacks() { echo 'clang >= 17'; }
	expect "$(yes_no native)" no 'a host that lacks something'
	host_lacks() { :; }
	expect "$(yes_no native)" yes 'a host that has everything'
	expect "$(CGFIFO_NATIVE=0 yes_no native)" no 'CGFIFO_NATIVE=0'
	program meson 1.9.2
	touch "$TOP/build/build.ninja"
	echo '{"meson_version": {"full": "1.9.2", "major": 1}}' >"$info"
	host_lacks() { echo criterion; }
	expect "$(yes_no native)" yes 'a folder that the host made'
	touch "$TOP/build/.private"
	expect "$(yes_no native)" no 'a folder that the private root made'
	rm "$TOP/build/.private"
	program meson 1.7.0
	expect "$(yes_no native)" no 'a folder of another meson'
	# A private root that did not get as far as a folder, and then the host.
	program meson 1.9.2
	rm "$TOP/build/build.ninja"
	touch "$TOP/build/.private"
	host_lacks() { :; }
	builder() { [[ $2 != setup ]] || touch "$TOP/build/build.ninja"; }
	build_main >/dev/null
	expect "$(yes_no native)" yes 'a folder that the host made after the private root could not'
	rm "$TOP/build/build.ninja"
}

# accel QEMU-PRINTS: what is decided when QEMU prints that.
accel() {
	(
		PRINTS=$1
		kernel_need() { mkdir -p "$KERNELS/7.3" && echo "$VERSION" >"$KERNELS/7.3/version"; }
		initrd_make() { :; }
		# shellcheck disable=SC2317
		root_run() { echo "$PRINTS"; false; }
		vm_accel 2>/dev/null
	)
}

test_what_runs_a_guest() {
	KVM=$work/no-kvm VERSION=7.3.4
	expect "$(accel 'Run /init as init process')" tcg 'no /dev/kvm'
	KVM=$work/kvm && touch "$KVM"
	expect "$(accel 'KVM: entry failed')" tcg 'a kernel that does not boot'
	expect "$(accel 'Run /init as init process')" tcg 'what was found out is kept'
	VERSION=7.3.5
	expect "$(accel '[    1.0] Run /init as init process')" kvm 'a kernel that boots, with a newer version'
	expect "$(accel '')" kvm 'and that is kept'
	guest() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$SOURCE/tests/vm python3 -c "
from harness import machine, scenario
print(*machine.Machine.accel(scenario.Settings('4', '$1', '2048', ''), '$2'))"; }
	expect "$(guest no kvm)" '-accel kvm -cpu host' 'a guest under KVM'
	expect "$(guest 3 kvm)" '-accel tcg -icount shift=3,sleep=off -cpu max,-rdrand,-rdseed' 'measured, with KVM'
	expect "$(guest no tcg)" '-accel tcg,thread=multi -cpu max,-rdrand,-rdseed' 'without KVM'
}

test_kernels() {
	local -a options=()
	local one=$work/one/bzImage two=$work/two/bzImage
	mkdir -p "${one%/*}" "${two%/*}"
	{ head -c 514 /dev/zero; echo HdrS; } >"$one"
	cp "$one" "$two"
	expect "$(kernel_file "$one" && cat "$(kernel_dir "$one")/version")" custom 'a bzImage'
	expect "$(yes_no test "$(kernel_dir "$one")" = "$(kernel_dir "$two")")" no 'two paths, one folder'
	options=(--kernel "$(vm_label "$one")=x")
	expect "$(vm_label "$two")" bzImage-2 'a second one of that name'
	head -c 1000 /dev/zero >"$one"
	expect "$( (kernel_file "$one") 2>&1 | head -n 1)" "dev: '$one' is not a bzImage" 'something else'
}

# Of 7.2, which few scenarios are for, just what those that run need.
# shellcheck disable=SC2034 # for vm_kernels()
test_which_kernels() {
	local -a kernels=() words=() options=()
	local action=scenarios
	mkdir -p "$TOP/tests/vm"
	echo '# vm: smp=2' >"$TOP/tests/vm/plain.sh"
	echo '# vm: kernels=7.3,6.12,7.2 smp=2' >"$TOP/tests/vm/both.sh"
	echo '# vm: smp=2 kernels=7.2-bpo' >"$TOP/tests/vm/faulty.sh"
	asked() { words=("$@") && vm_kernels && echo "${kernels[*]}"; }
	expect "$(asked)" '7.3 6.12 7.2 7.2-bpo' 'all scenarios'
	expect "$(asked plain)" '7.3 6.12' 'one that is not for 7.2'
	expect "$(asked both.sh plain)" '7.3 6.12 7.2' 'one that is'
	expect "$(asked tests/vm/both.sh) $(asked both@2)" '7.3 6.12 7.2 7.3 6.12 7.2' 'its file, and one of its sizes'
	expect "$(asked faulty)" '7.3 6.12 7.2-bpo' 'one of the faulty one'
}

# need NAME: what kernel_need ends with.
need() {
	local status=0
	(kernel_need "$1") >/dev/null 2>&1 || status=$?
	echo "$status"
}

test_no_network() {
	local ROOT=$work/root
	mkdir -p "$ROOT/etc/apt" "$KERNELS/7.2"
	echo 'deb [signed-by=/key] file:///nowhere trixie main' >"$ROOT/etc/apt/sources.list"
	expect "$(kernel_sources forky)" 'deb [signed-by=/key check-valid-until=no] file:///nowhere forky main' 'where 7.2 is from'
	root_need() { :; }
	root_run() { echo 'no network'; false; }
	rm -rf "$KERNELS/7.3"
	expect "$(need 7.3) $(need 7.2) $(need 7.2-bpo)" '1 3 3' 'kernels that cannot be had'
	echo 7.2.12+deb13-cloud-amd64 >"$KERNELS/7.2/version"
	expect "$(need 7.2)" 3 "an older checkout's 7.2, of the backports"
	echo 7.2.12+deb14-cloud-amd64 >"$KERNELS/7.2/version"
	expect "$(need 7.2)" 0 'one in the cache'
}

# A kernel that another ./dev has got meanwhile: nobody has to wait for all that this one does with it.
test_waited_for() {
	local asked=0
	root_need() { :; }
	kernel_is_here() { ((asked++)); }
	kernel_debian 7.3
	expect "$asked $(yes_no flock -n "$CACHE/lock" true)" '2 yes' 'the lock, with a kernel that came meanwhile'
}

# Tools that another ./dev has got meanwhile, and uses by now, stay where they are.
# shellcheck disable=SC2034,SC2154,SC2317 # for those who want the tools
test_tools_of_others() {
	local ROOT=$work/tools-root SELINUX=$work/selinux CHECKING=$work/checking TOP=$SOURCE
	local PACKAGES=$SOURCE/tests/env/packages PACKING=$SOURCE/tests/env/packages-packing
	mkdir -p "$ROOT" "$SELINUX" "$CHECKING"
	root_need() { :; }
	root_lists() { :; }
	root_run() { touch "$work/again"; }
	lock_cache() { echo "$hash" | tee "$ROOT/.cgfifo-packing" "$SELINUX/made-by" "$CHECKING/.of" >/dev/null; }
	pack_need >/dev/null
	expect "$(yes_no test -e "$work/again")" no "packaging tools that came meanwhile, once more"
	rm -f "$SELINUX/made-by" "$work/again"
	selinux_need >/dev/null
	expect "$(yes_no test -e "$work/again")" no "SELinux's tools"
	rm -f "$CHECKING/.of" "$work/again"
	checking_need >/dev/null
	expect "$(yes_no test -e "$work/again")" no 'tools for checks'
}

# A step that stops in the middle, as on a full disk, leaves a piece of what it makes. Nothing takes it for
# the whole, now or the next time.
test_half_made() {
	local ROOT=$work/half KERNELS=$work/half/kernels dir=$work/half/kernels/7.3
	mkdir -p "$dir/modules/lib/modules" "$ROOT/usr/bin"
	touch "$ROOT/usr/bin/busybox"
	echo old >"$ROOT/.cgfifo-packages"
	root_need() { :; }
	# shellcheck disable=SC2317
	root_run() {
		[[ $* != *mkfs.erofs* ]] || echo half >"${*: -2:1}"
		false
	}
	expect "$(yes_no made initrd_modules "$dir" "$work/half" 7.3.4) $(ls "$dir")" 'no modules' 'modules for a guest'
	expect "$(yes_no made kernel_unpacked)" no 'a kernel without the list of its modules'
	expect "$(yes_no kernel_is_here 7.3)" no 'and the next time'
	image_hash() { echo new; }
	echo old >"$GUEST_IMAGE.of"
	echo old >"$GUEST_IMAGE"
	expect "$(yes_no made image_need) $(yes_no test -e "$GUEST_IMAGE.of")" 'no no' 'a guest image'
	cp() { false; }
	mkdir -p "$work/shared/kernels"
	touch "$work/shared/kernels/vmlinuz-6.12-scx"
	expect "$(yes_no made kernel_612) $(yes_no test -e "$KERNELS/6.12/version")" 'no no' 'a copy of a kernel'
}

# What a checkout boots has the guest's files of that checkout, also while another one boots the same kernel.
test_two_checkouts() {
	local ROOT=$work/guest-root KERNELS=$work/guest-kernels name
	# shellcheck disable=SC2317
	root_run() { cat; }
	mkdir -p "$ROOT/usr/bin" "$KERNELS/7.3"
	touch "$ROOT/usr/bin/busybox"
	echo 7.3.4 >"$KERNELS/7.3/version"
	for name in one two; do
		mkdir -p "$work/$name/tests/vm/guest/etc/systemd/system"
		touch "$work/$name/tests/vm/guest/"{init,masked,"of-$name"}
		TOP=$work/$name initrd_make "$KERNELS/7.3"
	done
	expect "$(cat "$work"/{one,two}/build/initrd-7.3.cpio 2>&1 | grep -o 'of-.*' | xargs)" 'of-one of-two' 'what two checkouts boot'
}

# made COMMAND...: as a step is called whose failure is reported: there, bash goes on after what fails.
made() { ("$@" || die 'not made') >/dev/null 2>&1; }

# A kernel whose packages have come and are unpacked.
# shellcheck disable=SC2317
kernel_unpacked() {
	kernel_fetch() { mkdir -p "$2/debs" && echo 7.3.4 >"$2/version" && touch "$2/debs/one.deb"; }
	dpkg-deb() { mkdir -p "$3/usr/lib/modules/7.3.4" && touch "$3/usr/lib/modules/7.3.4/"{vmlinuz,config}; }
	kernel_debian 7.3
}

# What is mistyped, or asks for help, removes nothing.
test_clean() {
	local TOP=$work/clean CACHE=$work/clean-cache
	mkdir -p "$TOP/build" "$CACHE"
	(clean_main --help) 2>/dev/null || true
	(clean_main --cahce) 2>/dev/null || true
	expect "$(yes_no test -d "$TOP/build")" yes 'clean with a word that it does not know'
	clean_main
	expect "$(yes_no test -d "$TOP/build") $(yes_no test -d "$CACHE")" 'no yes' 'clean'
	clean_main --cache >/dev/null
	expect "$(yes_no test -d "$CACHE")" no 'clean --cache'
}

# A number is one of ten, also with a nought before it.
# shellcheck disable=SC2317
test_soak() {
	build_main() { :; }
	vm_main() { printf '%s ' "$@"; }
	expect "$(soak_main --minutes 08 --smp 010 | grep -oE -- '--smp [0-9]+|SECONDS=[0-9]+' | xargs)" '--smp 10 SECONDS=480' \
		'soak for 08 minutes'
	expect "$( (soak_main --smp 3) 2>&1 | head -n 1)" 'dev: soak: --smp wants four CPUs or more' 'soak with too few CPUs'
}

# Where messages send whoever mistyped a check.
test_help() {
	expect "$(lint_main --help 2>&1)" "./dev lint [CHECK...]; there are: style shell spelling analyzer tidy cppcheck proofs" 'lint --help'
}

# A shell would wait for ever for who cannot type.
test_no_terminal() {
	vm_run() { echo "$1"; }
	expect "$( (vm_main) 2>&1 </dev/null | head -n 1)" 'dev: vm: a shell needs a terminal' 'a shell without a terminal'
	expect "$(vm_main exec true </dev/null)" exec 'a command without a terminal'
}

# A package is the first that is made in a checkout.
# shellcheck disable=SC2317
test_package() {
	local TOP=$work/fresh
	pack_need() { :; }
	pack_oci() { ls -d "$TOP/build"; }
	expect "$(pack_main oci 2>&1 | tail -n 1)" "$TOP/build" 'where packages are made'
}

# What ./dev sources is checked with it, and what it starts by itself.
test_shell_files() {
	local TOP=$SOURCE
	# shellcheck disable=SC2317
	root_run() { printf '%s\n' dev tests/env/say.sh tests/env/enter tests/env/portable.sh tests/env/packages; }
	expect "$(shell_files | xargs)" 'dev tests/env/enter tests/env/portable.sh' 'scripts for shellcheck'
}

# What reads a build makes one.
# shellcheck disable=SC2317
test_lint_builds() {
	root_run() { :; }
	build_main() { echo builds >>"$work/lint"; }
	builder() { false; }
	lint_tidy >/dev/null && lint_cppcheck >/dev/null
	expect "$(xargs <"$work/lint")" 'builds builds' 'lint in a fresh checkout'
	build_main() { echo 'x.c:1: error'; die 'the build failed' "the compiler's message is above"; }
	expect "$( (lint_tidy; lint_cppcheck) 2>/dev/null | grep -c error)" 2 'what the compiler complains about'
}

# Where git does not answer, nobody knows whether all is in place.
test_release() {
	# shellcheck disable=SC2317
	release_git() { false; }
	expect "$(yes_no release_clean) $(yes_no release_untagged 1.0.0) $(yes_no release_picture)" 'no no no' 'a release without git'
	# shellcheck disable=SC2317
	release_git() { [[ $1 != log ]] || echo "${*: -1}" | wc -c; }
	expect "$(yes_no release_clean) $(yes_no release_untagged 1.0.0) $(yes_no release_picture)" 'yes yes no' 'a picture older than the demo'
}

# long_step: what a long step starts leaves its number.
# shellcheck disable=SC2317
long_step() { bash -c 'sleep 60 & echo $! >"$0"; wait' "$work/child"; }

test_interrupted() {
	local pid child
	quietly 'long step' x -- long_step 2>/dev/null &
	pid=$!
	until [[ -s $work/child ]]; do sleep 0.1; done
	kill -TERM "$pid"
	wait "$pid" || true
	child=$(<"$work/child")
	sleep 0.2
	expect "$(yes_no grep -qs '^State:.[^Z]' "/proc/$child/status")" no 'a step that was broken off goes on'
}

# What is killed cannot end what it runs: the kernel does.
test_killed() {
	local pid
	mkfifo "$work/held"
	contained bash -c 'echo runs; sleep 60; true' >"$work/held" &
	pid=$!
	exec 9<"$work/held"
	read -r -u 9 _
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	expect "$(timeout 5 cat <&9; echo $?)" 0 'what was contained goes on'
	exec 9<&-
}

test_where_to_build
test_what_runs_a_guest
test_kernels
test_which_kernels
test_clean
test_help
test_release
for name in no_network no_terminal soak shell_files package lint_builds waited_for tools_of_others half_made two_checkouts; do
	("test_$name" && exit "$failed") || failed=1 # its stand-ins end with it
done
test_interrupted
test_killed
exit "$failed"
