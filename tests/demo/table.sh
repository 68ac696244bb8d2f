# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2004,SC2153 # keys of associative arrays; names that tests/demo/show sets
#
# How the demo measures and shows shares. In: cgroups of containers, numbers in 1/100 %.
# Out: a live table, and bars. Hardly a program is started per line, because the table
# competes for the CPU with the containers that it shows.

# paint COLOUR TEXT: TEXT in COLOUR where colours are wanted.
paint() {
	local code=''
	case $1 in
	bold) code='1' ;;
	dim) code='2' ;;
	good) code='32' ;;
	bad) code='31' ;;
	esac
	if ((COLOUR)); then printf '\033[%sm%s\033[0m' "$code" "$2"; else printf '%s' "$2"; fi
}

# percent HUNDREDTHS: "61.5 %", rounded.
percent() { printf '%3d.%d %%' $((($1 + 5) / 100)) $((($1 + 5) / 10 % 10)); }

# bar GOT ENTITLED CELLS FULL, all but CELLS in 1/100 %: FULL fills the bar. █ is what was got,
# ▓ what was got beyond the entitlement, ░ what is missing to it.
bar() {
	local got=$((($1 * $3 + $4 / 2) / $4)) entitled=$((($2 * $3 + $4 / 2) / $4)) cell text=''
	for ((cell = 0; cell < $3; cell++)); do
		if ((cell < got && cell < entitled)); then text+='█'
		elif ((cell < got)); then text+='▓'
		elif ((cell < entitled)); then text+='░'
		else break; fi
	done
	printf '%s' "$text"
}

# field KEY LINE: the value of KEY in a line of JSON, into FIELD; 1 when it is not there.
field() {
	local rest=${2#*\""$1"\": }
	FIELD=''
	[[ $rest != "$2" ]] || return 1
	FIELD=${rest%%[,\}]*}
	FIELD=${FIELD//\"/}
}

# live RESULT TITLE: a table per second for $TURNS seconds, over the one before on a terminal; and
# into RESULT what each got in all that time of what all of them got, in 1/100 %. The figures are
# the kernel's (cpu.stat), read here: nothing of ours is trusted for them.
live() {
	# shellcheck disable=SC2034 # parts fills it in
	local -n result=$1
	local title=$2 turn name
	# shellcheck disable=SC2034 # so are these
	local -A first=() last=() got=()
	for name in "${NAMES[@]}"; do
		usage "$name"
		# shellcheck disable=SC2034
		first[$name]=$FIELD last[$name]=$FIELD
	done
	for ((turn = 1; turn <= TURNS; turn++)); do
		sleep 1
		parts last got
		((!LIVE || turn == 1)) || printf '\033[%dA' $((${#NAMES[@]} + 2))
		live_table
	done
	parts first result
	echo
}

# parts FROM TO: what each used since FROM, in 1/100 % of what all did, into TO. FROM becomes now.
parts() {
	local -n earlier=$1 part=$2
	local name sum=0
	for name in "${NAMES[@]}"; do
		usage "$name"
		part[$name]=$((FIELD - earlier[$name]))
		earlier[$name]=$FIELD
		sum=$((sum + part[$name]))
	done
	((sum > 0)) || die 'nothing ran'
	for name in "${NAMES[@]}"; do part[$name]=$(((part[$name] * 10000 + sum / 2) / sum)); done
}

# live_table: uses the variables of live.
live_table() {
	printf '%s, second %d of %d\n' "$(paint bold "$title")" "$turn" "$TURNS"
	printf '  container  weight  entitled      got\n'
	for name in "${NAMES[@]}"; do
		printf '  %-9s  %6s  %s   %s  %s\n' "$name" "${WEIGHT[$name]}" "$(percent "${ENTITLED[$name]}")" \
			"$(percent "${got[$name]}")" "$(bar "${got[$name]}" "${ENTITLED[$name]}" 36 7200)"
	done
}
