// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for libFuzzer where it is not wanted: feeds files, and all files of directories, to
 * the target, and some thousand damaged copies of each. Always the same ones.
 *
 * Usage: fuzz-NAME FILE-OR-DIRECTORY...
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/cleanup.h"
#include "util/file.h"

#define MAX_SIZE (1u << 20)
#define COPIES	 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int n_inputs;

/* Of exact size, so that a sanitizer sees a read beyond its end. */
static void feed(const char *text, size_t size)
{
	_cleanup_free_ uint8_t *exact = xmalloc(size ? size : 1);

	memcpy(exact, text, size);
	LLVMFuzzerTestOneInput(exact, size);
	n_inputs++;
}

static void damage(char *text, size_t size)
{
	static const char words[] = "{}[]\":,\\/-.*%0\n\x80\xff";

	for (int k = rand() % 4; size > 0 && k >= 0; k--)
		text[(size_t)rand() % size] =
			rand() % 2 ? (char)rand() : words[(size_t)rand() % sizeof(words)];
}

static int feed_file(const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r;

	r = file_read(AT_FDCWD, path, MAX_SIZE, &text, &size);
	if (r < 0)
		return r;
	feed(text, size);
	srand(1);
	for (int i = 0; i < COPIES; i++) {
		_cleanup_free_ char *copy = xmalloc(size + 1);

		memcpy(copy, text, size);
		damage(copy, size);
		feed(copy, (size_t)rand() % 4 || size == 0 ? size : (size_t)rand() % size);
	}
	return 0;
}

static int feed_path(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *de;
	int r = 0;

	if (!d)
		return feed_file(path);
	while (r == 0 && (de = readdir(d))) {
		_cleanup_free_ char *file = xasprintf("%s/%s", path, de->d_name);

		if (de->d_name[0] != '.' && de->d_type != DT_DIR)
			r = feed_file(file);
	}
	closedir(d);
	return r;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int r = feed_path(argv[i]);

		if (r < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-r));
			return 1;
		}
	}
	printf("%u inputs\n", n_inputs);
	return n_inputs == 0;
}
