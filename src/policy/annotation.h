/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a pod may ask for itself. Non-logging, no I/O.
 *
 *   cgfifo.io/class: batch          a class, for the pod
 *   cgfifo.io/weight: "300"         a weight, for the pod
 *   cgfifo.io/weight.NAME: "50"     a weight, for the container NAME among those of the pod
 *
 * Who writes these is not trusted. They count only in a namespace that the configuration lists: a
 * class if it is among the namespace's classes, a number if the namespace has raw_weights; both
 * are cut and raised to its bounds. Whatever else stands there is refused, and the verdict says
 * why; the pod runs on with what it would have had. A weight counts among the siblings of the
 * cgroup that it is for, so what a pod gives to its containers divides the pod's share and cannot
 * enlarge it.
 */
#ifndef POLICY_ANNOTATION_H
#define POLICY_ANNOTATION_H

#include "config/config.h"
#include "identity/facts.h"
#include "identity/identity.h"
#include "policy/verdict.h"

/* Adds to a verdict what the annotations change about it. */
void annotation_apply(struct verdict *v, const struct config *c, const struct identity *id,
		      const struct facts *facts);

#endif
