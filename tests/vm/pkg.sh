# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the scenarios pkg-*.sh, which run what ./dev build KIND made, as far as possible as the host
# does that it is for.

. /cgfifo/tests/vm/units.sh

UNPACKED=()

# unpack_rpm FILE: its files onto /, as rpm does; scriptlets are systemd's macros, which are not here.
unpack_rpm() {
	local dir=$LOGS/rpm path
	mkdir -p "$dir"
	(cd "$dir" && busybox rpm2cpio "$1" | busybox cpio -id --quiet)
	while read -r path; do
		UNPACKED+=("/$path")
	done < <(cd "$dir" && find . -type f -printf '%P\n')
	# What runs is replaced and not written to.
	cp -a --remove-destination "$dir/." /
	rm -rf "$dir"
}

remove_unpacked() {
	rm -rf "${UNPACKED[@]}" /etc/cgfifo
	remove_users
	systemctl daemon-reload
}

# enable_and_time: starts the service; the scheduler is in force at once.
enable_and_time() {
	local start
	start=$(now_ms)
	systemctl enable --quiet --now cgfifo.service || { agent_log; fail 'the service does not start'; }
	printf '     from systemctl start to ready: %d ms\n' "$(($(now_ms) - start))"
	assert_eq "$(sched_ext_state) $(sched_ext_ops)" 'enabled cgfifo' 'ready: the scheduler'
}

# in_force HEAVY LIGHT PERCENT: HEAVY gets PERCENT beside LIGHT.
in_force() {
	busy "$1" 2
	busy "$2" 2
	sleep 2
	shares 4 "$1" "$2"
	assert_within 3 "${SHARE[$1]}" "$3" "$1 beside $2"
	calm "$1" "$2"
}

# sandbox: what the unit file asks for is what the process has.
sandbox() {
	local pid caps
	pid=$(systemctl show -P MainPID cgfifo.service)
	assert_eq "$(stat -c %U "/proc/$pid")" cgfifo 'its user'
	caps=$(awk '$1 == "CapBnd:" { print $2 }' "/proc/$pid/status")
	assert_eq "$caps" 0000000000000000 'capabilities it can have'
	assert_eq "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$pid/status")" 2 'a seccomp filter'
	! nsenter -t "$pid" -m -- sh -c '>/usr/.x' 2>/dev/null || fail 'it can write to /usr'
	! nsenter -t "$pid" -m -- sh -c 'echo 1 >/proc/sys/kernel/panic' 2>/dev/null || fail 'it can write sysctls'
	! nsenter -t "$pid" -m -- sh -c 'echo h >/proc/sysrq-trigger' 2>/dev/null || fail 'it has sysrq'
	! nsenter -t "$pid" -m -- sh -c 'echo 0 >/sys/kernel/profiling' 2>/dev/null || fail 'it can write to /sys'
	printf 'ok   neither /usr nor /proc/sys nor /sys can be written\n'
}

# cgfifo_stops: when systemctl stop returns, the machine schedules as if nothing had been.
cgfifo_stops() {
	systemctl stop cgfifo.service
	assert_eq "$(sched_ext_state)" disabled 'systemctl stop: the scheduler'
	no_pins || fail 'pins are left in /sys/fs/bpf/cgfifo'
	assert_not_ejected
}

# killed_and_back: without the agent the scheduler stays, and systemd starts another one.
killed_and_back() {
	agent_kill
	assert_eq "$(sched_ext_state)" enabled 'killed: the scheduler'
	assert_soon 60 systemctl is-active --quiet cgfifo.service
}

# scrape: connects descriptor 3 to the exporter; the pid of who answers is in SCRAPED.
scrape() {
	systemctl start cgfifo-metrics.socket
	exec 3<>/dev/tcp/127.0.0.1/9923
	assert_soon 10 answers_scraper
	# shellcheck disable=SC2034 # for scenarios
	SCRAPED=$(cat "$LOGS/pid")
}
answers_scraper() { pgrep -f 'metrics --http' >"$LOGS/pid"; }

# quadlet_of IGNITION: the .container file that it makes.
quadlet_of() {
	jq -r '.storage.files[] | select(.path | endswith(".container")).contents.source' "$1" |
		python3 -c 'import sys, urllib.parse; print(urllib.parse.unquote(sys.stdin.read().strip().removeprefix("data:,")), end="")'
}

# usr_read_only: as on a host with an immutable /usr, and with the target that pulls services in. This
# guest has another one; what else it would pull in is not looked at.
usr_read_only() {
	modprobe loop
	mount --bind /usr /usr
	mount -o remount,bind,ro /usr
	! touch /usr/.x 2>/dev/null || fail '/usr can be written'
	systemctl start --job-mode=ignore-dependencies multi-user.target
}

usr_writable() {
	systemctl stop --job-mode=ignore-dependencies multi-user.target
	umount --lazy /usr
}
