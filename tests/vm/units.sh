# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scenarios that run the units as they are installed, with the programs of this build.

UNITS=/run/systemd/system
INSTALLED=()

# install_units NAME...: these of src/units/.
install_units() {
	local unit
	for unit in "$@"; do
		INSTALLED+=("$UNITS/$unit")
		sed 's|^\(Exec[A-Za-z]*=[-+]*\)/[^ ]*/\(cgfifo[a-z-]*\)|\1/cgfifo/build/src/\2|' \
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
	systemctl daemon-reload
}

# rules TEXT: the administrator's configuration.
rules() {
	mkdir -p /etc/cgfifo
	printf 'version: 1\n%s\n' "$1" >/etc/cgfifo/cgfifo.yaml
}
