#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The image as a superpowered host container of Bottlerocket, by what runs those: containerd and runc, with
# the options that host-ctr gives (privileged, the host's network and PID namespace, its root file system
# read-only at /.bottlerocket/rootfs, rules in user-data) and a read-only root: weights are in force, the
# container is killed and another one takes over without a gap, and nothing is written to the host. Then
# without the scheduler, as with an older kernel: cpu.weight, also of units, and restored.
# vm: kernels=7.3 smp=2 icount=3 limit=900 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh
. /cgfifo/tests/vm/containerd.sh

archive=/cgfifo/build/packages/cgfifo.oci.tar
[[ -e $archive ]] || skip 'no image: ./dev build oci makes it'
IMAGE=localhost/cgfifo:test
work=$(mktemp -d /var/tmp/containerd.XXXXXX)
HOST=$work/local/host-containers/cgfifo

# host_container [WORDS]: what host-ctr asks for; with other words than the image has. Its cgroup is
# /default/cgfifo, as containerd has it by itself.
host_container() {
	ctr run --detach --log-uri "file://$LOGS/container" --snapshotter native --privileged --allow-new-privs --read-only \
		--net-host --with-ns pid:/proc/1/ns/pid \
		--mount "type=bind,src=$HOST,dst=/.bottlerocket/host-containers/cgfifo,options=rbind:rw:rprivate" \
		--mount "type=bind,src=$HOST,dst=/.bottlerocket/host-containers/current,options=rbind:rw:rprivate" \
		--mount type=bind,src=/,dst=/.bottlerocket/rootfs,options=rbind:ro:rprivate \
		--mount type=bind,src=/sys/kernel/debug,dst=/sys/kernel/debug,options=rbind:rprivate \
		"$IMAGE" cgfifo "$@"
}
remove_container() {
	assert_soon 20 gone
	ctr task delete cgfifo >/dev/null || true
	ctr container delete cgfifo
}
gone() { [[ $(ctr task ls | awk '$1 == "cgfifo" { print $3 }') != RUNNING ]]; }
inside() { ctr task exec --exec-id "t$RANDOM" cgfifo /usr/bin/cgfifo "$@"; }
answers() { inside status --interval 200ms >"$LOGS/status" 2>&1; }
# as_asked PID: it is what it is meant to be.
as_asked() {
	assert_eq "$(readlink "/proc/$1/ns/pid")" "$(readlink /proc/1/ns/pid)" 'its PID namespace'
	assert_eq "$(awk '$1 == "CapEff:" { print $2 }' "/proc/$1/status")" \
		"$(awk '$1 == "CapEff:" { print $2 }' /proc/self/status)" 'its capabilities'
	assert_eq "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$1/status")" 0 'a seccomp filter'
	grep -qE '^([^ ]+ ){4}/ ro[, ]' "/proc/$1/mountinfo" || fail 'its root can be written'
	grep -qE '^([^ ]+ ){4}/\.bottlerocket/rootfs ro[, ]' "/proc/$1/mountinfo" || fail "the host's root can be written"
	grep -q '/default/cgfifo$' "/proc/$1/cgroup" || fail "its cgroup is $(cat "/proc/$1/cgroup")"
}

# held WHAT: gold's weight is in force. The cgroups stay, so that nobody has to see new ones.
held() {
	local group
	busy gold 2
	busy lead 2
	sleep 2
	shares 4 gold lead
	assert_within 3 "${SHARE[gold]}" 75 "$1"
	for group in gold lead; do echo 1 >"$CGROUPS/$group/cgroup.kill"; done
}

written() { find /run/cgfifo 2>/dev/null | sort || true; }
before=$(written)
mkdir -p "$HOST"
printf 'version: 1\nrules: [{match: {cgroup: /gold}, weight: 300}]\n' >"$HOST/user-data"
containerd_start "$work"
ctr image import --snapshotter native --index-name "$IMAGE" "$archive" >/dev/null
host_container
assert_soon 60 answers
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'a host container: the scheduler'
as_asked "$(ctr task ls | awk '$1 == "cgfifo" { print $2 }')"
held 'gold beside lead'

seq=$(cat /sys/kernel/sched_ext/enable_seq)
ctr task kill --signal SIGKILL cgfifo
assert_soon 20 gone
assert_eq "$(sched_ext_state)" enabled 'killed: the scheduler'
held 'killed: gold beside lead'
remove_container
host_container
assert_soon 60 answers
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq)" "$seq" 'started again: loads of a scheduler'
held 'started again: gold beside lead'

[[ $(ls "$HOST") == user-data ]] || fail 'it wrote beside user-data'
assert_eq "$(written)" "$before" "what the host's /run has"
ctr task kill --signal SIGTERM cgfifo
remove_container
assert_eq "$(sched_ext_state)" disabled 'stopped: the scheduler'
[[ ! -e /sys/fs/bpf/cgfifo ]] || fail 'pins are left'

systemd-run --quiet --unit=fall.service --property=CPUWeight=100 sleep infinity
printf 'version: 1\nrules: [%s, %s]\n' '{match: {cgroup: /gold}, weight: 300}' '{match: {unit: fall.service}, weight: 200}' \
	>"$HOST/user-data"
host_container /usr/bin/cgfifo run --scheduler none --config /.bottlerocket/host-containers/current/user-data \
	--cgroup-root /.bottlerocket/rootfs/sys/fs/cgroup
weights() { echo "$(cat "$CGROUPS/gold/cpu.weight") $(cat "$CGROUPS/system.slice/fall.service/cpu.weight")"; }
weights_are() { [[ $(weights) == "$*" ]]; }
assert_soon 60 weights_are '300 200'
assert_soon 20 grep -F 'systemd cannot be reached' "$LOGS/container"
ctr task kill --signal SIGTERM cgfifo
remove_container
assert_eq "$(weights)" '100 100' 'stopped: the weights'
systemctl stop fall.service
containerd_stop
assert_not_ejected
rm -rf "$work"
