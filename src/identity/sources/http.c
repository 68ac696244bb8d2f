// SPDX-License-Identifier: GPL-2.0-only
/* HTTP by libcurl, see http.h. One handle per server, so that its connection is used again. */
#include "identity/sources/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"

struct http {
	CURL *curl;
	char *base;
	char error[CURL_ERROR_SIZE];
};

/* The answer while it comes. */
struct body {
	char *data;
	size_t size, max;
	bool too_long;
};

static size_t on_data(char *data, size_t one, size_t n, void *userdata)
{
	struct body *b = userdata;

	if (n > b->max - b->size) {
		b->too_long = true;
		return 0;
	}
	b->data = xreallocarray(b->data, b->size + n + 1, 1);
	memcpy(b->data + b->size, data, n);
	b->size += n;
	b->data[b->size] = '\0';
	return n;
}

static struct http *http_new(const char *base, long timeout_ms)
{
	struct http *h = xcalloc(1, sizeof(*h));

	h->curl = curl_easy_init();
	if (!h->curl)
		abort();
	h->base = xstrdup(base);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(h->curl, CURLOPT_USERAGENT, "cgfifo/" CGFIFO_VERSION);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, on_data);
	return h;
}

struct http *http_new_socket(const char *path, long timeout_ms)
{
	struct http *h = http_new("http://localhost", timeout_ms);

	curl_easy_setopt(h->curl, CURLOPT_UNIX_SOCKET_PATH, path);
	return h;
}

struct http *http_new_url(const char *url, const char *ca_file, const char *cert_file,
			  const char *key_file, long timeout_ms)
{
	struct http *h = http_new(url, timeout_ms);
	size_t len = strlen(h->base);

	if (len > 0 && h->base[len - 1] == '/')
		h->base[len - 1] = '\0';
	if (ca_file) {
		curl_easy_setopt(h->curl, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(h->curl, CURLOPT_CAPATH, (char *)NULL);
	}
	if (cert_file)
		curl_easy_setopt(h->curl, CURLOPT_SSLCERT, cert_file);
	if (key_file)
		curl_easy_setopt(h->curl, CURLOPT_SSLKEY, key_file);
	return h;
}

struct http *http_free(struct http *h)
{
	if (!h)
		return NULL;
	curl_easy_cleanup(h->curl);
	free(h->base);
	free(h);
	return NULL;
}

static int explain_code(long code, char *why)
{
	snprintf(why, HTTP_WHY_MAX, "it answered %ld%s", code,
		 code == 401   ? " (it wants to know who we are)"
		 : code == 403 ? " (we may not ask this)"
			       : "");
	return code == 404 ? -ENOENT : code == 401 || code == 403 ? -EACCES : -EIO;
}

static int perform(struct http *h, struct body *b, char *why)
{
	CURLcode code;
	long status = 0;

	h->error[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, b);
	code = curl_easy_perform(h->curl);
	if (b->too_long) {
		snprintf(why, HTTP_WHY_MAX, "it answered with more than %zu bytes", b->max);
		return -EFBIG;
	}
	if (code != CURLE_OK) {
		snprintf(why, HTTP_WHY_MAX, "%s",
			 h->error[0] ? h->error : curl_easy_strerror(code));
		return -EIO;
	}
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200 ? 0 : explain_code(status, why);
}

int http_get(struct http *h, const char *path, const char *bearer, size_t max, char **ret,
	     size_t *ret_size, char why[static HTTP_WHY_MAX])
{
	_cleanup_free_ char *url = xasprintf("%s%s", h->base, path);
	struct curl_slist *headers = NULL;
	struct body b = {.max = max};
	int r;

	if (bearer) {
		_cleanup_free_ char *line = xasprintf("Authorization: Bearer %s", bearer);

		headers = curl_slist_append(NULL, line);
	}
	why[0] = '\0';
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	r = perform(h, &b, why);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, (struct curl_slist *)NULL);
	curl_slist_free_all(headers);
	if (r < 0) {
		free(b.data);
		return r;
	}
	*ret = b.data ? b.data : xstrdup("");
	*ret_size = b.size;
	return 0;
}
