// SPDX-License-Identifier: GPL-2.0-only
/* See boot.h. */
#include "util/boot.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/file.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define KEY	"boot "

const char *boot_line(char buf[BOOT_LINE_MAX])
{
	_cleanup_free_ char *id = NULL;

	buf[0] = '\0';
	if (file_read_line(AT_FDCWD, BOOT_ID, &id) == 0)
		snprintf(buf, BOOT_LINE_MAX, KEY "%.40s\n", id);
	return buf;
}

bool boot_take_line(char *text)
{
	size_t start = strlen(text);
	char own[BOOT_LINE_MAX];
	bool same;

	if (start > 0)
		start--; /* the end of the last line */
	while (start > 0 && text[start - 1] != '\n')
		start--;
	if (strncmp(text + start, KEY, strlen(KEY)) != 0)
		return true;
	boot_line(own);
	same = own[0] == '\0' || strcmp(text + start, own) == 0;
	text[start] = '\0';
	return same;
}
