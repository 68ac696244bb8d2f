#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The RPMs, of the checkout as it is now. Twice the same from the same commit.
# In: a folder. Out: FOLDER/*.rpm. Called by ./dev build rpm; needs rpmbuild and what the spec requires.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^Version: *//p' "$top/rpm/cgfifo.spec")

# Nothing where this is a tarball: one around it, of something else, does not list what is in here.
git() { [[ -e $top/.git ]] && command git -c safe.directory='*' -C "$top" "$@"; }
files() { # what git archive packs and what is not committed yet; all of it where there is no git
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -z -co --exclude-standard
	else
		find "$top" -not -type d -not -path "$top/build*" -not -path "$top/.git*" -printf '%P\0' | LC_ALL=C sort -z
	fi
}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y "$top/meson.build")}
export SOURCE_DATE_EPOCH
files | tar -C "$top" -cf "$work/cgfifo-$version.tar.gz" -z --null --ignore-failed-read --files-from=- \
	--transform="s,^,cgfifo-$version/," --owner=0 --group=0 --mtime="@$SOURCE_DATE_EPOCH"

options=(--define "_topdir $work" --define "_sourcedir $work" --define '_buildhost localhost'
	--define 'build_mtime_policy clamp_to_source_date_epoch' --define 'use_source_date_epoch_as_buildtime 1')
if [[ -e /etc/debian_version ]]; then
	# Its packages have other names than the spec requires.
	options+=(--nodeps --load "$top/rpm/debian.macros")
fi
rpmbuild -ba "${options[@]}" "${@:2}" "$top/rpm/cgfifo.spec"
mkdir -p "$out"
rm -f "$out"/*.rpm
mv "$work"/RPMS/*/*.rpm "$work"/SRPMS/*.rpm "$out/"
