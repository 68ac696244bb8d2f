# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios with real containers under containerd and runc: containerd_start, containerd_stop.

PROGRAMS=/cgfifo/build/containerd/usr
PATH=$PROGRAMS/bin:$PROGRAMS/sbin:$PATH

# containerd_start FOLDER: containerd with its files in FOLDER, as containerd-test.service.
containerd_start() {
	local program
	for program in containerd ctr runc; do
		command -v "$program" >/dev/null || skip "no $program in the guest: ./dev vm run gets it"
	done
	cat >"$1/config.toml" <<-CONFIG
		version = 2
		root = "$1/root"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
	CONFIG
	systemd-run --quiet --collect --unit=containerd-test.service --property=Delegate=yes --setenv="PATH=$PATH" \
		containerd --config "$1/config.toml"
	assert_soon 60 ctr version >"$1/version"
}

containerd_stop() {
	ctr task ls --quiet | xargs -r -n 1 ctr task kill --signal SIGKILL
	sleep 1
	ctr container ls --quiet | xargs -r ctr container rm
	systemctl stop containerd-test.service
}
