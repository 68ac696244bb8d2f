// SPDX-License-Identifier: GPL-2.0-only
/* What runtimes, the kubelet and manifests say, by every reader that there is. */
#include <stdint.h>
#include <string.h>

#include "identity/sources/oci.h"
#include "identity/sources/pods.h"
#include "util/alloc.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_pods(const char *text, size_t size)
{
	_cleanup_(pods_done) struct pods pods = {};
	_cleanup_(facts_freep) struct facts *f = facts_new();

	(void)pods_read_list(text, size, &pods);
	for (size_t i = 0; i < pods.n; i++)
		pod_tell(&pods.items[i], pods.items[i].uid, f);
	pods_done(&pods);
	(void)pods_read_manifest(text, size, &pods);
	(void)pods_find_static(&pods, "default", "web-node1");
}

/* Readers get texts with a NUL behind them, as files are read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(facts_freep) struct facts *f = facts_new();
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	size_t len = strlen(text);

	(void)oci_read_containerd(text, len, f);
	(void)oci_read_crio(text, len, f);
	(void)oci_read_inspect(text, len, f);
	(void)oci_read_storage(text, len, "x", f);
	read_pods(text, len);
	return 0;
}
