/* key -> (reads of the tool, read of the project) at once -> fence on what came back. */
#include "tools/jira_target.h"

#include "base/str.h"

#include <string.h>

enum { MAX_READS = 8, MAX_SHOWN = 120 };

const char *
target_key(struct call *c, const struct site *s, const char *text)
{
	const char *key = jira_issue_key(c, s, text);

	if (key != NULL)
		c->target = key;
	return key;
}

int
target_read(struct call *c, struct site *s, const char *key, struct rest_req *q, size_t n)
{
	struct rest_req all[MAX_READS + 1];

	if (n > MAX_READS)
		BUG("too many reads");
	if (s->config->filter == NULL)
		return n == 0 ? 0 : rest_all(c, s, q, n);
	all[0] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project", NULL) };
	for (size_t i = 0; i < n; i++)
		all[i + 1] = q[i];
	if (rest_all(c, s, all, n + 1) == -1 || jira_check_fence(c, s, all[0].json) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		q[i] = all[i + 1];
	return 0;
}

const char *
target_short(struct call *c, const char *text)
{
	if (str_blank(text))
		return "(none)";
	if (strlen(text) <= MAX_SHOWN && strchr(text, '\n') == NULL)
		return text;
	return arena_printf(c->arena, "%zu characters", strlen(text));
}
