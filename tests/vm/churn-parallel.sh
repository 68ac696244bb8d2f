#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# churn for longer, with CPUs that run at the same time: locks are really contended.
# vm: smp=4 icount=no limit=900 long=yes
ROUNDS=100
. "${BASH_SOURCE%/*}/churn.sh"
