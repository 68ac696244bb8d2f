#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# cgfifo report: one HTML file that a parser takes, with the shares and what happened meanwhile.
# vm: smp=2 icount=3 limit=300 long=yes
. "$VM_LIB"

file=$(config '
rules:
  - match: {cgroup: /shop/db}
    weight: 300
')
agent_start "$file"
busy shop/db 2
busy shop/web 2
(sleep 3; "$CGFIFO" set /shop/web 700 >/dev/null) &
"$CGFIFO" report --for 8s --output "$LOGS/report.html" >"$LOGS/out" || fail 'report'
sed 's/^/     /' "$LOGS/out"
grep -qE 'report.html: 8 measurements, [0-9]+ cgroups, [1-9][0-9]* events$' "$LOGS/out" || fail 'report'

# Well formed, with a picture of each, and the event.
python3 - "$LOGS/report.html" <<'PYTHON' || fail 'the page is not as it should be'
import re, sys
from html.parser import HTMLParser

class Parser(HTMLParser):
    void = {"meta", "line"}
    open_tags, texts, pictures = [], [], []
    def handle_starttag(self, tag, attrs):
        if tag == "svg":
            self.pictures.append(dict(attrs)["aria-label"])
        if tag not in self.void or (tag == "line" and ("class", "trouble") in attrs):
            self.open_tags.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, tag
    def handle_data(self, data):
        self.texts.append(data)

page = open(sys.argv[1], encoding="utf-8").read()
parser = Parser()
parser.feed(page)
parser.close()
assert not parser.open_tags, parser.open_tags
for name in ("db", "web"):
    assert any(p.startswith(name + ": got ") for p in parser.pictures), parser.pictures
text = " ".join(parser.texts)
assert "web: weight 700 (set by hand)" in text, text
assert "700*" in text, text
print("    ", *parser.pictures, sep="\n     ")
PYTHON
printf 'ok   the page: %s bytes\n' "$(stat -c %s "$LOGS/report.html")"

# Ctrl-C ends it earlier.
"$CGFIFO" report --for 1h --output "$LOGS/short.html" >"$LOGS/out" &
reporter=$!
sleep 3
kill -INT "$reporter"
wait "$reporter" || fail 'interrupted: no file'
grep -qE 'short.html: [1-9] measurements' "$LOGS/out" || fail "interrupted: $(cat "$LOGS/out")"
printf 'ok   interrupted, and written all the same\n'
agent_stop
assert_not_ejected
