#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# ignition/cgfifo-sysext.ign by the stages of Ignition itself, on a machine with a read-only /usr: what it
# gets, writes and enables is all that it takes, and the rules in it are in force.
# vm: kernels=7.3 smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh
# shellcheck source=../pkg/ignition.sh
. /cgfifo/tests/pkg/ignition.sh

image=/cgfifo/build/packages/cgfifo.raw
[[ -e $image ]] || skip 'no image: ./dev build sysext makes it'

usr_read_only
ip link set lo up
serve "${image%/*}" "$LOGS/server"
filled_in /cgfifo/ignition/cgfifo-sysext.ign "http://127.0.0.1:$port/cgfifo.raw" "$image" >"$LOGS/host.ign"
provision "$LOGS/host.ign" / >"$LOGS/ignition.log" || { tail -n 20 "$LOGS/ignition.log"; fail 'Ignition fails'; }
kill "$server"
systemctl daemon-reload
systemctl preset --quiet systemd-sysext.service
assert_eq "$(systemctl is-enabled systemd-sysext.service)" enabled 'the preset of Ignition: systemd-sysext'

systemctl start systemd-sysext.service
assert_soon 120 systemctl is-active --quiet cgfifo.service
systemd-run --quiet --unit=web.service "$SPIN" 2
systemd-run --quiet --unit=other.service "$SPIN" 2
sleep 1
shares 4 system.slice/web.service system.slice/other.service
assert_within 3 "${SHARE[system.slice/web.service]}" 80 'web.service, 400 beside 100'
systemctl stop web.service other.service

systemctl mask --quiet --runtime --now cgfifo.service
systemctl stop systemd-sysext.service
systemctl unmask --quiet --runtime cgfifo.service
[[ ! -e /usr/bin/cgfifo ]] || fail 'the program is still there'
assert_not_ejected
usr_writable
rm -rf /var/lib/extensions /etc/cgfifo /etc/selinux /etc/systemd/system-preset/20-ignition.preset
systemctl disable --quiet systemd-sysext.service
