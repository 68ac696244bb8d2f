#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Three containers under podman and crun get 8 : 4 : 1, as plain containers (one of them started
# after the agent) and in systemd units, where podman nests them one level deeper.
# vm: smp=4 icount=3 limit=900 long=yes
. "$VM_LIB"

NAMES=(db web batch)
CPUS=4 PODMAN=1
WORK=$(mktemp -d /var/tmp/podman.XXXXXX)
declare -A ID=()
# shellcheck source=../demo/containers.sh
. /cgfifo/tests/demo/containers.sh

have_podman || skip 'no podman with crun in the guest'
image_make

# plain NAME: a container in machine.slice, created but not started.
plain() {
	ID[$1]=$(pod create --name "plain-$1" --network none --log-driver none "$IMAGE" /bin/spin "$CPUS")
}

# scope_of NAME: its cgroup.
scope_of() { printf 'machine.slice/libpod-%s.scope' "${ID[$1]}"; }

# start_plain NAME: started, and frozen until all are, so that it does not slow down the others.
start_plain() {
	pod start "plain-$1" >/dev/null
	echo 1 >"$CGROUPS/$(scope_of "$1")/cgroup.freeze"
}

# three A B C: their shares over 10 s.
three() {
	sleep 2
	shares 10 "$@"
	assert_within 3 "${SHARE[$1]}" 61.54 'db, weight 800 of 1300'
	assert_within 3 "${SHARE[$2]}" 30.77 'web, weight 400 of 1300'
	assert_within 5 "${SHARE[$3]}" 7.69 'batch, weight 100 of 1300'
}

for name in "${NAMES[@]}"; do plain "$name"; done
start_plain db
start_plain web
agent_start "$(config "
rules:
  - {match: {cgroup: /$(scope_of db)}, weight: 800}
  - {match: {cgroup: /$(scope_of web)}, weight: 400}
  - {match: {unit: libpod-${ID[batch]}.scope}, weight: 100}
  - {match: {unit: demo-db.service}, weight: 800}
  - {match: {unit: demo-web.service}, weight: 400}
  - {match: {unit: demo-batch.service}, weight: 100}
")"
start_plain batch
for name in "${NAMES[@]}"; do echo 0 >"$CGROUPS/$(scope_of "$name")/cgroup.freeze"; done
echo "plain containers, in machine.slice"
three "$(scope_of db)" "$(scope_of web)" "$(scope_of batch)"
pod rm --all --force --time 0 >/dev/null

echo "containers in units, as quadlets are"
for name in "${NAMES[@]}"; do
	container_start "$name" && container_wait "$name" || fail "$name did not start"
done
containers_go
three demo.slice/demo-{db,web,batch}.service
containers_stop

agent_stop
assert_not_ejected
rm -rf "$WORK"
