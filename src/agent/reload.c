// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations are taken as a whole or not at all: the new one is read completely, and only when
 * nothing is wrong with it does it replace the old one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "agent/state.h"
#include "config/load.h"
#include "report/collect.h"
#include "util/log.h"
#include "util/messages.h"
#include "util/text.h"

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int load(const struct agent *a, struct config **ret, struct diags *diags)
{
	const char *const given[] = {a->options->config, NULL};
	struct config_paths paths = {.dirs = config_dirs, .trusted_only = true};

	if (a->options->config && !is_directory(a->options->config))
		return config_load_files(given, 1, ret, diags);
	if (a->options->config)
		paths.dirs = given;
	return config_load(&paths, ret, diags);
}

static void log_diags(const struct diags *diags)
{
	static const int levels[] = {
		[DIAG_ERROR] = LOG_ERR,
		[DIAG_WARNING] = LOG_WARNING,
		[DIAG_NOTICE] = LOG_NOTICE,
	};

	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *line = diag_headline(&diags->items[i]);

		log_full(levels[diags->items[i].severity], 0, "%s", line);
	}
}

static void note_first_error(struct agent *a, const struct diags *diags)
{
	a->config_note[0] = '\0';
	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *line = NULL;

		if (diags->items[i].severity != DIAG_ERROR)
			continue;
		line = diag_headline(&diags->items[i]);
		snprintf(a->config_note, sizeof(a->config_note),
			 "the new configuration is not in force: %s", line);
		return;
	}
}

/* Read and swap; on an error nothing changes. */
static int swap_config(struct agent *a)
{
	_cleanup_(config_freep) struct config *c = NULL;
	_cleanup_(diags_done) struct diags diags = {};
	int r;

	r = load(a, &c, &diags);
	log_diags(&diags);
	note_first_error(a, &diags);
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

	if (r == 0)
		return 0;
	log_event(LOG_ERR, r, MESSAGE_CONFIG_REJECTED, NULL,
		  "The configuration cannot be used; \"cgfifo check\" shows the lines");
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
