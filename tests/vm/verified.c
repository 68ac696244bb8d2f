// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's verifier had to look at: verified PREFIX.
 * Prints "NAME INSTRUCTIONS" for each BPF program in the kernel whose name starts with PREFIX,
 * sorted by nothing. It is the figure that veristat calls "Insns".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

/* The kernel's own name of a program ends after 15 characters; its type information has it all. */
static int print_program(const struct bpf_prog_info *info, __u32 type, const char *prefix)
{
	struct btf *btf = btf__load_from_kernel_by_id(info->btf_id);
	const struct btf_type *t;
	const char *name;

	if (!btf)
		return -errno;
	t = btf__type_by_id(btf, type);
	name = t ? btf__name_by_offset(btf, t->name_off) : info->name;
	if (name && strncmp(name, prefix, strlen(prefix)) == 0)
		printf("%s %u\n", name, info->verified_insns);
	btf__free(btf);
	return 0;
}

static int look_at(__u32 id, const char *prefix)
{
	struct bpf_func_info func = {};
	struct bpf_prog_info info = {
		.nr_func_info = 1,
		.func_info_rec_size = sizeof(func),
		.func_info = (__u64)(unsigned long)&func,
	};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id), r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	r = bpf_prog_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (r < 0)
		return r;
	return info.btf_id && info.nr_func_info ? print_program(&info, func.type_id, prefix) : 0;
}

int main(int argc, char **argv)
{
	__u32 id = 0;
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: verified PREFIX\n");
		return 2;
	}
	while ((r = bpf_prog_get_next_id(id, &id)) == 0) {
		r = look_at(id, argv[1]);
		if (r < 0)
			break;
	}
	if (r < 0 && errno != ENOENT) {
		fprintf(stderr, "verified: program %u: %s\n", id, strerror(-r));
		return 1;
	}
	return 0;
}
