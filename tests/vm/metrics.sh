#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Metrics over HTTP, in the units as they are installed: a scraper gets the agent's, from a process
# that may do nothing else; what is no request is answered as such; many connections at once cost
# nothing but themselves.
# vm: smp=2 icount=3 limit=600 long=yes
. "$VM_LIB"
. /cgfifo/tests/vm/units.sh

# get STATUS [METHOD [PATH [HEADER]]]: what comes back in $LOGS/page and $LOGS/head.
get() {
	local status
	status=$(python3 - "$LOGS" "${@:2}" <<-'EOF'
		import http.client, sys
		logs, method, path, header = (sys.argv[1:] + ["GET", "/metrics", "none"][len(sys.argv) - 2:])[:4]
		server = http.client.HTTPConnection("127.0.0.1", 9923, timeout=60)
		server.request(method, path, headers={"X": header})
		answer = server.getresponse()
		open(f"{logs}/head", "w").write(str(answer.headers))
		open(f"{logs}/page", "wb").write(answer.read())
		print(answer.status)
	EOF
	)
	assert_eq "$status" "$1" "${2:-GET} ${3:-/metrics}"
}
has() { grep -qE -- "$2" "$LOGS/$1" || { cat "$LOGS/$1"; fail "$1: nothing like '$2'"; }; }

install_units cgfifo-metrics.socket cgfifo-metrics@.service system-cgfifo.slice
systemctl start cgfifo-metrics.socket
agent_start "$(config 'rules: [{match: {cgroup: /gold}, weight: 300}]')"
busy gold 2
get 200
has head '^Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8'
has page '^cgfifo_agent_up 1$'
has page '^cgfifo_scheduler_up 1$'
has page '^cgfifo_cgroup_weight\{cgroup="/gold",name="gold",kind="other",source="rule"\} 300$'
has page '^cgfifo_cgroup_cpu_seconds_total\{cgroup="/gold",name="gold"\} [0-9.]+$'
assert_eq "$(tail -n 1 "$LOGS/page")" '# EOF' 'the end'

echo 'no requests for metrics'
get 404 GET /
get 405 DELETE
get 200 HEAD
get 431 GET /metrics "$(printf '%09000d' 0)"
exec 3<>/dev/tcp/127.0.0.1/9923
printf 'nonsense\r\n\r\n' >&3
assert_eq "$(head -n 1 <&3 | tr -d '\r')" 'HTTP/1.1 400 Bad Request' 'nonsense'
exec 3>&-

echo 'who answers'
exec 3<>/dev/tcp/127.0.0.1/9923
waits() { pgrep -f 'metrics --http' >"$LOGS/pid"; }
assert_soon 10 waits
pid=$(cat "$LOGS/pid")
assert_eq "$(awk '/^Cap/ { print $2 }' "/proc/$pid/status" | sort -u)" 0000000000000000 'its capabilities'
uid=$(awk '$1 == "Uid:" { print $2 }' "/proc/$pid/status")
((uid >= 61184 && uid <= 65519)) || fail "it is user $uid"
assert_eq "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$pid/status")" 2 'a seccomp filter'
exec 3>&-

echo 'many at once'
for _ in {1..40}; do { exec 4<>/dev/tcp/127.0.0.1/9923 && sleep 1; } 2>/dev/null & done
wait
again() { (get 200) >/dev/null 2>&1; }
assert_soon 60 again
assert_eq "$(systemctl is-active cgfifo-metrics.socket)" active 'the socket'

echo 'without an agent'
agent_stop
get 200
has page '^cgfifo_agent_up 0$'
systemctl stop cgfifo-metrics.socket 'cgfifo-metrics@*'
remove_units
assert_not_ejected
