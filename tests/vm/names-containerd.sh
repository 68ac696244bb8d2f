#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Real containers under containerd and runc get weights by name: one whose path has its name, as
# Bottlerocket's host containers, and one whose name is in its bundle only, as nerdctl's.
# vm: kernels=7.3 smp=4 icount=no limit=600 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/containerd.sh

[[ -x /cgfifo/build/src/cgfifo-names ]] || skip 'cgfifo-names is not built'

IMAGE=localhost/sleeper:latest
ID=7961626a09697ac8e31f782c23bcd83897b42a2629ffb7c41fbf800aabb04b95
work=$(mktemp -d /var/tmp/containerd.XXXXXX)
containerd_start "$work"
mkdir -p "$work/image/bin"
install -m 755 "$SPIN" "$work/image/bin/spin"
tar -C "$work/image" -c . | podman import --quiet - "$IMAGE" >/dev/null
podman save --quiet --format oci-archive --output "$work/image.tar" "$IMAGE"

ctr image import --snapshotter native --index-name "$IMAGE" "$work/image.tar" >/dev/null

# weight_of PATH: what the agent asks for.
weight_of() {
	"$CGFIFO" status --all --json |
		jq -r --arg path "$1" '.cgroups[] | select(.path == $path) | .asked_weight // "none"'
}
has_weight() { [[ $(weight_of "$1") == "$2" ]]; }
container() {
	local id=$1
	shift
	ctr run --detach --snapshotter native "$@" "$IMAGE" "$id" /bin/spin 1
}

container admin
agent_start "$(config '
rules:
  - {match: {container: admin}, weight: 300}
  - {match: {container: "fan*"}, weight: 400}
  - {match: {cgroup: /default/*}, weight: 50}
')"
container "$ID" --annotation nerdctl/name=fancy
container plain
assert_soon 30 has_weight /default/admin 300
assert_soon 30 has_weight "/default/$ID" 400
assert_soon 30 has_weight /default/plain 50
echo 'ok   each has its weight'
"$CGFIFO" list >"$work/list"
grep -F 'containerd fancy' "$work/list" >/dev/null || fail 'list does not call it by its name'

agent_stop
containerd_stop
assert_not_ejected
rm -rf "$work"
