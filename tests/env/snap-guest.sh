#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a guest needs to try the snap (tests/vm/pkg-snap.sh) without a store: snapd, the snaps that it
# wants to have beside ours, made here of the least that works, and two revisions of ours that are broken.
# In: FOLDER (for the result), a tree with snapd unpacked, the snap. Inside the private Debian.
# Out: FOLDER/tree.tar.zst, to be unpacked onto /; FOLDER/*.snap.
set -euo pipefail
out=$1 snapd=$2 snap=$3
rm -rf "$out"
mkdir -p "$out/parts"
tar -C "$snapd" -cf "$out/tree.tar.zst" --zstd --exclude=./usr/share/doc --exclude=./usr/share/man \
	--exclude=./usr/share/locale --exclude=./usr/share/bash-completion .

squash() { mksquashfs "$1" "$2" -noappend -quiet -no-progress -all-root -comp gzip >/dev/null; }

# The base: a shell and the places that snapd mounts things at.
base=$out/parts/core24
mkdir -p "$base"/{boot,dev,home,media,meta,mnt,proc,root,run,snap,srv,sys,tmp,writable} \
	"$base"/etc/{alternatives,ssl} "$base"/usr/{bin,sbin,lib/snapd,lib/modules,lib/firmware,lib64,src,share} \
	"$base"/var/{lib/snapd,lib/extrausers,lib/dhcp,lib/systemd,lib/console-conf,cache,log,snap,tmp}
for name in bin sbin lib lib64; do ln -s "usr/$name" "$base/$name"; done
cp /usr/bin/busybox "$base/usr/bin/"
# Hard links: AppArmor allows these names, and not busybox.
for name in sh cat date rm mv touch sleep kill printf true false; do ln "$base/usr/bin/busybox" "$base/usr/bin/$name"; done
ln -s ../lib/snapd/snapctl "$base/usr/bin/snapctl"
printf 'NAME="Ubuntu Core"\nID=ubuntu-core\nVERSION_ID="24"\n' >"$base/etc/os-release"
cp /etc/nsswitch.conf "$base/etc/"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$base/etc/passwd"
printf 'root:x:0:\n' >"$base/etc/group"
printf 'name: core24\nversion: "0"\nsummary: A shell\ndescription: For a test.\ntype: base\n' >"$base/meta/snap.yaml"
squash "$base" "$out/core24.snap"

# snapd wants to be a snap itself; what runs is the guest's.
self=$out/parts/snapd
mkdir -p "$self/meta" "$self/usr/lib" "$self/etc/apparmor.d"
cp -a "$snapd/usr/lib/snapd" "$self/usr/lib/"
rm "$self"/usr/lib/snapd/{snapd,snap-seccomp}
cp "$snapd/etc/apparmor.d/usr.lib.snapd.snap-confine.real" "$self/etc/apparmor.d/usr.lib.snapd.snap-confine"
printf 'name: snapd\nversion: "0"\nsummary: snapd\ndescription: For a test.\ntype: snapd\n' >"$self/meta/snap.yaml"
squash "$self" "$out/snapd.snap"

cp "$snap" "$out/cgfifo.snap"
# revision NAME: ours with another program, from standard input.
revision() {
	unsquashfs -quiet -no-progress -d "$out/parts/$1" "$snap" >/dev/null
	cat >"$out/parts/$1/usr/bin/cgfifo"
	squash "$out/parts/$1" "$out/$1.snap"
}
revision broken <<'SH'
#!/bin/sh
echo "this revision does not work" >&2
exit 1
SH
# All is well with it until somebody asks it something.
revision mute <<'SH'
#!/bin/sh
case $1 in
check) exit 0 ;;
run) exec sleep 100000 ;;
esac
exit 1
SH
rm -rf "$out/parts"
