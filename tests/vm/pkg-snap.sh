#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The snap under snapd 2.77, strictly confined: off until both interfaces are connected, then the scheduler
# is in force; rules by "snap set", bad ones refused; a broken revision undone; removed, all is gone.
# vm: kernels=7.3 smp=2 mem=3072 icount=3 limit=3000 long=yes append=lsm=apparmor
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

FROM=/cgfifo/build/snap-guest
[[ -e $FROM/cgfifo.snap ]] || skip 'nothing prepared: ./dev build snap does it'

# snapd_start: in this guest, without a store and without that snapd replaces itself.
snapd_start() {
	rm -f /etc/systemd/system/systemd-udevd* /etc/systemd/system/modprobe@loop.service
	tar -C / -xf "$FROM/tree.tar.zst" --keep-directory-symlink --warning=no-timestamp
	modprobe -a loop squashfs
	mkdir -p /etc/systemd/system/snapd.service.d /var/cache/snapd /snap
	# The guest's image has no folders that are empty; snapd mounts these.
	mkdir -p /boot /home /media /mnt /root /srv /usr/{lib/firmware,lib/modules,local,src} /var/{lib/extrausers,log,tmp}
	printf '[Service]\nEnvironment=SNAP_REEXEC=0 SNAPD_DEBUG=0\n' >/etc/systemd/system/snapd.service.d/test.conf
	systemctl daemon-reload
	systemctl start systemd-udevd.service
	systemctl start --job-mode=ignore-dependencies snapd.socket snapd.service
	export SNAP_REEXEC=0 PATH=$PATH:/snap/bin
	assert_soon 120 snap version
	snap debug confinement
	local name
	for name in snapd core24; do
		snap install --dangerous "$FROM/$name.snap" || fail "no $name"
	done
}
service() { snap services cgfifo.agent | awk 'NR == 2 { print $2, $3 }'; }
service_is() { [[ $(service) == "$*" ]]; }

snapd_start
snap install --dangerous "$FROM/cgfifo.snap"
assert_eq "$(service)" 'disabled inactive' 'installed: the service'
assert_eq "$(sched_ext_state)" disabled 'installed: the scheduler'

snap connect cgfifo:cgroups
assert_eq "$(service)" 'disabled inactive' 'one of two connected: the service'
snap connect cgfifo:kernel-sched-ext-control
assert_soon 120 service_is enabled active
assert_soon 120 sched_ext_is enabled
assert_eq "$(sched_ext_ops)" cgfifo 'both connected: the scheduler'

snap set cgfifo config="$(printf 'version: 1\nrules: [{match: {cgroup: /gold}, weight: 300}]\n')"
in_force gold lead 75
! snap set cgfifo config="$(printf 'version: 1\nrules: [{match: {cgroup: /gold}, wieght: 100}]\n')" 2>"$LOGS/refused" ||
	fail 'a mistake in the rules is taken'
sed 's/^/     /' "$LOGS/refused"
grep -q wieght "$LOGS/refused" || fail 'the mistake is not named'
in_force gold lead 75
snap run cgfifo.status >"$LOGS/status" || fail 'cgfifo.status'

! snap install --dangerous "$FROM/broken.snap" 2>"$LOGS/broken" || fail 'a broken revision is taken'
sed 's/^/     /' "$LOGS/broken"
assert_eq "$(snap list cgfifo | awk 'NR == 2 { print $3 }')" x1 'after a broken refresh: the revision'
assert_soon 120 service_is enabled active
assert_soon 120 sched_ext_is enabled
in_force gold lead 75

snap remove --purge cgfifo
assert_eq "$(sched_ext_state)" disabled 'removed: the scheduler'
[[ ! -e /sys/fs/bpf/cgfifo ]] || fail 'pins are left'
assert_not_ejected
