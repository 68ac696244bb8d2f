# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What ./dev says: messages, failures and progress of long steps.
# In: lines of a long command on stdin. Out: a short line every few seconds.
# Everything a long command printed is kept in $CACHE/log for the failure case.

say()  { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }

# die WHAT [HOW-TO-FIX]...
die() {
	printf 'dev: %s\n' "$1" >&2
	shift
	local line
	for line in "$@"; do
		printf '     %s\n' "$line" >&2
	done
	exit 1
}

# quietly LABEL PATTERN [TOTAL] -- COMMAND...
# Runs COMMAND with its output in a log, and says every 5 seconds how many lines matched
# PATTERN so far, of TOTAL (a number, or text such as "about 300"). On failure prints the end
# of the log; ^C ends COMMAND with all that it started.
quietly() {
	local label=$1 pattern=$2 total=''
	shift 2
	if [[ $1 != -- ]]; then total=$1; shift; fi
	shift
	local log="$CACHE/log/${label// /-}.log" status=0
	mkdir -p "$CACHE/log"
	: >"$log"
	set -m # a process group of its own
	"$@" </dev/null >"$log" 2>&1 &
	local pid=$!
	set +m
	trap 'kill -TERM -- "-$pid"; exit 130' INT TERM
	watch_log "$pid" "$log" "$label" "$pattern" "$total"
	wait "$pid" || status=$?
	trap - INT TERM
	if ((status)); then
		printf '%s\n' "    --- end of $log ---" >&2
		tail -n 25 "$log" >&2
		return "$status"
	fi
}

# watch_log PID LOG LABEL PATTERN TOTAL: reports until the process PID is gone.
watch_log() {
	local pid=$1 log=$2 label=$3 pattern=$4 total=$5 start=$SECONDS next=5 count
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		((SECONDS - start >= next)) || continue
		next=$((SECONDS - start + 5))
		count=$(grep -cE "$pattern" "$log" || true)
		if ((count)); then count=": $count${total:+ of $total}"; else count=''; fi
		note "$label$count ($((SECONDS - start)) s)"
	done
}
