#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# churn with CPUs that run at the same time: locks are really contended.
# vm: smp=4 icount=no limit=900 long=yes
. "${BASH_SOURCE%/*}/churn.sh"
