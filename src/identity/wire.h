/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the agent and cgfifo-names say to each other, over a Unix socket of type SOCK_SEQPACKET:
 * one struct is one message. Non-logging.
 *
 * The agent says who gets the CPU, and started by hand it holds capabilities, so it is not the one
 * that reads what runtimes and pods write: cgfifo-names does, without any, and sends what it found
 * in this form, which takes no parser worth the name. The agent checks it as if anybody had sent
 * it.
 *
 * Order: the agent sends its NAMES_CONFIG once, then asks for cgroups and says which ones are
 * gone. Answers come when there is something to say, also again, when it changes.
 */
#ifndef IDENTITY_WIRE_H
#define IDENTITY_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity/facts.h"
#include "identity/identity.h"

#define NAMES_VERSION	  3
#define NAMES_MESSAGE_MAX 65536
#define NAMES_TEXT_MAX	  512

enum names_type {
	NAMES_CONFIG, /* agent: where to look */
	NAMES_ASK,    /* agent: what is this cgroup? */
	NAMES_FORGET, /* agent: it is gone */
	NAMES_FACTS,  /* answer: this is known now, instead of what was said before */
	NAMES_STATUS, /* answer: how a source is doing; when that changes */
};

/* Where facts come from, for NAMES_STATUS. */
enum names_source {
	NAMES_PODMAN,
	NAMES_DOCKER,
	NAMES_CONTAINERD,
	NAMES_CRIO,
	NAMES_KUBELET,
	NAMES_MANIFESTS,
	NAMES_N_SOURCES,
};

struct names_header {
	uint32_t version;
	uint32_t type; /* enum names_type */
};

/* Paths and the like; "" for what is not given. */
struct names_config {
	struct names_header header;
	uint32_t want_labels; /* is there a rule about labels of containers? */
	char kubelet_url[NAMES_TEXT_MAX];
	char token_file[NAMES_TEXT_MAX];
	char ca_file[NAMES_TEXT_MAX];
	char cert_file[NAMES_TEXT_MAX];
	char key_file[NAMES_TEXT_MAX];
	char manifests[NAMES_TEXT_MAX];
};

/* NAMES_ASK and NAMES_FORGET. */
struct names_request {
	struct names_header header;
	uint64_t cgid;	  /* never 0 */
	uint32_t kind;	  /* enum identity_kind: IDENTITY_POD or IDENTITY_CONTAINER */
	uint32_t runtime; /* enum identity_runtime */
	char container_id[IDENTITY_ID_MAX];
	char pod_uid[IDENTITY_ID_MAX];
};

struct names_status {
	struct names_header header;
	uint32_t source; /* enum names_source */
	uint32_t bad;	 /* it does not work, and text says why; else text says what is used */
	char text[NAMES_TEXT_MAX];
};

/* NAMES_FACTS: this, then the texts. */
struct names_facts {
	struct names_header header;
	uint64_t cgid;
};

/*
 * The message for these facts, into buf of NAMES_MESSAGE_MAX bytes; answers its size. What does
 * not fit is left out: labels first.
 */
size_t wire_pack_facts(uint64_t cgid, const struct facts *f, void *buf);

/* -EBADMSG: no such message. *ret is the caller's. */
int wire_unpack_facts(const void *data, size_t size, uint64_t *ret_cgid, struct facts **ret);

/* Is this a message of that type and size, of our version? */
bool wire_is(const void *data, size_t size, enum names_type type, size_t expected);

const char *names_source_name(enum names_source source);

#endif
