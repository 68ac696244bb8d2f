# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev dist: the tarball of a version, the same bytes wherever and whenever it is made, and what it is
# built with (SBOM). ./dev release: is everything in place for a version?
# In: a commit. Out: build/release/, an exit status.

RELEASE=$TOP/build/release

release_version() { sed -n "s/^[[:space:]]*version: '\([^']*\)',\$/\1/p" "$TOP/meson.build" | head -n 1; }

# dist_main: twice, in two folders, and compared.
dist_main() {
	local version name turn
	version=$(release_version)
	name=cgfifo-$version.tar.gz
	build_main
	rm -rf "$RELEASE"
	mkdir -p "$RELEASE"
	for turn in 1 2; do
		say "tarball, turn $turn"
		dist_once "$RELEASE/$turn/$name" || die 'no tarball' 'the reason is above'
		sleep 1 # another time of day
	done
	cmp "$RELEASE/1/$name" "$RELEASE/2/$name" || die 'two tarballs of one commit differ'
	mv "$RELEASE/1/$name" "$RELEASE/"
	rm -rf "$RELEASE/1" "$RELEASE/2"
	root_run python3 "$TOP/tests/env/sbom.py" "$TOP/build" "$RELEASE/cgfifo-$version.spdx.json" || die 'no SBOM'
	(cd "$RELEASE" && sha256sum ./* | tee SHA256SUMS)
}

# dist_once FILE: of what is committed. meson gives the top folder the time of day, so it is packed
# anew with that of the commit; gzip is told to keep no time of its own.
dist_once() {
	local dist=$TOP/build/meson-dist
	rm -rf "$dist"
	root_run env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
		meson dist -C "$TOP/build" --no-tests --formats gztar --allow-dirty >/dev/null || return 1
	mkdir -p "$1.d"
	tar -xzf "$dist/${1##*/}" -C "$1.d" || return 1
	tar -C "$1.d" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner \
		--mtime="@$(release_git log -1 --format=%ct)" -c . | gzip -9n >"$1" || return 1
	rm -rf "$1.d"
}

# release_main: what a program can see of a release; the rest is in docs/HACKING.md.
release_main() {
	local version failed=0
	version=$(release_version)
	say "cgfifo $version"
	check() { if "${@:2}" >/dev/null 2>&1; then note "ok    $1"; else note "NOT   $1"; failed=1; fi; }
	check 'nothing is uncommitted' release_clean
	check "no tag v$version yet" release_untagged "$version"
	check 'NEWS.md has a date for it' grep -qE "^## $version \([0-9]{4}-[0-9]{2}-[0-9]{2}\)" "$TOP/NEWS.md"
	check 'the version is the same everywhere' root_run bash "$TOP/tests/pkg/check-versions.sh" "$TOP"
	check 'the picture is not older than the demo' release_picture
	check 'style' lint_style
	(dist_main) || failed=1
	((failed == 0)) || die 'not ready' "what is left is above; then ./dev test --all, and docs/HACKING.md, Release"
	note 'ready: ./dev test --all, and the rest of docs/HACKING.md, Release'
}

release_git() { root_run git -c safe.directory='*' -C "$TOP" "$@"; }
release_clean() { release_says_nothing status --porcelain; }
release_untagged() { release_says_nothing tag --list "v$1"; }

# release_says_nothing WORDS...: git answers, and has nothing to say.
release_says_nothing() {
	local said
	said=$(release_git "$@") && [[ -z $said ]]
}

release_picture() {
	local picture demo
	picture=$(release_git log -1 --format=%ct docs/demo.svg) && demo=$(release_git log -1 --format=%ct tests/demo/cgfifo.yaml) &&
		((picture >= demo))
}
