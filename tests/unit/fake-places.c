// SPDX-License-Identifier: GPL-2.0-only
/* Weights in tables, see fake-places.h. */
#include "fake-places.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct fake f;
uint64_t ids[N_PLACES];
const char *const paths[N_PLACES] = {"/system.slice/a.service", "/plain", "/b"};
struct place units, dirs, scheduler;
struct applier *applier;
char undo_file[96];

static struct rule rule = {.name = "r", .origin = {"f.yaml", 3}};

/* By its path: what systemd keeps of a unit is not its cgroup's. */
static int index_of(const struct target *t)
{
	for (int i = 0; i < N_PLACES; i++)
		if (strcmp(paths[i], t->path) == 0)
			return i;
	cr_assert(false, "a cgroup that nobody made");
	return -1;
}

static bool is_kept(const char *path)
{
	char text[1024] = "";
	FILE *file = fopen(undo_file, "re");

	if (!file)
		return false;
	(void)!fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	return strstr(text, path);
}

static int place_read(struct backend *b, const struct target *t, uint64_t *ret)
{
	struct place *p = (struct place *)b;

	if (p->refuses)
		return -ENOENT;
	*ret = p->weight[index_of(t)];
	return 0;
}

static int place_set(struct backend *b, const struct target *t, const struct cgfifo_conf *conf,
		     struct trace *ret)
{
	struct place *p = (struct place *)b;

	p->n_sets++;
	if (p->pauses)
		return -EAGAIN;
	p->kept = is_kept(t->path);
	if (p->refuses || p->never)
		return p->never ? -ETIMEDOUT : -ENOENT;
	if (!conf->weight && p != &scheduler)
		return -EOPNOTSUPP;
	if (ret && !p->late)
		*ret = (struct trace){.undo = p->weight[index_of(t)], .mark = p->mark};
	p->weight[index_of(t)] = conf->weight;
	return p->late ? -ETIMEDOUT : 0;
}

static int place_unset(struct backend *b, const struct target *t, uint32_t weight, uint64_t undo)
{
	uint64_t *now = &((struct place *)b)->weight[index_of(t)];

	if (((struct place *)b)->pauses)
		return -EAGAIN;
	if (((struct place *)b)->broken)
		return -EIO;
	if (*now != weight && b != &scheduler.backend)
		return 0;
	*now = undo;
	return 1;
}

static bool place_is_lost(struct backend *b, const struct target *t, uint64_t mark)
{
	return ((struct place *)b)->mark != mark;
}

static void place_free(struct backend *b)
{
}

struct backend *place_init(struct place *p, uint64_t weight)
{
	*p = (struct place){.backend = {
				    .read = place_read,
				    .set = place_set,
				    .unset = place_unset,
				    .is_lost = place_is_lost,
				    .free = place_free,
			    }};
	for (int i = 0; i < N_PLACES; i++)
		p->weight[i] = weight;
	return &p->backend;
}

void places_setup(void)
{
	cr_redirect_stderr();
	fake_init(&f);
	for (int i = 0; i < N_PLACES; i++)
		ids[i] = fake_mkdir(&f, paths[i]);
	applier = applier_new(f.fd, place_init(&units, WEIGHT_NONE), place_init(&dirs, 100));
	snprintf(undo_file, sizeof(undo_file), "%s/undo", f.dir);
}

void places_teardown(void)
{
	applier = applier_free(applier);
	fake_done(&f);
}

struct verdict verdict_of(uint32_t weight, uint32_t slice_us)
{
	return (struct verdict){
		.weight = weight,
		.slice_us = slice_us,
		.source = SOURCE_RULE,
		.rule = &rule,
	};
}

unsigned int run_verdicts(const struct verdict *verdicts, int n)
{
	_cleanup_(wanted_done) struct wanted_list wanted = {};
	_cleanup_(plan_done) struct plan plan = {};
	struct tree *tree = tree_new(f.fd, 100);
	unsigned int n_failed;

	cr_assert_eq(tree_scan(tree), 0);
	for (int i = 0; i < n; i++)
		if (!verdict_is_empty(&verdicts[i]))
			wanted_add(&wanted, ids[i], paths[i], NULL, &verdicts[i]);
	plan_all(&plan, &wanted, applier_applied(applier), tree);
	n_failed = applier_run(applier, &plan);
	tree_free(tree);
	return n_failed;
}

unsigned int run(const uint32_t *weights, int n)
{
	struct verdict verdicts[N_PLACES];

	for (int i = 0; i < n; i++)
		verdicts[i] = verdict_of(weights[i], 0);
	return run_verdicts(verdicts, n);
}

const struct applied *entry(int i)
{
	return idmap_get(applier_applied(applier), ids[i]);
}

const char *log_since(void)
{
	static char text[16384];
	static FILE *log;
	size_t n;

	fflush(stderr);
	if (!log)
		log = cr_get_redirected_stderr();
	n = fread(text, 1, sizeof(text) - 1, log);
	text[n] = '\0';
	return text;
}

void start_again(void)
{
	applier_free(applier);
	applier = applier_new(f.fd, &units.backend, &dirs.backend);
	applier_keep_undo(applier, undo_file);
}
