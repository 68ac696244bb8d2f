// SPDX-License-Identifier: GPL-2.0-only
/* What all backends share, see backend.h. */
#include "apply/backend.h"

#include <stddef.h>

const char *backend_note_text(enum backend_note note)
{
	static const char *const texts[NR_NOTES] = {
		[NOTE_NO_BUS] =
			"systemd cannot be reached from here: cpu.weight of units is written into "
			"their files, and lasts until somebody sets a property of theirs",
		[NOTE_REFUSED] =
			"systemd may not be asked from here, for some units or for all: their "
			"cpu.weight is written into their files, and lasts until somebody sets a "
			"property of theirs",
		[NOTE_NO_WRITER] = "nobody is there to write cpu.weight for this agent, which may "
				   "not: see cgfifo-weight.socket and cgfifo-weight@.service",
		[NOTE_NO_ANSWER] =
			"who writes cpu.weight for this agent gave no answer in time, or none "
			"that makes sense, and is asked again: see cgfifo-weight@.service",
	};

	return note < NR_NOTES ? texts[note] : NULL;
}

struct backend *backend_free(struct backend *b)
{
	if (b)
		b->free(b);
	return NULL;
}
