/* Pages in the order in which people ask: what and where, which version, labels, then the address. */
#include "tools/confluence_view.h"

#include "base/clock.h"
#include "base/str.h"
#include "text/diff.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_DIFF = 64 * 1024 };

void
dry_say(struct call *c, const char *fmt, ...)
{
	va_list ap;

	if (c->dry_run == NULL)
		return;
	va_start(ap, fmt);
	out_say(c->out, "%s", arena_vprintf(c->arena, fmt, ap));
	va_end(ap);
}

void
dry_pair(struct call *c, const char *label, const char *before, const char *after)
{
	if (c->dry_run != NULL && !str_eq(before, after))
		out_pairf(c->out, label, "%s -> %s", target_short(c, before), target_short(c, after));
}

void
dry_value(struct call *c, const char *label, const char *value)
{
	if (c->dry_run != NULL && value != NULL)
		out_pair(c->out, label, target_short(c, value));
}

const char *
view_list(struct arena *a, char **names)
{
	const char *text = NULL;

	for (; names != NULL && *names != NULL; names++)
		text = text == NULL ? *names : arena_printf(a, "%s, %s", text, *names);
	return text;
}

const char *
view_number(struct arena *a, int64_t n)
{
	return arena_printf(a, "%lld", (long long)n);
}

const char *
view_day(struct arena *a, json *timestamp)
{
	int64_t ms = json_int(timestamp, -1);

	return ms > 0 ? clock_date(a, ms) : view_date(a, json_str(timestamp));
}

const char *
view_version(struct call *c, const struct site *s, const struct page *p)
{
	const char *who = people_name(s, p->author), *when = view_date(c->arena, p->when);

	return arena_printf(c->arena, "%lld%s%s%s%s", (long long)p->version, when != NULL ? ", " : "", when != NULL ? when : "",
	    who != NULL ? " by " : "", who != NULL ? who : "");
}

const char *
view_labels(struct arena *a, json *page)
{
	json *list = json_path(page, "labels.results");
	const char *text;
	struct buf b;

	if (list == NULL)
		list = json_path(page, "metadata.labels.results");
	buf_init(&b, 16 * 1024);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_str(it.value, "name") != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	}
	text = b.len == 0 ? NULL : arena_strdup(a, b.data);
	buf_release(&b);
	return text;
}

const char *
view_names(struct call *c, const struct site *s, const char *markdown)
{
	static const char mark[] = "@[id:";
	const char *text, *p;
	struct buf b;

	buf_init(&b, MAX_PAGE_TEXT);
	for (text = markdown; (p = strstr(text, mark)) != NULL; text = p) {
		const char *id = p + sizeof(mark) - 1, *name;
		size_t n = strcspn(id, "]");

		name = people_name(s, arena_strndup(c->arena, id, n));
		buf_add(&b, text, (size_t)(p - text));
		p = name != NULL ? id + n : id;
		if (name != NULL)
			buf_addf(&b, "@[%s", name);
		else
			buf_adds(&b, mark);
	}
	buf_adds(&b, text);
	text = buf_overflowed(&b) ? markdown : arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

void
dry_diff(struct call *c, const struct site *s, const char *before, const char *after)
{
	struct err ignored;
	struct buf b;

	if (c->dry_run == NULL || before == NULL || after == NULL)
		return;
	err_init(&ignored, c->arena);
	buf_init(&b, MAX_DIFF);
	if (doc_diff(c->arena, SKIN_STORAGE, before, strlen(before), after, strlen(after), 0, &b, &ignored) == 0)
		out_text(c->out, "Changes", b.len > 0 ? arena_printf(c->arena, "```diff\n%s\n```",
		    view_names(c, s, str_trim(c->arena, b.data, b.len))) : "The text stays the same; its source changes.");
	buf_release(&b);
}

void
view_page_head(struct call *c, const struct site *s, const struct page *p)
{
	out_title(c->out, p->id, p->title);
	if (!str_eq(p->type, "page"))
		out_pair(c->out, "Type", p->type);
	if (p->status != NULL && !str_eq(p->status, "current") && !str_eq(p->status, "historical"))
		out_pair(c->out, "Status", p->status);
	out_pair(c->out, "Space", p->space_key);
	if (p->version > 0)
		out_pair(c->out, "Version", view_version(c, s, p));
	out_pair(c->out, "Labels", view_labels(c->arena, p->json));
	out_pair(c->out, "URL", p->url);
}
