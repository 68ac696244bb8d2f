#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The RPMs: rpmlint has nothing to say, they install into an empty root, what is in there works and
# goes away again, the scriptlets name all units on Fedora and openSUSE, and the SELinux module fits a
# policy and keeps its domains apart.
. "$(dirname "$0")/built.sh"
. "$(dirname "$0")/selinux.sh"
needs rpm rpmlint rpmspec busybox semodule sesearch matchpathcon

main=("$OUT"/cgfifo-[0-9]*.x86_64.rpm)
plugin=("$OUT"/cgfifo-health-checker-*.noarch.rpm)
selinux=("$OUT"/cgfifo-selinux-*.noarch.rpm)
[[ -e ${main[0]} && -e ${plugin[0]} && -e ${selinux[0]} ]] || fail 'no RPMs: ./dev build rpm makes them'
smaller 1024 "$OUT"/*.rpm

# --strict: warnings count, too. What is waived is in rpmlint.toml, with reasons.
must 'rpmlint' rpmlint --strict -c "$TOP/rpm/rpmlint.toml" "$OUT"/*.rpm "$TOP/rpm/cgfifo.spec"

root=$WORK/root
# Nothing but the shell that scriptlets need.
mkdir -p "$root/usr/bin"
ln -s usr/bin "$root/bin"
cp /usr/bin/busybox "$root/usr/bin/sh"
must 'installs into an empty root' rpm --root "$root" --install --nodeps "${main[0]}" "${plugin[0]}"
must 'is what was packed' rpm --root "$root" --verify --nodeps cgfifo cgfifo-health-checker
must 'the program runs' "$root/usr/bin/cgfifo" version
must 'the defaults are good' "$root/usr/bin/cgfifo" check --quiet "$root/usr/lib/cgfifo/cgfifo.yaml"
must 'systemd takes the units' systemd-analyze verify --recursive-errors=no --man=no --root "$root" \
	cgfifo.service cgfifo-health.service
systemctl --root "$root" preset-all >/dev/null 2>&1
[[ $(systemctl --root "$root" is-enabled cgfifo.service) == disabled ]] || fail 'the preset enables the service'
ok 'the preset leaves the service off'
for user in cgfifo cgfifo-metrics; do
	grep -q "^$user:" "$root/etc/passwd" || fail "rpm did not make the user $user"
done
ok 'rpm makes the users of the services'
must 'systemd-tmpfiles makes /etc/cgfifo' systemd-tmpfiles --root "$root" --create --prefix /etc/cgfifo cgfifo.conf
[[ -z $(find "$root" -path "$root/var" -prune -o -type f -not -path "$root/etc/*" -not -path "$root/usr/*" -print) ]] ||
	fail 'files outside of /etc and /usr, which an atomic update does not carry'
ok 'everything is in /etc and /usr'
must 'is removed' rpm --root "$root" --erase --nodeps cgfifo cgfifo-health-checker
[[ -z $(find "$root/usr" "$root/etc" -name '*cgfifo*' -not -type l) ]] || fail 'something stays after removal'

# scriptlets WHAT MACRO...: each macro is there, with all units.
scriptlets() {
	local what=$1 macro text
	local -a defines=()
	shift
	for macro in "$@"; do defines+=(--define "$macro() $macro:%{*}"); done
	[[ $what != openSUSE ]] || defines+=(--define 'suse_version 1600')
	text=$(rpmspec -P --load "$TOP/rpm/debian.macros" "${defines[@]}" "$TOP/rpm/cgfifo.spec")
	for macro in "$@"; do
		grep -q "^$macro:.*cgfifo.service" <<<"$text" || fail "$what: nothing calls $macro"
	done
	ok "scriptlets of $what"
}
scriptlets Fedora systemd_post systemd_preun systemd_postun_with_restart
scriptlets openSUSE service_add_pre service_add_post service_del_preun service_del_postun
spec=$(rpmspec -P --load "$TOP/rpm/debian.macros" --define 'suse_version 1600' \
	--define 'sysusers_generate_pre() makes:%{*}' "$TOP/rpm/cgfifo.spec")
[[ $spec == *'makes:src/units/cgfifo.sysusers cgfifo cgfifo.conf'* && $spec == *'%pre -f cgfifo.pre'* ]] ||
	fail 'openSUSE: nothing makes the users of the services'
ok 'openSUSE: the users of the services'
selinux_checks "${selinux[0]}"
