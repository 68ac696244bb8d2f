#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The completion for bash completes what the table of verbs has; those for other shells are read by
# these shells where they are installed.
# Usage: test-completion.sh CGFIFO
set -euo pipefail
cgfifo=$(realpath "$1")
failed=0

eval "$("$cgfifo" completion bash)"

# expect WANTED WORDS...: completing the last word offers all of WANTED.
expect() {
	local wanted=$1 word
	shift
	COMP_WORDS=(cgfifo "$@") COMP_CWORD=$#
	COMPREPLY=()
	_cgfifo
	for word in $wanted; do
		[[ " ${COMPREPLY[*]} " == *" $word "* ]] || {
			echo "cgfifo $*: offered '${COMPREPLY[*]}', and not $word"
			failed=1
		}
	done
}

# "  name  summary" are the verbs of the help; each must be offered, with each of its options.
verbs=$("$cgfifo" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
[[ $(wc -w <<<"$verbs") -gt 10 ]] || { echo "too few verbs: $verbs"; failed=1; }
expect "$verbs" ''
for verb in $verbs; do
	expect "$("$cgfifo" "$verb" --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE -- '--[a-z-]+')" "$verb" --
done
expect 'status' stat
expect 'auto cgfifo none' run --scheduler ''
expect 'bash zsh fish' completion ''
cd "$(dirname "$0")"
expect 'meson.build' check me
expect 'meson.build' run --config me

# Names of cgroups, from a tree of files: also one that the table has no room for.
tree=$(mktemp -d)
trap 'rm -r "$tree"' EXIT
long=a-service-with-a-name-for-which-the-table-of-list-has-no-room-at-all.service
mkdir -p "$tree/system.slice/$long" "$tree/odd-a"
cgfifo() { "${CGFIFO_PROGRAM:?}" "$@" --cgroup-root "$tree" --socket "$tree/none"; }
expect 'system.slice odd-a' show ''
expect "$long" show a-serv
expect "$long" status a-serv

# What others named is one word, and no command of who completes it.
# shellcheck disable=SC2016 # not to be expanded here either
theirs=('their $(touch ${IFS}pwned) one' 'their;three' 'their`touch pwned`two')
mkdir "${theirs[@]/#/$tree/}"
COMP_WORDS=(cgfifo show their) COMP_CWORD=2
_cgfifo
offered=$(cd "$tree" && eval "printf '%s\n' ${COMPREPLY[*]}" | sort)
[[ $offered == "$(printf '%s\n' "${theirs[@]}" | sort)" && ! -e $tree/pwned ]] || { echo "theirs: $offered"; failed=1; }
grep -q 'compopt -o filenames' <<<"$("$cgfifo" completion bash)" || { echo 'files are not quoted'; failed=1; }

# From the folder where zsh looks, the first call completes already; from eval it is only made known.
if command -v zsh >/dev/null; then
	"$cgfifo" completion zsh >"$tree/_cgfifo"
	# shellcheck disable=SC2016 # it is zsh that expands these
	said=$(TREE=$tree zsh -f -c 'fpath=($TREE); autoload -Uz _cgfifo; CURRENT=2
		_describe() { echo "describe $1" }
		compdef() { echo "compdef $*" }
		_cgfifo; eval "$(<$TREE/_cgfifo)"')
	[[ $said == $'describe verb\ncompdef _cgfifo cgfifo' ]] || { echo "zsh: $said"; failed=1; }
fi

for shell in zsh fish; do
	"$cgfifo" completion "$shell" >/tmp/cgfifo-completion.$$
	if command -v "$shell" >/dev/null; then
		"$shell" -n /tmp/cgfifo-completion.$$ || failed=1
	fi
	for verb in $verbs; do
		grep -qw -- "$verb" /tmp/cgfifo-completion.$$ || { echo "$shell: no $verb"; failed=1; }
	done
	rm /tmp/cgfifo-completion.$$
done
! "$cgfifo" completion csh 2>/dev/null || { echo 'csh is not refused'; failed=1; }
exit "$failed"
