#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A static cgfifo with the files that belong to it, as if installed with the prefix /usr.
# Out: build/portable-root; build/portable is where it is compiled.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=$top/build/portable
cd "$top"

if [[ ! -e $build/build.ninja ]]; then
	rm -rf "$build"
	mkdir -p "$build"
	cc -O2 -c tests/env/portable.c -o "$build/portable.o"
	# libcap is what libsystemd.a needs and its .pc does not say.
	meson setup "$build" --prefix=/usr --buildtype=release --prefer-static -Dstrip=true \
		-Dc_link_args="['-static','$build/portable.o','-lcap']" \
		-Dbpf=enabled -Dlibcgroup=enabled -Dman=enabled -Dtests=disabled
fi
meson compile -C "$build"
rm -rf "$top/build/portable-root"
DESTDIR=$top/build/portable-root meson install -C "$build" --no-rebuild
