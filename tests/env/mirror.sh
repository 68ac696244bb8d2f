# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian packages without installing anything on the host.
# In: the mirror that the host's own apt uses. Out: $CACHE/tools with debootstrap
# and what it needs, unpacked from packages whose signatures apt verified.

# mirror_uri: the Debian mirror of the host's apt (its main component of a release).
mirror_uri() {
	local uri
	command -v apt-get >/dev/null || die 'the private Debian root is made with apt, which this host does not have' \
		'needed: Debian 12 or 13; elsewhere build with the host'"'"'s own tools, see docs/HACKING.md'
	uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
		awk '$3 == "main" && $2 ~ /^(bookworm|trixie|forky|sid|stable|oldstable|testing|unstable)$/ {
			print $1; exit }')
	[[ -n $uri ]] || die "no Debian mirror found in this host's apt configuration" \
		"needed to download packages: add the line that apt uses for Debian's main component" \
		"to /etc/apt/sources.list, e.g. 'deb URI trixie main', and run this again"
	printf '%s\n' "${uri%/}"
}

# tools_apt ARGS...: the host's apt-get with its own lists and archives in the cache.
tools_apt() {
	local dir=$CACHE/tools-apt
	apt-get -q -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir" \
		-o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null -o Debug::NoLocking=1 \
		-o APT::Update::Error-Mode=any -o APT::Install-Recommends=0 -o Acquire::Languages=none \
		-o APT::Keep-Downloaded-Packages=1 -o Binary::apt-get::APT::Keep-Downloaded-Packages=1 \
		-o DPkg::Post-Invoke= -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success= \
		"$@"
}

# tools_need URI: sets up debootstrap and friends in $CACHE/tools, once.
tools_need() {
	local uri=$1 tools=$CACHE/tools dir=$CACHE/tools-apt deb
	[[ -e $tools/.done ]] && return
	say "getting debootstrap from this host's Debian mirror (about 10 MB of lists, 2 MB of packages)"
	rm -rf "$tools"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$tools"
	tools_sources "$uri" >"$dir/sources.list"
	quietly 'package lists' '^(Get|Hit)' -- tools_apt update ||
		die "cannot read the package lists of $uri" 'check the network, then run this again'
	quietly 'debootstrap' '^Get' -- tools_apt -y --download-only --reinstall install \
		debootstrap wget gpgv debian-archive-keyring ||
		die 'cannot download debootstrap' 'check the network, then run this again'
	for deb in "$dir"/archives/*.deb; do
		dpkg-deb -x "$deb" "$tools" || die 'cannot unpack debootstrap' "is there room in $CACHE?"
	done
	touch "$tools/.done"
}

# tools_sources URI: one line of sources.list for the host's own release.
tools_sources() {
	local codename
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[[ -r $keyring ]] || die "$keyring is missing, so signatures cannot be verified" \
		'install it: apt-get install debian-archive-keyring'
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$1" "${codename:-sid}"
}

# with_tools COMMAND...: runs COMMAND with the unpacked tools in its path.
with_tools() {
	local tools=$CACHE/tools
	env PATH="$PATH:/usr/sbin:/sbin:$tools/usr/sbin:$tools/usr/bin:$tools/bin" \
		LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu" \
		DEBOOTSTRAP_DIR="$tools/usr/share/debootstrap" "$@"
}
