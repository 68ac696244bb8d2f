# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios that run the units as they are installed, with the programs of this build.

UNITS=/run/systemd/system
INSTALLED=()
# What the agent's unit needs.
# shellcheck disable=SC2034 # for scenarios
AGENT_UNITS=(cgfifo.service cgfifo-{prepare,user}.service cgfifo-{load,config,weight}.socket
	cgfifo-{load,config,weight}@.service system-cgfifo.slice)

# install_units NAME...: these of src/units/.
install_units() {
	local unit
	install -D -m 644 /cgfifo/src/units/cgfifo.sysusers /run/sysusers.d/cgfifo.conf
	for unit in "$@"; do
		INSTALLED+=("$UNITS/$unit")
		sed 's|^\(Exec[A-Za-z]*=[-+!]*\)/[^ ]*/\(cgfifo[a-z-]*\)|\1/cgfifo/build/src/\2|' \
			"$(find /cgfifo/src/units /cgfifo/build/src/units -maxdepth 1 -name "$unit" | head -n 1)" >"$UNITS/$unit"
	done
	systemctl daemon-reload
}

# drop_in UNIT TEXT: TEXT in its [Service] section, until undo_drop_in UNIT.
drop_in() {
	mkdir -p "$UNITS/$1.d"
	printf '[Service]\n%s\n' "$2" >"$UNITS/$1.d/test.conf"
	systemctl daemon-reload
}
undo_drop_in() {
	rm -rf "$UNITS/$1.d"
	systemctl daemon-reload
}

remove_units() {
	local unit
	for unit in "${INSTALLED[@]}"; do rm -rf "$unit" "$unit.d"; done
	rm -rf /etc/cgfifo
	remove_users
	systemctl daemon-reload
}

# remove_users: those of the units. Who comes next may need to have them made.
remove_users() {
	systemctl stop cgfifo-user.service 2>/dev/null || true
	rm -rf /run/sysusers.d/cgfifo.conf /run/cgfifo/agent
	rmdir /sys/fs/bpf/cgfifo 2>/dev/null || true
	sed -i '/^cgfifo\(-metrics\)\?:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
}

# no_pins: nothing is pinned any more. The folder is there for the next agent.
no_pins() { [[ -z $(ls -A /sys/fs/bpf/cgfifo 2>/dev/null) ]]; }

# rules TEXT: the administrator's configuration.
rules() {
	mkdir -p /etc/cgfifo
	printf 'version: 1\n%s\n' "$1" >/etc/cgfifo/cgfifo.yaml
}
