#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The snap's hook "configure": rules are taken when all files together are good, as the agent reads them,
# and else what was there stays. snapd itself is in the scenario pkg-snap; here, a stand-in for snapctl says
# what is set, and the rest is real.
# Usage: configure-hook.sh TOP CGFIFO
set -euo pipefail
top=$1 cgfifo=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
export SNAP=$work/snap SNAP_DATA="$work/the data"
mkdir -p "$SNAP/usr/bin" "$SNAP_DATA/cgfifo.d" "$work/bin"
ln -s "$cgfifo" "$SNAP/usr/bin/cgfifo"
cat >"$work/bin/snapctl" <<SH
#!/bin/sh
case \$1 in
get) cat "$work/set" ;;
services) echo 'cgfifo.agent  enabled  active  -' ;;
restart) echo "\$*" >>"$work/restarted" ;;
esac
SH
chmod +x "$work/bin/snapctl"

# configure TEXT: "snap set cgfifo config=TEXT", or unset without.
configure() {
	printf '%s' "$1" >"$work/set"
	PATH=$work/bin:$PATH sh "$top/snap/hooks/configure" 2>"$work/said"
}
# takes TEXT WHAT
takes() {
	: >"$work/restarted"
	configure "$1" || { echo "refused: $2"; cat "$work/said"; failed=1; }
	[[ -s $work/restarted ]] || { echo "the agent does not read it: $2"; failed=1; }
}
# refuses TEXT NAMED WHAT: the message has NAMED, and the files stay as they are.
refuses() {
	local before
	: >"$work/restarted"
	before=$(files)
	! configure "$1" || { echo "taken: $3"; failed=1; }
	grep -q -- "$2" "$work/said" || { echo "not named: $3"; cat "$work/said"; failed=1; }
	[[ $(files) == "$before" && ! -s $work/restarted ]] || { echo "something changed: $3"; failed=1; }
}
files() { find "$SNAP_DATA" -type f -printf '%P\n' -exec cat {} + | sort; }

gold='version: 1
rules: [{match: {cgroup: /gold}, weight: 300}]'
takes "$gold" 'good rules'
[[ $(<"$SNAP_DATA/cgfifo.yaml") == "$gold" ]] || { echo 'other rules came out'; failed=1; }
refuses "${gold/weight/wieght}" wieght 'a mistake'

# Files of the administrator: what one names, another may have.
printf 'version: 1\nclasses: {web: {weight: 300}}\n' >"$SNAP_DATA/cgfifo.d/10-web.yaml"
touch "$SNAP_DATA/cgfifo.d/20-masked.yaml"
takes 'version: 1
rules: [{match: {cgroup: /gold}, class: web}]' 'a class of cgfifo.d'
takes 'version: 1
classes: {batch: {weight: 20}}' 'a class for cgfifo.d'
printf 'version: 1\nrules: [{match: {cgroup: /batch}, class: batch}]\n' >"$SNAP_DATA/cgfifo.d/30-batch.yaml"
refuses "$gold" 'no class "batch"' 'rules without a class that cgfifo.d names'
refuses '' 'no class "batch"' 'no rules, without a class that cgfifo.d names'
rm "$SNAP_DATA/cgfifo.d/30-batch.yaml"
takes '' 'no rules'
[[ ! -e $SNAP_DATA/cgfifo.yaml ]] || { echo 'unset, the rules are there'; failed=1; }
rm "$SNAP_DATA"/cgfifo.d/*
takes "$gold" 'rules again'
takes '' 'no rules, and none in cgfifo.d'
exit "$failed"
