/*
 * JQL over the site. query/ knows the language; here stands what it asks for: the
 * fields (each searched row of the field table, and a few that are no fields of an
 * issue), an issue's values, what a word names, and what changed when. Functions are in
 * sb_function.c.
 */
#include "sandbox/sb_jql.h"

#include "base/str.h"
#include "sandbox/sb_finder.h"
#include "sandbox/sb_text.h"

#include <stdlib.h>
#include <string.h>

struct extra {
	int no;
	enum jql_type type;
	const char *name[5];
	bool no_sort, no_empty, like_only;
};
static const struct extra extras[] = {
	{ J_KEY, JQL_KEY, { "key", "issuekey", "issue", "id" }, false, true, false },
	{ J_TEXT, JQL_TEXT, { "text", "textfields" }, true, true, true },
	{ J_STATUS_CATEGORY, JQL_NAME, { "statusCategory" }, false, true, false },
	{ J_VOTER, JQL_USER, { "voter" }, true, false, false },
	{ J_WORKLOG_AUTHOR, JQL_USER, { "worklogAuthor" }, true, false, false },
	{ J_WORKLOG_DATE, JQL_DATE, { "worklogDate" }, true, false, false },
	{ J_CATEGORY, JQL_NAME, { "category" }, true, false, false },
};

static enum jql_type
type_of(enum sb_field_no no)
{
	const struct sb_field *f = &sb_field_table[no];

	switch (f->kind) {
	case SB_TEXT:
	case SB_DOC: return JQL_TEXT;
	case SB_NUMBER: return JQL_NUMBER;
	case SB_DATE: return JQL_DATE;
	case SB_DATETIME: return JQL_DATETIME;
	case SB_USER: return JQL_USER;
	case SB_ISSUE: return JQL_KEY;
	case SB_NAMED: return f->catalogue == SB_PRIORITY || f->catalogue == SB_VERSION ? JQL_RANKED : JQL_NAME;
	case SB_LABEL:
	case SB_SPRINT:
	case SB_PROJECT: return JQL_NAME;
	case SB_COMPUTED:
		return no == F_COMMENT      ? JQL_TEXT
		       : no == F_WATCHES    ? JQL_USER
		       : no == F_LASTVIEWED ? JQL_DATETIME
					    : JQL_NUMBER;
	}
	BUG("unknown kind");
}

static bool
in_set(int no, const int *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == no)
			return true;
	return false;
}

static void
make_rows(struct finder *s)
{
	static const int always[] = { F_SUMMARY, F_ISSUETYPE, F_PROJECT, F_STATUS, F_CREATOR, F_CREATED, F_UPDATED,
		F_STATUSCHANGED };
	static const int history[] = { F_STATUS, F_ASSIGNEE, F_PRIORITY, F_REPORTER, F_RESOLUTION, F_FIXVERSIONS };

	for (int no = 0; no < SB_FIELDS; no++) {
		struct jql_field *f = &s->row[no].field;

		s->row[no].no = no;
		f->name = sb_field_name(s->rq->site, no);
		f->type = type_of(no);
		f->no_empty = in_set(no, always, LEN(always));
		f->has_history = in_set(no, history, LEN(history));
		f->like_only = f->type == JQL_TEXT;
		f->like = sb_field_table[no].catalogue == SB_VERSION;
		f->no_sort = no == F_COMMENT || no == F_WATCHES;
		f->cookie = &s->row[no];
	}
	for (size_t i = 0; i < LEN(extras); i++) {
		struct jql_row *r = &s->row[extras[i].no];

		r->no = extras[i].no;
		r->field = (struct jql_field){ .name = extras[i].name[0],
			.type = extras[i].type,
			.no_sort = extras[i].no_sort,
			.no_empty = extras[i].no_empty,
			.like_only = extras[i].like_only,
			.cookie = r };
	}
}

static bool
names_row(const struct sb_site *site, enum sb_field_no no, const char *name)
{
	const struct sb_field *f = &sb_field_table[no];
	const char *id = sb_field_id(site, no);

	if (id == NULL || (f->flags & SB_SEARCHED) == 0)
		return false;
	for (size_t i = 0; i < LEN(f->clause) && f->clause[i] != NULL; i++)
		if (str_ieq(f->clause[i], name))
			return true;
	if (f->custom == NULL)
		return str_ieq(id, name) || str_ieq(sb_field_name(site, no), name);
	id += strlen("customfield_");
	if (str_istarts(name, "cf[") && strncmp(name + 3, id, strlen(id)) == 0 && str_eq(name + 3 + strlen(id), "]"))
		return true;
	return str_eq(id, name) || str_ieq(sb_field_id(site, no), name) || str_ieq(sb_field_name(site, no), name);
}

/* Jira's messages call a field as the query does. The name is the query's and lives as long. */
static const struct jql_field *
as_written(struct jql_row *row, const char *name)
{
	row->field.name = name;
	return &row->field;
}

static const struct jql_field *
find_field(void *ctx, const char *name)
{
	struct finder *s = ctx;

	for (int no = 0; no < SB_FIELDS; no++)
		if (names_row(s->rq->site, no, name))
			return as_written(&s->row[no], name);
	for (size_t i = 0; i < LEN(extras); i++)
		for (size_t k = 0; k < LEN(extras[i].name) && extras[i].name[k] != NULL; k++)
			if (str_ieq(extras[i].name[k], name))
				return as_written(&s->row[extras[i].no], name);
	return NULL;
}

static void
add_text(struct jql_values *out, const char *text)
{
	jql_values_add(out, (struct jql_value){ .text = text });
}

static void
add_texts(struct finder *s, struct jql_values *out, const struct sb_issue *issue, bool all)
{
	static const enum sb_field_no docs[] = { F_DESCRIPTION, F_ENVIRONMENT, F_ACCEPTANCE };

	if (all) {
		add_text(out, sb_text(issue, F_SUMMARY));
		for (size_t i = 0; i < LEN(docs); i++)
			add_text(out, sb_plain(s->rq->arena, sb_text(issue, docs[i])));
	}
	for (size_t i = 0; i < issue->comment_count; i++)
		add_text(out, sb_plain(s->rq->arena, issue->comment[i].body));
}

static void
add_atom(struct finder *s, struct jql_values *out, enum sb_field_no no, const struct sb_atom *atom)
{
	const struct sb_field *f = &sb_field_table[no];

	switch (f->kind) {
	case SB_TEXT:
	case SB_LABEL: add_text(out, atom->text); break;
	case SB_DOC: add_text(out, sb_plain(s->rq->arena, atom->text)); break;
	case SB_NUMBER: jql_values_add(out, (struct jql_value){ .number = atom->number }); break;
	case SB_DATE:
	case SB_DATETIME: jql_values_add(out, (struct jql_value){ .ms = atom->id }); break;
	case SB_USER: sb_add_person(s, out, (int)atom->id); break;
	case SB_NAMED: sb_add_named(s, out, f->catalogue, sb_named_by_id(f->catalogue, atom->id)); break;
	case SB_SPRINT: sb_add_sprint(s, out, sb_sprint_by_id(s->rq->site, atom->id)); break;
	case SB_ISSUE: sb_add_issue(s, out, sb_issue_by_id(s->rq->site, atom->id)); break;
	case SB_PROJECT: sb_add_project(s, out, (int)atom->id); break;
	case SB_COMPUTED: BUG("a computed field has no value");
	}
}

static void
add_computed(struct finder *s, struct jql_values *out, int no, const struct sb_issue *issue)
{
	uint32_t authors = 0;

	switch (no) {
	case F_COMMENT:
	case J_TEXT: add_texts(s, out, issue, no == J_TEXT); break;
	case F_WATCHES: sb_add_people(s, out, issue->watchers); break;
	case J_VOTER: sb_add_people(s, out, issue->voters); break;
	case F_VOTES: jql_values_add(out, (struct jql_value){ .number = __builtin_popcount(issue->voters) }); break;
	case F_TIMESPENT:
		if (issue->worklog_count > 0)
			jql_values_add(out, (struct jql_value){ .number = (double)sb_seconds_spent(issue) });
		break;
	case F_WORKRATIO:
		if (issue->estimate_seconds != 0)
			jql_values_add(out, (struct jql_value){ .number = (double)(sb_seconds_spent(issue) * 100 /
										   issue->estimate_seconds) });
		break;
	case J_KEY: sb_add_issue(s, out, issue); break;
	case J_STATUS_CATEGORY:
		add_text(out, sb_categories[sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS))->level].name);
		break;
	case J_WORKLOG_AUTHOR:
		for (size_t i = 0; i < issue->worklog_count; i++)
			authors |= 1U << issue->worklog[i].author;
		sb_add_people(s, out, authors);
		break;
	case J_WORKLOG_DATE:
		for (size_t i = 0; i < issue->worklog_count; i++)
			jql_values_add(out, (struct jql_value){ .ms = issue->worklog[i].started_ms });
		break;
	default: /* lastViewed, category: always empty */ break;
	}
}

static void
find_values(void *ctx, const struct jql_field *field, const void *item, struct jql_values *out)
{
	struct finder *s = ctx;
	const struct sb_issue *issue = item;
	const struct jql_row *row = field->cookie;

	if (row->no >= SB_FIELDS || sb_field_table[row->no].kind == SB_COMPUTED) {
		add_computed(s, out, row->no, issue);
		return;
	}
	for (size_t i = 0; i < issue->value[row->no].n; i++)
		add_atom(s, out, (enum sb_field_no)row->no, &issue->value[row->no].v[i]);
}

static int
resolve_named(struct finder *s, enum sb_catalogue c, const char *word, bool number, struct jql_values *out)
{
	size_t before = out->n;
	int64_t id = 0;

	if (str_int(word, 0, INT32_MAX, &id) == 0 && number)
		sb_add_named(s, out, c, sb_named_by_id(c, id));
	for (size_t i = 0; i < sb_catalogues[c].n && out->n == before; i++) {
		const struct sb_named *n = &sb_catalogues[c].v[i];

		if (str_ieq(n->name, word) &&
		    ((c != SB_COMPONENT && c != SB_VERSION) || sb_may_see(s->rq->me, n->project)))
			sb_add_named(s, out, c, n);
	}
	if (out->n == before && str_int(word, 0, INT32_MAX, &id) == 0)
		sb_add_named(s, out, c, sb_named_by_id(c, id));
	return out->n == before ? -1 : 0;
}

static int
resolve_sprint(struct finder *s, const char *word, struct jql_values *out)
{
	int64_t id = 0;

	for (size_t i = 0; i < s->rq->site->sprint_count; i++) {
		const struct sb_sprint *p = &s->rq->site->sprint[i];

		if (str_ieq(p->name, word) || (str_int(word, 0, INT32_MAX, &id) == 0 && p->id == id)) {
			sb_add_sprint(s, out, p);
			return 0;
		}
	}
	return -1;
}

static int
find_literal(void *ctx, const struct jql_field *field, const char *word, bool number, struct jql_values *out)
{
	struct finder *s = ctx;
	const struct jql_row *row = field->cookie;
	const struct sb_issue *issue;
	int n;

	if (field->type == JQL_USER) {
		n = sb_person_by_word(word);
		if (n >= 0)
			sb_add_person(s, out, n);
		return n >= 0 ? 0 : -1;
	}
	if (field->type == JQL_KEY) {
		issue = sb_issue_find(s->rq->site, word);
		if (issue == NULL || !sb_may_see(s->rq->me, issue->project))
			return -1;
		sb_add_issue(s, out, issue);
		return 0;
	}
	if (row->no == J_STATUS_CATEGORY) {
		for (size_t i = 0; i < LEN(sb_categories); i++)
			if (str_ieq(word, sb_categories[i].name) || str_ieq(word, sb_categories[i].key) ||
			    str_eq(word, sb_number_text(s, sb_categories[i].id))) {
				add_text(out, sb_categories[i].name);
				return 0;
			}
		return -1;
	}
	if (row->no == F_PROJECT) {
		n = sb_project_find(word);
		for (int i = 0; i < SB_PROJECTS && n < 0; i++)
			if (str_ieq(sb_projects[i].name, word))
				n = i;
		if (!sb_may_see(s->rq->me, n))
			return -1;
		sb_add_project(s, out, n);
		return 0;
	}
	if (row->no == F_SPRINT)
		return resolve_sprint(s, word, out);
	if (row->no < SB_FIELDS && sb_field_table[row->no].kind == SB_NAMED) {
		return resolve_named(s, sb_field_table[row->no].catalogue, word, number, out);
	}
	add_text(out, arena_strdup(s->rq->arena, word));
	return 0;
}

static void
find_history(void *ctx, const struct jql_field *field, const void *item, struct jql_history *out)
{
	struct finder *s = ctx;
	const struct sb_issue *issue = item;
	const struct jql_row *row = field->cookie;
	struct jql_values who = { NULL, 0, 0 };

	out->created_ms = sb_id(issue, F_CREATED);
	sb_add_person(s, &who, (int)sb_id(issue, F_CREATOR));
	out->creator = who.v[0];
	for (size_t i = 0; i < issue->change_count; i++) {
		const struct sb_change *c = &issue->change[i];

		for (size_t k = 0; k < c->item_count; k++) {
			const struct sb_item *it = &c->item[k];

			if ((int)it->field != row->no)
				continue;
			who.n = 0;
			sb_add_person(s, &who, c->author);
			jql_history_add(out, (struct jql_change){ .at_ms = c->at_ms,
						 .by = who.v[0],
						 .from = { .id = it->from, .text = it->from_text },
						 .to = { .id = it->to, .text = it->to_text } });
		}
	}
	mem_free(who.v);
}

static int
find_function(void *ctx, const struct jql_field *field, const char *name, const char *const *args, size_t n,
    struct jql_values *out, struct err *e)
{
	(void)field;
	return sb_jql_function(ctx, name, args, n, out, e);
}

/* Newest first where the query has no order of its own or leaves two equal. */
static int
compare(const void *a, const void *b, void *plan)
{
	const struct sb_issue *const *x = a, *const *y = b;
	int d = jql_plan_compare(plan, *x, *y);

	return d != 0 ? d : ((*x)->id < (*y)->id) - ((*x)->id > (*y)->id);
}

/* "resolution = Unresolved" is Jira's older way to say "resolution is EMPTY". */
static void
say_empty(struct operand *o)
{
	if (o->kind == OPERAND_VALUE && str_ieq(o->text, "Unresolved"))
		o->kind = OPERAND_EMPTY;
	for (size_t i = 0; o->kind == OPERAND_LIST && i < o->count; i++)
		say_empty(&o->item[i]);
}

static void
replace_unresolved(struct clause *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++)
		replace_unresolved(c->child[i]);
	if (c->kind == CLAUSE_TERM && c->operand != NULL && str_ieq(c->field.name, "resolution"))
		say_empty(c->operand);
}

int
sb_find(struct sb_rq *rq, struct jql *q, const struct sb_issue ***ret, size_t *ret_n)
{
	struct finder *s = arena_alloc(rq->arena, sizeof *s);
	struct jql_source source = { .ctx = s,
		.week_start = 1,
		.field = find_field,
		.values = find_values,
		.resolve = find_literal,
		.history = find_history,
		.function = find_function };
	const struct sb_issue **found = arena_array(rq->arena, rq->site->issue_count + 1, sizeof(struct sb_issue *));
	struct jql_plan *plan;
	struct err e;
	size_t n = 0;

	replace_unresolved(q->q.where);
	s->rq = rq;
	make_rows(s);
	err_init(&e, rq->arena);
	plan = jql_plan(rq->arena, q, &source, sb_now(rq->site), &e);
	if (plan == NULL) {
		sb_fail(rq, 400, "%s", e.message);
		return -1;
	}
	for (size_t i = 0; i < rq->site->issue_count; i++) {
		const struct sb_issue *issue = rq->site->issue[i];

		if (!issue->deleted && !issue->archived && sb_may_see(rq->me, issue->project) && jql_plan_match(plan, issue))
			found[n++] = issue;
	}
	qsort_r(found, n, sizeof *found, compare, plan);
	jql_plan_release(plan);
	*ret = found;
	*ret_n = n;
	return 0;
}
