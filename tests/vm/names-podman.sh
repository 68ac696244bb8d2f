#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Real containers under podman and crun have their names, and get weights by name and label, also
# one that is started later or renamed, and one that is all of a unit. What asks podman has no capability.
# vm: kernels=7.3 smp=2 icount=no limit=900 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

command -v podman >/dev/null || skip 'no podman in the guest'
[[ -x /cgfifo/build/src/cgfifo-names ]] || skip 'cgfifo-names is not built'

IMAGE=localhost/sleeper
work=$(mktemp -d /var/tmp/names.XXXXXX)
mkdir -p "$work/image/bin"
install -m 755 "$SPIN" "$work/image/bin/spin"
tar -C "$work/image" -c . | podman import --quiet - "$IMAGE" >/dev/null

# container NAME [OPTION...]: a container with one busy thread.
container() {
	local name=$1
	shift
	podman run --detach --name "$name" --network none --log-driver none "$@" "$IMAGE" /bin/spin 1 >/dev/null
}

# weight_of NAME: what the agent asks for, for the cgroup that is called so.
weight_of() {
	"$CGFIFO" status --all --json |
		jq -r --arg name "$1" '.cgroups[] | select(.name == $name and .own) | .asked_weight // "none"'
}
has_weight() { [[ $(weight_of "$1") == "$2" ]]; }
expect_weight() {
	assert_soon 30 has_weight "$1" "$2"
	printf 'ok   %s has weight %s\n' "$1" "$2"
}

systemctl start podman.socket
container web-1
container db --label tier=data
agent_start "$(config '
classes:
  gold: {weight: 800, slice: 1ms}
rules:
  - {name: the web, match: {container: "web-*"}, weight: 400}
  - {match: {labels: {tier: d*}}, class: gold}
  - {match: {container: quad}, weight: 250}
  - {match: {cgroup: /machine.slice/libpod-*}, weight: 50}
')"
expect_weight 'podman web-1' 400
expect_weight 'podman db' 800

echo 'its slice reaches its tasks, which crun puts one cgroup deeper'
slices() {
	"$CGFIFO" status --all --json |
		jq -r '[.cgroups[] | select(.name == "podman db") | .asked_slice_us] | join(" ")'
}
has_slices() { [[ $(slices) == "$1" ]]; }
assert_soon 30 has_slices '1000 1000'
echo "ok   slices: $(slices)"

container late --label tier=data
container other
tar -C "$work/image" -c . | podman import --quiet --change 'LABEL tier=data' - localhost/labelled >/dev/null
IMAGE=localhost/labelled container imaged
expect_weight 'podman late' 800
expect_weight 'podman other' 50
expect_weight 'podman imaged' 800

echo 'a container that is all of a unit: its weight is the unit'"'"'s'
systemd-run --quiet --collect --unit=quad.service --service-type=notify --property=Delegate=yes \
	--property=NotifyAccess=all --property=KillMode=mixed --property=TimeoutStartSec=180 \
	podman run --rm --detach --sdnotify=conmon --cgroups=split --name quad --network none \
	--log-driver none "$IMAGE" /bin/spin 1
expect_weight quad.service 250
assert_eq "$(weight_of 'podman quad')" none 'the cgroup in it'

"$CGFIFO" show web-1 | grep -E '^(called|image)' >"$work/show"
assert_eq "$(tr -s ' ' <"$work/show" | tr '\n' ' ')" 'called web-1 image localhost/sleeper:latest ' 'show'

echo 'a service whose cgroup is another user'"'"'s, and that makes in it what podman would'
liar=$CGROUPS/system.slice/liar.service
payload=$liar/libpod-payload-$(podman inspect --format '{{.Id}}' db)
systemd-run --quiet --collect --unit=liar.service --uid=nobody --property=Delegate=yes \
	sh -c "mkdir $liar/main $payload && echo 0 >$liar/main/cgroup.procs && echo +cpu >$liar/cgroup.subtree_control && exec sleep infinity"
assert_soon 30 test -e "$payload/cpu.weight"
container later --label tier=data
expect_weight 'podman later' 800
sleep 5
assert_eq "$(weight_of liar.service) $(weight_of 'podman db' | xargs)" 'none 800' 'its weight, and that of whose name it took'
systemctl stop liar.service

echo 'one that is renamed'
podman rename other web-2
"$CGFIFO" reload
expect_weight 'podman web-2' 400

echo 'who asks'
names=$(pgrep -x cgfifo-names) || fail 'cgfifo-names does not run'
# bare PID: it holds no capability, and can get none.
bare() {
	assert_eq "$(awk '/^Cap/ && $1 != "CapBnd:" { print $2 }' "/proc/$1/status" | sort -u)" \
		0000000000000000 'its capabilities'
	assert_eq "$(awk '$1 == "NoNewPrivs:" { print $2 }' "/proc/$1/status")" 1 'no new privileges'
}
bare "$names"
agent_log | grep 'Names from podman come from its API at /run/podman/podman.sock' >/dev/null ||
	fail 'the log does not say which source is used'

echo 'podman does not answer: what its files say goes on'
systemctl stop podman.socket podman.service
container files-only --label tier=data
expect_weight 'podman files-only' 50
"$CGFIFO" status | grep 'names from podman are missing' >/dev/null || fail 'status does not say so'
systemctl start podman.socket
expect_weight 'podman web-1' 400

echo 'and it comes back when it is killed'
kill -KILL "$names"
container again --label tier=data
expect_weight 'podman again' 800

echo 'in its unit, confined'
agent_stop
install_units cgfifo-names.{socket,service} cgfifo-user.service
systemctl start cgfifo-user.service
systemctl start cgfifo-names.socket
agent_start "$(config 'rules: [{match: {labels: {tier: data}}, weight: 700}]')" --scheduler none
expect_weight 'podman db' 700
assert_eq "$(systemctl is-active cgfifo-names.service)" active 'cgfifo-names.service'
bare "$(systemctl show --property=MainPID --value cgfifo-names.service)"
podman rm --force --time 0 quad >/dev/null
podman rm --all --force --time 0 >/dev/null
agent_stop
gone() { [[ $(systemctl is-active cgfifo-names.service) == inactive ]]; }
assert_soon 10 gone
systemctl stop cgfifo-names.socket
remove_units
assert_not_ejected
rm -rf "$work"
