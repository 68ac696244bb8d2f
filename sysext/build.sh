#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The system extension: one file that systemd-sysext lays over a read-only /usr. Never anything in
# /etc: that would be a confext, which makes all of /etc read-only.
# In: a folder, an installation with a static program. Out: FOLDER/cgfifo.raw. ./dev build sysext.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
out=$1 installed=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

units=$work/tree/usr/lib/systemd/system
mkdir -p "$work/tree"
cp -a "$installed/usr" "$work/tree/"
mkdir -p "$work/tree/usr/lib/extension-release.d" "$units/multi-user.target.upholds"
case $(uname -m) in
x86_64) architecture=x86-64 ;;
aarch64) architecture=arm64 ;;
*) architecture=$(uname -m) ;;
esac
sed "s/@ARCHITECTURE@/$architecture/" "$here/extension-release.cgfifo" \
	>"$work/tree/usr/lib/extension-release.d/extension-release.cgfifo"
# Whoever adds the image wants the service, and nobody can enable what comes and goes with a file;
# "systemctl mask cgfifo" is how not to. Upheld, and not wanted, so that it also starts in a system
# that is up when the image is added.
ln -s ../cgfifo.service "$units/multi-user.target.upholds/cgfifo.service"
# Presets have nothing to say then.
rm -r "$work/tree/usr/lib/systemd/system-preset"

# erofs, which the kernels of Fedora CoreOS and MicroOS have; and it is the same image from the same input.
mkfs.erofs --quiet -zlz4hc,12 -C65536 -T0 --all-root -U 00000000-0000-0000-0000-000000000000 \
	"$work/cgfifo.raw" "$work/tree" >/dev/null
mkdir -p "$out"
mv "$work/cgfifo.raw" "$out/"
