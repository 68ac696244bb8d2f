# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Linux 6.12 with sched_ext from Debian's linux-source-6.12, for the test VM.
# In: tests/env/kernel-6.12.config, packages of the private root's Debian.
# Out: $CACHE/kernels/6.12. Ten minutes on two cores; a broken-off build continues.

# Needed only here, so not in tests/env/packages.
KERNEL_BUILD_PACKAGES='bc bison flex libelf-dev libssl-dev dwarves make gcc xz-utils rsync'

kernel_build_612() {
	local work=$CACHE/kernels/6.12-build
	root_need
	root_lists
	[[ -e $work/.unpacked ]] || kernel_source_612 "$work"
	quietly 'kernel build tools' '^(Get|Setting up)' -- root_run \
		env DEBIAN_FRONTEND=noninteractive bash -c "apt-get -q -y install $KERNEL_BUILD_PACKAGES && apt-get clean" ||
		die 'cannot install the tools to build a kernel' 'check the network, then run this again'
	say 'compiling Linux 6.12 (10 minutes on two cores)'
	quietly 'kernel files' '^  (CC|LD|AR|AS)' 'about 2450' -- root_run nice bash -euc '
		cd "$0"
		make -s tinyconfig
		scripts/kconfig/merge_config.sh -m .config "$1" >merge.log
		make -s olddefconfig
		grep -q CONFIG_SCHED_CLASS_EXT=y .config
		make -j"$(nproc)" bzImage' "$work/source" "$TOP/tests/env/kernel-6.12.config" ||
		die 'the kernel did not build' "the log is $CACHE/log/kernel-files.log"
	mkdir -p "$KERNELS/6.12"
	cp "$work/source/arch/x86/boot/bzImage" "$KERNELS/6.12/vmlinuz"
	cp "$work/source/.config" "$KERNELS/6.12/config"
	printf '6.12\n' >"$KERNELS/6.12/version"
	rm -rf "$work"
}

# kernel_source_612 FOLDER: the newest linux-source-6.12, unpacked into FOLDER/source.
kernel_source_612() {
	local work=$1
	say 'getting linux-source-6.12 (150 MB)'
	rm -rf "$work"
	mkdir -p "$work/deb" "$work/source"
	quietly 'kernel source' '^Get' -- root_run bash -c 'cd "$0" && apt-get -q download linux-source-6.12' "$work/deb" ||
		die 'cannot download linux-source-6.12' 'check the network, then run this again'
	quietly 'unpacking the kernel' . -- root_run bash -euc '
		cd "$0"
		dpkg-deb -x deb/linux-source-6.12_*.deb all
		tar -C source --strip-components=1 -xf all/usr/src/linux-source-6.12.tar.xz
		rm -rf all deb' "$work" || die 'cannot unpack linux-source-6.12' "is there room in $CACHE?"
	touch "$work/.unpacked"
}
