// SPDX-License-Identifier: GPL-2.0-only
/*
 * An agent whose scheduler loses tasks (bpf/lose.bpf.h). All of it is src/'s but for the object,
 * which is exchanged where libbpf opens it: this file goes before that function, see --wrap in
 * meson.build.
 */
#include "sched/internal.h"

/* Uses the types of bpf/cgfifo.h, so it comes last. */
#include "cgfifo-lose.skel.h"

int __real_bpf_object__open_skeleton(struct bpf_object_skeleton *s,
				     const struct bpf_object_open_opts *opts);
int __wrap_bpf_object__open_skeleton(struct bpf_object_skeleton *s,
				     const struct bpf_object_open_opts *opts);

int __wrap_bpf_object__open_skeleton(struct bpf_object_skeleton *s,
				     const struct bpf_object_open_opts *opts)
{
	s->data = cgfifo_lose_bpf__elf_bytes(&s->data_sz);
	return __real_bpf_object__open_skeleton(s, opts);
}
