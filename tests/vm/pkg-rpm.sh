#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The RPM's files on a running system: the service works inside its whole sandbox, weights are in force
# when it is ready, a reload changes them, the health check sees it, and a stop gives the
# machine back.
# vm: kernels=7.3 smp=2 icount=3 limit=400 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

rpms=(/cgfifo/build/packages/cgfifo-{[0-9]*.x86_64,health-checker-*.noarch}.rpm)
[[ -e ${rpms[0]} && -e ${rpms[1]} ]] || skip 'no RPMs: ./dev build rpm makes them'

for rpm in "${rpms[@]}"; do unpack_rpm "$rpm"; done
systemctl daemon-reload
systemd-tmpfiles --create cgfifo.conf
assert_eq "$(systemctl is-enabled cgfifo.service || true)" disabled 'installed, the service'
systemctl start cgfifo-health.service
assert_eq "$(systemctl is-active cgfifo-health.service || true)" inactive 'not enabled, the health check'
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'

enable_and_time
in_force gold lead 75
assert_eq "$(systemctl show -P Slice cgfifo.service)" system-cgfifo.slice 'its slice'
grep -qw cpu "$CGROUPS/system.slice/cgroup.subtree_control" || fail 'no cpu controller for services'
systemctl start cgfifo-health.service
assert_eq "$(systemctl is-active cgfifo-health.service)" active 'the health check'
sandbox

# The user of the metrics is the one that the RPM makes, too.
scrape
assert_eq "$(stat -c %U "/proc/$SCRAPED")" cgfifo-metrics 'who answers a scraper'
exec 3>&-
systemctl stop cgfifo-metrics.socket

rules 'rules: [{match: {cgroup: /gold}, weight: 100}]'
systemctl reload cgfifo.service
in_force gold lead 50

killed_and_back
in_force gold lead 50

cgfifo_stops
systemctl stop cgfifo-health.service
systemctl restart cgfifo-health.service || health=$?
assert_eq "${health:-0}" 1 'stopped: the health check'
assert_eq "$(/usr/libexec/health-checker/cgfifo.sh check; echo $?)" 1 'stopped: the plugin of health-checker'
systemctl disable --quiet cgfifo.service
assert_eq "$(/usr/libexec/health-checker/cgfifo.sh check; echo $?)" 0 'disabled: the plugin'
remove_unpacked
