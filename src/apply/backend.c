// SPDX-License-Identifier: GPL-2.0-only
/* What all backends share, see backend.h. */
#include "apply/backend.h"

#include <stddef.h>

struct backend *backend_free(struct backend *b)
{
	if (b)
		b->free(b);
	return NULL;
}
