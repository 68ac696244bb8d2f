#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The Ignition files: Ignition itself takes them and makes of an empty root what they say; podman and
# systemd take what is in there. butane, where it is installed, makes the same of their sources.
. "$(dirname "$0")/built.sh"
. "$(dirname "$0")/ignition.sh"
QUADLET=/usr/libexec/podman/quadlet
CGFIFO=$TOP/build/src/cgfifo
needs ignition-validate "$IGNITION" "$QUADLET" systemctl python3

cleanup() {
	[[ -z ${server:-} ]] || kill "$server" 2>/dev/null
	rm -rf "$WORK"
}
trap cleanup EXIT

mkdir "$WORK/web"
head -c 100000 /dev/urandom >"$WORK/web/cgfifo.raw"
serve "$WORK/web" "$WORK/server" || fail 'there is no web server on 127.0.0.1'
for way in rpm sysext quadlet; do
	source=$TOP/butane/cgfifo-$way.bu file=$TOP/ignition/cgfifo-$way.ign root=$WORK/$way
	must "$way: ignition-validate" ignition-validate "$file"
	if command -v butane >/dev/null; then
		butane --strict "$source" >"$WORK/butane.ign" || fail "$way: butane --strict"
		must "$way: butane makes the same" python3 "$TOP/tests/pkg/check-ignition.py" "$source" "$WORK/butane.ign" \
			"$CGFIFO"
	fi
	filled_in "$file" "http://127.0.0.1:$port/cgfifo.raw" "$WORK/web/cgfifo.raw" >"$WORK/$way.ign"
	must "$way: the stages fetch and files" provision "$WORK/$way.ign" "$root"
	systemctl --root="$root" preset-all 2>/dev/null
	must "$way: the rules" "$CGFIFO" check --quiet "$root/etc/cgfifo/cgfifo.yaml"
	[[ $(stat -c '%a %u %g' "$root/etc/cgfifo/cgfifo.yaml") == '644 0 0' ]] || fail "$way: mode of the rules"
done

enabled() { [[ $(systemctl --root="$1" is-enabled "$2" 2>&1) == enabled ]] || fail "$2 is not enabled"; ok "$2 is enabled"; }

# Layering: the unit runs before updates do, once.
enabled "$WORK/rpm" cgfifo-install.service
unit=$WORK/rpm/etc/systemd/system/cgfifo-install.service
grep -q '^Before=zincati.service' "$unit" || fail 'rpm: not ordered before zincati'
mkdir -p "$WORK/rpm/usr/bin" "$WORK/rpm/usr/lib/systemd/system"
for program in curl sh rpm-ostree touch systemctl; do install -m 755 /bin/true "$WORK/rpm/usr/bin/$program"; done
must 'rpm: systemd takes the unit' systemd-analyze verify --recursive-errors=no --man=no --root "$WORK/rpm" \
	cgfifo-install.service
[[ $(readlink "$WORK/rpm/etc/systemd/system/multi-user.target.wants/cgfifo.service") == \
	/usr/lib/systemd/system/cgfifo.service ]] || fail 'rpm: the service is not linked'

must 'sysext: the image is what was served' cmp "$WORK/web/cgfifo.raw" "$WORK/sysext/var/lib/extensions/cgfifo.raw"
grep -q '^enable systemd-sysext.service' "$WORK/sysext/etc/systemd/system-preset/20-ignition.preset" ||
	fail 'sysext: nothing merges the image'
printf 'x' >>"$WORK/web/cgfifo.raw"
must_not 'sysext: another image is refused' provision "$WORK/sysext.ign" "$WORK/other"

QUADLET_UNIT_DIRS=$WORK/quadlet/etc/containers/systemd "$QUADLET" -dryrun >"$WORK/quadlet.out" 2>&1 || {
	cat "$WORK/quadlet.out"
	fail 'quadlet: podman does not take it'
}
sed -n '/^---cgfifo.service---/,$p' "$WORK/quadlet.out" | sed 1d >"$WORK/cgfifo.service"
must 'quadlet: systemd takes what podman makes of it' systemd-analyze verify --recursive-errors=no --man=no \
	"$WORK/cgfifo.service"
grep -q '^Type=notify' "$WORK/cgfifo.service" || fail 'quadlet: not ready when it says so'

# starts_within UNIT: how many starts that fail at once there are in the time of StartLimitIntervalSec=: the pauses
# grow as systemd.service(5) says of RestartSteps=.
starts_within() {
	awk -F= '
		BEGIN { value["RestartSec"] = 0.1 }
		{ value[$1] = $2 }
		END {
			pause = value["RestartSec"]
			steps = value["RestartSteps"]
			most = value["RestartMaxDelaySec"]
			for (n = 1; at < value["StartLimitIntervalSec"] && n < 1000; n++)
				at += !steps ? pause : n > steps ? most : pause * (most / pause) ^ ((n - 1) / steps)
			print n - 1, value["StartLimitBurst"]
		}' "$1"
}
read -r starts burst < <(starts_within "$WORK/cgfifo.service")
((starts <= burst)) || fail "quadlet: without its image it gives up, after $burst of $starts tries"
ok "quadlet: without its image it goes on, $starts tries in the time in which $burst are too many"
