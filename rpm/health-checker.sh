#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A plugin for openSUSE's health-checker, which decides whether a boot was good. Called with "check",
# where status 1 means that it was not, and with "stop" before the machine goes back to the snapshot
# before.
case ${1:-} in
check)
	# Not asked for is not broken.
	systemctl --quiet is-enabled cgfifo.service 2>/dev/null || exit 0
	# It answers, with the scheduler or without; whoever cares which reads "cgfifo status".
	cgfifo status --interval 200ms >/dev/null || exit 1
	;;
stop)
	# The kernel's own scheduler is back when this returns.
	systemctl stop cgfifo.service
	;;
*)
	echo "usage: $0 check|stop" >&2
	exit 2
	;;
esac
