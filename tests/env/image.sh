# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the test VM boots besides a kernel.
# In: the private root, a kernel's folder, tests/vm/guest/. Out:
#   $CACHE/guest.erofs       the root without compilers and QEMU, read-only, uncompressed
#                            (under TCG every byte to inflate is emulated work)
#   KERNEL/modules.erofs     the kernel's modules, where it has any
#   build/initrd-KERNEL.cpio busybox, the modules to mount the above, tests/vm/guest/ of this checkout

GUEST_IMAGE=$CACHE/guest.erofs

# image_need: makes sure that the image fits the root.
image_need() {
	root_need
	[[ $(cat "$GUEST_IMAGE.of" 2>/dev/null) == "$(image_hash)" ]] && return
	lock_cache
	if [[ $(cat "$GUEST_IMAGE.of" 2>/dev/null) != "$(image_hash)" ]]; then
		say 'making the guest image from the private root'
		quietly 'guest image' '.' -- image_make ||
			die 'cannot make the guest image' "see $CACHE/log/guest-image.log"
		image_hash >"$GUEST_IMAGE.of"
	fi
	exec 9>&-
}

image_hash() { cat "$ROOT/.cgfifo-packages" "$TOP/tests/env/image.sh" | sha256sum | cut -c1-16; }

# image_make: everything a guest has no use for stays out.
image_make() {
	local out
	out='^(dev|proc|sys|tmp|run|boot|root|home|mnt|media)/.'
	out+='|^usr/lib/(llvm-19|gcc|gcc-.*|git-core|valgrind|modules|python3/dist-packages|clang|bfd-plugins)(/|$)'
	out+='|^usr/lib/(cni|debug|lib32|linux|python3.13/(test|pydoc_data|idlelib|ensurepip))(/|$)'
	out+='|^usr/(lib32|libx32|include|src|local|games)(/|$)'
	out+='|^usr/libexec/(valgrind|gcc|git-core|podman/podman-testing)(/|$)'
	out+='|^usr/share/(doc|man|info|locale|qemu|seabios|ipxe|perl|zoneinfo|i18n|gdb|vim|codespell|clang)(/|$)'
	out+='|^usr/share/(cppcheck|bash-completion|zsh|meson|mesonpy|fonts|X11)(/|$)'
	out+='|^var/(cache|lib/apt|log|lib/dpkg/info|tmp)/.'
	out+='|^usr/bin/(qemu-.*|clang.*|x86_64-linux-gnu-.*|gcc.*|cpp.*|llvm-.*|lto-dump.*|shellcheck|cppcheck.*|git.*|perl.*)$'
	out+='|^usr/lib/x86_64-linux-gnu/(lib(LLVM|clang|LTO|perl|gallium|icu|z3|git2|capstone|pfm|tsan|hwasan|lsan).*)$'
	out+='|^usr/lib/x86_64-linux-gnu/(perl.*|qemu|.*\.a|dri|gconv|cppcheck|ldscripts|gprofng)(/|$)'
	rm -f "$GUEST_IMAGE" "$GUEST_IMAGE.of"
	root_run bash -c 'mkfs.erofs --quiet -T0 --all-root -x1 --exclude-regex="$1" "$2" "$3"' - \
		"$out" "$GUEST_IMAGE.new" "$ROOT" || return 1
	mv "$GUEST_IMAGE.new" "$GUEST_IMAGE"
}

# initrd_of FOLDER: where the initrd of this checkout for a kernel's folder is.
initrd_of() { printf '%s/build/initrd-%s.cpio\n' "$TOP" "${1##*/}"; }

# initrd_make FOLDER: the initrd (and FOLDER/modules.erofs).
initrd_make() {
	local dir=$1 work version initrd
	initrd=$(initrd_of "$dir")
	mkdir -p "$TOP/build"
	version=$(cat "$dir/version")
	work=$(mktemp -d "$CACHE/initrd.XXXXXX")
	mkdir -p "$work"/{bin,dev,proc,sys,lower,rw,new,modules}
	cp "$ROOT/usr/bin/busybox" "$work/bin/busybox"
	cp -r "$TOP/tests/vm/guest" "$work/guest"
	initrd_masks "$work/guest/etc/systemd"
	install -m 755 "$TOP/tests/vm/guest/init" "$work/init"
	[[ ! -d $dir/modules ]] || initrd_modules "$dir" "$work" "$version"
	(cd "$work" && find . | LC_ALL=C sort | root_run cpio --quiet -o -H newc -R 0:0 -D "$work") >"$initrd.$$"
	mv "$initrd.$$" "$initrd"
	rm -rf "$work"
}

# initrd_masks FOLDER: units and generators that a guest has no use for. Made here, not in
# the guest, where each program that starts costs 20 ms.
initrd_masks() {
	local unit generator
	mkdir -p "$1/system-generators"
	while read -r unit; do
		[[ $unit == '#'* ]] || ln -s /dev/null "$1/system/$unit"
	done <"$TOP/tests/vm/guest/masked"
	for generator in "$ROOT"/usr/lib/systemd/system-generators/*; do
		ln -s /dev/null "$1/system-generators/${generator##*/}"
	done
}

# initrd_modules FOLDER WORK VERSION: plain .ko files in load order.
initrd_modules() {
	local dir=$1 work=$2 version=$3 module file to n=10
	for module in $GUEST_MODULES; do
		while read -r _ file _; do
			n=$((n + 1))
			to=$work/modules/$n-$(basename "${file%.xz}")
			case $file in
			*.xz) root_run xz -dc "$file" >"$to" ;;
			*.ko) cp "$file" "$to" ;;
			esac
		done < <(root_run modprobe -d "$dir/modules" -S "$version" --show-depends "$module" | grep ^insmod)
	done
	[[ ! -e $dir/modules.erofs ]] || return 0
	root_run mkfs.erofs --quiet -T0 --all-root "$dir/modules.erofs.$$" "$dir/modules/lib/modules" >/dev/null || {
		rm -f "$dir/modules.erofs.$$"
		return 1
	}
	mv "$dir/modules.erofs.$$" "$dir/modules.erofs"
}
