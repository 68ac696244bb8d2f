# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Kernels for the test VM, each a folder $CACHE/kernels/NAME with vmlinuz and,
# where the kernel has modules, modules/ (the few a guest needs) and version.
# In: a name (7.3, 7.2, 7.2-bpo, 6.12) or the path of a bzImage. Out: the folder's path.

KERNELS=$CACHE/kernels
# Modules that a guest needs to find its root; others are loaded from the root.
GUEST_MODULES='virtio_blk erofs overlay'

# kernel_need NAME: makes sure of the kernel's folder; 3 = cannot be had here.
kernel_need() {
	if [[ $1 == 6.12 ]]; then
		kernel_612
	elif kernel_suite "$1" >/dev/null; then
		kernel_debian "$1"
	else
		kernel_file "$1"
	fi
}

# kernel_dir NAME: its folder.
kernel_dir() {
	if [[ $1 == 6.12 ]] || kernel_suite "$1" >/dev/null; then
		printf '%s\n' "$KERNELS/$1"
	else
		printf '%s/custom-%s\n' "$KERNELS" "$(realpath -m "$1" | sha256sum | cut -c1-12)"
	fi
}

# kernel_suite NAME: where Debian has it; 1 = nowhere. 7.2-bpo was built with types that are faulty
# (docs/RELIABILITY.md).
kernel_suite() {
	case $1 in
	7.3 | 7.2-bpo) echo trixie-backports ;;
	7.2) echo forky ;;
	*) return 1 ;;
	esac
}

# kernel_debian NAME: the newest cloud kernel of its series in its suite. Only 7.3 is not to be done without.
kernel_debian() {
	local dir=$KERNELS/$1 work=$KERNELS/$1.new
	kernel_is_here "$1" && return
	root_need
	lock_cache
	if kernel_is_here "$1"; then
		exec 9>&-
		return
	fi
	rm -rf "$work"
	if ! kernel_fetch "$1" "$work"; then
		[[ $1 != 7.3 ]] || die "cannot get Linux 7.3 from $(kernel_suite 7.3)" 'check the network, then run this again' \
			'or give another kernel: --kernel PATH-OF-A-BZIMAGE, or ./dev kernel 6.12'
		rm -rf "$work"
		exec 9>&-
		return 3
	fi
	kernel_unpack "$work" "$(<"$work/version")" || die "cannot unpack Linux $1" "is there room in $CACHE?"
	rm -rf "$dir"
	mv "$work" "$dir"
	exec 9>&-
}

# kernel_is_here NAME: is it in the cache? 7.2 was that of the backports (deb13) once.
kernel_is_here() {
	local version
	version=$(cat "$KERNELS/$1/version" 2>/dev/null) || return 1
	[[ $1 != 7.2 || $version != *+deb13-* ]]
}

# kernel_fetch NAME FOLDER: its packages into FOLDER/debs, its version into FOLDER/version.
kernel_fetch() {
	local work=$2 suite version
	suite=$(kernel_suite "$1")
	mkdir -p "$work/lists/partial" "$work/debs"
	kernel_sources "$suite" >"$work/sources.list"
	quietly "packages of $suite" '^(Get|Hit)' -- kernel_apt "$work" apt-get -o APT::Update::Error-Mode=any update || return 1
	version=$(kernel_apt "$work" apt-cache pkgnames "linux-binary-${1%-bpo}." | sed -n 's/^linux-binary-\(.*-cloud-amd64\)$/\1/p' |
		sort -V | tail -n 1)
	[[ -n $version ]] || { note "$suite has no Linux ${1%-bpo} any more"; return 1; }
	say "getting Linux $version from $suite (37 to 52 MB)"
	(cd "$work/debs" && quietly 'kernel' '^Get' -- kernel_apt "$work" apt-get download "linux-binary-$version" \
		"linux-modules-$version" "linux-base-$version") || return 1
	printf '%s\n' "$version" >"$work/version"
	rm -rf "$work/lists" "$work/sources.list" "$work"/*.bin
}

# kernel_sources SUITE: a line of sources.list for the mirror of the root. That the list of forky is old is nothing
# bad: so is the kernel that is wanted.
kernel_sources() {
	local more=''
	[[ $1 != forky ]] || more=' check-valid-until=no'
	sed -n "s/^deb \[\(.*\)\] \([^ ]*\) trixie main$/deb [\1$more] \2 $1 main/p" "$ROOT/etc/apt/sources.list"
}

# kernel_apt FOLDER PROGRAM WORDS...: a program of apt's that knows FOLDER/sources.list and nothing else.
kernel_apt() {
	local dir=$1 program=$2
	shift 2
	root_run "$program" -q -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$dir/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$dir" "$@"
}

# kernel_unpack FOLDER VERSION: debs/ -> vmlinuz, config, modules/.
kernel_unpack() {
	local work=$1 version=$2 deb from
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/all" || return 1
	done
	from=$work/all/usr/lib/modules/$version
	[[ -r $from/vmlinuz ]] || die "linux-binary-$version has no vmlinuz where it was expected" \
		"looked for usr/lib/modules/$version/vmlinuz; the package's layout changed: fix kernel_unpack"
	mv "$from/vmlinuz" "$work/vmlinuz"
	mv "$from/config" "$work/config"
	mkdir -p "$work/modules/lib/modules"
	mv "$from" "$work/modules/lib/modules/"
	root_run depmod -b "$work/modules" "$version" || return 1
	rm -rf "$work/all" "$work/debs"
}

# kernel_612: 6.12 with sched_ext, which Debian's own 6.12 has off.
kernel_612() {
	local dir=$KERNELS/6.12 shared=$TOP/../shared/kernels/vmlinuz-6.12-scx
	[[ -e $dir/version ]] && return
	[[ -r $shared ]] || return 3
	mkdir -p "$dir"
	cp "$shared" "$dir/vmlinuz" || die "cannot copy $shared" "is there room in $CACHE?"
	printf '6.12\n' >"$dir/version"
}

# kernel_file PATH: somebody's own kernel, everything built in. As it is now: it may be built again.
kernel_file() {
	local dir
	dir=$(kernel_dir "$1")
	[[ -r $1 ]] || die "no kernel '$1'" 'known: 7.3, 7.2, 7.2-bpo, 6.12, or the path of a bzImage'
	dd if="$1" bs=1 skip=514 count=4 2>/dev/null | grep -qx HdrS || die "'$1' is not a bzImage" \
		'it is arch/x86/boot/bzImage in a kernel tree that was built, /boot/vmlinuz-VERSION where it is installed'
	mkdir -p "$dir"
	cp "$1" "$dir/vmlinuz" || die "cannot copy $1" "is there room in $CACHE?"
	printf 'custom\n' >"$dir/version"
}
