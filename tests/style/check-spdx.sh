#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every file says its licence in its first lines, but for those that cannot: documents, data, and
# what tests compare with.
# Usage: check-spdx.sh TOP
set -eu
cd "$1"

list() {
	if [ -e .git ] && git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -z
	else
		# No git, one that does not trust the checkout's owner, or the checkout of something else around this
		# folder: all but git's own and build folders.
		find . \( -name .git -o -exec test -e {}/build.ninja \; \) -prune -o -type f -printf '%P\0'
	fi
}

missing=$(list | while IFS= read -r -d '' f; do
	case $f in
	LICENSE | *.md | *.json | *.ign | *-words | tests/fixtures/* | .gitattributes) continue ;;
	esac
	# Deleted but not committed, or a link to something that is checked itself.
	[ -f "$f" ] && [ ! -L "$f" ] || continue
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' || printf '%s\n' "$f"
done)

if [ -n "$missing" ]; then
	printf 'no SPDX line in:\n%s\n' "$missing"
	exit 1
fi
