#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The snap: snapd (2.77 or later, so that it knows the interface of sched_ext) takes it without a warning,
# it has what its snap.yaml names, and is the same when it is made again.
. "$(dirname "$0")/built.sh"
needs snap unsquashfs python3

snap=("$OUT"/cgfifo_*.snap)
[[ -e ${snap[0]} ]] || fail 'no snap: ./dev build snap makes it'
smaller 15360 "${snap[0]}"
version=$(snap version | awk '$1 == "snap" { print $2 }')
[[ $(printf '2.77\n%s\n' "$version" | sort -V | head -n 1) == 2.77 ]] || fail "snapd is $version, older than 2.77"
ok "snapd $version"

must 'unpacks' unsquashfs -d "$WORK/snap" "${snap[0]}"
cp "$WORK/snap/meta/snap.yaml" "$WORK/snap.yaml"
# check: snap's own checks have nothing to say; not all that they say is an exit status.
check() {
	local said
	said=$(snap pack --check-skeleton "$WORK/snap" 2>&1) || return 1
	printf '%s\n' "$said"
	[[ -z $said ]]
}
must 'snapd takes it' check
for fault in 's/daemon: simple/daemon: bogus/' 's/interface: system-files/interface: system-fils/' \
	's/install-mode: disable/install-mode: never/' 's,local/agent,local/absent,'; do
	sed "$fault" "$WORK/snap.yaml" >"$WORK/snap/meta/snap.yaml"
	! cmp -s "$WORK/snap.yaml" "$WORK/snap/meta/snap.yaml" || fail "'$fault' changes nothing"
	must_not "snapd finds '$fault'" check
done

cd "$WORK/snap"
for hook in configure check-health {connect,disconnect}-plug-{kernel-sched-ext-control,cgroups,cgroup-weights}; do
	[[ -x meta/hooks/$hook ]] || fail "no hook $hook"
	must "the hook $hook is a script" sh -n "meta/hooks/$hook"
done
for option in $(grep -o -- ' --[a-z-]*' local/agent); do
	chroot . /usr/bin/cgfifo run --help | grep -qw -- "$option" || fail "cgfifo run has no option $option"
done
ok 'the service has options that the program has'
must_not 'the program is static' sh -c 'readelf -l usr/bin/cgfifo | grep -q INTERP'
must 'it runs with nothing around it' chroot . /usr/bin/cgfifo check --quiet /usr/lib/cgfifo/cgfifo.yaml
mkdir "$WORK/again"
touch "$WORK/again/cgfifo_0.0.1_amd64.snap"
must 'builds' "$TOP/snap/build.sh" "$WORK/again" "$TOP/build/portable-root"
[[ $(ls "$WORK/again") == "${snap[0]##*/}" ]] || fail "there is more than one: $(ls "$WORK/again" | tr '\n' ' ')"
must 'is the same when it is built again' cmp "${snap[0]}" "$WORK/again/${snap[0]##*/}"
