// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the static program only (tests/env/pack.sh): Debian 13's libelf.a lacks two functions of
 * elfutils' libeu, of which there is no archive. They set up and take down a search tree that only
 * elf_getdata_rawchunk() puts anything into, and libbpf does not call that. Should it ever, the
 * link fails for want of eu_tsearch(), so the tree is empty whenever these run.
 */
void eu_search_tree_init(void *tree);
void eu_search_tree_fini(void *tree, void (*release)(void *));

void eu_search_tree_init(void *tree)
{
}

void eu_search_tree_fini(void *tree, void (*release)(void *))
{
}
