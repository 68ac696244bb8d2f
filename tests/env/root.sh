# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The private Debian 13 root: made once, upgraded when tests/env/packages changes.
# In: the host's mirror, tests/env/packages. Out: $ROOT, and root_run to enter it.
# Nothing is installed on the host; $ROOT/.cgfifo-packages holds the hash of the
# list that is in, and its absence marks a half-made root.

ROOT=$CACHE/root-trixie
PACKAGES=$TOP/tests/env/packages

root_packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$PACKAGES"; }
root_hash() { root_packages | sort | sha256sum | cut -c1-16; }

root_is_made() { [[ $(cat "$ROOT/.cgfifo-packages" 2>/dev/null) == "$(root_hash)" ]]; }

# lock_cache: one ./dev at a time sets things up; ends with exec 9>&- or the process. Who got it looks once more:
# what is wanted may have come meanwhile, and be in use.
lock_cache() {
	exec 9>"$CACHE/lock"
	flock -n 9 || { note 'waiting for another ./dev that is setting up'; flock 9; }
}

# is_of FILE HASH: was what FILE is about made of what has this HASH?
is_of() { [[ $(cat "$1" 2>/dev/null) == "$2" ]]; }

# root_need: after this, $ROOT is complete.
root_need() {
	[[ -n ${CGFIFO_IN_ROOT:-} ]] && return
	((EUID == 0)) || die 'the private Debian root needs root (chroot, mounts)' \
		'run this as root; building alone does not need it: meson setup build && meson compile -C build'
	[[ $(uname -m) == x86_64 ]] || die "the private Debian and the VM are for x86-64 only, and this host is $(uname -m)" \
		"build with the host's own tools: meson setup build && meson compile -C build"
	unshare --mount true 2>/dev/null || die 'the private Debian root needs mounts, which are forbidden here' \
		'in a container: start it with --privileged'
	mkdir -p "$CACHE"
	root_is_made && return
	lock_cache
	[[ -e $ROOT/.cgfifo-base ]] || root_make
	root_is_made || root_install
	exec 9>&-
}

root_make() {
	local uri
	uri=$(mirror_uri) || exit
	tools_need "$uri"
	rm -rf "$ROOT"
	say "making a private Debian 13 in $ROOT (about 50 MB to download)"
	quietly 'base system' '^I: (Retrieving|Extracting|Unpacking|Configuring) ' \
		'about 330' -- with_tools "$CACHE/tools/usr/sbin/debootstrap" --variant=minbase --include=ca-certificates \
		--keyring="$CACHE/tools/usr/share/keyrings/debian-archive-keyring.gpg" \
		trixie "$ROOT" "$uri" ||
		die 'debootstrap failed' "the log is in $CACHE/log; run this again when the cause is gone"
	root_configure "$uri"
	touch "$ROOT/.cgfifo-base"
}

# root_configure URI: apt and dpkg settings of the root.
root_configure() {
	local uri=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg suite
	for suite in trixie trixie-updates trixie-backports; do
		printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$uri" "$suite"
	done >"$ROOT/etc/apt/sources.list"
	printf 'Package: *\nPin: release n=trixie-backports\nPin-Priority: 100\n' \
		>"$ROOT/etc/apt/preferences.d/backports"
	cat >"$ROOT/etc/apt/apt.conf.d/90cgfifo" <<-'CONF'
		APT::Install-Recommends "0";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Dpkg::Use-Pty "0";
	CONF
	apt-config dump | grep -iE '^Acquire::(http|https|ftp)::proxy' >>"$ROOT/etc/apt/apt.conf.d/90cgfifo" || true
	printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
		'path-exclude=/usr/share/info/*' 'path-exclude=/usr/share/locale/*' \
		>"$ROOT/etc/dpkg/dpkg.cfg.d/cgfifo"
	printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d"
	chmod +x "$ROOT/usr/sbin/policy-rc.d"
}

# root_install: brings the packages of the list in; resumable, apt keeps what it has.
root_install() {
	local -a list
	local need total
	mapfile -t list < <(root_packages)
	rm -f "$ROOT/.cgfifo-packages"
	root_lists
	root_run dpkg --configure -a >/dev/null 2>&1 || true
	need=$(root_run apt-get -q --assume-no install "${list[@]}" 2>/dev/null | grep -E '^(Need to get|After this)' || true)
	total=$(root_run apt-get -qs install "${list[@]}" | grep -c '^Inst' || true)
	((total == 0)) || say "installing $total packages into the private root"
	[[ -z $need ]] || note "${need//$'\n'/$'\n    '}"
	quietly 'downloading packages' '^Get:' "$total" -- \
		root_run apt-get -q -y --download-only install "${list[@]}" ||
		die 'cannot download the packages' 'what is already here is kept; run this again'
	quietly 'unpacking, setting up' '^(Unpacking|Setting up)' "$((2 * total))" -- \
		root_run env DEBIAN_FRONTEND=noninteractive apt-get -q -y install "${list[@]}" ||
		die 'cannot install the packages' "see the log in $CACHE/log, then run this again"
	root_run apt-get -q clean
	root_hash >"$ROOT/.cgfifo-packages"
}

# root_lists: the root's package lists, of today: a mirror drops what newer versions replace.
root_lists() {
	local stamp=$ROOT/.cgfifo-lists
	[[ -z $(find "$stamp" -mmin -1440 2>/dev/null) ]] || return 0
	quietly 'package lists' '^(Get|Hit)' -- root_run apt-get -q -o APT::Update::Error-Mode=any update ||
		die 'cannot read the package lists' 'check the network, then run this again'
	touch "$stamp"
}

# root_unpack FOLDER PACKAGE...: into FOLDER, and what they depend on that the root has not. They are not
# installed: the root and the guest's image stay as they are.
root_unpack() {
	local folder=$1 deb
	(root_lists) || return 1
	mkdir -p "$folder/debs/partial"
	quietly "${*:2}" '^Get:' -- root_run apt-get -q -y --download-only -o Debug::NoLocking=1 \
		-o Dir::Cache::archives="$folder/debs" -o APT::Keep-Downloaded-Packages=1 install "${@:2}" || return 1
	for deb in "$folder"/debs/*.deb; do
		dpkg-deb -x "$deb" "$folder" || return 1
	done
	rm -rf "$folder/debs"
}

# root_programs NAME SIZE PACKAGE...: what only some tests use, in $CACHE/NAME, and a copy in build/NAME for the
# guest. Never fails: the test that needs them says what is missing.
root_programs() {
	local folder=$CACHE/$1 of
	root_need
	of=$(printf '%s\n' "${@:3}" | cat - "$ROOT/.cgfifo-packages" | sha256sum | cut -c1-16)
	if [[ $(cat "$folder/.of" 2>/dev/null) != "$of" ]]; then
		rm -rf "$folder"
		say "getting ${*:3} ($2)"
		root_unpack "$folder" "${@:3}" || return 0
		echo "$of" >"$folder/.of"
	fi
	mkdir -p "$TOP/build/$1"
	cp -rT "$folder" "$TOP/build/$1"
}

# contained COMMAND...: with mounts of its own; all that it started ends with it, and with who called this.
contained() {
	setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child "$@"
}

# root_run COMMAND...: runs COMMAND inside the root, in the current directory.
root_run() {
	if [[ -n ${CGFIFO_IN_ROOT:-} ]]; then
		"$@"
		return
	fi
	contained bash "$TOP/tests/env/enter" "$ROOT" "$TOP" "$CACHE" "$PWD" "$@"
}
