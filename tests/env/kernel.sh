# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kernels for the test VM, each a folder $CACHE/kernels/NAME with vmlinuz and,
# where the kernel has modules, modules/ (the few a guest needs) and version.
# In: a name (7.3, 7.2, 6.12) or the path of a bzImage. Out: the folder's path.

KERNELS=$CACHE/kernels
# Modules that a guest needs to find its root; others are loaded from the root.
GUEST_MODULES='virtio_blk erofs overlay'

# kernel_need NAME: makes sure of the kernel's folder; 3 = cannot be had here.
kernel_need() {
	case $1 in
	7.3 | 7.2) kernel_debian "$1" ;;
	6.12) kernel_612 ;;
	*) kernel_file "$1" ;;
	esac
}

# kernel_dir NAME: its folder.
kernel_dir() {
	case $1 in
	7.3 | 7.2 | 6.12) printf '%s\n' "$KERNELS/$1" ;;
	*) printf '%s/custom-%s\n' "$KERNELS" "$(realpath -m "$1" | sha256sum | cut -c1-12)" ;;
	esac
}

# kernel_debian SERIES: the newest cloud kernel of SERIES in trixie-backports.
kernel_debian() {
	local dir=$KERNELS/$1 work=$KERNELS/$1.new name version
	[[ -e $dir/version ]] && return
	root_need
	lock_cache
	[[ ! -e $dir/version ]] || return 0
	root_lists
	name=$(root_run apt-cache pkgnames "linux-binary-$1." | grep -E 'cloud-amd64$' | sort -V | tail -n 1)
	if [[ -z $name && $1 == 7.2 ]]; then
		exec 9>&-
		return 3
	fi
	[[ -n $name ]] || die "Debian's backports have no linux-binary-$1.*-cloud-amd64 any more" \
		"give another kernel: --kernel PATH-OF-A-BZIMAGE, or ./dev kernel 6.12"
	version=${name#linux-binary-}
	say "getting Linux $version from trixie-backports (37 MB)"
	rm -rf "$work"
	mkdir -p "$work/debs"
	quietly 'kernel' '^Get' -- root_run bash -c 'cd "$0" && apt-get -q download "$@"' \
		"$work/debs" "$name" "linux-modules-$version" "linux-base-$version" ||
		die 'cannot download the kernel' 'check the network, then run this again'
	kernel_unpack "$work" "$version"
	rm -rf "$dir"
	mv "$work" "$dir"
	exec 9>&-
}

# kernel_unpack FOLDER VERSION: debs/ -> vmlinuz, config, modules/, version.
kernel_unpack() {
	local work=$1 version=$2 deb from
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/all"
	done
	from=$work/all/usr/lib/modules/$version
	[[ -r $from/vmlinuz ]] || die "linux-binary-$version has no vmlinuz where it was expected" \
		"looked for usr/lib/modules/$version/vmlinuz; the package's layout changed: fix kernel_unpack"
	mv "$from/vmlinuz" "$work/vmlinuz"
	mv "$from/config" "$work/config"
	mkdir -p "$work/modules/lib/modules"
	mv "$from" "$work/modules/lib/modules/"
	root_run depmod -b "$work/modules" "$version"
	rm -rf "$work/all" "$work/debs"
	printf '%s\n' "$version" >"$work/version"
}

# kernel_612: 6.12 with sched_ext, which Debian's own 6.12 has off.
kernel_612() {
	local dir=$KERNELS/6.12 shared=$TOP/../shared/kernels/vmlinuz-6.12-scx
	[[ -e $dir/version ]] && return
	[[ -r $shared ]] || return 3
	mkdir -p "$dir"
	cp "$shared" "$dir/vmlinuz"
	printf '6.12\n' >"$dir/version"
}

# kernel_file PATH: somebody's own kernel, everything built in. As it is now: it may be built again.
kernel_file() {
	local dir
	dir=$(kernel_dir "$1")
	[[ -r $1 ]] || die "no kernel '$1'" 'known: 7.3, 7.2, 6.12, or the path of a bzImage'
	dd if="$1" bs=1 skip=514 count=4 2>/dev/null | grep -qx HdrS || die "'$1' is not a bzImage" \
		'it is arch/x86/boot/bzImage in a kernel tree that was built, /boot/vmlinuz-VERSION where it is installed'
	mkdir -p "$dir"
	cp "$1" "$dir/vmlinuz"
	printf 'custom\n' >"$dir/version"
}
