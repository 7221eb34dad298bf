/*
 * CQL over the wiki: a table of fields, the values that a thing has for each, and the
 * functions. query/ knows the language. A name that does not exist finds nothing and is no
 * error, as in Confluence; a field that does not exist is one.
 */
#include "sandbox/cf_cql.h"

#include "base/str.h"
#include "query/cql.h"
#include "sandbox/cf.h"
#include "sandbox/cf_xml.h"

#include <stdlib.h>
#include <string.h>

enum {
	Q_TYPE,
	Q_SPACE,
	Q_SPACE_TITLE,
	Q_SPACE_TYPE,
	Q_TITLE,
	Q_TEXT,
	Q_LABEL,
	Q_CREATOR,
	Q_CONTRIBUTOR,
	Q_MENTION,
	Q_WATCHER,
	Q_FAVOURITE,
	Q_CREATED,
	Q_MODIFIED,
	Q_ANCESTOR,
	Q_PARENT,
	Q_CONTENT,
	Q_CONTAINER,
	Q_MACRO,
	Q_USER,
	Q_FULLNAME,
	Q_SITE,
	Q_STATUS,
	Q_FIELDS
};

struct finder {
	struct sb_rq *rq;
	struct jql_field field[Q_FIELDS];
	const char *unknown; /* a field that nobody knows */
};

static const struct {
	const char *name[4];
	enum jql_type type;
	bool no_sort;
} fields[Q_FIELDS] = {
	[Q_TYPE] = { { "type" }, JQL_NAME, false },
	[Q_SPACE] = { { "space", "space.key" }, JQL_NAME, false },
	[Q_SPACE_TITLE] = { { "space.title" }, JQL_TEXT, true },
	[Q_SPACE_TYPE] = { { "space.type" }, JQL_NAME, true },
	[Q_TITLE] = { { "title" }, JQL_TEXT, false },
	[Q_TEXT] = { { "text" }, JQL_TEXT, true },
	[Q_LABEL] = { { "label" }, JQL_NAME, true },
	[Q_CREATOR] = { { "creator", "creator.accountid" }, JQL_USER, false },
	[Q_CONTRIBUTOR] = { { "contributor" }, JQL_USER, true },
	[Q_MENTION] = { { "mention" }, JQL_USER, true },
	[Q_WATCHER] = { { "watcher" }, JQL_USER, true },
	[Q_FAVOURITE] = { { "favourite", "favorite" }, JQL_USER, true },
	[Q_CREATED] = { { "created" }, JQL_DATETIME, false },
	[Q_MODIFIED] = { { "lastmodified", "lastModified" }, JQL_DATETIME, false },
	[Q_ANCESTOR] = { { "ancestor" }, JQL_NAME, true },
	[Q_PARENT] = { { "parent" }, JQL_NAME, true },
	[Q_CONTENT] = { { "content", "id" }, JQL_NAME, false },
	[Q_CONTAINER] = { { "container" }, JQL_NAME, true },
	[Q_MACRO] = { { "macro" }, JQL_NAME, true },
	[Q_USER] = { { "user", "user.accountid", "user.userkey" }, JQL_USER, true },
	[Q_FULLNAME] = { { "user.fullname" }, JQL_TEXT, true },
	[Q_SITE] = { { "siteSearch" }, JQL_TEXT, true },
	[Q_STATUS] = { { "status" }, JQL_NAME, true },
};

static const struct jql_field *
find_field(void *ctx, const char *name)
{
	struct finder *f = ctx;

	for (int i = 0; i < Q_FIELDS; i++)
		for (size_t k = 0; k < LEN(fields[i].name) && fields[i].name[k] != NULL; k++)
			if (str_ieq(fields[i].name[k], name) && (i != Q_STATUS || !f->rq->site->dc))
				return &f->field[i];
	f->unknown = name;
	return NULL;
}

static void
add_text(struct jql_values *out, const char *text)
{
	jql_values_add(out, (struct jql_value){ .text = text });
}

static void
add_person(struct finder *f, struct jql_values *out, int who)
{
	if (who >= 0)
		jql_values_add(out,
		    (struct jql_value){
			.id = cf_user_id(f->rq, who), .text = sb_people[who].name, .alias = sb_people[who].display });
}

static void
add_people(struct finder *f, struct jql_values *out, uint32_t set)
{
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((set >> i & 1) != 0)
			add_person(f, out, i);
}

static void
add_id(struct finder *f, struct jql_values *out, int64_t id)
{
	add_text(out, arena_printf(f->rq->arena, "%lld", (long long)id));
}

static const char *
words_of(struct finder *f, const struct cf_content *c)
{
	return c->type == CF_ATTACHMENT ? "" : cf_plain(f->rq->arena, cf_now(c)->body, cf_now(c)->len);
}

/* Names of macros, and people mentioned, in the body. */
static void
add_from_body(struct finder *f, struct jql_values *out, int no, const struct cf_content *c)
{
	const char *fault;
	struct cf_el *root =
	    c->type == CF_ATTACHMENT ? NULL : cf_xml_parse(f->rq->arena, cf_now(c)->body, cf_now(c)->len, &fault);

	for (struct cf_el *e = root; e != NULL; e = cf_el_walk(root, e)) {
		if (no == Q_MACRO && cf_el_is(e, "ac:structured-macro") && cf_el_attr(e, "ac:name") != NULL)
			add_text(out, cf_el_attr(e, "ac:name"));
		else if (no == Q_MENTION && cf_el_is(e, "ri:user"))
			add_person(
			    f, out, cf_person(f->rq, cf_el_attr(e, f->rq->site->dc ? "ri:userkey" : "ri:account-id")));
	}
}

static void
content_values(struct finder *f, int no, struct cf_content *c, struct jql_values *out)
{
	uint32_t set = 0;

	switch (no) {
	case Q_TYPE: add_text(out, cf_type_name(c->type)); break;
	case Q_TITLE: add_text(out, cf_title(c)); break;
	case Q_TEXT:
	case Q_SITE:
		add_text(out, cf_title(c));
		add_text(out, words_of(f, c));
		break;
	case Q_LABEL:
		for (size_t i = 0; i < c->label_count; i++)
			add_text(out, c->label[i]);
		break;
	case Q_CREATOR: add_person(f, out, c->author); break;
	case Q_CONTRIBUTOR:
		for (size_t i = 0; i < c->version_count; i++)
			set |= 1U << c->version[i].author;
		add_people(f, out, set);
		break;
	case Q_MACRO:
	case Q_MENTION: add_from_body(f, out, no, c); break;
	case Q_WATCHER: add_people(f, out, c->watchers); break;
	case Q_FAVOURITE: add_people(f, out, c->favourites); break;
	case Q_CREATED: jql_values_add(out, (struct jql_value){ .ms = c->created_ms }); break;
	case Q_MODIFIED: jql_values_add(out, (struct jql_value){ .ms = cf_now(c)->at_ms }); break;
	case Q_ANCESTOR:
		for (const struct cf_content *up = c->parent; up != NULL; up = up->parent)
			add_id(f, out, up->id);
		break;
	case Q_PARENT:
		if (c->parent != NULL)
			add_id(f, out, c->parent->id);
		break;
	case Q_CONTENT: add_id(f, out, c->id); break;
	case Q_CONTAINER:
		if (c->parent != NULL)
			add_id(f, out, c->parent->id);
		break;
	case Q_STATUS: add_text(out, cf_status_name(c->status)); break;
	default: break;
	}
}

static void
find_values(void *ctx, const struct jql_field *field, const void *item, struct jql_values *out)
{
	struct finder *f = ctx;
	const struct cf_hit *h = item;
	int no = (int)(field - f->field);
	const struct cf_space *s = h->content != NULL ? h->content->space : h->space;

	if (h->person >= 0) {
		if (no == Q_USER)
			add_person(f, out, h->person);
		else if (no == Q_FULLNAME || no == Q_SITE || no == Q_TITLE)
			add_text(out, sb_people[h->person].display);
		else if (no == Q_TYPE)
			add_text(out, "user");
		return;
	}
	switch (no) {
	case Q_SPACE:
		jql_values_add(out, (struct jql_value){ .text = s->key,
					.alias = arena_printf(f->rq->arena, "%lld", (long long)s->id) });
		return;
	case Q_SPACE_TITLE: add_text(out, s->name); return;
	case Q_SPACE_TYPE: add_text(out, s->personal ? "personal" : "global"); return;
	default: break;
	}
	if (h->content != NULL) {
		content_values(f, no, h->content, out);
		return;
	}
	if (no == Q_TYPE)
		add_text(out, "space");
	else if (no == Q_TITLE || no == Q_SITE || no == Q_TEXT)
		add_text(out, s->name);
	else if (no == Q_CREATED || no == Q_MODIFIED)
		jql_values_add(out, (struct jql_value){ .ms = s->created_ms });
	else if (no == Q_CREATOR)
		add_person(f, out, s->author);
}

static int
find_literal(void *ctx, const struct jql_field *field, const char *word, bool number, struct jql_values *out)
{
	struct finder *f = ctx;
	int who = field->type == JQL_USER ? sb_person_by_word(word) : -1;

	(void)number;
	if (who >= 0)
		add_person(f, out, who);
	else
		add_text(out, arena_strdup(f->rq->arena,
				  str_starts(word, "att") && field - f->field == Q_CONTENT ? word + 3 : word));
	return 0;
}

static int
find_function(void *ctx, const struct jql_field *field, const char *name, const char *const *args, size_t n,
    struct jql_values *out, struct err *e)
{
	struct finder *f = ctx;

	(void)field;
	(void)args;
	if (str_ieq(name, "currentUser")) {
		if (n != 0)
			return err_set(e, ERR_INPUT, "The function currentUser takes no arguments.");
		add_person(f, out, f->rq->me);
		return 0;
	}
	if (str_ieq(name, "favouriteSpaces") || str_ieq(name, "recentlyViewedSpaces") ||
	    str_ieq(name, "recentlyViewedContent")) {
		struct cf_wiki *k = cf_wiki(f->rq);

		if (str_ieq(name, "recentlyViewedContent"))
			for (size_t i = 0; i < k->content_count && i < 5; i++)
				add_id(f, out, k->content[i]->id);
		else
			add_text(out, k->space[0]->key);
		return 0;
	}
	return 1;
}

/* Without an order of its own: what was changed last comes first. */
static int
compare(const void *a, const void *b, void *plan)
{
	const struct cf_hit *x = a, *y = b;
	int d = jql_plan_compare(plan, x, y);
	int64_t p = x->content != NULL ? cf_now(x->content)->at_ms : 0,
		q = y->content != NULL ? cf_now(y->content)->at_ms : 0;

	if (d == 0)
		d = (p < q) - (p > q);
	if (d == 0 && x->content != NULL && y->content != NULL)
		d = (x->content->id < y->content->id) - (x->content->id > y->content->id);
	return d;
}

/* Trashed and archived content is found only by its status, and only on Cloud. */
static bool
asks_status(const struct clause *c)
{
	if (c == NULL)
		return false;
	for (size_t i = 0; i < c->count; i++)
		if (asks_status(c->child[i]))
			return true;
	return c->kind == CLAUSE_TERM && str_ieq(c->field.name, "status");
}

static bool
is_searched(const struct sb_rq *rq, struct cf_content *c, bool any_status)
{
	if (!cf_may_read(c, rq->me) || (c->space->archived && !sb_arg_is(rq, "includeArchivedSpaces", "true")))
		return false;
	if (c->status == CF_CURRENT)
		return cf_holder(c)->status == CF_CURRENT;
	return any_status && c->status == CF_ARCHIVED;
}

static size_t
gather(struct sb_rq *rq, unsigned what, bool any_status, struct cf_hit *hit)
{
	struct cf_wiki *k = cf_wiki(rq);
	size_t n = 0;

	for (size_t i = 0; (what & CF_FIND_CONTENT) != 0 && i < k->content_count; i++)
		if (is_searched(rq, k->content[i], any_status))
			hit[n++] = (struct cf_hit){ k->content[i], NULL, -1 };
	for (size_t i = 0; (what & CF_FIND_SPACES) != 0 && i < k->space_count; i++)
		if (cf_space_visible(k->space[i], rq->me) &&
		    (!k->space[i]->archived || sb_arg_is(rq, "includeArchivedSpaces", "true")))
			hit[n++] = (struct cf_hit){ NULL, k->space[i], -1 };
	for (int i = 0; (what & CF_FIND_PEOPLE) != 0 && i < SB_PEOPLE; i++)
		if (sb_people[i].active)
			hit[n++] = (struct cf_hit){ NULL, NULL, i };
	return n;
}

/* The words that ~ searches for, without its signs. */
static void
gather_words(struct sb_rq *rq, const struct clause *c, struct cf_found *ret)
{
	for (size_t i = 0; c != NULL && i < c->count; i++)
		gather_words(rq, c->child[i], ret);
	if (c != NULL && c->kind == CLAUSE_TERM && c->op == OP_LIKE && c->operand != NULL && c->operand->text != NULL) {
		size_t n = 0;
		char **word = str_split(rq->arena, c->operand->text, " \"*?~+-()", &n);

		for (size_t i = 0; i < n; i++) {
			ret->word = sb_room(rq->arena, ret->word, ret->words, sizeof *ret->word);
			ret->word[ret->words++] = word[i];
		}
	}
}

int
cf_find_cql(struct sb_rq *rq, const char *cql, unsigned what, struct cf_found *ret)
{
	struct finder *f = arena_alloc(rq->arena, sizeof *f);
	struct jql_source source = { .ctx = f,
		.week_start = 1,
		.field = find_field,
		.values = find_values,
		.resolve = find_literal,
		.function = find_function };
	size_t room = cf_wiki(rq)->content_count + cf_wiki(rq)->space_count + SB_PEOPLE, n, kept = 0;
	struct cf_hit *hit = arena_array(rq->arena, room, sizeof *hit);
	struct jql_plan *plan = NULL;
	struct cql *q;
	struct err e;

	f->rq = rq;
	for (int i = 0; i < Q_FIELDS; i++)
		f->field[i] = (struct jql_field){
			.name = fields[i].name[0], .type = fields[i].type, .no_sort = fields[i].no_sort, .cookie = f
		};
	err_init(&e, rq->arena);
	q = cql_parse(rq->arena, cql, strlen(cql), &e);
	if (q != NULL && !cql_bounded(q))
		q = NULL;
	if (q != NULL)
		plan = cql_plan(rq->arena, q, &source, sb_now(rq->site), &e);
	if (plan == NULL) {
		if (f->unknown != NULL)
			sb_fail(rq, 400, "No field exists with name: %s", f->unknown);
		else
			sb_fail(rq, 400, "Could not parse cql : %s", cql);
		return -1;
	}
	n = gather(rq, what, asks_status(q->q.where), hit);
	for (size_t i = 0; i < n; i++)
		if (jql_plan_match(plan, &hit[i]))
			hit[kept++] = hit[i];
	qsort_r(hit, kept, sizeof *hit, compare, plan);
	jql_plan_release(plan);
	*ret = (struct cf_found){ .hit = hit, .n = kept };
	gather_words(rq, q->q.where, ret);
	return 0;
}
