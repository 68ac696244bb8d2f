# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Parts of the kernel's own source, from the distribution's package: never in the repository, and in the cache only
# while something is compiled of them.

# linux_source SERIES FOLDER WHAT PATTERN...: what matches a PATTERN in the newest linux-source-SERIES, in
# FOLDER/source. WHAT is for the reader. FOLDER/work is gone afterwards.
linux_source() {
	local series=$1 dir=$2 what=$3
	shift 3
	say "getting linux-source-$series for $what (160 MB)"
	mkdir -p "$dir/work" "$dir/source"
	quietly 'kernel source' '^Get' -- root_run bash -c 'cd "$0" && apt-get -q download "linux-source-$1"' \
		"$dir/work" "$series" || return 1
	quietly 'unpacking kernel source' . -- root_run bash -euc '
		cd "$0"
		dpkg-deb -x work/linux-source-*.deb work/all
		tar -C source --strip-components=1 --wildcards -xf work/all/usr/src/linux-source-*.tar.xz "$@"
		rm -rf work' "$dir" "$@"
}
