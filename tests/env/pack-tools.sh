#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Inside the private Debian: installs packages, and unpacks what is one big program, or for a guest that
# tries the snap, into a folder of its own, where the guest's image does not get it. snapd is from sid,
# since interfaces of 2.77 are used.
# Out: FOLDER/kubectl, FOLDER/skopeo, FOLDER/snapd (with what it needs in a guest).
# Usage: pack-tools.sh FOLDER PACKAGE...
set -euo pipefail
folder=$1
shift
export DEBIAN_FRONTEND=noninteractive

# unpack NAME: the packages in FOLDER/debs, into FOLDER/NAME.
unpack() {
	local deb
	for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/$1"; done
	rm "$folder"/debs/*.deb
}

rm -rf "$folder"
mkdir -p "$folder/sid/lists/partial" "$folder/debs"
apt-get -q -y install "$@"
cd "$folder/debs"
apt-get -q download kubectl
unpack kubectl
apt-get -q download skopeo
unpack skopeo

# Its own lists, so that nothing else ever comes from sid. A mirror may be a snapshot, whose lists have
# expired; their signatures are checked all the same.
sed -n '1s/ trixie / sid /p' /etc/apt/sources.list >"$folder/sid/sources.list"
sid=(-o "Dir::State::Lists=$folder/sid/lists" -o "Dir::Etc::SourceList=$folder/sid/sources.list"
	-o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
	-o Acquire::Check-Valid-Until=false)
apt-get -q "${sid[@]}" update
apt-get -q "${sid[@]}" download snapd
apt-get -q download apparmor libapparmor1 liblzo2-2 squashfs-tools udev
unpack snapd
rm -rf "$folder/sid" "$folder/debs"
apt-get -q clean
