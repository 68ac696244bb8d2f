#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A read-only /etc, a full /run, a configuration that vanishes or belongs to somebody else: the agent
# goes on with what is in force, and says what is wrong.
# vm: smp=2 icount=3 limit=400 long=6.12
. "$VM_LIB"

logged() { agent_log | grep -qE "$1"; }
weight_is() { [[ $(cat "$CGROUPS/$1/cpu.weight") == "$2" ]]; }
folder=$LOGS/etc
mkdir -p "$folder"
conf() { printf 'version: 1\nrules: [{match: {cgroup: /file-*}, weight: %s}]\n' "$1"; }
conf 300 >"$folder/cgfifo.yaml"
reload() { systemctl kill --signal=HUP --kill-whom=main cgfifo.service; }
again() { # again WHY-IN-THE-LOG: a reload that fails changes nothing
	reload
	assert_soon 10 logged "$1"
	assert_eq "$(cat "$CGROUPS/file-a/cpu.weight")" 300 "after '$1'"
}

cgroup file-a
mount --bind "$folder" "$folder"
mount -o remount,bind,ro "$folder"
agent_start "$folder" --scheduler none
assert_soon 5 weight_is file-a 300
printf 'ok   read-only configuration\n'
reload
sleep 1
weight_is file-a 300 || fail 'a reload from a read-only folder'
mount -o remount,bind,rw "$folder"

conf 700 >"$folder/cgfifo.yaml"
chown 65534 "$folder/cgfifo.yaml"
again 'is not owned by root'
chown 0 "$folder/cgfifo.yaml"
chmod 666 "$folder/cgfifo.yaml"
again 'can be written by others'
chmod 644 "$folder/cgfifo.yaml"
head -c 300000 /dev/zero | tr '\0' '#' >"$folder/cgfifo.yaml"
again 'is larger than 256 KiB'
printf 'version: 1\nrules: [{match: {cgroup: /file-*}, weight: 7' >"$folder/cgfifo.yaml"
again 'cgfifo.yaml:3:1: error: not valid YAML'

# Nowhere to write: weights hold all the same, and the next cgroup gets its own.
mount -t tmpfs -o size=4k tmpfs /run/cgfifo/agent
head -c 8192 /dev/zero >/run/cgfifo/agent/fill 2>/dev/null || true
cgroup file-b
assert_soon 10 weight_is file-b 300
printf 'ok   full disk: %s\n' "$(agent_log | grep -i 'space' | tail -n 1)"
umount /run/cgfifo/agent
conf 400 >"$folder/cgfifo.yaml"
reload
assert_soon 10 weight_is file-a 400
assert_soon 10 weight_is file-b 400
agent_stop
assert_eq "$(cat "$CGROUPS/file-a/cpu.weight") $(cat "$CGROUPS/file-b/cpu.weight")" '100 100' 'at the end'
umount "$folder"
