#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The image as Bottlerocket runs a superpowered host container (privileged, the host's network and PID
# namespace, its root file system at /.bottlerocket/rootfs, rules in user-data), under podman: weights are
# in force, the container is killed and another one takes over without a gap. Then as the quadlet of
# butane/cgfifo-quadlet.bu, with two capabilities and a read-only root; a third reads metrics as a user
# without any.
# vm: kernels=7.3 smp=2 icount=3 limit=900 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

archive=/cgfifo/build/packages/cgfifo.oci.tar
[[ -e $archive ]] || skip 'no image: ./dev build oci makes it'
export TMPDIR=/var/tmp
IMAGE=$(podman pull --quiet "oci-archive:$archive")
HOST=$LOGS/host-containers

# host_container: what host-ctr asks containerd for.
host_container() {
	podman --cgroup-manager cgroupfs run --detach --replace --name cgfifo --privileged --network host --pid host --cgroupns host \
		--read-only --read-only-tmpfs=false --tmpfs /run/cgfifo --cgroup-parent /default \
		--volume "$HOST:/.bottlerocket/host-containers/current" \
		--mount type=bind,src=/,dst=/.bottlerocket/rootfs,bind-propagation=rslave \
		"$IMAGE" >/dev/null
}
answers() { podman exec cgfifo /usr/bin/cgfifo status --interval 200ms >"$LOGS/status" 2>&1; }

mkdir -p "$HOST"
printf 'version: 1\nrules: [{match: {cgroup: /gold}, weight: 300}]\n' >"$HOST/user-data"
host_container
assert_soon 60 answers
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'a host container: the scheduler'
in_force gold lead 75
seq=$(cat /sys/kernel/sched_ext/enable_seq)
podman kill --signal KILL cgfifo >/dev/null
assert_eq "$(sched_ext_state)" enabled 'killed: the scheduler'
host_container
assert_soon 60 answers
assert_eq "$(cat /sys/kernel/sched_ext/enable_seq)" "$seq" 'started again: loads of a scheduler'
in_force gold lead 75
[[ $(ls "$HOST") == user-data ]] || fail 'it wrote beside user-data'
podman stop --time 20 cgfifo >/dev/null
assert_eq "$(sched_ext_state)" disabled 'stopped: the scheduler'
podman rm --force cgfifo >/dev/null

rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'
mkdir -p /etc/containers/systemd
quadlet_of /cgfifo/ignition/cgfifo-quadlet.ign | sed "s,^Image=.*,Image=$IMAGE," >/etc/containers/systemd/cgfifo.container
/usr/libexec/podman/quadlet /run/systemd/system
systemctl daemon-reload
systemctl start podman.socket
systemctl start --job-mode=ignore-dependencies cgfifo.service || { agent_log; fail 'the quadlet does not start'; }
assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'the quadlet, ready: the scheduler'
in_force gold lead 75
busy gold 1
sleep 1
podman run --rm --user 65534:65534 --cap-drop all --read-only --network none --cgroupns host \
	--volume /run/cgfifo:/run/cgfifo:ro "$IMAGE" metrics >"$LOGS/metrics" || fail 'metrics, as nobody'
grep -q '^cgfifo_.*/gold".* 300$' "$LOGS/metrics" || { grep gold "$LOGS/metrics"; fail 'no weight of gold in the metrics'; }
printf 'ok   metrics, as nobody: %s\n' "$(grep -m 1 '/gold".* 300$' "$LOGS/metrics")"
calm gold
rules 'rules: [{match: {cgroup: /gold}, weight: 100}]'
systemctl reload cgfifo.service
in_force gold lead 50
cgfifo_stops
systemctl stop podman.socket
# The generator also makes a link, by which a unit of this name counts as enabled.
rm -rf /etc/containers/systemd/cgfifo.container /run/systemd/system/{,*.wants/}cgfifo.service /etc/cgfifo
systemctl daemon-reload
podman rmi --force "$IMAGE" >/dev/null
