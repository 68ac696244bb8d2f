# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev verified: how many instructions the verifier looks at, for each program and kernel.
# In: what the scenario tests/vm/verified.sh prints. Out: the table, and with --accept
# tests/vm/verified.txt, with which the scenario compares.

VERIFIED_KERNELS='6.12 7.3'

# verified_main [--accept]
verified_main() {
	local kernel output table=$TOP/tests/vm/verified.txt
	local -a columns=()
	[[ -z ${1:-} || $1 == --accept ]] || die "verified: unknown option '$1'" './dev verified [--accept]'
	build_main
	for kernel in $VERIFIED_KERNELS; do rm -rf "$TOP/build/vm-logs/$kernel/verified"; done
	# It fails where the table is to be written anew.
	(vm_main run --score "$TOP/build/.verified-score" verified) || true
	for kernel in $VERIFIED_KERNELS; do
		output=$TOP/build/vm-logs/$kernel/verified/output.txt
		grep -q '^verified ' "$output" 2>/dev/null || die "nothing from Linux $kernel" 'the reason is above'
		columns+=("$kernel=$output")
	done
	verified_table "${columns[@]}" >"$TOP/build/verified.txt"
	echo
	cat "$TOP/build/verified.txt"
	if [[ ${1:-} == --accept ]]; then
		cp "$TOP/build/verified.txt" "$table"
		note "written to ${table#"$TOP"/}"
	fi
}

# verified_table KERNEL=OUTPUT...: programs that a kernel does not have get a "-".
verified_table() {
	cat <<-'HEAD'
	# SPDX-License-Identifier: GPL-2.0-only
	# Instructions that the verifier looked at, by program and kernel. Made by ./dev verified --accept;
	# the scenario "verified" fails where one becomes 20 % more.
	HEAD
	awk '
		FNR == 1 { n++ }
		$1 == "verified" { count[$2, n] = $3; names[$2] = 1 }
		END {
			for (name in names) {
				line = sprintf("%-32s", name)
				for (i = 1; i <= n; i++) line = line sprintf(" %8s", (name, i) in count ? count[name, i] : "-")
				print line | "sort"
			}
		}' "${@#*=}" >"$TOP/build/.verified-rows"
	printf '%-32s' program
	printf ' %8s' "${@%%=*}"
	printf '\n'
	cat "$TOP/build/.verified-rows"
}
