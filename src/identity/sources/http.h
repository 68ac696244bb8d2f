/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GET over HTTP by libcurl, from a Unix socket or an address: with a deadline and a limit on what
 * comes back, no redirects, no proxy. Non-logging.
 */
#ifndef IDENTITY_SOURCES_HTTP_H
#define IDENTITY_SOURCES_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "util/cleanup.h"

#define HTTP_WHY_MAX 320

struct http;

/* What is behind a Unix socket. The path is copied. */
struct http *http_new_socket(const char *path, long timeout_ms);

/*
 * What is behind a URL of http or https. ca_file has the certificates that are trusted, cert_file
 * and key_file show who we are; NULL: the system's, none.
 */
struct http *http_new_url(const char *url, const char *ca_file, const char *cert_file,
			  const char *key_file, long timeout_ms);

struct http *http_free(struct http *h);
DEFINE_CLEANUP(struct http *, http_free);

/*
 * The body of the answer to GET path, of at most max bytes and with a NUL behind it, which is the
 * caller's. bearer: a token to show, or NULL. 0: the answer was 200. -ENOENT: 404. -EACCES: 401 or
 * 403. -EFBIG: too long. Else -EIO; why says in words what went wrong, always.
 */
int http_get(struct http *h, const char *path, const char *bearer, size_t max, char **ret,
	     size_t *ret_size, char why[static HTTP_WHY_MAX]);

#endif
