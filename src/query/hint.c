/*
 * First the text is repaired until it parses (repair.c). Then the tree is read
 * condition by condition against the tables of names.c and the names that the
 * caller knows: what would be refused or find nothing is noted and, where the
 * better form is certain, rewritten in the tree. At the end the notes and the
 * printed tree make the hint.
 */
#include "query/hint.h"

#include "base/str.h"
#include "query/names.h"
#include "query/print.h"
#include "query/repair.h"

#include <string.h>

enum { HINT_MAX_NAMES = 4096, HINT_MAX_LOOKUPS = 16 };

struct hinter {
	struct repair r;
	struct arena *arena;
	enum query_lang lang;
	const struct query_names *known;
	const char **fields, **functions;	/* all names, to search the nearest */
	size_t field_count, function_count;
	unsigned lookups;	/* of nearest names: each is slow, and many would be noise */
	bool rewritten, guessed;	/* guessed: the site may well know what we do not */
};

#define note(h, ...) repair_note(&(h)->r, __VA_ARGS__)

static bool
listed(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] != NULL && str_ieq(list[i], name))
			return true;
	}
	return false;
}

static void
gather(struct hinter *h)
{
	const struct query_names *k = h->known;
	size_t fields = k == NULL ? 0 : k->field_count, functions = k == NULL ? 0 : k->function_count, n;

	fields = fields > HINT_MAX_NAMES ? HINT_MAX_NAMES : fields;
	functions = functions > HINT_MAX_NAMES ? HINT_MAX_NAMES : functions;
	for (n = 0; query_known_fields(h->lang)[n].name != NULL; n++)
		;
	h->fields = arena_array(h->arena, n + fields, sizeof(*h->fields));
	for (size_t i = 0; i < n; i++)
		h->fields[h->field_count++] = query_known_fields(h->lang)[i].name;
	for (size_t i = 0; i < fields; i++)
		h->fields[h->field_count++] = k->fields[i];
	for (n = 0; query_known_functions(h->lang)[n].name != NULL; n++)
		;
	h->functions = arena_array(h->arena, n + functions, sizeof(*h->functions));
	for (size_t i = 0; i < n; i++)
		h->functions[h->function_count++] = query_known_functions(h->lang)[i].name;
	for (size_t i = 0; i < functions; i++)
		h->functions[h->function_count++] = k->functions[i];
}

static void
check_field(struct hinter *h, struct query_field *f)
{
	const char *bracket = strchr(f->name, '['), *base = f->name, *near;

	if (f->custom || f->number || f->property_count > 0)
		return;
	if (h->lang == QUERY_JQL && str_istarts(base, "customfield_") && base[12] != '\0' &&
	    base[12 + strspn(base + 12, "0123456789")] == '\0') {
		note(h, "In JQL a custom field is cf[%s] or its name in quotes.", base + 12);
		f->name = arena_printf(h->arena, "cf[%s]", base + 12);
		f->custom = h->rewritten = true;
		return;
	}
	if (bracket != NULL && bracket != f->name)	/* "Name[Type]" */
		base = str_trim(h->arena, f->name, (size_t)(bracket - f->name));
	if (query_known_field(h->lang, base) != NULL || listed(h->fields, h->field_count, base))
		return;
	near = query_field_meant(h->lang, base);
	if (near == NULL && ++h->lookups > HINT_MAX_LOOKUPS)
		return;
	if (near == NULL)
		near = str_nearest(base, h->fields, h->field_count);
	if (near != NULL && (h->known == NULL || h->known->field_count == 0) &&
	    query_field_meant(h->lang, base) == NULL) {
		/* the site's own fields are unknown: only a slip of the hand counts */
		size_t n = strlen(near), m = strlen(base);

		if (n > m + 2 || m > n + 2)
			near = NULL;
	}
	if (near == NULL) {
		if (h->known != NULL && h->known->field_count > 0)
			note(h, "There is no field '%s'. Use a name as the site shows it.", base);
		return;
	}
	note(h, "There is no field '%s'%s; did you mean '%s'?", base,
	    h->known == NULL ? " among the standard ones" : "", near);
	f->name = near;
	h->rewritten = h->guessed = true;
}

static void
check_function(struct hinter *h, struct operand *o)
{
	const char *near;

	if (listed(h->functions, h->function_count, o->text) || ++h->lookups > HINT_MAX_LOOKUPS)
		return;
	near = str_nearest(o->text, h->functions, h->function_count);
	if (near == NULL) {
		note(h, "There is no function '%s()' among the standard ones.", o->text);
		return;
	}
	note(h, "There is no function '%s()'; did you mean '%s()'?", o->text, near);
	o->text = near;
	h->rewritten = h->guessed = true;
}

static void
check_operand(struct hinter *h, struct operand *o)
{
	if (o->kind == OPERAND_FUNCTION)
		check_function(h, o);
	for (size_t i = 0; o->kind == OPERAND_LIST && i < o->count; i++)
		check_operand(h, &o->item[i]);
}

static void
set_op(struct hinter *h, struct clause *c, enum query_op op)
{
	c->op = op;
	h->rewritten = true;
}

/* One value or function where a list is needed, and the other way round. */
static void
wrap(struct hinter *h, struct clause *c)
{
	struct operand *list = arena_alloc(h->arena, sizeof(*list));

	*list = (struct operand){ .kind = OPERAND_LIST, .item = c->operand, .count = 1 };
	c->operand = list;
}

static void
to_empty(struct hinter *h, struct clause *c, bool negative)
{
	*c->operand = (struct operand){ .kind = OPERAND_EMPTY };
	set_op(h, c, negative ? OP_IS_NOT : OP_IS);
}

static bool
one_of(const char *s, const char *const *list, size_t n)
{
	return listed(list, n, s);
}

/* assignee = me, assignee = unassigned, created > yesterday, sprint = active */
static void
check_value(struct hinter *h, struct clause *c, const struct known_field *f)
{
	static const char *const me[] = { "me", "myself", "@me", "current user" };
	static const char *const none[] = { "none", "unassigned", "nobody", "null", "empty", "nil" };
	static const char *const active[] = { "active", "current", "open", "active sprint", "current sprint" };
	static const struct {
		const char *word, *function, *arg;
	} days[] = {
		{ "today", "startOfDay", NULL },
		{ "yesterday", "startOfDay", "-1d" },
		{ "this week", "startOfWeek", NULL },
		{ "last week", "startOfWeek", "-1w" },
		{ "this month", "startOfMonth", NULL },
		{ "last month", "startOfMonth", "-1M" },
		{ "this year", "startOfYear", NULL },
		{ "tomorrow", "startOfDay", "1d" },
	};
	const struct known_function *fn;
	struct operand *o = c->operand;
	bool negative = c->op == OP_NE;

	if (o == NULL || o->kind != OPERAND_VALUE || f == NULL)
		return;
	if (f->type == NAME_USER && one_of(o->text, me, LEN(me)) && (c->op == OP_EQ || negative)) {
		note(h, "The person who asks is currentUser().");
		*o = (struct operand){ .kind = OPERAND_FUNCTION, .text = "currentUser" };
		h->rewritten = true;
	} else if (h->lang == QUERY_JQL && one_of(o->text, none, LEN(none)) && (c->op == OP_EQ || negative) &&
		   !(f->flags & NAME_FULL)) {
		note(h, "No value is called EMPTY.");
		to_empty(h, c, negative);
	} else if (str_ieq(f->name, "sprint") && one_of(o->text, active, LEN(active)) && (c->op == OP_EQ || negative)) {
		note(h, "The active sprints are openSprints().");
		*o = (struct operand){ .kind = OPERAND_FUNCTION, .text = "openSprints" };
		set_op(h, c, negative ? OP_NOT_IN : OP_IN);
	}
	fn = o->kind == OPERAND_VALUE && !o->number ? query_known_function(h->lang, o->text) : NULL;
	if (fn != NULL && (f->type == NAME_USER || f->type == NAME_DATE)) {
		note(h, "A function is written with parentheses: %s().", fn->name);
		*o = (struct operand){ .kind = OPERAND_FUNCTION, .text = fn->name };
		h->rewritten = true;
	}
	for (size_t i = 0; f->type == NAME_DATE && i < LEN(days) && o->kind == OPERAND_VALUE; i++) {
		if (!str_ieq(days[i].word, o->text))
			continue;
		note(h, "'%s' is a function here: %s(%s).", o->text, days[i].function, days[i].arg ? days[i].arg : "");
		*o = (struct operand){ .kind = OPERAND_FUNCTION, .text = days[i].function };
		if (days[i].arg != NULL) {
			o->item = arena_alloc(h->arena, sizeof(*o->item));
			o->item[0] = (struct operand){ .kind = OPERAND_VALUE, .text = days[i].arg };
			o->count = 1;
		}
		h->rewritten = true;
	}
}

static void
to_function(struct hinter *h, struct operand *o, const char *name, const char *arg)
{
	struct operand *item = arena_alloc(h->arena, sizeof(*item));

	*item = (struct operand){ .kind = OPERAND_VALUE, .quote = true, .text = arg };
	*o = (struct operand){ .kind = OPERAND_FUNCTION, .text = name, .item = item, .count = 1 };
	h->rewritten = true;
}

/* "-7 days", "2 weeks", "-1M": the number with its sign in *ret_n, the unit; '\0' when text is none of these. */
static char
relative(struct arena *a, const char *text, const char **ret_n)
{
	static const struct {
		const char *word;
		char unit;
	} units[] = {
		{ "d", 'd' },
		{ "day", 'd' },
		{ "days", 'd' },
		{ "w", 'w' },
		{ "week", 'w' },
		{ "weeks", 'w' },
		{ "h", 'h' },
		{ "hour", 'h' },
		{ "hours", 'h' },
		{ "hrs", 'h' },
		{ "minute", 'm' },
		{ "minutes", 'm' },
		{ "min", 'm' },
		{ "mins", 'm' },
		{ "month", 'M' },
		{ "months", 'M' },
		{ "mo", 'M' },
		{ "year", 'y' },
		{ "years", 'y' },
		{ "y", 'y' },
	};
	size_t sign = text[0] == '-', n = strspn(text + sign, "0123456789"), rest;

	if (n == 0 || n > 5)
		return '\0';
	*ret_n = arena_strndup(a, text, sign + n);
	rest = sign + n + strspn(text + sign + n, " ");
	if (strcmp(text + rest, "M") == 0 || strcmp(text + rest, "m") == 0)
		return text[rest];
	for (size_t i = 0; i < LEN(units); i++) {
		if (str_ieq(units[i].word, text + rest) ||
		    str_ieq(arena_printf(a, "%s ago", units[i].word), text + rest))
			return units[i].unit;
	}
	return '\0';
}

/* 2026-11-23T10:00:00Z; -7 days; 7d in a field that cannot lie in the future */
static void
check_date(struct hinter *h, struct clause *c, const struct known_field *f)
{
	struct operand *o = c->operand;
	const char *n = "", *plain;
	char unit;

	if (o == NULL || o->kind != OPERAND_VALUE || f == NULL || f->type != NAME_DATE)
		return;
	if (strlen(o->text) > 16 && o->text[4] == '-' && o->text[10] == 'T') {
		note(h, "A date is written \"yyyy-MM-dd HH:mm\", in your own time zone.");
		o->text = arena_printf(h->arena, "%.10s %.5s", o->text, o->text + 11);
		h->rewritten = true;
		return;
	}
	unit = relative(h->arena, o->text, &n);
	if (unit == '\0')
		return;
	if (n[0] != '-' && ((f->flags & NAME_PAST) || str_ends(o->text, "ago"))) {
		if (!str_ends(o->text, "ago"))
			note(h, "'%s' is in the future; the past has a minus.", o->text);
		n = arena_printf(h->arena, "-%s", n);
	}
	plain = arena_printf(h->arena, "%s%c", n, unit);
	if (h->lang == QUERY_CQL) {
		note(h, "A time before now is written now(\"-7d\").");
		to_function(h, o, "now", plain);
	} else if (unit == 'M' || unit == 'y') {
		note(h, "Months and years are counted by a function.");
		to_function(h, o, "startOfDay", plain);
	} else if (strcmp(plain, o->text) != 0) {
		note(h, "A span of time is written like -7d, with w, d, h or m.");
		o->text = plain;
		h->rewritten = true;
	}
}

/* summary ~ "*word" */
static void
check_wildcard(struct hinter *h, struct clause *c)
{
	struct operand *o = c->operand;

	if ((c->op != OP_LIKE && c->op != OP_NOT_LIKE) || o->kind != OPERAND_VALUE ||
	    (o->text[0] != '*' && o->text[0] != '?') || o->text[1] == '\0')
		return;
	note(h, "A wildcard cannot be the first character.");
	o->text += strspn(o->text, "*?");
	h->rewritten = true;
}

static void
check_operator(struct hinter *h, struct clause *c, const struct known_field *f)
{
	bool negative = c->op == OP_NE || c->op == OP_NOT_IN || c->op == OP_NOT_LIKE;

	if (c->operand != NULL && c->operand->kind == OPERAND_EMPTY && (c->op == OP_EQ || c->op == OP_NE) &&
	    h->lang == QUERY_JQL) {
		note(h, "The usual form is '%s %s EMPTY'.", c->field.name, negative ? "is not" : "is");
		set_op(h, c, negative ? OP_IS_NOT : OP_IS);
	}
	if (c->operand != NULL && c->operand->kind == OPERAND_FUNCTION && (c->op == OP_EQ || c->op == OP_NE)) {
		const struct known_function *fn = query_known_function(h->lang, c->operand->text);

		if (fn != NULL && fn->list) {
			note(h, "%s() gives several values: it goes with IN.", fn->name);
			set_op(h, c, negative ? OP_NOT_IN : OP_IN);
		}
	}
	if (f == NULL || f->type == NAME_ANY)
		return;
	if (f->type == NAME_TEXT && !(f->flags & NAME_LIKE) && (c->op == OP_EQ || c->op == OP_NE)) {
		note(h, "The field '%s' is searched with ~ or !~, not with =.", f->name);
		set_op(h, c, negative ? OP_NOT_LIKE : OP_LIKE);
	} else if (f->type == NAME_TEXT && (c->op == OP_LT || c->op == OP_LE || c->op == OP_GT || c->op == OP_GE)) {
		note(h, "The field '%s' has no order: it is searched with ~.", f->name);
	} else if (f->type != NAME_TEXT && !(f->flags & NAME_LIKE) && (c->op == OP_LIKE || c->op == OP_NOT_LIKE)) {
		note(h, "The field '%s' does not take ~: its values are compared with = or IN.", f->name);
		set_op(h, c, negative ? OP_NE : OP_EQ);
	} else if ((f->type == NAME_ENUM || f->type == NAME_USER) &&
		   (c->op == OP_LT || c->op == OP_LE || c->op == OP_GT || c->op == OP_GE)) {
		note(h, "The values of '%s' have no order: use =, != or IN.", f->name);
	} else if (c->op >= OP_WAS && h->lang == QUERY_JQL && !(f->flags & NAME_HISTORY)) {
		note(h,
		    "History (WAS, CHANGED) is kept for assignee, fixVersion, priority, reporter, resolution and "
		    "status, not for '%s'.",
		    f->name);
	}
	if ((c->op == OP_IS || c->op == OP_IS_NOT) && (f->flags & NAME_FULL))
		note(h, "'%s' is never empty: leave this condition out.", f->name);
}

static void
check_clause(struct hinter *h, struct clause *c)
{
	const struct known_field *f;

	if (c->kind != CLAUSE_TERM) {
		for (size_t i = 0; i < c->count; i++)
			check_clause(h, c->child[i]);
		return;
	}
	check_field(h, &c->field);
	f = c->field.custom || c->field.number || c->field.property_count > 0
		? NULL
		: query_known_field(h->lang, c->field.name);
	if (c->operand != NULL)
		check_operand(h, c->operand);
	for (size_t i = 0; i < c->predicate_count; i++)
		check_operand(h, &c->predicate[i].operand);
	check_value(h, c, f);
	check_date(h, c, f);
	check_operator(h, c, f);
	check_wildcard(h, c);
	if ((c->op == OP_IN || c->op == OP_NOT_IN) && c->operand->kind == OPERAND_VALUE)
		wrap(h, c);
}

static bool
is_negative(const struct clause *c)
{
	while (c->kind == CLAUSE_AND || c->kind == CLAUSE_OR)
		c = c->child[0];
	return c->kind == CLAUSE_NOT || c->op == OP_NE || c->op == OP_NOT_IN || c->op == OP_NOT_LIKE;
}

static const char *
finish(struct hinter *h)
{
	struct repair *r = &h->r;
	const char *hint = NULL;
	struct buf out;

	buf_init(&out, QUERY_MAX_PRINT);
	if (r->parsed && (r->changed || h->rewritten)) {
		query_print(&r->q, &out);
		if (r->notes.len > 0 && out.len > 0 && !buf_overflowed(&out))
			hint = arena_printf(h->arena, "%s Try: %s", r->notes.data, out.data);
	}
	/* what was tried in vain would mislead; the parser's own message says more */
	if (hint == NULL && r->notes.len > 0 && r->parsed)
		hint = arena_strndup(h->arena, r->notes.data, r->notes.len);
	buf_release(&out);
	return hint;
}

static void
look(struct hinter *h, const char *text, size_t len)
{
	repair_run(&h->r, h->arena, h->lang, text, len);
	if (!h->r.parsed)
		return;
	gather(h);
	if (h->r.q.where != NULL) {
		check_clause(h, h->r.q.where);
		if (h->lang == QUERY_CQL && is_negative(h->r.q.where))
			note(h, "In CQL the first condition cannot be a negative one: put another before it, such as type = page.");
	} else if (h->lang == QUERY_CQL) {
		note(h, "Confluence wants a condition, such as type = page.");
	} else {
		note(h, "Jira Cloud refuses a query without a condition; add one, such as created >= -30d.");
	}
	for (size_t i = 0; i < h->r.q.sort_count; i++)
		check_field(h, &h->r.q.sort[i].field);
}

const char *
query_hint(struct arena *a, enum query_lang lang, const char *text, size_t len, const struct query_names *known)
{
	struct hinter h = { .arena = a, .lang = lang, .known = known };
	const char *hint;

	look(&h, text, len);
	hint = finish(&h);
	repair_release(&h.r);
	return hint;
}

const char *
query_repaired(struct arena *a, enum query_lang lang, const char *text, size_t len, const char **ret_notes)
{
	struct hinter h = { .arena = a, .lang = lang };
	const char *repaired = NULL;
	struct buf out;

	look(&h, text, len);
	if (h.r.parsed && h.r.q.where != NULL && (h.r.changed || h.rewritten) && !h.guessed) {
		buf_init(&out, QUERY_MAX_PRINT);
		query_print(&h.r.q, &out);
		if (!buf_overflowed(&out)) {
			repaired = arena_strndup(a, out.data, out.len);
			*ret_notes = arena_strndup(a, h.r.notes.data, h.r.notes.len);
		}
		buf_release(&out);
	}
	repair_release(&h.r);
	return repaired;
}
