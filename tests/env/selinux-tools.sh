#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# SELinux's tools, and a policy to put ours into: Debian's, as a store that semodule works on, under the
# name that it has on the hosts ("targeted"). Of its modules just those that the rest does not do without,
# since all take a minute and a half. Inside the private Debian.
# Out: FOLDER/usr, FOLDER/store (a root for "semodule -p").
# Usage: selinux-tools.sh FOLDER
set -euo pipefail
folder=$1
store=$folder/store
modules=$folder/usr/share/selinux/default

rm -rf "$folder"
mkdir -p "$folder/debs"
cd "$folder/debs"
apt-get -q download checkpolicy policycoreutils python3-setools selinux-policy-default selinux-utils \
	semodule-utils setools
for deb in *.deb; do dpkg-deb -x "$deb" "$folder"; done
rm -r "$folder/debs"

mkdir -p "$store/etc/selinux" "$store/var/lib/selinux"
cp -a "$folder/etc/selinux/default" "$store/etc/selinux/targeted"
cp -a "$folder/var/lib/selinux/default" "$store/var/lib/selinux/targeted"
printf 'SELINUX=permissive\nSELINUXTYPE=targeted\n' >"$store/etc/selinux/config"
# Rules that must never be are looked for, which distributions do when they build theirs.
cat >"$store/etc/selinux/semanage.conf" <<CONF
module-store = direct
expand-check = 1
compiler-directory = $folder/usr/libexec/selinux/hll
[setfiles]
path = $folder/usr/sbin/setfiles
args = -q -c \$@ \$<
[end]
[sefcontext_compile]
path = $folder/usr/sbin/sefcontext_compile
args = \$@
[end]
CONF
# A user that Debian maps to a login, and which is in a module for desktops.
cat >"$folder/xdm.cil" <<'CIL'
(user xdm)
(userrole xdm system_r)
(userlevel xdm (s0))
(userrange xdm ((s0) (s0)))
CIL
"$folder/usr/sbin/semodule" -p "$store" -s targeted -n -X 100 \
	-i "$modules"/{base,unconfined,staff,unprivuser,secadm,auditadm}.pp.bz2 "$folder/xdm.cil"
