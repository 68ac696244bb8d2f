#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Many cgroups behind one parent wake together, again and again, beside a busy sibling of the
# parent. The parent is entitled to 100 of 1100, and its children want more than that all the time:
# what they get together is to be 9.09 %, however many they are.
# vm: smp=4 icount=3 limit=1200
. "${VM_LIB%/*}/../bench/lib.sh"

# Children, work from and to (us), period and spread of the wake-ups (ms), a seed.
HERDS=(
	'32 500 2000 50 0 1' '32 4000 5000 200 20 2'
	'64 1000 2000 100 0 3' '64 2000 5000 200 20 4'
	'128 500 1000 50 0 5' '128 1000 2000 100 0 6'
)
SECONDS_EACH=10
[[ -z $QUICK ]] || HERDS=('8 500 2000 50 0 1') SECONDS_EACH=1

title 'Share of a parent that is entitled to 9.09 % when its children wake together, beside a busy sibling'
for herd in "${HERDS[@]}"; do
	read -r n low high period spread _ <<<"$herd"
	row "herd-$n-$low-$period" percent 8.8..9.3 \
		"$n children, $(awk -v l="$low" -v h="$high" 'BEGIN { printf "%g to %g", l / 1000, h / 1000 }') ms" \
		"every $period ms$( ((spread)) && echo ", ± $((spread / 2)) ms")"
done

measure() {
	local n low high period spread seed
	read -r n low high period spread seed <<<"$herd"
	cgroup bench-herd/x bench-lead
	weight bench-herd 100
	weight bench-lead 1000
	busy bench-lead 4
	"$BENCH/herd" "$CGROUPS/bench-herd" "$n" "$low" "$high" "$period" "$spread" "$seed"
	sleep 2
	shares "$SECONDS_EACH" bench-herd bench-lead
	value "herd-$n-$low-$period" "${SHARE[bench-herd]}"
}

settle
for herd in "${HERDS[@]}"; do schedulers fair flatcg cgfifo; done
