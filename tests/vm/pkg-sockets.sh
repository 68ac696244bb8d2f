#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever happened to /run/cgfifo and to the sockets in it: while the service runs, somebody listens for it on
# each, and it can load the scheduler; when it is stopped or removed, nobody does.
# vm: kernels=7.3 smp=2 icount=3 limit=600 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/pkg.sh

rpms=(/cgfifo/build/packages/cgfifo-[0-9]*.x86_64.rpm)
[[ -e ${rpms[0]} ]] || skip 'no RPM: ./dev build rpm makes it'
SOCKETS=(config load names weight)

# listening: those of the sockets that are there, and somebody's. Connecting would start things.
listening() {
	local name
	for name in "${SOCKETS[@]}"; do
		[[ ! -S /run/cgfifo/$name.sock ]] || ! grep -q " /run/cgfifo/$name.sock$" /proc/net/unix || printf '%s ' "$name"
	done
}
no_jobs() { [[ -z $(systemctl list-jobs --no-legend) ]]; }
all_listen() { [[ $(listening) == "${SOCKETS[*]} " ]]; }
# runs WHEN: the agent does, with a scheduler, and its sockets.
runs() {
	assert_soon 60 systemctl is-active --quiet cgfifo.service
	assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' "$1: the scheduler"
	assert_soon 10 all_listen
}

unpack_rpm "${rpms[0]}"
systemctl daemon-reload
rules 'rules: [{match: {cgroup: /gold}, weight: 300}]'
systemctl start cgfifo.service
runs started

systemctl stop cgfifo-load.socket
runs 'a socket stopped by hand'
systemctl stop cgfifo.service
# They stop with the service, in jobs of their own, and "systemctl stop" waits for its own.
assert_soon 10 no_jobs
assert_eq "$(listening)" '' 'stopped: who listens'
systemctl clean --what=runtime cgfifo.service
[[ ! -e /run/cgfifo/agent ]] || fail 'cleaned: /run/cgfifo/agent is there'
systemctl start cgfifo.service
runs 'cleaned and started'

rm -rf /run/cgfifo
systemctl restart cgfifo.service
runs 'its folder removed, restarted'
rm -rf /run/cgfifo
agent_kill
runs 'its folder removed, killed'

# As the scriptlets of an RPM: new files, then a restart; at last a stop, and no more files.
unpack_rpm "${rpms[0]}"
systemctl daemon-reload
systemctl try-restart cgfifo.service
runs upgraded
systemctl disable --quiet --now cgfifo.service
assert_soon 10 no_jobs
remove_unpacked
assert_eq "$(listening)" '' 'removed: who listens'
assert_eq "$(systemctl list-units --all --plain --no-legend 'cgfifo-*.socket' 'cgfifo.service')" '' 'removed: units'
assert_not_ejected
