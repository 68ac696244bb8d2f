#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a guest needs to run cgfifo under SELinux (tests/vm/pkg-selinux.sh): a policy with our module in it,
# as the RPM's scriptlet would make it, and the tools to load it and to label files. The journal and the
# bus are permissive: the guest is not labelled as they want it. And a scenario, which is kernel_t because
# it ran before there was a policy, may ask systemd for things; nor has the socket that systemd is told
# "ready" on a better label than that. What is written goes into a tmpfs, whatever label its folder has.
# In: FOLDER (for the result), the RPM; $CGFIFO_SELINUX. Inside the private Debian.
# Out: FOLDER/tree.tar.zst, to be unpacked onto /.
set -euo pipefail
out=$1 rpm=$(realpath "$2")
tree=$out/tree
rm -rf "$out"
mkdir -p "$tree/usr/sbin" "$out/rpm"
(cd "$out/rpm" && rpm2cpio "$rpm" | cpio -id --quiet)
cp -a "$CGFIFO_SELINUX/store" "$out/store"
cat >"$out/guest.cil" <<'CIL'
(typepermissive syslogd_t)
(typepermissive system_dbusd_t)
(allow kernel_t init_t (system (all)))
(allow kernel_t init_t (service (all)))
(allow kernel_t file_type (service (all)))
(allow kernel_t tmpfs_t (service (all)))
(allow kernel_t unlabeled_t (service (all)))
(allow init_t kernel_t (dbus (send_msg)))
(allow cgfifo_t kernel_t (unix_dgram_socket (sendto)))
(allow file_type tmpfs_t (filesystem (associate)))
(allow unlabeled_t tmpfs_t (filesystem (associate)))
CIL
semodule -p "$out/store" -s targeted -n -X 200 -i "$out"/rpm/usr/share/selinux/packages/targeted/cgfifo.pp.bz2 \
	"$out/guest.cil" >"$out/log" 2>&1 || { cat "$out/log"; exit 1; }
cp -a "$out/store/etc" "$tree/"
rm -rf "$tree/etc/selinux/semanage.conf"
for name in setfiles matchpathcon; do
	cp "$CGFIFO_SELINUX/usr/sbin/$name" "$tree/usr/sbin/"
done
tar -C "$tree" -cf "$out/tree.tar.zst" --zstd .
rm -rf "$tree" "$out/rpm" "$out/store" "$out/guest.cil" "$out/log"
