#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# C files look as clang-format 19 leaves them; other versions differ in details, so without that
# one this is skipped.
# Usage: check-format.sh TOP
set -eu
cd "$1"

for tool in clang-format-19 clang-format; do
	if "$tool" --version 2>/dev/null | grep -q 'version 19\.'; then
		find src bpf tests -name '*.[ch]' -not -name vmlinux.h \
			-exec "$tool" --dry-run --Werror {} +
		exit
	fi
done
echo 'clang-format 19 is not installed'
exit 77
