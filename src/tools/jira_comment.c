/* Comments. The answer of the write itself is the proof of what was written. */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_COMMENT = 256 * 1024 };

struct add_args {
	const char *issue_key, *body, *visibility;
};

static const struct param add_params[] = {
	P_STR(struct add_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_STR(struct add_args, body, P_REQUIRED, .aliases = "comment,commentBody", .max_len = MAX_COMMENT, .doc = "Markdown"),
	P_STR(struct add_args, visibility, 0, .doc = "Only for role:NAME or group:NAME"),
	P_END
};

static int
write_visibility(struct call *c, const char *text, struct jw *w)
{
	bool role = str_istarts(text, "role:"), group = str_istarts(text, "group:");
	const char *name = strchr(text, ':');

	if ((!role && !group) || str_blank(name + 1))
		return call_fail(c, ERR_INPUT, "visibility must be role:NAME or group:NAME.");
	jw_obj_in(w, "visibility");
	jw_str(w, "type", role ? "role" : "group");
	jw_str(w, "value", str_trim(c->arena, name + 1, strlen(name + 1)));
	jw_end(w);
	return 0;
}

static const char *
comment_body(struct call *c, struct site *s, const struct add_args *a)
{
	const char *text = NULL;
	int result = 0;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_COMMENT * 16);
	jw_init(&w, &b);
	jw_obj(&w);
	if (a->visibility != NULL)
		result = write_visibility(c, a->visibility, &w);
	if (result == 0) {
		jw_key(&w, "body");
		result = jira_write_body(c, s, a->body, &w);
	}
	if (result == 0) {
		jw_end(&w);
		text = arena_strndup(c->arena, b.data, b.len);
	}
	buf_release(&b);
	return text;
}

static int
add_comment(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id" };
	const char *key, *id;
	json *issue;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || (w.body = comment_body(c, s, a)) == NULL)
		return -1;
	c->target = key;
	if (s->config->filter != NULL && (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields",
	    "project", NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1))
		return -1;
	w.path = rest_path(c, s, "{api}/issue/%s/comment", key);
	w.target = key;
	w.what = arena_printf(c->arena, "the comment on %s", key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	id = json_get_str(w.json, "id");
	if (jira_body_markdown(c, s, json_get(w.json, "body")) == NULL)
		return call_fail(c, ERR_IGNORED, "%s made a comment (id %s) on %s, but its text is empty.", s->label,
		    id != NULL ? id : "?", key);
	out_say(c->out, "Added comment %s to %s.", id, key);
	if (a->visibility != NULL)
		out_pair(c->out, "Visible only to", json_path_str(w.json, "visibility.value"));
	return 0;
}

TOOL(jira_add_comment,
	.title = "Add comment", .doc = "Comment on a Jira issue.",
	.toolset = "jira_comments", .product = JIRA, .effect = WRITES, .scopes = "write:jira-work",
	ARGS(struct add_args, add_params),
	.example = "{\"issue_key\":\"OPS-7\",\"body\":\"Fixed in **2.4.1**, please verify.\"}", .run = add_comment,
);
