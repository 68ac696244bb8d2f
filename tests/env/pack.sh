# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev build KIND: the packages, from the checkout as it is now.
# In: rpm/, sysext/, snap/, container/, butane/, each with the recipe beside the definition.
# Out: build/packages/. The recipes run in the private Debian, without the network.

PACKING=$TOP/tests/env/packages-packing
SELINUX=$CACHE/selinux
PACK_KINDS=(rpm sysext oci snap ignition)

# pack_main KIND...: builds them.
pack_main() {
	local kind
	[[ " $* " != *' all '* ]] || set -- "${PACK_KINDS[@]}"
	for kind in "$@"; do
		[[ " ${PACK_KINDS[*]} " == *" $kind "* ]] ||
			die "build: no package '$kind'" "there are: ${PACK_KINDS[*]} all"
	done
	pack_need
	mkdir -p "$TOP/build"
	for kind in "$@"; do
		say "$kind"
		"pack_$kind"
	done
}

pack_rpm() { pack_run rpm/build.sh --with tests; }

pack_sysext() {
	portable_need
	pack_run sysext/build.sh "$TOP/build/portable-root"
}

pack_oci() {
	portable_need
	pack_run container/build.sh "$TOP/build/portable-root"
}

pack_snap() {
	portable_need
	pack_run snap/build.sh "$TOP/build/portable-root"
	root_run "$TOP/tests/env/snap-guest.sh" "$TOP/build/snap-guest" "$CACHE/packing/snapd" \
		"$TOP"/build/packages/cgfifo_*.snap || die 'cannot prepare a guest for the snap' 'the reason is above'
}

# pack_ignition: ignition/*.ign, which are committed, from butane/*.bu.
pack_ignition() {
	local source
	for source in "$TOP"/butane/*.bu; do
		source=${source##*/}
		root_run python3 "$TOP/tests/pkg/check-ignition.py" --convert "$TOP/butane/$source" \
			>"$TOP/build/ignition.new" || die "butane/$source cannot be converted" 'the reason is above'
		mv "$TOP/build/ignition.new" "$TOP/ignition/${source%.bu}.ign"
	done
}

# pack_run RECIPE WORDS...: RECIPE FOLDER WORDS..., and what came out of it.
pack_run() {
	local recipe=$1 out=$TOP/build/packages
	shift
	mkdir -p "$out"
	quietly "$(dirname "$recipe")" . -- pack_tools nice "$TOP/$recipe" "$out" "$@" ||
		die "$recipe failed" 'the end of its output is above'
}

# pack_need: after this, the private Debian has the tools of tests/env/packages-packing, and those that
# are one big program each are in $CACHE/packing: there the guest's image does not get them.
pack_need() {
	local -a list
	local hash
	root_need
	[[ -z ${CGFIFO_IN_ROOT:-} ]] || return 0
	mapfile -t list < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$PACKING")
	hash=$( (root_hash; cat "$PACKING" "$TOP/tests/env/pack-tools.sh") | sha256sum | cut -c1-16)
	is_of "$ROOT/.cgfifo-packing" "$hash" || pack_install "$hash" "${list[@]}"
	selinux_need
}

# pack_install HASH PACKAGE...
pack_install() {
	local hash=$1
	local -a list=("${@:2}")
	lock_cache
	if is_of "$ROOT/.cgfifo-packing" "$hash"; then
		exec 9>&-
		return
	fi
	rm -f "$ROOT/.cgfifo-packing"
	say "getting ${list[*]}, kubectl, skopeo and snapd for packaging (about 70 MB)"
	quietly 'packaging tools' '^(Get|Setting up)' -- root_run bash "$TOP/tests/env/pack-tools.sh" \
		"$CACHE/packing" "${list[@]}" ||
		die 'cannot install the packaging tools' 'check the network, then run this again'
	printf '%s\n' "$hash" >"$ROOT/.cgfifo-packing"
	exec 9>&-
}

# selinux_need: after this, $SELINUX has SELinux's tools and a policy. Not in the root: a guest would have
# them, too, and a policy in /etc is one that systemd loads.
selinux_need() {
	local hash
	hash=$(sha256sum <"$TOP/tests/env/selinux-tools.sh" | cut -c1-16)
	! is_of "$SELINUX/made-by" "$hash" || return 0
	lock_cache
	if is_of "$SELINUX/made-by" "$hash"; then
		exec 9>&-
		return
	fi
	say "getting SELinux's tools and a policy (5 MB)"
	quietly "SELinux's tools" '^Get' -- root_run "$TOP/tests/env/selinux-tools.sh" "$SELINUX" ||
		die "cannot get SELinux's tools" 'check the network, then run this again'
	printf '%s\n' "$hash" >"$SELINUX/made-by"
	exec 9>&-
}

# selinux_guest: build/selinux-guest, a policy with the module of the RPM that was built last, for the scenario
# that runs it.
selinux_guest() {
	local -a rpms=("$TOP"/build/packages/cgfifo-selinux-*.rpm)
	[[ -e ${rpms[0]} ]] || return 0
	pack_need
	pack_tools "$TOP/tests/env/selinux-guest.sh" "$TOP/build/selinux-guest" "${rpms[0]}" ||
		die 'cannot prepare a guest with SELinux' 'the reason is above'
}

# pack_tools COMMAND...: runs COMMAND in the private Debian, with the tools of $CACHE/packing.
pack_tools() {
	local path=/usr/lib/llvm-19/bin:/usr/sbin:/usr/bin:/sbin:/bin
	path+=:$CACHE/packing/kubectl/usr/bin:$CACHE/packing/skopeo/usr/bin:$CACHE/packing/snapd/usr/bin:$SELINUX/usr/bin:$SELINUX/usr/sbin
	root_run env PATH="$path" CGFIFO_SELINUX="$SELINUX" "$@"
}

# portable_need: build/portable-root, an installation whose program is static: for hosts with other
# libraries than Debian's, or none.
portable_need() {
	quietly 'static program' '^\[' -- root_run nice "$TOP/tests/env/portable.sh" ||
		die 'the static program did not build' 'the end of the output is above'
}
