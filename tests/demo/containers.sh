# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The demo's containers: NAME -> podman container NAME in demo-NAME.service in
# demo.slice. In: WORK (a folder), NAMES, CPUS (busy tasks in each), PODMAN (0: plain
# services instead), SPIN, CGROUPS. Out: busy cgroups. Image and containers are in WORK.

IMAGE=localhost/cgfifo-demo

have_podman() { command -v podman >/dev/null && command -v crun >/dev/null; }

# pod ARGS...: podman on the demo's own storage.
POD=(--root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs --runtime crun --events-backend none)
pod() { podman "${POD[@]}" "$@"; }

# static_busybox: path of a busybox that runs in an otherwise empty image; nothing without one.
static_busybox() {
	local file
	for file in /bin/busybox /usr/lib/initramfs-tools/bin/busybox "${CGFIFO_BUSYBOX:-}"; do
		[[ -x $file ]] || continue
		LC_ALL=C grep -qa 'ld-linux\|ld-musl' "$file" || { printf '%s\n' "$file"; return; }
	done
}

# image_make: an image of busybox and spin. Nothing is pulled.
image_make() {
	local busybox dir=$WORK/image
	busybox=$(static_busybox)
	mkdir -p "$dir/bin"
	install -m 755 "$SPIN" "$dir/bin/spin"
	if [[ -n $busybox ]]; then
		install -m 755 "$busybox" "$dir/bin/busybox"
		ln -s busybox "$dir/bin/sh"
	fi
	tar -C "$dir" -c . | pod import --quiet - "$IMAGE" >/dev/null
}

# container_start NAME: its unit, with the options that quadlets use. It runs when this returns.
container_start() {
	local name=$1
	local -a run=("$SPIN" "$CPUS") type=()
	if ((PODMAN)); then
		type=(--service-type=notify --property=NotifyAccess=all --property=KillMode=mixed)
		run=("$(command -v podman)" "${POD[@]}" run --rm --detach --sdnotify=conmon --cgroups=split
			--name "$name" --network none --log-driver none --security-opt label=disable
			"$IMAGE" /bin/spin "$CPUS")
	fi
	systemd-run --quiet --collect --unit="demo-$name.service" --slice=demo.slice \
		--description="cgfifo demo: $name" --property=Delegate=yes --property=CPUAccounting=yes \
		--property=TimeoutStartSec=180 --property=TimeoutStopSec=20 "${type[@]}" "${run[@]}"
}

# container_wait NAME: until it is busy; then it is frozen, so that it does not make the start
# of others slow. 1 when that takes more than 90 s.
container_wait() {
	local tries
	for ((tries = 0; tries < 300; tries++)); do
		if container_busy "$1"; then
			container_freeze "$1" 1
			return 0
		fi
		sleep 0.3
	done
	return 1
}

# container_freeze NAME 1|0
container_freeze() { echo "$2" >"$CGROUPS/demo.slice/demo-$1.service/cgroup.freeze"; }

# containers_go: off they go, all at the same time.
containers_go() {
	local name
	for name in "${NAMES[@]}"; do container_freeze "$name" 0; done
}

# containers_hold: none of them runs until containers_go.
containers_hold() {
	local name
	for name in "${NAMES[@]}"; do container_freeze "$name" 1; done
}

# container_busy NAME: true when all of its tasks compute.
container_busy() {
	local tasks
	tasks=$(find "$CGROUPS/demo.slice/demo-$1.service" -name cgroup.threads -exec cat {} + 2>/dev/null |
		while read -r tid; do cat "/proc/$tid/comm" 2>/dev/null || true; done | grep -c '^spin$' || true)
	((tasks >= CPUS))
}

# containers_stop: all of them, with what they leave behind.
containers_stop() {
	local name
	for name in "${NAMES[@]}"; do
		[[ ! -e $CGROUPS/demo.slice/demo-$name.service/cgroup.kill ]] ||
			echo 1 >"$CGROUPS/demo.slice/demo-$name.service/cgroup.kill" || true
		systemctl stop "demo-$name.service" 2>/dev/null || true
	done
	systemctl stop demo.slice 2>/dev/null || true
	((!PODMAN)) || pod rm --all --force --time 0 >/dev/null 2>&1 || true
}
