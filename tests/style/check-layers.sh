#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A file in src/ includes only from its own folder and from those to its left, and says the
# folder. So the list of includes shows what a file depends on, and nothing goes in circles. Files that
# the agent is made of do not include what reads YAML: the agent has capabilities.
# Usage: check-layers.sh TOP
set -eu
cd "$1"

layers='util config cgroup identity policy sched apply report agent cli'
export layers

find src -mindepth 2 -name '*.[ch]' -exec awk '
	BEGIN {
		n = split(ENVIRON["layers"], name, " ")
		for (i = 1; i <= n; i++)
			rank[name[i]] = i
	}
	function bad(why) {
		printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0
		failed = 1
	}
	function reads_yaml(path) {
		return path ~ /^(yaml|config\/(load|read|yaml))\.h$/
	}
	function may_read_yaml() {
		return mine == "config" || mine == "cli" || FILENAME ~ /^src\/identity\/sources\//
	}
	FNR == 1 {
		split(FILENAME, part, "/")
		mine = part[2]
		if (!(mine in rank))
			bad("the folder has no place in the order")
	}
	/^#[ \t]*include[ \t]*[<"]/ {
		split($0, quoted, /[<">]/)
		if (reads_yaml(quoted[2]) && !may_read_yaml())
			bad("the agent reads no YAML")
	}
	/^#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		path = quoted[2]
		if (path == "../bpf/cgfifo.h")
			next
		if (path ~ /\.skel\.h$/ || path ~ /^\.\.\/bpf\//) {
			if (mine != "sched")
				bad("only sched/ knows the scheduler")
			next
		}
		split(path, target, "/")
		if (!(target[1] in rank))
			bad("say the folder")
		else if (rank[target[1]] > rank[mine])
			bad("includes from the right of " mine "/")
	}
	END { exit failed }
' {} +
