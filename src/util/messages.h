/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages that something may wait for: MESSAGE_ID= in the journal. The one list; what each
 * means to an administrator is said in src/etc/cgfifo.catalog. An id never changes, and a message
 * that comes to mean something else gets a new one.
 */
#ifndef UTIL_MESSAGES_H
#define UTIL_MESSAGES_H

/* The scheduler is in force */
#define MESSAGE_STARTED "af2db71700c744489935d5ee9be30761"
/* A scheduler that was running already was taken over */
#define MESSAGE_ADOPTED "36a8bc04af144e1fabfca3cb3cbdf512"
/* The kernel's own scheduler is back */
#define MESSAGE_STOPPED "3203ea23099f48e680f3da6b4b2ee940"
/* Weights go into cpu.weight, and why */
#define MESSAGE_FALLBACK "8e6419d1b7ec4317af8be48d3f1394a2"
/* The kernel unloaded the scheduler, and why */
#define MESSAGE_EJECTED "6f1a11c1bfb04548bf009faedcd6167e"
/* Ejected too often: fall back until told otherwise */
#define MESSAGE_GIVEN_UP "4ac987d420ae4580b5b39a5a4acf0eb9"
/* A configuration is in force */
#define MESSAGE_CONFIG_LOADED "8a5fe627b04a48f792b9e3fb610b36b3"
/* A configuration has errors, the old one stays in force */
#define MESSAGE_CONFIG_REJECTED "2640f18abe344225b89b53a74aa8edf2"
/* A cgroup's weight, slice or policy was set */
#define MESSAGE_WEIGHT_SET "0f38c12f41514ec1b255f0267a29f755"
/* What was set for a cgroup was taken back */
#define MESSAGE_WEIGHT_UNSET "d024ea18ce094cbd916500114894972d"
/* A cgroup's weight, slice or policy could not be set */
#define MESSAGE_WEIGHT_NOT_SET "7f79b4ce07154cb8a835b50d75dc9f32"
/* Somebody changed a value of ours, which was left alone */
#define MESSAGE_ADMIN_CHANGED "a767f489c5e44e4f89f02f1bf85a33d8"
/* A unit got a CPUWeight because its cpu controller was off */
#define MESSAGE_CONTROLLER_ENABLED "58742b4868dc46b7a105997a867c8520"
/* More cgroups than the scheduler or the agent can hold */
#define MESSAGE_TABLE_FULL "70db92f0a5ed4a4eba9506b2308c8883"
/* A pod asks for something that it does not get, or not in full */
#define MESSAGE_ANNOTATION_BOUNDED "598b77bff1c242fcb3ec3ea5548b1e06"
/* A real-time task kept a CPU for itself for long */
#define MESSAGE_HOG "c3a5d2b9e0f74c1c8b6f2d9a4e7715d8"
/* A source of names works, or ceased to */
#define MESSAGE_NAMES_SOURCE "241f6d2068484705a7c9754f4e690816"

#endif
