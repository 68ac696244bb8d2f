# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev build KIND: the packages, from the checkout as it is now.
# In: rpm/, sysext/, snap/, container/, butane/, each with the recipe beside the definition.
# Out: build/packages/. The recipes run in the private Debian, without the network.

PACKING=$TOP/tests/env/packages-packing
PACK_KINDS=(rpm sysext ignition)

# pack_main KIND...: builds them.
pack_main() {
	local kind
	[[ " $* " != *' all '* ]] || set -- "${PACK_KINDS[@]}"
	for kind in "$@"; do
		[[ " ${PACK_KINDS[*]} " == *" $kind "* ]] ||
			die "build: no package '$kind'" "there are: ${PACK_KINDS[*]} all"
	done
	pack_need
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
	quietly "$(dirname "$recipe")" . -- root_run nice "$TOP/$recipe" "$out" "$@" ||
		die "$recipe failed" 'the end of its output is above'
}

# pack_need: after this, the private Debian has the tools.
pack_need() {
	local -a list
	local hash
	root_need
	[[ -z ${CGFIFO_IN_ROOT:-} ]] || return 0
	mapfile -t list < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$PACKING")
	hash=$(sha256sum <<<"$(root_hash) ${list[*]}" | cut -c1-16)
	[[ $(cat "$ROOT/.cgfifo-packing" 2>/dev/null) != "$hash" ]] || return 0
	lock_cache
	say "installing ${list[*]} into the private Debian (about 6 MB to download)"
	quietly 'packaging tools' '^(Get|Setting up)' -- root_run env DEBIAN_FRONTEND=noninteractive \
		bash -c 'apt-get -q -y install "$@" && apt-get -q clean' - "${list[@]}" ||
		die 'cannot install the packaging tools' 'check the network, then run this again'
	printf '%s\n' "$hash" >"$ROOT/.cgfifo-packing"
	exec 9>&-
}

# portable_need: build/portable-root, an installation whose program is static: for hosts with other
# libraries than Debian's, or none.
portable_need() {
	quietly 'static program' '^\[' -- root_run nice "$TOP/tests/env/portable.sh" ||
		die 'the static program did not build' 'the end of the output is above'
}
