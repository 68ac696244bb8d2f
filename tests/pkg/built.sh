# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For built-KIND.sh: is the package that ./dev build KIND made fit to be given away? Each says what it
# looked at, and ends with 0, 77 (a tool is missing) or 1.
# In: FOLDER (build/packages) as $1. Here: $TOP, $OUT, $WORK (gone at the end) and what follows.
set -euo pipefail
# shellcheck disable=SC2034 # for who sources this
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034
OUT=$(realpath "$1")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

fail() { printf 'FAIL %s\n' "$*"; exit 1; }
ok() { printf 'ok   %s\n' "$*"; }

# must WHAT COMMAND...: COMMAND succeeds; its output is shown when it does not.
must() {
	local what=$1
	shift
	"$@" >"$WORK/output" 2>&1 || { cat "$WORK/output"; fail "$what"; }
	ok "$what"
}

# must_not WHAT COMMAND...
must_not() {
	local what=$1
	shift
	! "$@" >"$WORK/output" 2>&1 || { cat "$WORK/output"; fail "$what"; }
	ok "$what"
}

# smaller KIB FILE...
smaller() {
	local limit=$1 file size
	shift
	for file in "$@"; do
		size=$(($(stat -c %s "$file") / 1024))
		((size < limit)) || fail "${file##*/} has $size KiB, more than $limit"
		ok "${file##*/}: $size KiB (limit $limit)"
	done
}

# needs TOOL...
needs() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || { echo "no $tool here"; exit 77; }
	done
}

# names_runs ROOT: cgfifo-names starts with the libraries that come with it, and misses its socket.
names_runs() {
	local said
	said=$(chroot "$1" /usr/libexec/cgfifo/cgfifo-names 2>&1 3<&-) || true
	[[ $said == *'no socket'* ]] || fail "cgfifo-names does not start: $said"
	ok 'cgfifo-names starts, with nothing but what comes with it'
}
