#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgfifo with the files that belong to it, as if installed with the prefix /usr, in a form that runs on any
# distribution or on none: the program is static. cgfifo-names cannot be, as libcurl is not to be had so;
# it comes with its libraries and their loader, in a folder of its own.
# Out: build/portable-root; build/portable and build/portable-names are where it is compiled.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=$top/build/portable names=$top/build/portable-names root=$top/build/portable-root
libs=/usr/libexec/cgfifo/lib
cd "$top"

# configure FOLDER OPTION...: once, and again when this script has changed.
configure() {
	local folder=$1
	shift
	[[ ! -e $folder/build.ninja || $folder/build.ninja -ot ${BASH_SOURCE[0]} ]] || return 0
	rm -rf "$folder"
	meson setup "$folder" --prefix=/usr --buildtype=release -Dstrip=true -Dtests=disabled "$@"
}

cc -O2 -c tests/env/portable.c -o "$top/build/portable.o"
# libcap is what libsystemd.a needs and its .pc does not say.
configure "$build" --prefer-static -Dc_link_args="['-static','$top/build/portable.o','-lcap']" \
	-Dbpf=enabled -Dlibcgroup=enabled -Dman=enabled -Dnames=disabled
configure "$names" -Dbpf=disabled -Dlibcgroup=disabled -Dman=disabled -Dnames=enabled
meson compile -C "$build"
meson compile -C "$names" cgfifo-names:executable

rm -rf "$root"
DESTDIR=$root meson install -C "$build" --no-rebuild
install -m 644 "$names/src/units/cgfifo-names.service" src/units/cgfifo-names.socket "$root/usr/lib/systemd/system/"

program=$root/usr/libexec/cgfifo/cgfifo-names
mkdir -p "$root$libs"
strip -o "$program" "$names/src/cgfifo-names"
cp -L /lib64/ld-linux-x86-64.so.2 "$root$libs/"
ldd "$program" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | xargs cp -L -t "$root$libs"
# DT_RPATH, and not RUNPATH: it is also for the libraries of libraries.
patchelf --set-interpreter "$libs/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libs" "$program"
