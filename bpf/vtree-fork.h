/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One fork of the vtree and its members: where each is in virtual time, who joins and who parts.
 * Pure: compiles into the scheduler, the model and the unit tests alike. Who calls it holds the
 * lock.
 *
 * Each fork keeps an account of its own: its virtual time is the mean of its members', weighted.
 * What is behind has been served too little, what is ahead too much, and the sum of all is nil:
 * nobody can owe what nobody is owed. Which cgroups are forks and members is in vtree.h, what moves
 * them in account.h.
 */
#ifndef VTREE_FORK_H
#define VTREE_FORK_H

#include "order.h"

/* How much later one that yields stands in the order than in its account: behind all that do not,
 * whatever they have used. 19 hours of a CPU at weight 1, and days at any other. */
#define VTREE_YIELD (1ULL << 56)

struct vtree_member {
	__u64 lag;     /* virtual time that it was behind when nothing waited any more */
	__u64 span;    /* virtual time that a slice is worth */
	__u64 hold;    /* how much later it stands in the order, see account_hold() */
	__u32 weight;  /* while it is a member; 0: it yields */
	__u32 counts;  /* ... and in its fork's virtual time; 0: see vtree_count() */
	__u32 inverse; /* of weight, see arith_inverse() */
	__u32 rep;     /* the leaf or fork that it stands for */
	__u32 top;     /* of the leaf or fork with this number: the member it stands under */
};

struct vtree_fork {
	__u64 base;	 /* the virtual time, but for ... */
	__s64 sum;	 /* ... weight * (start - base), summed over the members */
	__u64 weight;	 /* of all members that count */
	__u64 yields_at; /* where those that yield are, see account_follow() */
	struct order order;
	__u32 nr_active; /* members that are active, also when they are less than two */
	__u32 cursor;	 /* the member that account_look() looks at next */
};

static PRIVATE(vtree) struct vtree_member vtree_members[CGFIFO_NR_MEMBERS];
static PRIVATE(vtree) struct vtree_fork vtree_forks[CGFIFO_MAX_SLOTS];

static __always_inline struct vtree_member *vtree_member(__u32 i)
{
	return &vtree_members[i & (CGFIFO_NR_MEMBERS - 1)];
}

static __always_inline struct vtree_fork *vtree_fork(__u32 slot)
{
	return &vtree_forks[slot & (CGFIFO_MAX_SLOTS - 1)];
}

static __always_inline struct order_entry *vtree_entry(__u32 member)
{
	return order_entry(*order_place_of(member));
}

/* The virtual time that a member has reached. */
static __always_inline __u64 vtree_start(__u32 m)
{
	return vtree_entry(m)->start - vtree_member(m)->hold;
}

/* The slot whose fork a member belongs to. */
static __always_inline __u32 vtree_fork_of(__u32 member)
{
	__u32 slot = CGFIFO_SLOT_OF(member);

	return CGFIFO_IS_SELF(member) ? slot : slot_at(slot)->parent;
}

/* Move base on to the fork's virtual time, and answer it. What is left in sum is the remainder. */
static __always_inline __u64 vtree_now(struct vtree_fork *f)
{
	__s64 mean = arith_mean(f->sum, f->weight);

	f->base += mean;
	f->sum -= mean * f->weight;
	return f->base;
}

/* Put a member somewhere else in virtual time; the others' lag stays, so the mean moves. */
static __always_inline void vtree_place(struct vtree_fork *f, __u32 m, __u64 start)
{
	struct order_entry *e = vtree_entry(m);
	struct vtree_member *member = vtree_member(m);

	f->sum += (__s64)(start - vtree_start(m)) * member->counts;
	e->start = start + member->hold;
	e->finish = e->start + member->span;
}

/* A member counts in its fork's virtual time with its weight; or not at all, if that is more than
 * it can use, see account_drop_unused(). The virtual time moves to where those that count are. */
static __always_inline void vtree_count(struct vtree_fork *f, __u32 m, __u32 counts)
{
	struct vtree_member *member = vtree_member(m);
	__s64 more = (__s64)counts - member->counts;

	f->sum += (__s64)(vtree_start(m) - f->base) * more;
	f->weight += more;
	member->counts = counts;
}

static __always_inline bool vtree_yields(__u32 m)
{
	return !CGFIFO_IS_SELF(m) && slot_at(CGFIFO_SLOT_OF(m))->flags & CGFIFO_SLOT_YIELDS;
}

/* The least that a member stands back. */
static __always_inline __u64 vtree_hold_of(__u32 m)
{
	return vtree_member(m)->weight ? 0 : VTREE_YIELD;
}

/* Where one that yields begins at least, or is when it has work: where the others are. What is far
 * from there is of long ago, when there were others, and the virtual time has gone round since. */
static __always_inline __u64 vtree_with_yields(const struct vtree_fork *f, __u64 start)
{
	return f->yields_at - start < VTREE_YIELD ? f->yields_at : start;
}

/* One that yields has no weight: it has no part in the fork's virtual time, and all of them are
 * equal. */
static __always_inline void vtree_describe(__u32 m)
{
	struct vtree_member *member = vtree_member(m);
	struct cgfifo_slot *s = slot_at(CGFIFO_SLOT_OF(m));

	member->weight = CGFIFO_IS_SELF(m) ? CGFIFO_SELF_WEIGHT : s->weight;
	if (vtree_yields(m))
		member->weight = 0;
	member->counts = member->weight;
	member->inverse = arith_inverse(member->weight ?: CGFIFO_WEIGHT_MAX);
	member->span = arith_span(s->slice_ns, member->inverse);
	member->hold = vtree_hold_of(m);
}

/* A member stands this much later in the order than in its account. Answers whether that is new. */
static __always_inline bool vtree_hold(__u32 m, __u64 hold)
{
	struct vtree_member *member = vtree_member(m);
	struct order_entry *e = vtree_entry(m);
	__u64 more = hold - member->hold;

	e->start += more;
	e->finish += more;
	member->hold = hold;
	return more;
}

/*
 * A member more in the fork of a slot: rep joins. The virtual time has slices in it that are
 * charged and not over. So it stands behind that by as much as a slice moves the fork, and nothing
 * more is owed to it. At the virtual time it would be behind all that run, however much it weighs,
 * and one that sleeps most of the time could hardly ever interrupt them.
 */
static __always_inline void vtree_join(__u32 slot, __u32 m, __u32 rep)
{
	struct vtree_fork *f = vtree_fork(slot);
	struct vtree_member *member = vtree_member(m);
	__u64 start = vtree_now(f), back = 0;

	vtree_describe(m);
	if (f->weight)
		back = member->span * member->weight / (f->weight + member->weight);
	start -= back;
	if (!member->weight)
		start = vtree_with_yields(f, start);
	f->sum -= (__s64)back * member->weight;
	f->weight += member->weight;
	member->rep = rep;
	member->lag = 0;
	vtree_member(rep)->top = m;
	start += member->hold;
	order_add(&f->order, m, start, start + member->span);
}

/* Its lag is lost. */
static __always_inline void vtree_part(__u32 slot, __u32 m)
{
	struct vtree_fork *f = vtree_fork(slot);
	struct vtree_member *member = vtree_member(m);

	vtree_count(f, m, 0);
	vtree_member(member->rep)->top = ORDER_NONE;
	order_remove(&f->order, m);
}

#endif
