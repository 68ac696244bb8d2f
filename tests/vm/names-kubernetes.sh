#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A pod's weight comes from its annotation, through a kubelet's list of pods (TLS, token) and from
# the manifest of a static pod; it is cut to what its namespace may have, and follows an edit.
# vm: kernels=7.3 smp=2 icount=3 limit=600 long=yes
. "$VM_LIB"

command -v openssl >/dev/null || skip 'no openssl in the guest'
[[ -x /cgfifo/build/src/cgfifo-names ]] || skip 'cgfifo-names is not built'

FIXTURES=/cgfifo/tests/fixtures/names
UID_=cafc882b8264eda4966f037aa724e18b
APP=20b31175447bb20b2494f92ed173cb69f173c64c82b835bf99e5f6d9ed61697b
POD=kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod$UID_.slice
work=$(mktemp -d /var/tmp/kubelet.XXXXXX)

weight_of() {
	"$CGFIFO" status --all --json |
		jq -r --arg path "/$1" '.cgroups[] | select(.path == $path) | .asked_weight // "none"'
}
has_weight() { [[ $(weight_of "$1") == "$2" ]]; }
expect_weight() {
	assert_soon 120 has_weight "$1" "$2"
	printf 'ok   %s: %s has weight %s\n' "$3" "${1##*/}" "$2"
}
status_says() { "$CGFIFO" status --interval 200ms >"$LOGS/status" && grep -qF "$1" "$LOGS/status"; }
log_says() { agent_log >"$LOGS/agent" && grep -qF "$1" "$LOGS/agent"; }
# annotate KEY VALUE: somebody edits the pod.
annotate() {
	jq --arg key "$1" --arg value "$2" '.items[0].metadata.annotations[$key] = $value' \
		"$work/pods" >"$work/pods.new"
	mv "$work/pods.new" "$work/pods"
}

ip link set lo up
grep -qw "$HOSTNAME" /etc/hosts || echo "127.0.0.1 $HOSTNAME" >>/etc/hosts
openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj /CN=node1 \
	-addext "subjectAltName=DNS:$HOSTNAME" -keyout "$work/key" -out "$work/crt" 2>/dev/null
cp "$FIXTURES/kubelet-pods.json" "$work/pods"
echo right >"$work/kubelet-token"
echo wrong >"$work/our-token"
systemd-run --quiet --collect --unit=kubelet-test.service \
	python3 /cgfifo/tests/vm/kubelet.py 10250 "$work/crt" "$work/key" "$work/kubelet-token" "$work/pods"
# Whoever asks earlier is refused, and asks again after pauses that get longer.
assert_soon 60 bash -c '</dev/tcp/127.0.0.1/10250' 2>/dev/null

busy "$POD/cri-containerd-$APP.scope" 1
bounds='
  namespaces:
    default: {max_weight: 400, raw_weights: true}'
agent_start "$(config "
classes:
  gold: {weight: 800}
rules:
  - {match: {pod: {namespace: default, labels: {app: w*}}}, weight: 70}
  - {match: {cgroup: /kubepods.slice}, weight: 150}
kubernetes:
  kubelet: {url: 'https://%H:10250', token_file: $work/our-token, ca_file: $work/crt}
$bounds
")"
expect_weight kubepods.slice 150 'by its path, whatever the kubelet says'
assert_soon 60 status_says '403 (we may not ask this)'
assert_eq "$(weight_of "$POD")" none 'without permission'

echo right >"$work/our-token"
expect_weight "$POD" 300 'its annotation'
expect_weight "$POD/cri-containerd-$APP.scope" 400 'its annotation asks 500, the namespace may have 400'
"$CGFIFO" show default/web-node1 >"$work/show"
assert_eq "$(awk '$1 == "name" { print $3 }' "$work/show")" default/web-node1 'its name'
"$CGFIFO" explain "$APP" | tee "$work/explain"
grep -F 'bound max_weight' "$work/explain" >/dev/null || fail 'explain does not say what cut it'

annotate cgfifo.io/weight 200
expect_weight "$POD" 200 'edited'
annotate cgfifo.io/weight $'9\033[2J'
expect_weight "$POD" 70 'edited to nonsense: its rule counts'
assert_soon 30 log_says 'annotation cgfifo.io/weight "9\x1b[2J" does not count'
annotate cgfifo.io/class gold
assert_soon 60 log_says 'not among the classes'

echo 'the kubelet goes away: what was known stays'
systemctl stop kubelet-test.service
assert_soon 60 status_says 'names from kubelet are missing'
assert_eq "$(weight_of "$POD")" 70 'still'
agent_stop

echo 'a static pod, by its manifest'
mkdir -p "$work/manifests" "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$APP"
cp "$FIXTURES/static-pod.yaml" "$work/manifests/web.yaml"
jq 'del(.annotations["cgfifo.io/weight", "cgfifo.io/weight.app"])' "$FIXTURES/cri-containerd-app.json" \
	>"/run/containerd/io.containerd.runtime.v2.task/k8s.io/$APP/config.json"
agent_start "$(config "
kubernetes:
  manifests: $work/manifests
$bounds
")"
expect_weight "$POD" 300 'from the manifest'
expect_weight "$POD/cri-containerd-$APP.scope" 400 'from the manifest, cut'
agent_stop
assert_not_ejected
rm -rf "$work" /run/containerd
