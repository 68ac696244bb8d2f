#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The version is in meson.build. The RPM and names of images have to repeat it, and must say the same;
# the snap must not repeat it, but take it from there.
# Usage: check-versions.sh TOP
set -euo pipefail
cd "$1"

field() { # field NAME FILE: what stands behind NAME: at the start of a line
	sed -n "s/^$1:[[:space:]]*//p" "$2"
}

# The first version: in meson.build is that of project().
meson=$(sed -n "s/^[[:space:]]*version: '\([^']*\)',\$/\1/p" meson.build | head -n 1)
[[ $meson =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "meson.build: no version, but '$meson'"; exit 1; }

failed=0
rpm=$(field Version rpm/cgfifo.spec)
if [[ $rpm != "$meson" ]]; then
	echo "rpm/cgfifo.spec: Version: $rpm, but $meson in meson.build"
	failed=1
fi
if [[ -n $(field version snap/snapcraft.yaml) || $(field adopt-info snap/snapcraft.yaml) != cgfifo ]]; then
	echo 'snap/snapcraft.yaml: must have adopt-info: cgfifo and no version: of its own'
	failed=1
fi

# The command with which the snap takes it.
set_version=$(sed -n 's/^[[:space:]]*craftctl set version="\$(\(.*\))"$/\1/p' snap/snapcraft.yaml)
snap=$(bash -c "$set_version")
if [[ $snap != "$meson" ]]; then
	echo "snap/snapcraft.yaml: takes '$snap' from meson.build, where $meson is written"
	failed=1
fi

# The names of the image and the RPMs, wherever somebody is to copy them from, and the SELinux module.
others=$(grep -rnoE 'cgfifo(-[a-z]+)*[:_-][0-9]+\.[0-9]+\.[0-9]+|^module cgfifo [0-9.]+|newTag: .*' butane container \
	docs/INSTALL.md docs/SECURITY.md rpm/combustion.sh rpm/selinux | grep -vE "[:_ -]${meson//./\\.}\$" || true)
if [[ -n $others ]]; then
	printf '%s\n' "$others" "but $meson in meson.build"
	failed=1
fi
exit "$failed"
