// SPDX-License-Identifier: GPL-2.0-only
/* cli/http: what is answered to what, in pieces, too slowly, and too much. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/http.h"
#include "util/cleanup.h"

static const struct {
	const char *text;
	int status;
	bool head;
} requests[] = {
	{"GET /metrics HTTP/1.1\r\n\r\n", HTTP_OK},
	{"GET /metrics HTTP/1.0\n\n", HTTP_OK},
	{"GET /metrics?a=b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n", HTTP_OK},
	{"HEAD /metrics HTTP/1.1\r\n\r\n", HTTP_OK, true},
	{"HEAD / HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND, true},
	{"GET / HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND},
	{"GET /metrics/ HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND},
	{"GET /metric HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND},
	{"GET ?/metrics HTTP/1.1\r\n\r\n", HTTP_NOT_FOUND},
	{"GET  /metrics HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST},
	{"get /metrics HTTP/1.1\r\n\r\n", HTTP_METHOD_NOT_ALLOWED},
	{"POST /metrics HTTP/1.1\r\n\r\n", HTTP_METHOD_NOT_ALLOWED},
	{"PUT /x HTTP/1.1\r\n\r\n", HTTP_METHOD_NOT_ALLOWED},
	{"GET /metrics\r\n\r\n", HTTP_BAD_REQUEST},
	{"GET /metrics HTTP/2.0\r\n\r\n", HTTP_BAD_REQUEST},
	{"GET /metrics HTTP/1.10\r\n\r\n", HTTP_BAD_REQUEST},
	{"GET\r\n\r\n", HTTP_BAD_REQUEST},
	{"\r\n\r\n", HTTP_BAD_REQUEST},
	{"\n\n", HTTP_BAD_REQUEST},
	{"\x16\x03\x01\x02 \x01\x01\xfc\x03\x03\n\n", HTTP_BAD_REQUEST}, /* TLS */
	{"GET /metrics HTTP/1.1\r\nHost: x\r\n", HTTP_INCOMPLETE},
	{"GET /metrics HTTP/1.1", HTTP_INCOMPLETE},
	{"", HTTP_INCOMPLETE},
};

Test(http, requests)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		bool head = false;
		int status =
			http_parse(requests[i].text, strlen(requests[i].text), "/metrics", &head);

		cr_expect_eq(status, requests[i].status, "%s: %d", requests[i].text, status);
		cr_expect_eq(head, requests[i].head, "%s", requests[i].text);
	}
}

Test(http, no_part_of_a_request_is_one)
{
	static const char text[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
	bool head;

	for (size_t n = 0; n + 1 < sizeof(text) - 1; n++)
		cr_expect_eq(http_parse(text, n, "/metrics", &head), HTTP_INCOMPLETE, "%zu", n);
}

static int ends[2];

static void setup(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

static void teardown(void)
{
	close(ends[0]);
	close(ends[1]);
}

TestSuite(http_socket, .init = setup, .fini = teardown);

static void say(const char *text)
{
	cr_assert_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
}

Test(http_socket, receives)
{
	bool head = false;

	say("GET /metrics HTTP/1.1\r\n");
	say("Host: x\r\n\r\n");
	cr_expect_eq(http_receive(ends[0], 5, "/metrics", &head), HTTP_OK);
}

Test(http_socket, nobody_says_anything)
{
	bool head = false;

	cr_expect_eq(http_receive(ends[0], 0, "/metrics", &head), HTTP_TIMEOUT);
	shutdown(ends[1], SHUT_WR);
	cr_expect_eq(http_receive(ends[0], 5, "/metrics", &head), -ECONNRESET);
}

Test(http_socket, too_long)
{
	static char long_header[HTTP_REQUEST_MAX + 100];
	bool head = false;

	memset(long_header, 'x', sizeof(long_header) - 1);
	say("GET /metrics HTTP/1.1\r\n");
	say(long_header);
	cr_expect_eq(http_receive(ends[0], 5, "/metrics", &head), HTTP_TOO_LARGE);
}

static void expect_answer(const char *want)
{
	char text[1024] = "";

	cr_assert_gt(read(ends[1], text, sizeof(text) - 1), 0);
	cr_expect_str_eq(text, want);
}

Test(http_socket, answers)
{
	cr_expect_eq(http_answer(ends[0], HTTP_OK, "text/x", "a 1\n", false), 0);
	expect_answer("HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 4\r\n"
		      "Connection: close\r\n\r\na 1\n");
	cr_expect_eq(http_answer(ends[0], HTTP_OK, "text/x", "a 1\n", true), 0);
	expect_answer("HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 4\r\n"
		      "Connection: close\r\n\r\n");
	cr_expect_eq(http_answer(ends[0], HTTP_METHOD_NOT_ALLOWED, "text/x", NULL, false), 0);
	expect_answer("HTTP/1.1 405 Method Not Allowed\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 23\r\n"
		      "Allow: GET, HEAD\r\nConnection: close\r\n\r\n405 Method Not Allowed\n");
}

Test(http_socket, the_other_end_is_gone)
{
	close(ends[1]);
	cr_expect_lt(http_answer(ends[0], HTTP_OK, "text/x", "a", false), 0);
}
