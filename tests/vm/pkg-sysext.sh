#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The system extension on a host with a read-only /usr: merged, the service starts by itself and the
# weights are in force; taken away, service, scheduler and files are gone.
# vm: kernels=7.3 smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

image=/cgfifo/build/packages/cgfifo.raw
[[ -e $image ]] || skip 'no image: ./dev build sysext makes it'

usr_read_only
mkdir -p /var/lib/extensions
cp "$image" /var/lib/extensions/
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'

systemd-sysext merge
systemd-sysext status --no-pager
assert_soon 120 systemctl is-active --quiet cgfifo.service
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'merged: the scheduler'
assert_eq "$(stat -c %U "/proc/$(systemctl show -P MainPID cgfifo.service)")" cgfifo 'the user of the agent, whom no package has made'
in_force gold lead 75
systemctl start cgfifo-health.service
assert_eq "$(systemctl is-active cgfifo-health.service)" active 'the health check'
systemctl stop cgfifo-health.service

systemctl mask --quiet --runtime --now cgfifo.service
assert_eq "$(sched_ext_state)" disabled 'masked: the scheduler'
systemd-sysext unmerge
[[ ! -e /usr/bin/cgfifo ]] || fail 'unmerged, the program is still there'
systemctl unmask --quiet --runtime cgfifo.service
assert_eq "$(systemctl show -P LoadState cgfifo.service)" not-found 'unmerged: the unit'
no_pins || fail 'pins are left'
assert_not_ejected
usr_writable
remove_users
rm -rf /var/lib/extensions/cgfifo.raw /etc/cgfifo
