#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Two web servers, four cgroups deep, one with twice the weight of the other. Each is asked by 8
# connections all the time, and starts a shell and sha1sum on a file of 16 KiB for each request. That
# is a load of many short tasks, which come and go faster than a slice ends.
# vm: smp=4 icount=2 limit=600 mem=3072
. "${VM_LIB%/*}/../bench/lib.sh"

TOOLS=/cgfifo/build/bench/tools
CONNECTIONS=8
SECONDS_EACH=10
[[ -z $QUICK ]] || CONNECTIONS=2 SECONDS_EACH=2
SITE=/run/bench-web
export LD_LIBRARY_PATH=$TOOLS/usr/lib/x86_64-linux-gnu

title 'Requests per second of two web servers with weights 200 and 100, 4 cgroups deep, 4 CPUs'
row heavy requests/s - weight 200
row light requests/s - weight 100
row total requests/s 'ratio>=1.12' both
row ratio times 1.94..2.06 heavy / light

# site: what both serve.
site() {
	mkdir -p "$SITE/cgi"
	head -c 16384 /dev/zero | tr '\0' x >"$SITE/file"
	cat >"$SITE/cgi/hash" <<-'CGI'
		#!/bin/sh
		printf 'Content-Type: text/plain\n\n'
		exec sha1sum /run/bench-web/file
	CGI
	chmod -R a+rX "$SITE"
	chmod 755 "$SITE/cgi/hash"
}

# server NAME PORT CGROUP: a web server in the cgroup.
server() {
	local name=$1 port=$2 module
	{
		for module in mpm_prefork authz_core alias cgi; do
			echo "LoadModule ${module}_module $TOOLS/usr/lib/apache2/modules/mod_$module.so"
		done
		cat <<-CONF
			ServerRoot $SITE
			ServerName localhost
			Listen 127.0.0.1:$port
			PidFile $SITE/$name.pid
			ErrorLog $LOGS/$name.log
			User www-data
			Group www-data
			StartServers 12
			MinSpareServers 1
			MaxSpareServers 16
			KeepAlive On
			MaxKeepAliveRequests 0
			ScriptAlias / $SITE/cgi/
			<Directory $SITE/cgi>
				Require all granted
			</Directory>
		CONF
	} >"$SITE/$name.conf"
	in_cgroup "$3" "$TOOLS/usr/sbin/apache2" -f "$SITE/$name.conf" -D FOREGROUND &
	disown
	assert_soon 20 answers "$port"
}

# answers PORT: one request, of which the answer is the hash.
answers() { exec 4<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /hash HTTP/1.0\r\n\r\n' >&4 && grep -q '/file' <&4; } 2>/dev/null

# ask PORT: requests, and how many were answered per second.
ask() {
	in_cgroup bench-load "$TOOLS/usr/bin/wrk" -t 1 -c "$CONNECTIONS" -d "${SECONDS_EACH}s" --timeout 20s \
		"http://127.0.0.1:$1/hash" >"$SITE/$1.wrk"
	! grep 'Non-2xx' "$SITE/$1.wrk" || return 1
	awk '$1 == "Requests/sec:" { print $2 }' "$SITE/$1.wrk" >"$SITE/$1.rate"
}

measure() {
	local name port heavy light
	cgroup bench-load
	weight bench-load 1000
	for name in heavy light; do
		port=8081
		[[ $name == heavy ]] || port=8082
		cgroup "$(chain "bench-$name" 4)"
		weight "bench-$name" "$([[ $name == heavy ]] && echo 200 || echo 100)"
		server "$name" "$port" "$(chain "bench-$name" 4)"
	done
	sleep 1
	ask 8081 &
	ask 8082 || fail 'the light one gave errors'
	wait $! || fail 'the heavy one gave errors'
	heavy=$(<"$SITE/8081.rate") light=$(<"$SITE/8082.rate")
	value heavy "$heavy"
	value light "$light"
	value total "$(awk -v a="$heavy" -v b="$light" 'BEGIN { print a + b }')"
	value ratio "$(awk -v a="$heavy" -v b="$light" 'BEGIN { print a / b }')"
}

[[ -x $TOOLS/usr/sbin/apache2 ]] || skip 'apache2-bin and wrk could not be had'
site
settle
schedulers fair flatcg cgfifo
