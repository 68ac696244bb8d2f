#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The snap under snapd 2.77, strictly confined: off until both interfaces are connected, then the scheduler
# is in force; rules by "snap set", bad ones refused; names from Docker's API; a revision that cannot run
# and one that does not answer undone; disconnected or removed, the machine has its own scheduler back. On
# a kernel without sched_ext (hidden here) it says what it cannot do, and with another interface connected
# it writes cpu.weight, and takes that back.
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

# undone NAME HOOK WHY: HOOK finds that this revision is no good, and the one before is back, and in force.
undone() {
	! snap install --dangerous "$FROM/$1.snap" 2>"$LOGS/$1" || fail "a $1 revision is taken"
	sed 's/^/     /' "$LOGS/$1"
	grep -qF "run hook \"$2\"" "$LOGS/$1" || fail "not because of the hook $2"
	grep -qF "$3" "$LOGS/$1" || fail "nothing says that $3"
	assert_eq "$(snap list cgfifo | awk 'NR == 2 { print $3 }')" x1 "after a $1 refresh: the revision"
	assert_soon 120 service_is enabled active
	# It answers when the rules are applied; the scheduler is there before.
	assert_soon 120 answers
	in_force gold lead 75
}
answers() { sched_ext_is enabled && snap run cgfifo.status --interval 200ms >"$LOGS/status" 2>&1; }

# names_of_docker: a container that podman knows, in a cgroup such as Docker makes, and podman answering in
# Docker's place, with Docker's API.
names_of_docker() {
	local id image=$LOGS/image
	mkdir -p "$image/bin"
	install -m 755 "$SPIN" "$image/bin/spin"
	tar -C "$image" -c . | podman import --quiet - localhost/spin >/dev/null
	id=$(podman create --name shop --network none localhost/spin /bin/spin 1)
	systemd-run --quiet --unit=docker-api.service podman system service --time 0 unix:///run/docker.sock
	assert_soon 60 test -S /run/docker.sock
	snap connect cgfifo:docker
	busy "system.slice/docker-$id.scope" 1
	assert_soon 120 calls_it "$id" shop
	printf 'ok   Docker'"'"'s API: its container is called shop\n'
	calm "system.slice/docker-$id.scope"
	systemctl stop docker-api.service
	podman rm shop >/dev/null
}
calls_it() {
	snap run cgfifo.status --all --json --interval 200ms >"$LOGS/status" &&
		[[ $(jq -r --arg id "$1" '.cgroups[] | select(.path | contains($id)) | .name' "$LOGS/status") == *"$2"* ]]
}

# bus_guarded: what AppArmor does to a snap where it looks into messages, as Ubuntu's does and Debian's
# does not: the bus can be reached, and nothing about units passes.
bus_guarded() {
	local to='send_destination="org.freedesktop.systemd1"'
	printf '<busconfig><policy context="mandatory">%s%s</policy></busconfig>\n' \
		"<deny $to send_interface=\"org.freedesktop.DBus.Properties\"/>" \
		"<deny $to send_interface=\"org.freedesktop.systemd1.Manager\" send_member=\"SetUnitProperties\"/>" >"$BUS_RULES"
	systemctl reload dbus.service
	! busctl get-property org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Version \
		2>"$LOGS/bus" || fail 'the bus lets it pass'
	sed 's/^/     /' "$LOGS/bus"
}
BUS_RULES=/etc/dbus-1/system.d/test.conf

# without_sched_ext: as on a kernel that has none. Nothing is written before somebody allows that.
without_sched_ext() {
	mount -t tmpfs -o ro tmpfs /sys/kernel/sched_ext
	cgroup gold
	systemd-run --quiet --unit=fall.service --property=CPUWeight=100 sleep infinity
	snap set cgfifo config="$(printf 'version: 1\nrules: [%s, %s]\n' '{match: {cgroup: /gold}, weight: 300}' \
		'{match: {unit: fall.service}, weight: 200}')"
	snap connect cgfifo:cgroups
	assert_soon 120 blocked
	snap logs -n 100 cgfifo >"$LOGS/log"
	grep -F 'snap connect cgfifo:cgroup-weights' "$LOGS/log" || fail 'the log does not say what to do'
	assert_eq "$(service)" 'enabled inactive' 'no sched_ext, and no other interface: the service'
	assert_eq "$(weights)" '100 100' 'and the weights'

	bus_guarded
	snap connect cgfifo:cgroup-weights
	assert_soon 120 weights_are '300 200'
	assert_eq "$(systemctl show -P CPUWeight fall.service)" 100 'in its file, and not by systemd'
	assert_soon 60 service_is enabled active
	! blocked || fail 'its health is still that of before'
	snap run cgfifo.status --interval 200ms >"$LOGS/status" || fail 'cgfifo.status'
	grep -F 'no sched_ext' "$LOGS/status" || { cat "$LOGS/status"; fail 'the status does not say why'; }
	snap logs -n 100 cgfifo >"$LOGS/log"
	grep -F 'systemd may not be asked' "$LOGS/log" || { cat "$LOGS/log"; fail 'the log does not say how units are written'; }
	snap disconnect cgfifo:cgroup-weights
	assert_eq "$(weights)" '100 100' 'disconnected: the weights'
	rm "$BUS_RULES"
	systemctl reload dbus.service
	systemctl stop fall.service
	snap disconnect cgfifo:cgroups
	umount /sys/kernel/sched_ext
}
blocked() { snap list cgfifo | grep -qw blocked; }
weights() { echo "$(cat "$CGROUPS/gold/cpu.weight") $(cat "$CGROUPS/system.slice/fall.service/cpu.weight")"; }
weights_are() { [[ $(weights) == "$*" ]]; }

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

names_of_docker
undone broken configure 'this revision does not work'
undone mute check-health 'the agent does not answer'

snap disconnect cgfifo:cgroups
assert_eq "$(service)" 'disabled inactive' 'disconnected: the service'
assert_eq "$(sched_ext_state)" disabled 'disconnected: the scheduler'
without_sched_ext
snap connect cgfifo:cgroups
assert_soon 120 service_is enabled active
assert_soon 120 sched_ext_is enabled
snap remove --purge cgfifo
assert_eq "$(sched_ext_state)" disabled 'removed: the scheduler'
[[ ! -e /sys/fs/bpf/cgfifo ]] || fail 'pins are left'
assert_not_ejected
