#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Compiles the kernel's tests of cgroups, inside the private root.
# Usage: selftests-build.sh FOLDER; in FOLDER/source is the kernel's tools/testing/selftests.
set -euo pipefail
selftests=$1/source/tools/testing/selftests
for name in core cpu freezer kill pids; do
	gcc -O2 -w -D_GNU_SOURCE -pthread -static -I"$selftests" -I"$selftests/cgroup/lib/include" \
		"$selftests/cgroup/test_$name.c" "$selftests/cgroup/lib/cgroup_util.c" -o "$1/test_$name"
	strip "$1/test_$name"
done
