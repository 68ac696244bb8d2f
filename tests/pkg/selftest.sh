#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the checks of this folder find what they look for? Each gets files with one fault.
# Usage: selftest.sh TOP CGFIFO PYTHON INTRO-INSTALLED.JSON PREFIX
set -euo pipefail
top=$1 cgfifo=$2 python=$3 intro=$4 prefix=$5
pkg=$top/tests/pkg
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# shellcheck disable=SC2317 # fault() calls them
versions() { "$pkg/check-versions.sh" "$tree"; }
# shellcheck disable=SC2317
files() { "$python" "$pkg/check-files.py" "$tree/rpm/cgfifo.spec" "$tree/installed.json" "$prefix"; }
# shellcheck disable=SC2317
ignition() {
	local way
	for way in rpm sysext quadlet; do
		"$python" "$pkg/check-ignition.py" "$tree/butane/cgfifo-$way.bu" "$tree/ignition/cgfifo-$way.ign" \
			"$cgfifo" || return 1
	done
}
# shellcheck disable=SC2317
snap() { "$python" "$pkg/check-snap.py" "$tree/snap/snapcraft.yaml" "$cgfifo"; }

fresh() {
	local dir
	for dir in rpm snap butane ignition container docs; do
		rm -rf "${tree:?}/$dir"
		cp -r "$top/$dir" "$tree/$dir"
	done
	cp "$top/meson.build" "$tree/"
	cp "$intro" "$tree/installed.json"
}

# fault CHECK FILE SED-PROGRAM: the check finds what the program does to the file.
fault() {
	fresh
	sed "$3" "$tree/$2" >"$tree/changed"
	if cmp -s "$tree/changed" "$tree/$2"; then
		echo "$1: '$3' changes nothing in $2"
		failed=1
	fi
	cp "$tree/changed" "$tree/$2"
	if "$1" >"$tree/out" 2>&1; then
		echo "$1: passes after '$3' in $2"
		failed=1
	fi
}

# Without a fault, all pass.
fresh
for check in versions files ignition snap; do
	if ! "$check" >"$tree/out" 2>&1; then
		echo "$check: finds a fault where there is none:"
		cat "$tree/out"
		failed=1
	fi
done

fault versions meson.build "s/^\tversion: .*/\tversion: '9.9.9',/"
fault versions rpm/cgfifo.spec 's/^Version: .*/Version: 9.9.9/'
fault versions container/kubernetes/base/kustomization.yaml 's/newTag: .*/newTag: 9.9.9/'
fault versions butane/cgfifo-quadlet.bu 's/cgfifo:[0-9.]*/cgfifo:9.9.9/'
fault versions docs/INSTALL.md 's/cgfifo-selinux-[0-9.]*/cgfifo-selinux-9.9.9/'
fault versions docs/SECURITY.md 's/cgfifo:[0-9][0-9.]*/cgfifo:9.9.9/'
fault versions rpm/selinux/cgfifo.te 's/^module cgfifo .*/module cgfifo 9.9.9;/'
fault versions snap/snapcraft.yaml 's/^adopt-info:.*/version: 9.9.9/'
fault versions snap/snapcraft.yaml 's/version: .*meson.build/nothing meson.build/'

fault files rpm/cgfifo.spec '/catalog$/d'
fault files rpm/cgfifo.spec 's,^%license.*,%{_bindir}/other,'
fault files installed.json 's,/bin/cgfifo",/bin/other",'
fault files installed.json 's,.*,{},'

fault ignition butane/cgfifo-rpm.bu 's/weight: 400/weight: 401/'
fault ignition butane/cgfifo-rpm.bu '0,/mode: 0644/s//mode: 0600/'
fault ignition butane/cgfifo-rpm.bu 's/enabled: true/enabled: false/'
fault ignition butane/cgfifo-rpm.bu 's/^storage:/passwd: {}\nstorage:/'
fault ignition butane/cgfifo-rpm.bu 's/version: 1\.4\.0/version: 1.5.0/'
fault ignition ignition/cgfifo-rpm.ign 's/CGFIFO_RPM_URL%3D/&x/'
fault ignition ignition/cgfifo-rpm.ign 's,/usr/lib/systemd,/lib/systemd,'
fault ignition butane/cgfifo-sysext.bu 's/cgfifo.raw$/&.xz/'
fault ignition butane/cgfifo-sysext.bu 's/hash: sha512-0/hash: sha512-1/'
fault ignition butane/cgfifo-sysext.bu '/verification:/,/hash:/d'
fault ignition butane/cgfifo-quadlet.bu 's/AddCapability=/&CAP_SYS_ADMIN /'

fault snap snap/snapcraft.yaml 's/install-mode: disable/install-mode: enable/'
fault snap snap/snapcraft.yaml 's/- network-bind/- network-control/'
fault snap snap/snapcraft.yaml 's/--socket/--sockets/'
fault snap snap/snapcraft.yaml 's,- usr/bin/cgfifo,- usr/bin/other,'
fault snap snap/snapcraft.yaml 's/after: .*/after: [other]/'
fault snap snap/snapcraft.yaml 's/confinement: strict/confinement: classic/'
fault snap snap/snapcraft.yaml 's/confinement: strict/confinement: stricter/'
fault snap snap/snapcraft.yaml 's/daemon: simple/daemon: bogus/'
fault snap snap/snapcraft.yaml 's/restart-delay: 1m/restart-delay: 1 min/'
fault snap snap/snapcraft.yaml 's/^summary: /&Much, much, much, much longer than anybody who sees a list of snaps reads: /'
fault snap snap/snapcraft.yaml 's/^grade: /archs: /'
fault snap snap/snapcraft.yaml 's/^adopt-info: .*/adopt-info: other/'

# Rules that cgfifo does not take, the same in both files.
fresh
sed -i 's/weight: 400/wieght: 400/' "$tree/butane/cgfifo-rpm.bu"
"$python" "$pkg/check-ignition.py" --convert "$tree/butane/cgfifo-rpm.bu" >"$tree/ignition/cgfifo-rpm.ign"
if ignition >"$tree/out" 2>&1 || ! grep -q wieght "$tree/out"; then
	echo 'ignition: does not say what is wrong with the rules'
	failed=1
fi
exit "$failed"
