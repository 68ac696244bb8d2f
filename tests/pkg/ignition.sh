# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Ignition's own stages, for built-ignition.sh and tests/vm/guest/provision.

IGNITION=/usr/lib/dracut/modules.d/30ignition/ignition
PLACEHOLDER=https://example.com/cgfifo.raw

# filled_in FILE URL IMAGE: the Ignition file with the address and the checksum of an image.
filled_in() {
	sed -e "s,$PLACEHOLDER,$2," -e "s/sha512-0*/sha512-$(sha512sum "$3" | cut -d' ' -f1)/" "$1"
}

# provision FILE ROOT: the stages that a first boot runs.
provision() {
	local stage work
	work=$(mktemp -d)
	# This Ignition labels what it made, and insists on it.
	mkdir -p "$2/etc/selinux" "$work/bin"
	printf 'SELINUXTYPE=targeted\n' >"$2/etc/selinux/config"
	printf '#!/bin/sh\n' >"$work/bin/setfiles"
	chmod +x "$work/bin/setfiles"
	for stage in fetch files; do
		PATH=$work/bin:$PATH IGNITION_CONFIG_FILE=$1 "$IGNITION" --platform=file --root="$2" --stage="$stage" \
			--config-cache="$work/cache.json" --neednet="$work/neednet" --state-file="$work/state" \
			--log-to-stdout || return 1
	done
	rm -rf "$work"
}

# serve FOLDER LOG: a web server for it on $port, as process $server; 1: it has ended.
serve() {
	python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >"$2" 2>/dev/null &
	# shellcheck disable=SC2034 # for who calls this
	server=$!
	until port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$2") && [[ -n $port ]]; do
		kill -0 "$server" 2>/dev/null || return 1
		sleep 0.1
	done
}
