// SPDX-License-Identifier: GPL-2.0-only
/* What a pod asks for: never more than its namespace may have, and every step can be shown. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"
#include "policy/resolve.h"
#include "util/alloc.h"
#include "util/text.h"

#define POD "/kubepods/pod0c5bffe2beed3ef86c707b479cb884d8"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char yaml[] = "version: 1\n"
			   "classes: {gold: {weight: 800, slice: 1ms}, batch: {weight: 20}}\n"
			   "rules: [{match: {pod: {namespace: prod}}, weight: 50}]\n"
			   "kubernetes:\n"
			   "  namespaces:\n"
			   "    prod: {min_weight: 10, max_weight: 400, classes: [gold, batch], "
			   "raw_weights: true}\n";

static struct config *config(void)
{
	_cleanup_(diags_done) struct diags diags = {};
	static struct config *c;

	if (!c && config_parse_text("f", yaml, strlen(yaml), &c, &diags) < 0)
		abort();
	return c;
}

static void check(const struct facts *f)
{
	char line[1024], why[768];
	struct identity id;
	struct verdict v;
	size_t bad;

	identity_from_path(POD, &id);
	v = resolve(config(), &id, f, POD);
	if (v.weight < 10 || v.weight > 400)
		abort();
	verdict_explain(&v, why, sizeof(why));
	for (unsigned int i = 0; i < v.n_steps; i++) {
		verdict_step_text(&v.steps[i], line, sizeof(line));
		if (!text_is_utf8(line, strlen(line), &bad) || strpbrk(line, "\n\033"))
			abort();
	}
}

/* The text is the class and the weight. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_(facts_freep) struct facts *f = facts_new();

	facts_set(&f->pod_namespace, "prod");
	text[strcspn(text, "\n")] = '\0';
	pairs_set(&f->annotations, "cgfifo.io/class", text);
	check(f);
	pairs_set(&f->annotations, "cgfifo.io/weight", text);
	check(f);
	return 0;
}
