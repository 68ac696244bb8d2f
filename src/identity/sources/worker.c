// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions and their answers, see worker.h. One thing at a time: a source that is slow delays the
 * other answers up to its deadline, and is then left in peace (health.h).
 *
 * A cgroup may be made before its runtime has written anything about it, so what is not known is
 * looked for again, a few times. What the kubelet says changes by itself: as long as there are
 * pods, it is asked again and again.
 */
#include "identity/sources/worker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "cgroup/idmap.h"
#include "identity/sources/kubelet.h"
#include "identity/sources/runtime.h"
#include "util/alloc.h"
#include "util/log.h"

/* A question that stands. */
struct question {
	struct names_request ask;
	struct facts *told; /* by the runtime; NULL: nothing yet */
	uint64_t due_ms;    /* when to ask the runtime (again); NEVER */
	unsigned int n_tries;
	bool listed; /* by the kubelet, when it was told last */
	void *sent;  /* the last answer, as bytes */
	size_t sent_size;
};

#define NEVER	  UINT64_MAX
#define MAX_TRIES 6

struct worker {
	int fd;
	struct names_config config;
	struct runtimes *runtimes;
	struct kubelet *kubelet;
	struct idmap questions;			 /* cgroup id -> struct question, owned */
	size_t n_in_pods;			 /* those about pods and containers in pods */
	uint64_t poll_ms;			 /* when the kubelet is due; NEVER without pods */
	bool failed;				 /* the agent is gone */
	_Alignas(8) char buf[NAMES_MESSAGE_MAX]; /* one message, in or out */
};

static void send_bytes(struct worker *w, const void *data, size_t size)
{
	if (send(w->fd, data, size, MSG_NOSIGNAL) < 0)
		w->failed = true;
}

static void on_health(enum names_source source, bool bad, const char *text, void *userdata)
{
	struct names_status s = {
		.header = {NAMES_VERSION, NAMES_STATUS},
		.source = source,
		.bad = bad,
	};

	snprintf(s.text, sizeof(s.text), "%s", text);
	send_bytes(userdata, &s, sizeof(s));
}

static void question_free(struct question *q)
{
	if (!q)
		return;
	facts_free(q->told);
	free(q->sent);
	free(q);
}

/* What runtimes pass on about a pod stands at its containers: the pod's own cgroup has no bundle.
 */
static const struct facts *told_in_pod(const struct worker *w, const char *uid)
{
	const struct question *q;

	idmap_for_each (&w->questions, pos, q)
		if (q->told && q->told->pod_namespace && strcmp(q->ask.pod_uid, uid) == 0)
			return q->told;
	return NULL;
}

static void add_told(const struct worker *w, const struct question *q, struct facts *f)
{
	const struct facts *other;

	if (q->told)
		facts_add(f, q->told);
	if (q->ask.kind != IDENTITY_POD)
		return;
	other = told_in_pod(w, q->ask.pod_uid);
	if (!other)
		return;
	facts_add(f, other);
	facts_set(&f->container, NULL);
	facts_set(&f->image, NULL);
	pairs_done(&f->labels);
}

/* Send what is known about a cgroup now, unless that was sent already. */
static void answer(struct worker *w, struct question *q)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	const char *id = q->ask.kind == IDENTITY_CONTAINER ? q->ask.container_id : NULL;
	size_t size;

	/* One that was only just started lists some pods, and the others a moment later. */
	if (q->listed && !kubelet_knows(w->kubelet, q->ask.pod_uid, NULL))
		return;
	add_told(w, q, f);
	if (q->ask.pod_uid[0]) {
		kubelet_tell(w->kubelet, q->ask.pod_uid, id, f);
		q->listed = kubelet_knows(w->kubelet, q->ask.pod_uid, NULL);
	}
	if (facts_are_empty(f) && !q->sent)
		return;
	size = wire_pack_facts(q->ask.cgid, f, w->buf);
	if (q->sent && q->sent_size == size && memcmp(q->sent, w->buf, size) == 0)
		return;
	send_bytes(w, w->buf, size);
	free(q->sent);
	q->sent = xmalloc(size);
	memcpy(q->sent, w->buf, size);
	q->sent_size = size;
}

static void answer_pod(struct worker *w, const char *uid)
{
	struct question *q;

	idmap_for_each (&w->questions, pos, q)
		if (strcmp(q->ask.pod_uid, uid) == 0)
			answer(w, q);
}

/* 200 ms, 800 ms, 3.2 s, then once a minute: a few times, or while there may be more. */
static uint64_t next_try(const struct question *q, bool may_be_more, uint64_t now)
{
	if (q->n_tries <= MAX_TRIES / 2)
		return now + (50ull << (2 * q->n_tries));
	if (q->n_tries < MAX_TRIES || may_be_more)
		return now + HEALTH_MAX_PAUSE_MS;
	return NEVER;
}

static void ask_runtime(struct worker *w, struct question *q)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	int r;

	r = runtimes_tell(w->runtimes, q->ask.runtime, q->ask.container_id, f);
	q->n_tries++;
	q->due_ms = r == 0 ? NEVER : next_try(q, r == 1 || r == -EAGAIN, health_now_ms());
	if (r < 0)
		return;
	facts_free(q->told);
	q->told = TAKE_PTR(f);
	if (q->ask.pod_uid[0])
		answer_pod(w, q->ask.pod_uid);
	else
		answer(w, q);
}

/* A pod that the kubelet did not list yet is a reason to ask it soon. */
static void poll_soon(struct worker *w)
{
	uint64_t soon = health_now_ms() + KUBELET_SOON_MS;

	if (kubelet_is_configured(w->kubelet) && soon < w->poll_ms)
		w->poll_ms = soon;
}

static void forget(struct worker *w, uint64_t cgid)
{
	struct question *q = idmap_remove(&w->questions, cgid);

	if (!q)
		return;
	if (q->ask.pod_uid[0] && --w->n_in_pods == 0)
		w->poll_ms = NEVER;
	question_free(q);
}

/* Is there a runtime that may know more? Of a pod only what is in it. */
static bool has_runtime(const struct question *q)
{
	return q->ask.kind == IDENTITY_CONTAINER;
}

/* The same once more: somebody may have renamed the container. Until there is an answer the last
 * one stands. */
static void ask_again(struct worker *w, struct question *q)
{
	q->n_tries = 0;
	if (has_runtime(q))
		q->due_ms = health_now_ms();
	if (q->ask.pod_uid[0])
		poll_soon(w);
}

static void add_question(struct worker *w, const struct names_request *ask)
{
	struct question *q = xcalloc(1, sizeof(*q));

	q->ask = *ask;
	q->due_ms = has_runtime(q) ? health_now_ms() : NEVER;
	forget(w, ask->cgid);
	idmap_put(&w->questions, ask->cgid, q);
	if (!ask->pod_uid[0])
		return;
	w->n_in_pods++;
	if (kubelet_knows(w->kubelet, ask->pod_uid, has_runtime(q) ? ask->container_id : NULL))
		answer(w, q);
	else
		poll_soon(w);
}

/* Answers as take_message(). */
static int take_question(struct worker *w, const struct names_request *from)
{
	struct names_request ask = *from;
	struct question *q;

	if (ask.cgid == 0) /* which no cgroup has, and the map no place for */
		return -EPROTO;
	ask.container_id[IDENTITY_ID_MAX - 1] = ask.pod_uid[IDENTITY_ID_MAX - 1] = '\0';
	q = idmap_get(&w->questions, ask.cgid);
	if (q && memcmp(&q->ask, &ask, sizeof(ask)) == 0)
		ask_again(w, q);
	else
		add_question(w, &ask);
	return 1;
}

static void configure(struct worker *w, const struct names_config *config, const char *root)
{
	struct names_config *c = &w->config;
	char *const texts[] = {c->kubelet_url, c->token_file, c->ca_file,
			       c->cert_file,   c->key_file,   c->manifests};

	if (w->runtimes)
		return;
	*c = *config;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		texts[i][NAMES_TEXT_MAX - 1] = '\0';
	w->runtimes = runtimes_new(root, config->want_labels, on_health, w);
	w->kubelet = kubelet_new(c, on_health, w);
}

/* 1: go on. 0: the agent is gone. */
static int take_message(struct worker *w, const char *root)
{
	ssize_t n = recv(w->fd, w->buf, sizeof(w->buf), MSG_DONTWAIT);
	size_t size = n > 0 ? (size_t)n : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) /* the latter: it has not read all */
		return 0;
	if (n < 0)
		return -errno;
	if (wire_is(w->buf, size, NAMES_CONFIG, sizeof(struct names_config)))
		configure(w, (const struct names_config *)w->buf, root);
	else if (!w->runtimes)
		return -EPROTO;
	else if (wire_is(w->buf, size, NAMES_ASK, sizeof(struct names_request)))
		return take_question(w, (const struct names_request *)w->buf);
	else if (wire_is(w->buf, size, NAMES_FORGET, sizeof(struct names_request)))
		forget(w, ((const struct names_request *)w->buf)->cgid);
	else
		return -EPROTO;
	return 1;
}

/* How long there is nothing to do, in ms; -1: until the agent says something. */
static int time_to_wait(const struct worker *w)
{
	uint64_t now = health_now_ms(), first = w->poll_ms;
	const struct question *q;

	idmap_for_each (&w->questions, pos, q)
		if (q->due_ms < first)
			first = q->due_ms;
	if (first == NEVER)
		return -1;
	return first <= now ? 0 : (int)(first - now);
}

static void do_due(struct worker *w)
{
	uint64_t now = health_now_ms();
	struct question *q;

	if (now >= w->poll_ms) {
		kubelet_refresh(w->kubelet);
		w->poll_ms = w->n_in_pods ? health_now_ms() + KUBELET_POLL_MS : NEVER;
		idmap_for_each (&w->questions, pos, q)
			if (q->ask.pod_uid[0])
				answer(w, q);
	}
	/* One, and back to the socket: the agent may have forgotten the next one. */
	idmap_for_each (&w->questions, pos, q)
		if (q->due_ms <= now) {
			ask_runtime(w, q);
			return;
		}
}

int worker_run(int fd, const char *root)
{
	struct worker *w = xcalloc(1, sizeof(*w));
	struct question *q;
	int r = 1;

	w->fd = fd;
	w->poll_ms = NEVER;
	while (r > 0 && !w->failed) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (poll(&p, 1, time_to_wait(w)) < 0 && errno != EINTR)
			r = -errno;
		else if (p.revents)
			r = take_message(w, root);
		else
			do_due(w);
	}
	idmap_for_each (&w->questions, pos, q)
		question_free(q);
	idmap_done(&w->questions);
	kubelet_free(w->kubelet);
	runtimes_free(w->runtimes);
	free(w);
	return r < 0 ? r : 0;
}
