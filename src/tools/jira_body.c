/* A bounded buffer with a writer on it. */
#include "tools/jira_body.h"

enum { MAX_BODY = 4 * 1024 * 1024 };

struct jw *
body_begin(struct body *b)
{
	buf_init(&b->b, MAX_BODY);
	jw_init(&b->w, &b->b);
	jw_obj(&b->w);
	return &b->w;
}

const char *
body_drop(struct body *b)
{
	buf_release(&b->b);
	return NULL;
}

const char *
body_end(struct call *c, struct body *b)
{
	const char *text = NULL;

	while (b->w.depth > 0)
		jw_end(&b->w);
	if (buf_overflowed(&b->b))
		call_fail(c, ERR_TOO_LARGE, "The request is larger than %d MiB.", MAX_BODY / 1024 / 1024);
	else
		text = arena_strndup(c->arena, b->b.data, b->b.len);
	buf_release(&b->b);
	return text;
}
