# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For built-rpm.sh: does the SELinux module load, by the RPM's own scriptlet and beside a distribution's
# policy, and does each domain get what it needs and nothing of the others?
# In: $CGFIFO_SELINUX with SELinux's tools and a policy (tests/env/selinux-tools.sh).

# selinux_root: a root with what the scriptlets run, and a policy.
selinux_root() {
	local root=$1 file
	mkdir -p "$root"/{usr/bin,dev,proc,tmp}
	mknod -m 666 "$root/dev/null" c 1 3
	ln -s usr/bin "$root/bin"
	ln -s usr/bin "$root/sbin"
	ln -s bin "$root/usr/sbin"
	cp /usr/bin/busybox "$root/usr/bin/sh"
	cp -a "$CGFIFO_SELINUX"/store/. "$root/"
	mkdir -p "$root/usr/libexec/selinux/hll"
	cp "$CGFIFO_SELINUX"/usr/libexec/selinux/hll/pp "$root/usr/libexec/selinux/hll/"
	for file in semodule setfiles selinuxenabled sefcontext_compile load_policy; do
		cp "$CGFIFO_SELINUX/usr/sbin/$file" "$root/usr/bin/"
	done
	ln -s setfiles "$root/usr/bin/restorecon"
	# Whom the policy maps to logins.
	printf '%s:x:0:0::/root:/bin/sh\n' root sddm >"$root/etc/passwd"
	# Their own places, and not those of the folder that the store was made in.
	printf 'module-store = direct\nexpand-check = 1\n' >"$root/etc/selinux/semanage.conf"
	ldd "$root"/usr/bin/{semodule,setfiles,sefcontext_compile} "$root/usr/libexec/selinux/hll/pp" |
		grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r file; do
		install -D "$file" "$root$file"
	done
}

policy() { printf '%s\n' "$SELINUX_ROOT"/etc/selinux/targeted/policy/policy.*; }
search() { PYTHONPATH=$CGFIFO_SELINUX/usr/lib/python3/dist-packages sesearch "$@" "$(policy)"; }

# allows SOURCE TARGET CLASS PERMISSION...: all of them.
allows() {
	local found permission
	found=$(search --allow -s "$1" -t "$2" -c "$3")
	for permission in "${@:4}"; do
		grep -qw "$permission" <<<"$found" || fail "SELinux: $1 may not $permission $2:$3"
	done
}

# allows_nothing SOURCE OPTION...: no rule that sesearch finds with OPTION.
allows_nothing() {
	local found
	found=$(search --allow -s "$1" "${@:2}")
	[[ -z $found ]] || fail "SELinux: $found"
}

# labelled PATH TYPE [file|dir|socket]
labelled() {
	local type
	type=$(matchpathcon -n -m "${3:-file}" -f "$SELINUX_ROOT/etc/selinux/targeted/contexts/files/file_contexts" "$1")
	[[ $type == "system_u:object_r:$2:s0" ]] || fail "SELinux: $1 is $type"
}

selinux_checks() {
	local rpm=$1 domain
	SELINUX_ROOT=$WORK/selinux
	selinux_root "$SELINUX_ROOT"
	must 'the SELinux module loads beside a policy, by its scriptlet' \
		rpm --root "$SELINUX_ROOT" --install --nodeps "$rpm"
	# rpm says of every chroot that it makes no mounts in it.
	! grep -v 'private mounts in chroot' "$WORK/output" || fail 'its scriptlet says something'

	allows init_t cgfifo_t process transition
	allows init_t cgfifo_names_t process2 nnp_transition
	[[ $(search --type_trans -s init_t -t cgfifo_exec_t -c process) == *' cgfifo_t;'* &&
		$(search --type_trans -s init_t -t cgfifo_names_exec_t -c process) == *' cgfifo_names_t;'* ]] ||
		fail 'SELinux: systemd starts them in another domain'
	allows cgfifo_load_t cgfifo_load_t bpf map_create prog_load
	allows cgfifo_load_t cgfifo_load_t capability2 bpf perfmon
	allows cgfifo_t cgfifo_load_t bpf map_read map_write prog_run
	allows cgfifo_t proc_t file open read
	allows cgfifo_weight_t cgroup_t file write
	allows cgfifo_weight_t init_t system start status
	allows cgfifo_prepare_t cgfifo_prepare_t capability chown
	[[ $(search --allow -s cgfifo_weight_t -t init_t -c system) == *'[ cgfifo_transient_units ]:True'* ]] ||
		fail 'SELinux: units without a file, whatever cgfifo_transient_units is'
	allows cgfifo_config_t cgfifo_etc_t file read
	allows cgfifo_metrics_t cgfifo_t unix_stream_socket connectto
	allows cgfifo_metrics_t cgroup_t dir read open search
	ok 'SELinux: each may do its work'

	for domain in cgfifo_t cgfifo_prepare_t cgfifo_weight_t cgfifo_config_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -c bpf -p map_create,prog_load
		allows_nothing "$domain" -c capability2
		allows_nothing "$domain" -t cgfifo_load_t -c process
	done
	for domain in cgfifo_weight_t cgfifo_config_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -c bpf
		allows_nothing "$domain" -t bpf_t
	done
	for domain in cgfifo_t cgfifo_prepare_t cgfifo_config_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -c system
		allows_nothing "$domain" -c dbus
		allows_nothing "$domain" -t cgroup_t -c file -p write,append,create,setattr
	done
	allows_nothing cgfifo_prepare_t -c bpf
	allows_nothing cgfifo_weight_t -t cgfifo_run_t -c file
	allows_nothing cgfifo_load_t -t cgroup_t -c file
	for domain in cgfifo_t cgfifo_load_t cgfifo_prepare_t cgfifo_weight_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -t cgfifo_etc_t
	done
	allows_nothing cgfifo_prepare_t -c capability -p dac_override,dac_read_search,fowner,setuid
	for domain in cgfifo_t cgfifo_load_t cgfifo_weight_t cgfifo_config_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -c capability
	done
	for domain in cgfifo_t cgfifo_load_t cgfifo_prepare_t cgfifo_weight_t cgfifo_config_t cgfifo_names_t cgfifo_metrics_t; do
		allows_nothing "$domain" -c file -p execute_no_trans
		allows_nothing "$domain" -t shadow_t
		allows_nothing "$domain" -t cgfifo_exec_t -p write
	done
	ok 'SELinux: and none the work of another'

	labelled /usr/bin/cgfifo cgfifo_exec_t
	labelled /usr/libexec/cgfifo/cgfifo-names cgfifo_names_exec_t
	labelled /usr/lib/cgfifo/cgfifo.yaml cgfifo_etc_t
	labelled /etc/cgfifo/cgfifo.d/10-web.yaml cgfifo_etc_t
	labelled /run/cgfifo cgfifo_run_t dir
	labelled /run/cgfifo/agent/status.sock cgfifo_run_t socket
	ok 'SELinux: its files'

	selinux_optional
	selinux_stand_ins
	must 'the SELinux module is removed' rpm --root "$SELINUX_ROOT" --erase --nodeps cgfifo-selinux
	! semodule -p "$SELINUX_ROOT" -s targeted -l | grep -q cgfifo || fail 'the module stays'
	grep -qw /usr/bin/cgfifo "$SELINUX_ROOT/tmp/relabelled" || fail 'removed: the program keeps a label that nobody knows'
	ok 'and what had its labels gets others'
}

# selinux_stand_ins: a kernel that has SELinux, as far as a scriptlet asks; what it has labelled is written down.
selinux_stand_ins() {
	local bin=$SELINUX_ROOT/usr/bin name
	: >"$SELINUX_ROOT/tmp/relabelled"
	for name in selinuxenabled load_policy restorecon; do
		rm "$bin/$name"
		# shellcheck disable=SC2016
		printf '#!/bin/sh\n[ %s != restorecon ] || echo "$*" >>/tmp/relabelled\n' "$name" >"$bin/$name"
		chmod +x "$bin/$name"
	done
}

# selinux_optional: what counts with a policy that has other names: those of container-selinux and Fedora.
selinux_optional() {
	local type types=(container_runtime_t container_var_run_t container_var_lib_t container_ro_file_t init_var_run_t
		syslogd_var_run_t system_dbusd_var_run_t unconfined_service_t)
	[[ $(search --allow -t container_runtime_t 2>&1) == *'not a valid type'* ]] || fail 'SELinux: this policy has them'
	for type in "${types[@]}"; do
		# Some are other names of Debian's.
		[[ $(search --allow -t "$type" 2>&1) == *'not a valid type'* ]] || continue
		printf '(type %s)\n(roletype object_r %s)\n' "$type" "$type"
	done >"$WORK/fedora.cil"
	printf '(typeattribute systemd_unit_file_type)\n(typeattributeset systemd_unit_file_type (init_var_run_t))\n' >>"$WORK/fedora.cil"
	must 'SELinux: with the names of Fedora' chroot_semodule "$WORK/fedora.cil"
	allows cgfifo_names_t container_runtime_t unix_stream_socket connectto
	allows cgfifo_names_t container_var_run_t sock_file write
	allows cgfifo_t init_var_run_t sock_file write
	allows cgfifo_weight_t init_var_run_t service start
	allows cgfifo_weight_t system_dbusd_var_run_t sock_file write
	allows cgfifo_t syslogd_var_run_t sock_file write
	allows cgfifo_t unconfined_service_t bpf map_write
}

chroot_semodule() {
	cp "$1" "$SELINUX_ROOT/tmp/"
	chroot "$SELINUX_ROOT" /usr/bin/semodule -n -s targeted -X 300 -i "/tmp/${1##*/}"
}
