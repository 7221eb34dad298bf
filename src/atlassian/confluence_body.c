/*
 * Bodies: storage -> tree -> Markdown for a reader, with the names of the people that it mentions; and text of a caller ->
 * well-formed storage, with the ids of the people that it names.
 */
#include "atlassian/confluence_int.h"

#include "base/str.h"

#include <string.h>

enum { MAX_MENTIONS = 100, MAX_LOOKUPS = 20 };

/* ---- reading ---- */

struct ids {
	const char *id[MAX_MENTIONS];
	size_t count;
};

static void
collect_id(struct doc *d, struct node *n, void *ctx)
{
	struct ids *l = ctx;
	const char *id = node_str(n, "id");

	(void)d;
	if (id != NULL && l->count < MAX_MENTIONS && str_blank(node_str(n, "text")))
		l->id[l->count++] = id;
}

struct of_site {
	const struct site *site;
	const struct body_names *names;
};

static void
put_name(struct doc *d, struct node *n, void *ctx)
{
	const struct of_site *o = ctx;
	const char *name = people_name(o->site, node_str(n, "id"));

	if (name != NULL && str_blank(node_str(n, "text")))
		node_set_str(d, n, "text", arena_printf(d->arena, "@%s", name));
}

struct doc *
body_read(struct call *c, struct site *s, const char *storage, const char *also)
{
	struct doc *d = doc_read_storage(c->arena, storage, strlen(storage), &c->err);
	struct ids *l = arena_alloc(c->arena, sizeof(*l));

	if (d == NULL)
		return NULL;
	doc_each(d, NODE_MENTION, collect_id, l);
	for (size_t i = 0; i < l->count && also != NULL && l->count < MAX_MENTIONS; i++) {
		if (people_name(s, l->id[i]) == NULL) {
			l->id[l->count++] = also;
			break;
		}
	}
	if (people_learn(c, s, l->id, l->count) == -1)
		return NULL;
	doc_each(d, NODE_MENTION, put_name, &(struct of_site){ .site = s });
	return d;
}

int
bodies_learn(struct call *c, struct site *s, const char *const *storages, size_t count, const char *const *others, size_t other_count)
{
	struct ids *l = arena_alloc(c->arena, sizeof(*l));
	struct err ignored;

	err_init(&ignored, c->arena);
	for (size_t i = 0; i < other_count && l->count < MAX_MENTIONS; i++)
		l->id[l->count++] = others[i];
	for (size_t i = 0; i < count; i++) {
		struct doc *d = storages[i] == NULL || strstr(storages[i], "ri:user") == NULL ? NULL :
		    doc_read_storage(c->arena, storages[i], strlen(storages[i]), &ignored);

		err_clear(&ignored);
		if (d != NULL)
			doc_each(d, NODE_MENTION, collect_id, l);
	}
	return people_learn(c, s, l->id, l->count);
}

const char *
body_markdown(struct call *c, struct site *s, const char *storage)
{
	const char *text;
	struct doc *d;
	struct buf b;

	if (str_blank(storage))
		return NULL;
	d = body_read(c, s, storage, NULL);
	if (d == NULL && call_cancelled(c))
		return NULL;
	if (d == NULL) {	/* shown as it is rather than not at all */
		err_clear(&c->err);
		return storage;
	}
	if (doc_is_empty(d))
		return NULL;
	buf_init(&b, CONFLUENCE_MAX_BODY);
	doc_write_md(d, &b);
	text = str_trim(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* ---- writing ---- */

struct body_names {
	struct site *site;
	struct {
		const char *name, *id;
	} found[MAX_LOOKUPS];
	size_t count;
	const struct doc *known;
	struct call *call;
	int result;
};

static const char *
bare(const char *name)
{
	return name != NULL && *name == '@' ? name + 1 : name;
}

struct same_name {
	const char *name;
	bool seen;
};

static void
compare_name(struct doc *d, struct node *n, void *ctx)
{
	struct same_name *l = ctx;

	(void)d;
	l->seen = l->seen || str_eq(bare(node_str(n, "text")), l->name);
}

static bool
is_known(const struct body_names *b, const char *name)
{
	struct same_name l = { .name = name };
	union {	/* doc_each takes a document that may be changed; this one isn't */
		const struct doc *in;
		struct doc *out;
	} d = { .in = b->known };

	if (b->known != NULL)
		doc_each(d.out, NODE_MENTION, compare_name, &l);
	for (size_t i = 0; i < b->count; i++)
		l.seen = l.seen || str_eq(b->found[i].name, name);
	return l.seen;
}

static void
look_up(struct doc *d, struct node *n, void *ctx)
{
	struct body_names *b = ctx;
	const char *name = bare(node_str(n, "text"));
	struct person p;

	(void)d;
	if (b->result == -1 || node_str(n, "id") != NULL || str_blank(name) || is_known(b, name))
		return;
	if (b->count == MAX_LOOKUPS) {
		b->result = call_fail(b->call, ERR_INPUT, "More than %d people are mentioned by name only.", MAX_LOOKUPS);
		call_hint(b->call, "Write mentions as @[Name](id:ID).");
		return;
	}
	b->result = people_find(b->call, b->site, name, &p);
	if (b->result == -1) {
		err_context(&b->call->err, "The mention @[%s]", name);
		return;
	}
	b->found[b->count].name = name;
	b->found[b->count++].id = p.id;
}

struct body_names *
body_names(struct call *c, struct site *s, const char *markdown, const struct doc *known)
{
	struct body_names *b = arena_alloc(c->arena, sizeof(*b));
	struct doc *d = doc_read_md(c->arena, markdown, strlen(markdown), &c->err);

	*b = (struct body_names){ .site = s, .known = known, .call = c };
	if (d == NULL)
		return NULL;
	doc_each(d, NODE_MENTION, look_up, b);
	return b->result == -1 ? NULL : b;
}

static void
put_both(struct doc *d, struct node *n, void *ctx)
{
	const struct body_names *b = ctx;
	const char *name = bare(node_str(n, "text"));

	put_name(d, n, &(struct of_site){ .site = b->site });
	for (size_t i = 0; i < b->count && node_str(n, "id") == NULL; i++) {
		if (str_eq(b->found[i].name, name))
			node_set_str(d, n, "id", b->found[i].id);
	}
}

void
body_prepare(struct doc *d, void *names)
{
	doc_each(d, NODE_MENTION, put_both, names);
}

static const char *
checked(struct call *c, const char *storage)
{
	if (doc_read_storage(c->arena, storage, strlen(storage), &c->err) != NULL)
		return storage;
	err_context(&c->err, "Confluence would refuse this storage format");
	call_hint(c, "Close every element, write & as &amp;, or give Markdown.");
	return NULL;
}

const char *
body_storage(struct call *c, struct site *s, const char *text, const char *format)
{
	struct body_names *names;
	const char *out = NULL;
	struct doc *d;
	struct buf b;

	if (str_eq(format, "storage"))
		return checked(c, text);
	if (str_eq(format, "wiki")) {
		d = doc_read_wiki(c->arena, text, strlen(text), &c->err);
	} else {
		names = body_names(c, s, text, NULL);
		d = names == NULL ? NULL : doc_read_md(c->arena, text, strlen(text), &c->err);
		if (d != NULL)
			body_prepare(d, names);
	}
	if (d == NULL)
		return NULL;
	d->adf_nodes = site_is_cloud(s);
	buf_init(&b, CONFLUENCE_MAX_BODY);
	doc_write_storage(d, &b);
	if (buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The page would be larger than %d MiB.", CONFLUENCE_MAX_BODY / 1024 / 1024);
	else
		out = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return out == NULL ? NULL : checked(c, out);
}

void
body_write(const struct site *s, struct jw *w, const char *storage)
{
	jw_obj_in(w, "body");
	if (!site_is_cloud(s))
		jw_obj_in(w, "storage");
	jw_str(w, "representation", "storage");
	jw_str(w, "value", storage);
	if (!site_is_cloud(s))
		jw_end(w);
	jw_end(w);
}
