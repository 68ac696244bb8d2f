#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Compiles the kernel's example schedulers that the benchmarks compare with, inside the private
# root: its clang, bpftool and libbpf instead of the kernel tree's own.
# Usage: scx-build.sh VMLINUZ FOLDER; in FOLDER/source is the kernel's tools/sched_ext.
set -euo pipefail
vmlinuz=$1 dir=$2
source=$dir/source/tools/sched_ext
work=$dir/work
mkdir -p "$work/include"

bash "$(dirname "$0")/../env/vmlinux-h.sh" "$vmlinuz" "$work/include/vmlinux.h"
include=(-I "$work/include" -I "$source" -I "$source/include")
for name in scx_flatcg scx_simple; do
	clang -g -O2 -w -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 "${include[@]}" \
		-I "$source/include/bpf-compat" -I /usr/include/x86_64-linux-gnu \
		-c "$source/$name.bpf.c" -o "$work/$name.o"
	bpftool gen object "$work/$name.linked.o" "$work/$name.o"
	bpftool gen skeleton "$work/$name.linked.o" name "$name" >"$work/include/$name.bpf.skel.h"
	gcc -O2 -w "${include[@]}" "$source/$name.c" -o "$dir/$name" -lbpf
	strip "$dir/$name"
done
