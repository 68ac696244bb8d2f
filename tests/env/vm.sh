# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ./dev vm: from words on the command line to tests/vm/run inside the root.
# In: options and a command or scenario names. Out: its output and exit status.

vm_usage() {
	cat <<-'USAGE'
	./dev vm [OPTIONS]                   boot, root shell on the console (exit, or ^A x)
	./dev vm exec [OPTIONS] 'COMMAND'    boot, run COMMAND in /cgfifo, its output and status
	./dev vm run [OPTIONS] [NAME...]     build, then scenarios of tests/vm/ on every kernel
	./dev vm list                        the scenarios

	--kernel 7.3|7.2|7.2-bpo|6.12|PATH
	                        default 7.3 (scenarios: all that they are for); 7.2-bpo is the one of Debian's
	                        backports, whose types are faulty; PATH is a bzImage with virtio, erofs,
	                        overlayfs and sched_ext built in
	--icount N              guest time counts instructions, 2^N ns each (scenarios say it themselves)
	--smp N --mem MIB       default 4 CPUs, 2048 MiB
	--append TEXT           more for the kernel's command line
	--accel tcg|kvm         default: kvm where a stock kernel boots under it, else tcg; what counts
	                        instructions always runs under tcg, an emulator
	--limit SECONDS         gives an exec up after this long
	--jobs N                scenarios: guests at a time; default 2 where CPUs and memory allow
	--all                   long scenarios too
	USAGE
}

# vm_main WORDS...: the verb.
vm_main() {
	local action=shell
	case ${1:-} in
	exec) action='exec'; shift ;;
	run) action=scenarios; shift ;;
	list) vm_list; return ;;
	help | --help | -h) vm_usage; return ;;
	esac
	local -a kernels=() options=() words=()
	local accel=''
	while (($#)); do
		case $1 in
		--kernel) kernels+=("${2:?--kernel needs a name}"); shift ;;
		--accel) accel=${2:?}; shift ;;
		--jobs | --score | --folder | --icount | --smp | --mem | --append | --limit) options+=("$1" "${2:?"$1 needs a value"}"); shift ;;
		--all) options+=("$1") ;;
		--) shift; words+=("$@"); break ;;
		-*) die "vm: unknown option '$1'" "see ./dev vm help" ;;
		*) words+=("$1") ;;
		esac
		shift
	done
	vm_options_fit
	if [[ $action == scenarios ]]; then
		((${#kernels[@]})) || vm_kernels
	else
		((${#kernels[@]})) || kernels=(7.3)
		[[ $action == exec ]] || ((!${#words[@]})) || die "vm: unknown word '${words[0]}'" 'see ./dev vm help'
		[[ $action != exec ]] || ((${#words[@]})) || die 'vm exec: no command' "see ./dev vm help"
		# It would wait for ever for who cannot type.
		[[ $action == exec || -t 0 ]] || die 'vm: a shell needs a terminal' "to run a command: ./dev vm exec 'COMMAND'"
	fi
	vm_run "$action" "$accel"
}

# vm_kernels, with the caller's kernels, words and options: those that the scenarios are for. 7.2 is for few.
vm_kernels() {
	local kernel
	kernels=(7.3 6.12)
	for kernel in 7.2 7.2-bpo; do
		! vm_needs "$kernel" || kernels+=("$kernel")
	done
}

# vm_needs KERNEL, with the caller's words and options: is one of the scenarios for it, by its header?
vm_needs() {
	local name
	for name in $(cd "$TOP/tests/vm" && grep -lE "^# vm:.*kernels=([^ ]*,)?$1(,| |\$)" -- *.sh); do
		((${#words[@]})) || return 0
		! vm_asks_for "${name%.sh}" || return 0
	done
	return 1
}

# vm_options_fit, with the caller's action, accel and options: nothing that would be ignored.
vm_options_fit() {
	local option
	for option in "${options[@]}"; do
		case $action:$accel:$option in
		scenarios:*:--icount | scenarios:*:--smp | scenarios:*:--mem | scenarios:*:--append | scenarios:*:--limit)
			die "vm run: $option is not for scenarios" "each says it itself, in its line '# vm:'" ;;
		*:kvm:--icount) die 'vm: instructions are counted by an emulator, not under KVM' 'leave --accel or --icount out' ;;
		esac
	done
}

# vm_run ACTION ACCEL, with the caller's kernels, options and words.
vm_run() {
	local action=$1 accel=$2 kernel status dir
	image_need
	if vm_asks_for 'fault-*'; then checking_in_guest; fi
	if vm_asks_for selftests; then selftests_need; fi
	if vm_asks_for rt-tests; then root_programs rt-tests '140 kB' rt-tests; fi
	if vm_asks_for '*-containerd'; then root_programs containerd '36 MB' containerd runc; fi
	if vm_asks_for pkg-selinux; then selinux_guest; fi
	for kernel in "${kernels[@]}"; do
		status=0
		kernel_need "$kernel" || status=$?
		if ((status == 3)); then
			options+=(--lacking "$kernel=$(vm_lacking "$kernel")")
			continue
		fi
		((status == 0)) || exit "$status"
		dir=$(kernel_dir "$kernel")
		if vm_asks_for selftests-ext; then selftests_ext_need "$kernel"; fi
		initrd_make "$dir"
		options+=(--kernel "$(vm_label "$kernel")=$dir")
	done
	[[ -n $accel ]] || accel=$(vm_accel)
	root_run "$TOP/tests/vm/run" "$action" --cache "$CACHE" --top "$TOP" --accel "$accel" \
		"${options[@]}" -- "${words[@]}"
}

# vm_asks_for GLOB, with the caller's action, words and options: does a scenario of such a name run? Words are
# names, files, or NAME@SIZE.
vm_asks_for() {
	local name
	[[ $action == scenarios ]] || return 1
	[[ " ${options[*]} " != *' --all '* ]] || return 0
	for name in "${words[@]}"; do
		name=${name##*/} name=${name%.sh}
		# shellcheck disable=SC2053 # a glob
		[[ ${name%@*} != $1 ]] || return 0
	done
	return 1
}

# vm_lacking KERNEL: why there is none.
vm_lacking() {
	case $1 in
	6.12) echo 'not built: ./dev kernel 6.12 builds it (10 minutes)' ;;
	*) echo "Debian's $(kernel_suite "$1") has it no more, or did not answer" ;;
	esac
}

# vm_label KERNEL, with the caller's options: what output and logs call it; no two the same.
vm_label() {
	local label=${1##*/} n=1
	while [[ " ${options[*]} " == *" $label="* ]]; do
		n=$((n + 1))
		label=${1##*/}-$n
	done
	printf '%s\n' "$label"
}

vm_list() {
	local file
	for file in "$TOP"/tests/vm/*.sh; do
		grep -q '^# vm:' "$file" || continue
		printf '%-24s %s\n' "$(basename "$file" .sh)" "$(sed -n 's/^# vm: *//p' "$file")"
	done
}

# vm_accel: kvm if a stock kernel boots under it, else tcg. Tried once per host kernel and CPU:
# a /dev/kvm that opens does not mean that a guest runs (nested in some clouds it does not).
vm_accel() {
	local verdict=$CACHE/kvm-verdict key answer
	if [[ ! -w ${KVM:=/dev/kvm} ]]; then
		echo tcg
		return
	fi
	kernel_need 7.3 >&2 || exit
	key="$(uname -r) $(cat "$KERNELS/7.3/version") $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
	if [[ $(head -n 1 "$verdict" 2>/dev/null) != "$key" ]]; then
		answer=$(vm_try_kvm) || exit
		printf '%s\n' "$key" "$answer" >"$verdict"
	fi
	tail -n 1 "$verdict"
}

# vm_try_kvm: 7.3 up to its first program, within 20 s.
vm_try_kvm() {
	local log
	say 'does a kernel boot under KVM here?' >&2
	initrd_make "$KERNELS/7.3" || exit
	log=$(root_run timeout 20 qemu-system-x86_64 -machine q35,hpet=off -accel kvm -cpu host -m 1024 -smp 2 \
		-nodefaults -nic none -display none -serial stdio -no-reboot -kernel "$KERNELS/7.3/vmlinuz" \
		-initrd "$(initrd_of "$KERNELS/7.3")" -append 'console=ttyS0 panic=-1' </dev/null 2>&1 || true)
	if grep -q 'Run /init as init process' <<<"$log"; then
		note 'yes: using KVM, except for what counts instructions' >&2
		echo kvm
	else
		note 'no: using TCG, a pure emulator (5 to 10 times slower)' >&2
		echo tcg
	fi
}
