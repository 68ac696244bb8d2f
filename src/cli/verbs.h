/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs, one in each cmd-NAME.c. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/cli.h"

extern const struct verb verb_check;
extern const struct verb verb_completion;
extern const struct verb verb_diff;
extern const struct verb verb_doctor;
extern const struct verb verb_events;
extern const struct verb verb_explain;
extern const struct verb verb_list;
extern const struct verb verb_metrics;
extern const struct verb verb_reload;
extern const struct verb verb_report;
extern const struct verb verb_run;
extern const struct verb verb_set;
extern const struct verb verb_show;
extern const struct verb verb_status;
extern const struct verb verb_top;
extern const struct verb verb_unset;
extern const struct verb verb_version;

#endif
