/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cgroup's place: taking and giving back a slot, its tasks that wait and run, its weight, the
 * charge of what it ran. Pure: compiles into the scheduler, the model and the unit tests alike.
 * Functions named *_locked are called with the lock of the order held.
 */
#ifndef SLOT_H
#define SLOT_H

#include "account.h"
#include "wait.h"

/* Slots that were used and are free again, and the first that never was. */
static PRIVATE(order) __u16 free_slots[CGFIFO_MAX_SLOTS];
static PRIVATE(order) __u32 nr_free_slots;
static PRIVATE(order) __u32 nr_used_slots;

/* CPUs that may find a task to run in one of the slot's FIFOs. */
static __always_inline void slot_mask(const struct cgfifo_slot *s, struct cgfifo_cpuset *ret)
{
	for (__u32 i = 0; cpuset_has_word(i); i++)
		ret->word[i] = s->mask[CGFIFO_FREE].word[i] | s->mask[CGFIFO_BOUND].word[i];
}

/* Is a CPU one of them? */
static __always_inline bool slot_waits_for(const struct cgfifo_slot *s, struct cpu_bit bit)
{
	return (s->mask[CGFIFO_FREE].word[bit.word] | s->mask[CGFIFO_BOUND].word[bit.word]) &
	       bit.bit;
}

static __always_inline bool slot_waits(const struct cgfifo_slot *s)
{
	return cpuset_any(&s->mask[CGFIFO_FREE]) | cpuset_any(&s->mask[CGFIFO_BOUND]);
}

static __always_inline bool slot_yields(__u32 i)
{
	return slot_at(i)->flags & CGFIFO_SLOT_YIELDS;
}

static __always_inline __u32 slot_leaf(__u32 i, enum cgfifo_kind kind)
{
	return CGFIFO_NR_KINDS * i + kind;
}

/* It is idle no more. One that does not count, for it is new or was reaped, is idle all the same.
 */
static __always_inline void slot_rouse_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);

	if (!(s->flags & CGFIFO_SLOT_IDLE))
		return;
	s->flags &= ~CGFIFO_SLOT_IDLE;
	if (vtree_is_active(CGFIFO_SELF(i)))
		vtree_nr_idle--;
}

/* It has work, and counts. Answers a gate that is to be tied, see vtree_tie(), or the root. */
static __always_inline __u32 slot_wake_locked(__u32 i)
{
	slot_rouse_locked(i);
	if (!vtree_is_active(CGFIFO_SELF(i)))
		stat_add_locked(CGFIFO_STAT_activations);
	return vtree_activate(i);
}

/*
 * Its last task sleeps. It goes on counting until its debt is paid, see slot_look_locked(). First
 * the flag and then another look: who brings a task without the lock counts it first and looks at
 * the flag then, see slot_wake(), so that one of the two sees the other.
 */
static __always_inline void slot_sleep_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);

	if (s->nr_queued || s->nr_running || s->flags & CGFIFO_SLOT_IDLE)
		return;
	vtree_nr_idle++;
	STATE_ORDERED(__sync_fetch_and_or(&s->flags, CGFIFO_SLOT_IDLE));
	if (*(volatile __u32 *)&s->nr_queued || *(volatile __u32 *)&s->nr_running)
		slot_rouse_locked(i);
}

/* It counts no longer. */
static __always_inline void slot_leave_locked(__u32 i)
{
	slot_rouse_locked(i);
	if (!vtree_is_active(CGFIFO_SELF(i)))
		return;
	vtree_leave(i);
	stat_add_locked(CGFIFO_STAT_departures);
}

/* Tell the forks above for which CPUs its tasks wait now; wakes: see account_wait(). */
static __always_inline void slot_announce_locked(__u32 i, const struct cgfifo_cpu *cpu, bool wakes)
{
	CPUSET_LOCKED(mask);

	slot_mask(slot_at(i), &mask);
	account_wait(CGFIFO_SELF(i), &mask, cpu, wakes);
}

/* The same, of tasks that waited or ran before. */
static __always_inline void slot_tell_locked(__u32 i, const struct cgfifo_cpu *cpu)
{
	slot_announce_locked(i, cpu, false);
}

/* A task that may run on the CPUs in mask waits in a FIFO of a slot that counts. It comes from a
 * CPU. */
static __always_inline void slot_enqueue_locked(__u32 i, enum cgfifo_kind kind,
						const struct cgfifo_cpuset *mask,
						const struct cgfifo_cpu *cpu, bool wakes)
{
	struct cgfifo_slot *s = slot_at(i);

	if (!slot_waits(s))
		s->served_at = clock_ns;
	s->wait_mark++;
	cpuset_join(&s->mask[kind], mask);
	slot_announce_locked(i, cpu, wakes);
}

/* Tasks were taken out of the FIFOs without having run; were they the last? */
static __always_inline void slot_dequeue_locked(__u32 i, const struct cgfifo_cpu *cpu)
{
	struct cgfifo_slot *s = slot_at(i);

	if (s->nr_queued)
		return;
	s->mask[CGFIFO_FREE] = s->mask[CGFIFO_BOUND] = cpuset_none();
	account_wait_no_more(CGFIFO_SELF(i), cpu);
	slot_sleep_locked(i);
}

/* A task ran for ran ns, of which prepaid ns were charged when it was picked. */
static __always_inline void slot_charge_locked(__u32 i, __u64 ran, __u64 prepaid)
{
	slot_at(i)->usage_ns += ran;
	account_charge(CGFIFO_SELF(i), (__s64)(ran - prepaid));
}

/* Members without work leave a while after they had it, and those that have more than they can use
 * do not count; a few are looked at now and then. */
static __always_inline void slot_look_locked(__u32 i)
{
	__u32 m = vtree_member(CGFIFO_SELF(i))->top;

	if (account_look(CGFIFO_ROOT_SLOT))
		stat_add_locked(CGFIFO_STAT_departures);
	if (m != ORDER_NONE && account_look(vtree_fork_of(m)))
		stat_add_locked(CGFIFO_STAT_departures);
}

/* How long each of its tasks may run at a time. A member of the order is to be configured instead,
 * as its span goes with that. */
static __always_inline void slot_set_slice_locked(__u32 i, __u32 slice_ns)
{
	slot_at(i)->slice_ns = slice_ns;
	if (slice_longest_ns < slice_ns)
		slice_longest_ns = slice_ns;
}

/* What the agent wants, or the cgroup's own weight, has changed, or whether it yields. */
static __always_inline void slot_configure_locked(__u32 i, __u32 slice_ns, bool yields)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 weight = s->conf_weight ?: s->own_weight;

	if (s->weight == weight && s->slice_ns == slice_ns && yields == slot_yields(i))
		return;
	s->weight = weight;
	slot_set_slice_locked(i, slice_ns);
	s->flags = yields ? s->flags | CGFIFO_SLOT_YIELDS : s->flags & ~CGFIFO_SLOT_YIELDS;
	account_reweigh(CGFIFO_NODE(i));
	account_reweigh(CGFIFO_SELF(i));
}

/* Its tasks go in the order of the policy fair from now on, or not. */
static __always_inline void slot_set_fair_locked(__u32 i, bool is_fair)
{
	if (is_fair)
		slot_at(i)->flags |= CGFIFO_SLOT_FAIR | CGFIFO_SLOT_SORTED;
	else
		slot_at(i)->flags &= ~CGFIFO_SLOT_FAIR;
}

/* A free slot for a cgroup, or CGFIFO_NO_SLOT. It starts with one reference, the cgroup's. */
static __always_inline __u32 slot_take_locked(void)
{
	__u32 n = nr_free_slots;

	if (n && n <= CGFIFO_MAX_SLOTS) {
		nr_free_slots = n - 1;
		return free_slots[(n - 1) & (CGFIFO_MAX_SLOTS - 1)];
	}
	if (nr_used_slots >= CGFIFO_MAX_SLOTS)
		return CGFIFO_NO_SLOT;
	return nr_used_slots++;
}

/* Make a slot for a cgroup below the one of another slot. Or CGFIFO_NO_SLOT. */
static __always_inline __u32 slot_make_locked(__u64 cgid, __u32 parent, __u32 level, __u32 weight)
{
	__u32 i = slot_take_locked();
	struct cgfifo_slot *s = slot_at(i);

	if (i >= CGFIFO_MAX_SLOTS)
		return CGFIFO_NO_SLOT;
	s->parent = parent;
	s->level = level;
	s->nr_refs = 1;
	s->weight = s->own_weight = weight ?: CGFIFO_WEIGHT_DFL;
	s->conf_weight = 0;
	slot_set_slice_locked(i, CGFIFO_SLICE_DFL_US * 1000);
	s->usage_ns = 0;
	s->served_at = clock_ns;
	s->nr_queued = 0;
	s->nr_running = 0;
	s->turn = s->served = cpuset_none();
	s->mask[CGFIFO_FREE] = s->mask[CGFIFO_BOUND] = cpuset_none();
	s->limits_seen = 0;
	s->limited_by = CGFIFO_ROOT_SLOT;
	s->domain_seen = 0;
	*waits_at(i) = (struct cgfifo_waits){};
	vtree_init(i);
	s->flags = CGFIFO_SLOT_LIVE | CGFIFO_SLOT_IDLE;
	s->cgid = cgid;
	return i;
}

/* Make a slot free that nobody refers to and nothing was ever active in, or is any more. */
static __always_inline void slot_free_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);
	__u32 n = nr_free_slots;

	s->cgid = 0;
	s->flags = 0;
	if (n < CGFIFO_MAX_SLOTS) {
		free_slots[n & (CGFIFO_MAX_SLOTS - 1)] = i;
		nr_free_slots = n + 1;
	}
}

/* Forget a slot that nobody refers to: no cgroup, no task, no child. It has no limit any more. */
static __always_inline void slot_release_locked(__u32 i)
{
	struct cgfifo_slot *s = slot_at(i);

	s->mask[CGFIFO_FREE] = s->mask[CGFIFO_BOUND] = cpuset_none();
	account_wait_no_more(CGFIFO_SELF(i), cpu_at(0));
	slot_leave_locked(i);
	slot_free_locked(i);
}

#endif
