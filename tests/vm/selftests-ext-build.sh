#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Compiles the kernel's tests of sched_ext, inside the private root: its clang, bpftool and libbpf instead of the
# kernel tree's own.
# Usage: selftests-ext-build.sh VMLINUZ FOLDER; in FOLDER/source are the kernel's tools.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
vmlinuz=$1 dir=$2
tests=$dir/source/tools/testing/selftests/sched_ext
scx=$dir/source/tools/sched_ext/include
work=$dir/work
mkdir -p "$work/include"
bash "$here/../env/vmlinux-h.sh" "$vmlinuz" "$work/include/vmlinux.h"

for file in "$tests"/*.bpf.c; do
	name=$(basename "$file" .bpf.c)
	clang -g -O2 -w -target bpf -mcpu=v3 -fms-extensions -Wno-incompatible-function-pointer-types -D__TARGET_ARCH_x86 \
		-I "$work/include" -I "$scx" -I "$scx/bpf-compat" -I /usr/include/x86_64-linux-gnu -c "$file" -o "$work/$name.bpf.o"
	bpftool gen object "$work/$name.linked.bpf.o" "$work/$name.bpf.o"
	bpftool gen skeleton "$work/$name.linked.bpf.o" name "$name" >"$work/include/$name.bpf.skel.h"
done
for file in "$tests"/*.c "$here/selftests-ext-names.c"; do
	[[ $file != *.bpf.c ]] || continue
	gcc -O2 -w -pthread -I "$work/include" -I "$scx" -c "$file" -o "$work/$(basename "$file" .c).o"
done
# A runner for each test: asked for one by name, the kernel's own takes all that have the name in theirs. It is called
# runner, as the kernel's: some tests look for tasks by the name of their program.
common=("$work"/{runner,util,selftests-ext-names}.o)
for file in "$tests"/*.c; do
	name=$(basename "$file" .c)
	grep -q '^REGISTER_SCX_TEST' "$file" || continue
	mkdir -p "$dir/tests/$name"
	gcc -rdynamic -pthread -Wl,--wrap=btf__find_by_name,--wrap=btf__find_by_name_kind "${common[@]}" "$work/$name.o" \
		-o "$dir/tests/$name/runner" -lbpf -lelf -lz
	strip "$dir/tests/$name/runner"
done
