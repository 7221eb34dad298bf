/* Files of line groups: three lines each; blank lines and # lines between groups. Run from the repository's root. */
#ifndef TEST_GROUPS_H
#define TEST_GROUPS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
run_groups(const char *path, void (*check)(char *line[3]), size_t at_least)
{
	FILE *f = fopen(path, "r");
	char *line[3] = { NULL }, *s = NULL;
	size_t cap = 0, n = 0, count = 0;
	ssize_t len;

	assert_non_null(f);
	while ((len = getline(&s, &cap, f)) > 0) {
		if (s[len - 1] == '\n')
			s[--len] = '\0';
		if (n == 0 && (len == 0 || s[0] == '#'))
			continue;
		line[n++] = strdup(s);
		if (n < 3)
			continue;
		check(line);
		count++;
		while (n > 0)
			free(line[--n]);
	}
	assert_int_equal(n, 0);
	assert_true(count >= at_least);
	free(s);
	fclose(f);
}

#endif
