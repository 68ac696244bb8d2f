# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2004,SC2153 # keys of associative arrays; names that tests/demo/show sets
#
# The demo's last screen: what each container got before and with cgfifo, in 80x24.
# In: BEFORE, AFTER, ENTITLED (1/100 %), WEIGHT. Out: text; 1 when a container is off
# by more than $ALLOWED % of its entitlement.

summary() {
	local name off worst=0 status=0
	for name in "${NAMES[@]}"; do
		off=$(((AFTER[$name] - ENTITLED[$name]) * 10000 / ENTITLED[$name]))
		((off >= 0)) || off=$((-off))
		((off <= worst)) || worst=$off
	done
	echo
	paint bold 'cgfifo demo: who got how much CPU'
	printf ', %d containers with %d busy tasks each on %d CPUs\n\n' "${#NAMES[@]}" "$CPUS" "$CPUS"
	printf '%34s%-25s %s\n' '' 'the kernel, no weights' 'cgfifo'
	printf '  %-9s  %6s  %8s  %7s %-18s%7s\n' container weight entitled got '' got
	for name in "${NAMES[@]}"; do summary_line "$name"; done
	printf '%s\n\n' "$(paint dim '  █ got   ░ missing   ▓ more than entitled to')"
	if ((worst <= ALLOWED * 100)); then
		printf '  %s\n' "$(paint good "Each got what it is entitled to, within $(percent "$worst" | tr -d ' ') of it.")"
	else
		printf '  %s\n' "$(paint bad "FAILED: off by $(percent "$worst" | tr -d ' ') of the entitlement; $ALLOWED% is allowed.")"
		status=1
	fi
	summary_what
	summary_how
	return "$status"
}

summary_line() {
	local name=$1 before
	before=$(bar "${BEFORE[$name]}" "${ENTITLED[$name]}" 17 6500)
	printf '  %-9s  %6s   %s  %s %s%*s%s %s\n' "$name" "${WEIGHT[$name]}" "$(percent "${ENTITLED[$name]}")" \
		"$(percent "${BEFORE[$name]}")" "$before" $((18 - ${#before})) '' \
		"$(percent "${AFTER[$name]}")" "$(bar "${AFTER[$name]}" "${ENTITLED[$name]}" 17 6500)"
}

summary_what() {
	local kind='systemd services'
	((!PODMAN)) || kind="podman $(podman --version | sed 's/.* //'), crun $(crun --version | sed -n 's/^crun version //p')"
	printf '\n  ran       Linux %s, %s\n' "$(uname -r)" "$WHERE"
	printf '  as        %s\n' "$kind"
	printf '  for       %d s with each scheduler; figures are from cpu.stat of each unit\n' "$TURNS"
	printf '  weights   %s\n' "$CONFIG_NAME"
}

summary_how() {
	if [[ $WHERE == 'this host' ]]; then
		printf '\n  To go on:\n'
	else
		cat <<-'HOW'

		  On your own host, if it has sched_ext (cat /sys/kernel/sched_ext/state):
		    sudo ./dev demo --host                             the same, without a VM
		HOW
	fi
	cat <<-'HOW'
	    sudo build/src/cgfifo run --config YOUR.yaml       your own weights
	    build/src/cgfifo status --watch                    who gets what
	  To turn it off: end "cgfifo run" with ^C. The kernel's own scheduler is back
	  at once. README.md tells how to install it as a service.
	HOW
}
