#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# No file above 400 lines, no C function above 60: where one grows, it has two jobs.
# Usage: check-size.sh TOP
set -eu
cd "$1"

find src bpf tests dev -type f \( -name '*.[ch]' -o -name '*.sh' -o -name dev \) \
	-exec awk -v max_file=400 -v max_function=60 '
	function bad(line, why) {
		printf "%s:%d: %s\n", file, line, why
		failed = 1
	}
	function end_file() {
		if (lines > max_file)
			bad(lines, "the file is longer than " max_file " lines")
	}
	FNR == 1 { end_file(); file = FILENAME; start = 0 }
	{ lines = FNR }
	file !~ /\.[ch]$/ { next }
	$0 == "{" { start = FNR }
	/^}/ {
		if (start && FNR - start - 1 > max_function)
			bad(start, "a function of " FNR - start - 1 " lines, of " max_function)
		start = 0
	}
	END { end_file(); exit failed }
' {} +
