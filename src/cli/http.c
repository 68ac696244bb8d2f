// SPDX-License-Identifier: GPL-2.0-only
#include "cli/http.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "util/alloc.h"
#include "util/cleanup.h"

#define SEND_TIME_MS 5000

/* Blank line: the end of the head, with or without CR. */
static bool is_complete(const char *text, size_t n)
{
	return memmem(text, n, "\r\n\r\n", 4) || memmem(text, n, "\n\n", 2);
}

/* Does s begin with this word? Then *ret is behind it. */
static bool skip_word(const char *s, const char *end, const char *word, const char **ret)
{
	size_t len = strlen(word);

	if ((size_t)(end - s) < len || memcmp(s, word, len) != 0)
		return false;
	*ret = s + len;
	return true;
}

static bool is_version(const char *s, const char *end)
{
	return skip_word(s, end, "HTTP/1.", &s) && end - s == 1 && (*s == '0' || *s == '1');
}

/* The first line, "GET /metrics HTTP/1.1"; what else is in the head does not matter here. */
static enum http_status parse_line(const char *s, const char *end, const char *path, bool *ret_head)
{
	const char *method_end = memchr(s, ' ', (size_t)(end - s)), *target, *target_end, *query;
	bool head;

	if (!method_end)
		return HTTP_BAD_REQUEST;
	target = method_end + 1;
	target_end = memchr(target, ' ', (size_t)(end - target));
	if (!target_end || !is_version(target_end + 1, end))
		return HTTP_BAD_REQUEST;
	head = skip_word(s, end, "HEAD ", &target);
	if (!head && !skip_word(s, end, "GET ", &target))
		return HTTP_METHOD_NOT_ALLOWED;
	*ret_head = head;
	query = memchr(target, '?', (size_t)(target_end - target));
	if (query)
		target_end = query;
	if ((size_t)(target_end - target) != strlen(path) ||
	    memcmp(target, path, strlen(path)) != 0)
		return HTTP_NOT_FOUND;
	return HTTP_OK;
}

enum http_status http_parse(const char *text, size_t n, const char *path, bool *ret_head)
{
	const char *end = memchr(text, '\n', n);

	if (n > HTTP_REQUEST_MAX)
		return HTTP_TOO_LARGE;
	if (!end || !is_complete(text, n))
		return n == HTTP_REQUEST_MAX ? HTTP_TOO_LARGE : HTTP_INCOMPLETE;
	if (end > text && end[-1] == '\r')
		end--;
	return parse_line(text, end, path, ret_head);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

/* 1: it is. 0: not before until_ms. */
static int wait_for(int fd, short what, long long until_ms)
{
	struct pollfd p = {.fd = fd, .events = what};
	long long left = until_ms - now_ms();
	int r = poll(&p, 1, left < 0 ? 0 : (int)left);

	return r < 0 && errno != EINTR ? -errno : r > 0;
}

int http_receive(int fd, unsigned int seconds, const char *path, bool *ret_head)
{
	long long until_ms = now_ms() + seconds * 1000ll;
	char text[HTTP_REQUEST_MAX] = {};
	size_t n = 0;

	for (;;) {
		enum http_status status = http_parse(text, n, path, ret_head);
		ssize_t got;
		int r;

		if (status != HTTP_INCOMPLETE)
			return status;
		r = wait_for(fd, POLLIN, until_ms);
		if (r <= 0)
			return r < 0 ? r : HTTP_TIMEOUT;
		got = recv(fd, text + n, sizeof(text) - n, MSG_DONTWAIT);
		if (got == 0)
			return -ECONNRESET;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		n += got > 0 ? (size_t)got : 0;
	}
}

static int send_all(int fd, const char *text, size_t n)
{
	long long until_ms = now_ms() + SEND_TIME_MS;

	while (n > 0) {
		int r = wait_for(fd, POLLOUT, until_ms);
		ssize_t sent = r > 0 ? send(fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;

		if (r <= 0)
			return r < 0 ? r : -ETIMEDOUT;
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		text += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

static const char *reason(enum http_status status)
{
	switch (status) {
	case HTTP_OK:
		return "OK";
	case HTTP_NOT_FOUND:
		return "Not Found";
	case HTTP_METHOD_NOT_ALLOWED:
		return "Method Not Allowed";
	case HTTP_TIMEOUT:
		return "Request Timeout";
	case HTTP_TOO_LARGE:
		return "Request Header Fields Too Large";
	case HTTP_UNAVAILABLE:
		return "Service Unavailable";
	default:
		return "Bad Request";
	}
}

int http_answer(int fd, enum http_status status, const char *type, const char *body, bool head)
{
	_cleanup_free_ char *plain = xasprintf("%d %s\n", status, reason(status));
	const char *text = body ? body : plain;
	_cleanup_free_ char *all = xasprintf(
		"HTTP/1.1 %d %s\r\n"
		"Content-Type: %s\r\n"
		"Content-Length: %zu\r\n"
		"%s"
		"Connection: close\r\n"
		"\r\n%s",
		status, reason(status), body ? type : "text/plain; charset=utf-8", strlen(text),
		status == HTTP_METHOD_NOT_ALLOWED ? "Allow: GET, HEAD\r\n" : "", head ? "" : text);

	return send_all(fd, all, strlen(all));
}
