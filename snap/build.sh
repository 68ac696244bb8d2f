#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The snap, packed by snapd itself ("snap pack"), with the static program instead of snapcraft's parts.
# In: a folder, an installation with a static program. Out: FOLDER/cgfifo_VERSION_ARCH.snap.
# Called by ./dev build snap.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
out=$1 installed=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n "s/^[[:space:]]*version: '\([^']*\)',$/\1/p" "$here/../meson.build" | head -n 1)
case $(uname -m) in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*) architecture=$(uname -m) ;;
esac

mkdir -p "$work/snap/meta/hooks" "$work/snap/usr/bin" "$work/snap/usr/lib" "$work/snap/usr/libexec" "$work/snap/local"
install -m 755 "$installed/usr/bin/cgfifo" "$work/snap/usr/bin/"
cp -r "$installed/usr/lib/cgfifo" "$work/snap/usr/lib/"
# Its loader and libraries are where the snap is, whatever the revision.
cp -r "$installed/usr/libexec/cgfifo" "$work/snap/usr/libexec/"
patchelf --set-interpreter "/snap/cgfifo/current$(patchelf --print-interpreter "$installed/usr/libexec/cgfifo/cgfifo-names")" \
	--force-rpath --set-rpath '$ORIGIN/lib' "$work/snap/usr/libexec/cgfifo/cgfifo-names"
install -m 755 "$here"/local/{agent,mode,reload} "$work/snap/local/"
# Files, where snap/hooks has links.
install -m 755 "$here"/hooks/* "$work/snap/meta/hooks/"
python3 "$here/../tests/pkg/snap-yaml.py" "$here/snapcraft.yaml" "$version" "$architecture" \
	>"$work/snap/meta/snap.yaml"
SOURCE_DATE_EPOCH=0 snap pack "$work/snap" "$work"
mkdir -p "$out"
rm -f "$out"/cgfifo_*.snap
mv "$work"/*.snap "$out/"
