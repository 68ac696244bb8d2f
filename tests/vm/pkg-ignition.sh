#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A root that the stages of Ignition have set up by ignition/cgfifo-sysext.ign, before systemd starts on it:
# it boots for the first time to multi-user.target, the extension is merged, and the service runs by
# itself with the rules of the file in force.
# vm: kernels=7.3 smp=2 icount=3 limit=400 long=yes
# vm: append=cgfifo.provision=ignition/cgfifo-sysext.ign~systemd.unit=multi-user.target
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

[[ -e /run/provision.log ]] || skip 'no image: ./dev build sysext makes it'
[[ -e /run/provisioned ]] || { tail -n 20 /run/provision.log; fail 'Ignition failed'; }

# Nothing here has started or enabled any of this.
assert_soon 120 systemctl is-active --quiet multi-user.target
assert_eq "$(systemctl is-enabled systemd-sysext.service)" enabled 'the preset of Ignition: systemd-sysext'
assert_soon 120 systemctl is-active --quiet cgfifo.service
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'booted: the scheduler'
assert_eq "$(stat -c %U "/proc/$(systemctl show -P MainPID cgfifo.service)")" cgfifo 'the user of the agent'
! touch /usr/.x 2>/dev/null || fail '/usr can be written'
for file in $(jq -r '.storage.files[].path' /cgfifo/ignition/cgfifo-sysext.ign); do
	[[ -s $file ]] || fail "$file is not there"
done

systemd-run --quiet --unit=web.service "$SPIN" 2
systemd-run --quiet --unit=other.service "$SPIN" 2
sleep 1
shares 4 system.slice/web.service system.slice/other.service
assert_within 3 "${SHARE[system.slice/web.service]}" 80 'web.service, 400 beside 100'
cgfifo status --interval 200ms
systemctl stop web.service other.service

systemctl mask --quiet --runtime --now cgfifo.service
systemctl stop systemd-sysext.service
[[ ! -e /usr/bin/cgfifo ]] || fail 'without the extension the program is still there'
assert_not_ejected
