# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev soak: the scenario tests/vm/soak.sh for as long as one likes, on one kernel.
# In: minutes of guest time, a kernel, CPUs, how fast they are, or that cgfifo is to stay out. Out: what
# the scenario says, its exit status.

soak_main() {
	local minutes=60 kernel=7.3 smp=4 stay=5000 icount=3 sched=cgfifo
	while (($#)); do
		case $1 in
		--minutes | --smp | --stay | --icount) [[ ${2:-} =~ ^[0-9]+$ ]] || die "$1 wants a number"; printf -v "${1#--}" %d "$((10#$2))"; shift ;;
		--fair) sched=fair ;;
		--kernel) kernel=${2:?--kernel needs a name}; shift ;;
		*) die "soak: unknown word '$1'" './dev soak [--minutes 60] [--kernel 7.3] [--smp 4] [--stay 5000] [--icount 3] [--fair]' ;;
		esac
		shift
	done
	((smp >= 4)) || die 'soak: --smp wants four CPUs or more' 'two loops turn CPUs off and on, each in its half of them'
	build_main
	say "$minutes minutes on $kernel with $smp CPUs"
	(vm_main exec --kernel "$kernel" --smp "$smp" --mem 3072 --icount "$icount" \
		"export VM_LIB=/cgfifo/tests/vm/lib.sh SOAK_SECONDS=$((60 * minutes)) SOAK_STAY=$stay SOAK_SCHED=$sched; bash tests/vm/soak.sh")
}
