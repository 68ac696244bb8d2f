#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Inside the private Debian: unpacks packages into a folder of their own, without what they depend on.
# Out: FOLDER/usr.
# Usage: check-tools.sh FOLDER PACKAGE...
set -euo pipefail
folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder/debs"
cd "$folder/debs"
apt-get -q download "$@"
for deb in *.deb; do dpkg-deb -x "$deb" "$folder"; done
cd "$folder"
rm -rf debs usr/share/doc usr/share/man
