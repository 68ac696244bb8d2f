#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is installed has no scheduler that loses tasks (bpf/lose.bpf.h); the one of the tests has, and is known
# by it.
# Usage: check-lose.sh TEST-AGENT PROGRAM...
set -eu

loses() { grep -qa 'lose_task' "$1"; }

tests=$1
shift
loses "$tests" || { echo "$tests: no lose_task in it: this test would see nothing"; exit 1; }
for program in "$@"; do
	! loses "$program" || { echo "$program: its scheduler loses tasks"; exit 1; }
done
