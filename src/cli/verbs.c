// SPDX-License-Identifier: GPL-2.0-only
/* The table of verbs, in the order in which help shows them. */
#include "cli/verbs.h"

#include <string.h>

/* clang-format off */
const struct verb *const cli_verbs[] = {
	&verb_run,
	&verb_status,
	&verb_top,
	&verb_list,
	&verb_show,
	&verb_explain,
	&verb_set,
	&verb_unset,
	&verb_check,
	&verb_diff,
	&verb_reload,
	&verb_doctor,
	&verb_events,
	&verb_metrics,
	&verb_report,
	&verb_completion,
	&verb_version,
	NULL,
};
/* clang-format on */

const struct verb *cli_find_verb(const char *name)
{
	for (size_t i = 0; cli_verbs[i]; i++)
		if (strcmp(cli_verbs[i]->name, name) == 0)
			return cli_verbs[i];
	return NULL;
}
