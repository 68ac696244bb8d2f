/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of HTTP/1.1 as it takes to answer one GET of one page and close the connection, which is
 * all that a scraper wants. Non-logging.
 */
#ifndef CLI_HTTP_H
#define CLI_HTTP_H

#include <stdbool.h>
#include <stddef.h>

/* Longer requests are refused. */
#define HTTP_REQUEST_MAX 8192

enum http_status {
	HTTP_INCOMPLETE = 0,
	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_NOT_FOUND = 404,
	HTTP_METHOD_NOT_ALLOWED = 405,
	HTTP_TIMEOUT = 408,
	HTTP_TOO_LARGE = 431,
	HTTP_UNAVAILABLE = 503,
};

/*
 * What n bytes of a request ask for: HTTP_OK is a GET or HEAD of path, with or without a query.
 * *ret_head: only the head of the answer is wanted.
 */
enum http_status http_parse(const char *text, size_t n, const char *path, bool *ret_head);

/* The same for a request that comes from a socket, within so many seconds. Negative: nothing comes
 * any more. */
int http_receive(int fd, unsigned int seconds, const char *path, bool *ret_head);

/* Sends an answer, of which body may be NULL: then it says what the status means. With head,
 * without its body. Waits for the other end for some seconds. */
int http_answer(int fd, enum http_status status, const char *type, const char *body, bool head);

#endif
