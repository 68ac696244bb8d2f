#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The system extension: systemd takes it for one, it runs on any distribution of the architecture, and
# has nothing that would make it more than that.
. "$(dirname "$0")/built.sh"
needs systemd-dissect fsck.erofs

image=$OUT/cgfifo.raw
[[ -e $image ]] || fail 'no image: ./dev build sysext makes it'
smaller 15360 "$image"
must 'systemd-dissect --validate' systemd-dissect --validate "$image"
must 'unpacks' fsck.erofs --extract="$WORK/tree" "$image"
cd "$WORK/tree"

[[ $(ls) == usr ]] || fail "has more than /usr: $(ls | tr '\n' ' ')"
ok 'only /usr'
release=usr/lib/extension-release.d/extension-release.cgfifo
grep -qx 'ID=_any' "$release" && grep -qx 'ARCHITECTURE=x86-64' "$release" || fail "$release: wrong host"
[[ ! -e usr/lib/os-release ]] || fail 'systemd-sysext refuses an image with an os-release'
must_not 'the program is static' sh -c 'readelf -l usr/bin/cgfifo | grep -q INTERP'
must 'it runs with nothing around it' chroot . /usr/bin/cgfifo check --quiet /usr/lib/cgfifo/cgfifo.yaml
names_runs .
[[ $(readlink -f usr/lib/systemd/system/multi-user.target.upholds/cgfifo.service) == \
	"$PWD/usr/lib/systemd/system/cgfifo.service" ]] || fail 'nothing starts the service'
ok 'the service is upheld'
