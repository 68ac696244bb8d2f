#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The image, as an archive in the OCI layout: by buildah, or by podman, which has the same in it. No
# daemon, no network; same input, same digest.
# In: a folder, an installation with a static program. Out: FOLDER/cgfifo.oci.tar. ./dev build oci.
#
#   skopeo copy oci-archive:build/packages/cgfifo.oci.tar docker://REGISTRY/cgfifo:VERSION
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$1 installed=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n "s/^[[:space:]]*version: '\([^']*\)',$/\1/p" "$top/meson.build" | head -n 1)

tool=$(command -v buildah || command -v podman) || { echo 'neither buildah nor podman is here' >&2; exit 1; }
manage() { "$tool" --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }

mkdir -p "$work/context/run/cgfifo/agent" "$work/context/usr/share/licenses/cgfifo" "$work/context/usr/bin"
install -m 755 "$installed/usr/bin/cgfifo" "$work/context/usr/bin/"
mkdir -p "$work/context/usr/lib"
cp -r "$installed/usr/lib/cgfifo" "$work/context/usr/lib/"
cp -r "$installed/usr/libexec" "$work/context/usr/"
install -m 644 "$top/LICENSE" "$work/context/usr/share/licenses/cgfifo/"

manage build --quiet --isolation chroot --timestamp 0 --layers=false \
	--build-arg "VERSION=$version" --tag "cgfifo:$version" -f "$top/container/Containerfile" "$work/context"
manage push --quiet "cgfifo:$version" "oci:$work/image:$version"
mkdir -p "$out"
tar -C "$work/image" -cf "$out/cgfifo.oci.tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner .
