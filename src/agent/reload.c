// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations are taken as a whole or not at all: the new one is read completely, and only when
 * nothing is wrong with it does it replace the old one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/read-config.h"
#include "agent/state.h"
#include "report/collect.h"
#include "util/log.h"
#include "util/messages.h"
#include "util/text.h"

static void take_complaint(enum diag_severity severity, const char *headline, void *userdata)
{
	static const int levels[] = {
		[DIAG_ERROR] = LOG_ERR,
		[DIAG_WARNING] = LOG_WARNING,
		[DIAG_NOTICE] = LOG_NOTICE,
	};
	struct agent *a = userdata;

	log_full(levels[severity], 0, "%s", headline);
	if (severity == DIAG_ERROR && !a->config_note[0])
		snprintf(a->config_note, sizeof(a->config_note),
			 "the new configuration is not in force: %s", headline);
}

/* Read and swap; on an error nothing changes. */
static int swap_config(struct agent *a)
{
	_cleanup_(config_freep) struct config *c = NULL;
	int r;

	a->config_note[0] = '\0';
	r = read_config(a->options->config, take_complaint, a, &c);
	if (r < 0)
		return r;
	log_event(LOG_INFO, 0, MESSAGE_CONFIG_LOADED, NULL,
		  "Configuration read: %zu rule%s from %zu file%s", c->rules.n,
		  text_plural(c->rules.n), c->files.n, text_plural(c->files.n));
	config_free(a->config);
	a->config = TAKE_PTR(c);
	return 0;
}

int reload_first(struct agent *a)
{
	int r = swap_config(a);

	if (r == -EBADMSG) /* whoever reads it died: the next one may have more luck */
		return -EIO;
	if (r != -EINVAL) /* 0, or it cannot be read now */
		return r;
	/* Without files it reads what is installed. Of a directory, those above are the ones. */
	log_event(LOG_ERR, r, MESSAGE_CONFIG_REJECTED, NULL,
		  "The configuration cannot be used; \"cgfifo check%s\" shows the lines",
		  a->options->config ? " FILE..." : "");
	return -EBADMSG;
}

int reload_again(struct agent *a)
{
	int r;

	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, collect_now_ns() / 1000);
	r = swap_config(a);
	if (r < 0) {
		log_event(LOG_ERR, r, MESSAGE_CONFIG_REJECTED, NULL,
			  "The configuration was not reloaded, the old one stays in force");
	} else {
		names_start(a);
		agent_cycle(a);
	}
	scheduler_retry_now(a);
	agent_notify_status(a);
	sd_notify(0, "READY=1");
	return r;
}
