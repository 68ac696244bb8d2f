#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What systemd itself says of the units: no key that it does not know, no exposure above what was
# once reached (systemd-analyze's figure, times ten).
# Usage: check-units.sh UNITS-OF-BUILD TOP CGFIFO
set -euo pipefail
units=$1 top=$2

command -v systemd-analyze >/dev/null || { echo 'systemd-analyze is not installed'; exit 77; }
work=$(mktemp -d)
programs=$(mktemp -d)
trap 'rm -rf "$work" "$programs"' EXIT
# The programs are not installed yet, and units know no folder with a space in its name.
ln -s "$(realpath "$3")" "$programs/cgfifo"
ln -s "$(realpath -m "$3-names")" "$programs/cgfifo-names"
cp "$top"/src/units/*.slice "$top"/src/units/*.socket "$work/"
for unit in "$units"/*.service "$top"/src/units/*.service; do
	sed -e "s,^ExecStart=\([-!]*\)[^ ]*/cgfifo ,ExecStart=\1$programs/cgfifo ," \
		-e "s,^ExecStart=[^ ]*/cgfifo-names$,ExecStart=$programs/cgfifo-names," "$unit" >"$work/${unit##*/}"
done

failed=0
for unit in "$work"/*; do
	systemd-analyze verify --recursive-errors=no --man=no "$unit" || failed=1
done
exposure() { # exposure UNIT LIMIT
	local figure
	figure=$(systemd-analyze security --offline=true --no-pager --threshold="$2" "$work/$1" 2>&1) || {
		printf '%s\n' "$figure"
		failed=1
	}
	printf '%s\n' "${figure##*→ }"
}
exposure cgfifo.service 3
exposure cgfifo-prepare.service 6
exposure cgfifo-user.service 10
exposure cgfifo-weight@.service 7
exposure cgfifo-health.service 5
exposure cgfifo-config@.service 5
exposure cgfifo-load@.service 6
exposure cgfifo-metrics@.service 2
[[ ! -e $work/cgfifo-names.service ]] || exposure cgfifo-names.service 7
exit "$failed"
