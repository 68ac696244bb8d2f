// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a name is among the kernel's types, remembered. Each of the kernel's tests of sched_ext
 * asks 46 times for a few names, and each time libbpf walks through all types: 547 million
 * instructions for the smallest test, and with this 159. Linked with --wrap, so that the tests are
 * as the kernel has them.
 */
#include <bpf/btf.h>
#include <string.h>

#define NAMES_MAX 64

/* Nothing is ever removed: a test opens the kernel's types once. */
static struct known {
	const struct btf *btf;
	char *name;
	__u32 kind; /* 0: any */
	__s32 id;   /* or a negative errno, which stays as well */
} known[NAMES_MAX];
static unsigned int nr_known;

__s32 __real_btf__find_by_name(const struct btf *btf, const char *name);
__s32 __real_btf__find_by_name_kind(const struct btf *btf, const char *name, __u32 kind);
__s32 __wrap_btf__find_by_name(const struct btf *btf, const char *name);
__s32 __wrap_btf__find_by_name_kind(const struct btf *btf, const char *name, __u32 kind);

static const struct known *known_find(const struct btf *btf, const char *name, __u32 kind)
{
	for (unsigned int i = 0; i < nr_known; i++)
		if (known[i].btf == btf && known[i].kind == kind && !strcmp(known[i].name, name))
			return &known[i];
	return NULL;
}

static __s32 known_add(const struct btf *btf, const char *name, __u32 kind, __s32 id)
{
	char *copy = nr_known < NAMES_MAX ? strdup(name) : NULL;

	if (copy)
		known[nr_known++] = (struct known){btf, copy, kind, id};
	return id;
}

__s32 __wrap_btf__find_by_name(const struct btf *btf, const char *name)
{
	const struct known *found = known_find(btf, name, 0);

	return found ? found->id : known_add(btf, name, 0, __real_btf__find_by_name(btf, name));
}

__s32 __wrap_btf__find_by_name_kind(const struct btf *btf, const char *name, __u32 kind)
{
	const struct known *found = known_find(btf, name, kind);

	return found ? found->id
		     : known_add(btf, name, kind, __real_btf__find_by_name_kind(btf, name, kind));
}
