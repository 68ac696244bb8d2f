#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The RPMs' files under SELinux in enforcing mode, with the module in Debian's policy: each process runs in
# its domain, the scheduler is loaded, weights are in force, also after a reload and after the agent was
# killed, a scraper is answered, weights fall back to cpu.weight by systemd, and nothing is denied. And
# what a domain may not do is denied by the kernel.
# vm: kernels=7.3 smp=2 icount=3 limit=900 long=yes append=lsm=selinux
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

TREE=/cgfifo/build/selinux-guest/tree.tar.zst
rpms=(/cgfifo/build/packages/cgfifo-{[0-9]*.x86_64,selinux-*.noarch}.rpm)
[[ -e $TREE && -e ${rpms[0]} && -e ${rpms[1]} ]] || skip 'nothing prepared: ./dev build rpm, then ./dev vm run'
[[ $(cat /sys/kernel/security/lsm 2>/dev/null) == *selinux* || -d /sys/fs/selinux ]] || skip 'no SELinux in this kernel'

domain_of() { tr -d '\0' <"/proc/$1/attr/current" | cut -d: -f3; }
CONTEXTS=/etc/selinux/targeted/contexts/files/file_contexts
# relabel_one PATH...: the file or folder itself. A label makes a copy of a file of the image.
relabel_one() {
	local path kind
	for path in "$@"; do
		[[ -e $path ]] || continue
		kind='file'
		[[ ! -d $path ]] || kind='dir'
		[[ ! -L $path ]] || kind='link'
		chcon -h "$(matchpathcon -n -m "$kind" -f "$CONTEXTS" "$path")" "$path" 2>/dev/null || true
	done
}
# used_by PROGRAM...: the libraries.
used_by() {
	ldd "$@" | grep -o '/[^ :]*' | sort -u | while read -r file; do
		realpath "$file"
		echo "$file"
	done | sort -u
}

# selinux_on: a policy is loaded into a machine that runs, and what matters gets its labels; systemd
# starts again, to be in its domain.
selinux_on() {
	local programs=(/usr/bin/cgfifo /usr/libexec/cgfifo/cgfifo-names /usr/lib/systemd/systemd
		/usr/lib/systemd/systemd-executor /usr/lib/systemd/systemd-journald /usr/bin/dbus-daemon)
	tar -C / -xf "$TREE" --keep-directory-symlink --warning=no-timestamp
	mountpoint -q /sys/fs/selinux || mount -t selinuxfs selinuxfs /sys/fs/selinux
	# In one piece.
	dd status=none bs=16M if="$(echo /etc/selinux/targeted/policy/policy.*)" of=/sys/fs/selinux/load
	relabel_one / /usr /usr/{bin,sbin,lib,lib64,libexec} /usr/lib/systemd /usr/lib/x86_64-linux-gnu{,/systemd} \
		/bin /sbin /lib /lib64 /tmp /var /var/tmp /etc /etc/{ld.so.cache,passwd,group,localtime,machine-id} "${programs[@]}"
	used_by "${programs[@]}" | while read -r file; do relabel_one "$file"; done
	find /usr/libexec/cgfifo /usr/lib/cgfifo /etc/cgfifo | while read -r file; do relabel_one "$file"; done
	# It leaves what is on an overlay alone.
	setfiles -F "$CONTEXTS" /run /dev
	systemctl daemon-reexec
}

denied() { dmesg | grep -E 'avc: +denied' | grep -E 'scontext=[^ ]*:cgfifo_' | grep -v 'permissive=1' || true; }

for rpm in "${rpms[@]}"; do unpack_rpm "$rpm"; done
systemd-tmpfiles --create cgfifo.conf
systemd-sysusers cgfifo.conf
rules 'rules: [{match: {cgroup: /gold}, weight: 300}, {match: {unit: fall.service}, weight: 300}]'
selinux_on
assert_eq "$(domain_of 1)" init_t 'the domain of systemd'
# The bus's socket is as old as systemd, and has its label.
systemctl restart systemd-journald.service dbus.socket dbus.service
assert_eq "$(domain_of "$(systemctl show -P MainPID systemd-journald.service)")" syslogd_t 'that of the journal'
# Each denial is in the kernel's log, however many there are.
echo 0 >/proc/sys/kernel/printk_ratelimit
echo 1 >/sys/fs/selinux/enforce
dmesg -C

enable_and_time
assert_eq "$(cat /sys/fs/selinux/enforce)" 1 'SELinux enforces'
assert_eq "$(domain_of "$(systemctl show -P MainPID cgfifo.service)")" cgfifo_t 'the domain of the agent'
# It may be systemd's own program still.
in_domain() { [[ $(domain_of "$(systemctl show -P MainPID "$1")") == "$2" ]]; }
assert_soon 10 in_domain cgfifo-names.service cgfifo_names_t
in_force gold lead 75
rules 'rules: [{match: {cgroup: /gold}, weight: 100}, {match: {unit: fall.service}, weight: 300}]'
systemctl reload cgfifo.service
in_force gold lead 50

killed_and_back
in_force gold lead 50

scrape
assert_eq "$(domain_of "$SCRAPED")" cgfifo_metrics_t 'the domain of who answers a scraper'
printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
timeout 20 cat <&3 >"$LOGS/metrics" || true
exec 3>&-
grep -q '^cgfifo_' "$LOGS/metrics" || fail 'a scraper gets no metrics'
systemctl stop cgfifo-metrics.socket

# The verbs; "diff" passes the agent a file.
# says PATTERN WORDS...
says() {
	cgfifo "${@:2}" >"$LOGS/said" 2>&1 || [[ $2 == diff ]] || { cat "$LOGS/said"; fail "cgfifo ${*:2}"; }
	grep -q -- "$1" "$LOGS/said" || { cat "$LOGS/said"; fail "cgfifo ${*:2} does not say '$1'"; }
	printf 'ok   cgfifo %s: %s\n' "${*:2}" "$(grep -m 1 -- "$1" "$LOGS/said")"
}
cgroup gold
assert_soon 10 says 'weight 900 is in force' set /gold 900 --for 10m
says 'set by hand: weight 900' explain /gold
says 'now counts: rule' unset /gold
rules 'rules: [{match: {cgroup: /gold}, weight: 300}, {match: {unit: fall.service}, weight: 300}]'
says '/gold: weight 100 -> weight 300' diff
says 'cgfifo schedules this machine' status --interval 200ms

# A unit in a slice without the cpu controller gets one of systemd, through the bus.
weight_is() { [[ $(cat "$CGROUPS/$1/cpu.weight" 2>/dev/null) == "$2" ]]; }
systemd-run --quiet --unit=fall.service --slice=fall.slice sleep infinity
assert_soon 20 weight_is fall.slice/fall.service 300
assert_eq "$(systemctl show -P CPUWeight fall.service)" 300 'with the scheduler: CPUWeight= of a unit without a controller'
[[ -z $(denied) ]] || fail "denied: $(denied)"
echo 'ok   nothing was denied with the scheduler'

# The fall back: by the bus for units, by the file for the rest.
mkdir -p /run/systemd/system/cgfifo.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/bin/cgfifo run --scheduler none --pin-dir /run/cgfifo/bpf/cgfifo\n' \
	>/run/systemd/system/cgfifo.service.d/none.conf
systemctl daemon-reload
cgfifo_stops
systemctl set-property --runtime fall.service CPUWeight=100
assert_eq "$(cat "$CGROUPS"/{gold,fall.slice/fall.service}/cpu.weight | xargs)" '100 100' 'stopped: the weights'
systemctl start cgfifo.service
assert_soon 10 weight_is fall.slice/fall.service 300
assert_eq "$(systemctl show -P CPUWeight fall.service)" 300 'without the scheduler: CPUWeight='
assert_soon 10 weight_is gold 300
writer=$(systemctl list-units --plain --no-legend 'cgfifo-weight@*' | awk '{ print $1 }')
assert_eq "$(domain_of "$(systemctl show -P MainPID "$writer")")" cgfifo_weight_t 'the domain of who writes cpu.weight'
cgfifo_stops
assert_eq "$(cat "$CGROUPS"/{gold,fall.slice/fall.service}/cpu.weight | xargs)" '100 100' 'stopped: the weights'
[[ -z $(denied) ]] || fail "denied: $(denied)"
echo 'ok   nothing was denied without it'
systemctl stop fall.service

# What they may not. The program does not try, so another one does in its place.
PROBE=/usr/bin/busybox-probe
cp /usr/bin/busybox "$PROBE"
chcon system_u:object_r:cgfifo_exec_t:s0 "$PROBE"
# as DOMAIN COMMAND...: as root, with all capabilities.
as() {
	systemd-run --quiet --pipe --wait --collect --property="SELinuxContext=system_u:system_r:$1:s0" "$PROBE" "${@:2}" \
		>"$LOGS/probe" 2>&1
}
may_not() { # may_not DOMAIN COMMAND...
	dmesg -C
	! as "$@" || fail "it may: $*"
	dmesg | grep -qE "avc: +denied.*scontext=[^ ]*:$1:" || { cat "$LOGS/probe"; fail "not because of SELinux: $*"; }
	printf 'ok   may not: %s\n' "$*"
}
rules 'rules: []'
as cgfifo_config_t cat /etc/cgfifo/cgfifo.yaml || { cat "$LOGS/probe"; fail 'who reads rules may not'; }
for domain in cgfifo_metrics_t cgfifo_t cgfifo_load_t cgfifo_weight_t cgfifo_prepare_t; do
	may_not "$domain" cat /etc/cgfifo/cgfifo.yaml
done
may_not cgfifo_t touch /sys/fs/cgroup/gold/cpu.weight
may_not cgfifo_weight_t ls /sys/fs/bpf
may_not cgfifo_prepare_t cat /sys/fs/cgroup/cgroup.procs
may_not cgfifo_metrics_t ls /sys/fs/bpf
may_not cgfifo_config_t cat /sys/fs/cgroup/cgroup.procs
may_not cgfifo_load_t touch /run/cgfifo/x
rm "$PROBE"

echo 0 >/sys/fs/selinux/enforce
echo 5 >/proc/sys/kernel/printk_ratelimit
systemctl disable --quiet cgfifo.service
rm -rf /run/systemd/system/cgfifo.service.d
remove_unpacked
