/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that look random and are the same in every run (splitmix64). */
#ifndef MODEL_RNG_H
#define MODEL_RNG_H

#include <math.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 <= x < 1 */
static inline double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* lo..hi, both included. */
static inline uint64_t rng_range(struct rng *r, uint64_t lo, uint64_t hi)
{
	return lo + (uint64_t)(rng_unit(r) * (double)(hi - lo + 1));
}

/* The same, but as likely between 1 and 10 as between 100 and 1000. */
static inline uint64_t rng_range_log(struct rng *r, uint64_t lo, uint64_t hi)
{
	double x = exp(log((double)lo) + rng_unit(r) * (log((double)hi + 1) - log((double)lo)));
	uint64_t n = (uint64_t)x;

	return n < lo ? lo : n > hi ? hi : n;
}

/* How long until the next of events that come at random, with this mean. */
static inline double rng_exponential(struct rng *r, double mean)
{
	return -mean * log1p(-rng_unit(r));
}

#endif
