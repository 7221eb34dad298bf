/*
 * The tokens before the place drive a small machine whose state is the set of
 * things that may follow. The word that touches the place is taken off first: it
 * is what is being written. Then each expectation contributes its words.
 */
#include "query/complete.h"

#include "base/str.h"
#include "base/utf8.h"
#include "query/lex.h"
#include "query/names.h"
#include "query/print.h"

#include <string.h>

enum { MAX_LEVELS = QUERY_MAX_DEPTH * 2 };

struct machine {
	unsigned expect;
	const char *field;
	bool history;		/* the clause is WAS or CHANGED: predicates may follow */
	bool order;		/* behind ORDER BY */
	bool list[MAX_LEVELS];	/* of each open parenthesis: holds values, not clauses */
	size_t depth;
};

static unsigned
after_value(const struct machine *m)
{
	if (m->order)
		return EXPECT_DIRECTION;
	if (m->depth > 0 && m->list[m->depth - 1])
		return EXPECT_CLOSE;
	return EXPECT_JOINT | (m->depth > 0 ? EXPECT_CLOSE : 0) | (m->history ? EXPECT_PREDICATE : 0);
}

static bool
open_paren(struct machine *m)
{
	bool list = (m->expect & (EXPECT_LIST | EXPECT_VALUE | EXPECT_CLOSE)) != 0 && !(m->expect & EXPECT_FIELD);

	if (m->depth == MAX_LEVELS || !(m->expect & (EXPECT_FIELD | EXPECT_LIST | EXPECT_VALUE)))
		return false;
	m->list[m->depth++] = list;
	m->expect = list ? EXPECT_VALUE : EXPECT_FIELD | EXPECT_NOT;
	return true;
}

static bool
operator_token(struct machine *m, enum token_kind kind)
{
	switch ((int)kind) {
	case T_IN:
		m->expect = EXPECT_LIST;
		return true;
	case T_IS:
		m->expect = EXPECT_EMPTY | EXPECT_NOT;
		return true;
	case T_WAS:
		m->history = true;
		m->expect = EXPECT_VALUE | EXPECT_NOT | EXPECT_IN | EXPECT_EMPTY;
		return true;
	case T_CHANGED:
		m->history = true;
		m->expect = after_value(m);
		return true;
	case T_NOT:
		m->expect = EXPECT_IN;
		return true;
	case T_LT:
	case T_GT:
	case T_LE:
	case T_GE:
	case T_EQ:
	case T_NE:
	case T_LIKE:
	case T_NOT_LIKE:
		m->expect = EXPECT_VALUE | (kind == T_EQ || kind == T_NE ? EXPECT_EMPTY : 0);
		return true;
	default:
		return false;
	}
}

/* A word or number where a value, a list's function or a field may stand. `call`: a '(' follows. */
static bool
word(struct machine *m, const struct token *t, bool call)
{
	if (m->expect & EXPECT_FIELD) {
		m->field = t->text;
		m->history = false;
		m->expect = m->order ? EXPECT_DIRECTION : EXPECT_OPERATOR;
		return true;
	}
	if ((m->expect & EXPECT_VALUE) || ((m->expect & EXPECT_LIST) && call)) {
		m->expect = after_value(m);
		return true;
	}
	return false;
}

static bool
keyword(struct machine *m, enum token_kind kind)
{
	switch ((int)kind) {
	case T_NOT:
	case T_BANG:
		if (!(m->expect & EXPECT_NOT))
			return false;
		m->expect &= ~(unsigned)EXPECT_NOT;
		if (m->expect & EXPECT_FIELD)
			m->expect |= EXPECT_NOT;
		return true;
	case T_EMPTY:
		if (!(m->expect & (EXPECT_EMPTY | EXPECT_VALUE)))
			return false;
		m->expect = after_value(m);
		return true;
	case T_IN:
		if (!(m->expect & EXPECT_IN))
			return false;
		m->expect = EXPECT_LIST;
		return true;
	case T_AND:
	case T_OR:
		if (!(m->expect & EXPECT_JOINT))
			return false;
		m->expect = EXPECT_FIELD | EXPECT_NOT;
		return true;
	case T_ORDER:
		if (!(m->expect & EXPECT_JOINT) || m->depth > 0)
			return false;
		m->expect = EXPECT_BY;
		return true;
	case T_COMMA:
		if (!m->order && !(m->depth > 0 && m->list[m->depth - 1]))
			return false;
		m->expect = m->order ? EXPECT_FIELD : EXPECT_VALUE;
		return true;
	case T_RPAREN:
		if (m->depth == 0 || !(m->expect & EXPECT_CLOSE))
			return false;
		m->depth--;
		m->expect = after_value(m);
		return true;
	case T_ASC:
	case T_DESC:
		m->expect = 0;
		return m->order;
	default:
		m->expect = EXPECT_VALUE;	/* AFTER, BY ... */
		return m->history && kind >= T_BEFORE && kind <= T_BY;
	}
}

/* Takes one token, or several (brackets, arguments). Returns the next index, 0 when it does not fit. */
static size_t
step(struct machine *m, const struct tokens *t, size_t i)
{
	const struct token *v = &t->v[i];
	enum token_kind next = v[1].kind;	/* T_END at the latest */

	if (v->kind == T_LPAREN)
		return open_paren(m) ? i + 1 : 0;
	if (m->expect & EXPECT_BY) {
		m->order = true;
		m->expect = EXPECT_FIELD;
		return v->kind == T_BY ? i + 1 : 0;
	}
	if (v->kind == T_LBRACKET) {	/* of a field */
		while (i < t->n && t->v[i].kind != T_RBRACKET)
			i++;
		return i < t->n ? i + 1 : 0;
	}
	if (v->kind == T_STRING || v->kind == T_NUMBER || v->kind == T_CF) {
		if ((m->expect & EXPECT_OPERATOR) && i > 0 && v[-1].kind == T_RBRACKET)
			return i + 1;	/* the path of a property */
		if (!word(m, v, next == T_LPAREN))
			return 0;
		if (next != T_LPAREN || !(m->expect & (EXPECT_JOINT | EXPECT_CLOSE)))
			return i + 1;
		while (i < t->n && t->v[i].kind != T_RPAREN)	/* arguments */
			i++;
		if (i == t->n) {
			m->expect = 0;
			return i;
		}
		return i + 1;
	}
	if (m->expect & EXPECT_OPERATOR)
		return operator_token(m, v->kind) ? i + 1 : 0;
	return keyword(m, v->kind) ? i + 1 : 0;
}

static void
offer(struct arena *a, struct query_next *n, const char *s)
{
	if (n->count == QUERY_MAX_WORDS || !str_istarts(s, n->prefix))
		return;
	for (size_t i = 0; i < n->count; i++) {
		if (str_ieq(n->words[i], s))
			return;
	}
	n->words[n->count++] = arena_strdup(a, s);
}

static void
offer_name(struct arena *a, enum query_lang lang, struct query_next *n, const char *name, const char *tail)
{
	struct buf b;

	if (n->count == QUERY_MAX_WORDS || !str_istarts(name, n->prefix))
		return;
	buf_init(&b, 4096);
	if (lang == QUERY_CQL)	/* its names are bare: space.key */
		buf_adds(&b, name);
	else
		query_print_text(lang, name, false, &b);
	buf_adds(&b, tail);
	n->words[n->count++] = arena_strndup(a, b.data, b.len);
	buf_release(&b);
}

static void
offer_functions(struct arena *a, enum query_lang lang, struct query_next *n, const struct query_names *known)
{
	const struct known_field *field = n->field == NULL ? NULL : query_known_field(lang, n->field);
	bool only_list = !(n->expect & EXPECT_VALUE);

	for (const struct known_function *f = query_known_functions(lang); f->name != NULL; f++) {
		bool date = str_istarts(f->name, "startOf") || str_istarts(f->name, "endOf") || str_ieq(f->name, "now");

		if (only_list ? !f->list : field != NULL && (field->type == NAME_DATE) != date)
			continue;
		offer_name(a, lang, n, f->name, "()");
	}
	for (size_t i = 0; known != NULL && i < known->function_count; i++)
		offer_name(a, lang, n, known->functions[i], "()");
}

static void
offer_operators(struct arena *a, enum query_lang lang, struct query_next *n, const char *field)
{
	static const char *const history[] = { "was", "was not", "was in", "was not in", "changed" };
	const struct known_field *f = field == NULL ? NULL : query_known_field(lang, field);
	enum name_type type = f == NULL ? NAME_ANY : f->type;
	bool text = type == NAME_TEXT && !(f->flags & NAME_LIKE);

	for (size_t i = 0; i < 2 && !text; i++)
		offer(a, n, i ? "!=" : "=");
	for (size_t i = 0;
	     i < 4 && (type == NAME_DATE || type == NAME_NUMBER || type == NAME_RANKED || type == NAME_ANY); i++)
		offer(a, n, query_op_name((enum query_op)(OP_LT + i)));
	for (size_t i = 0; i < 2 && (type == NAME_TEXT || type == NAME_ANY || (f->flags & NAME_LIKE)); i++)
		offer(a, n, i ? "!~" : "~");
	for (size_t i = 0; i < 2 && !text; i++)
		offer(a, n, i ? "not in" : "in");
	for (size_t i = 0; i < 2 && lang == QUERY_JQL && (f == NULL || !(f->flags & NAME_FULL)); i++)
		offer(a, n, i ? "is not EMPTY" : "is EMPTY");
	for (size_t i = 0; i < LEN(history) && f != NULL && (f->flags & NAME_HISTORY); i++)
		offer(a, n, history[i]);
}

static void
offer_all(
    struct arena *a, enum query_lang lang, struct query_next *n, const char *field, const struct query_names *known)
{
	static const struct {
		unsigned expect;
		const char *word;
	} words[] = {
		{ EXPECT_NOT, "NOT" },
		{ EXPECT_IN, "in" },
		{ EXPECT_EMPTY, "EMPTY" },
		{ EXPECT_BY, "BY" },
		{ EXPECT_JOINT, "AND" },
		{ EXPECT_JOINT, "OR" },
		{ EXPECT_JOINT, "ORDER BY" },
		{ EXPECT_DIRECTION, "ASC" },
		{ EXPECT_DIRECTION, "DESC" },
		{ EXPECT_PREDICATE, "after" },
		{ EXPECT_PREDICATE, "before" },
		{ EXPECT_PREDICATE, "on" },
		{ EXPECT_PREDICATE, "during" },
		{ EXPECT_PREDICATE, "by" },
		{ EXPECT_PREDICATE, "from" },
		{ EXPECT_PREDICATE, "to" },
		{ EXPECT_CLOSE, ")" },
		{ EXPECT_LIST, "(" },
	};

	if (n->expect & EXPECT_FIELD) {
		for (const struct known_field *f = query_known_fields(lang); f->name != NULL; f++)
			offer_name(a, lang, n, f->name, "");
		for (size_t i = 0; known != NULL && i < known->field_count; i++)
			offer_name(a, lang, n, known->fields[i], "");
	}
	if (n->expect & EXPECT_OPERATOR)
		offer_operators(a, lang, n, field);
	if (n->expect & (EXPECT_VALUE | EXPECT_LIST))
		offer_functions(a, lang, n, known);
	for (size_t i = 0; i < LEN(words); i++) {
		if ((n->expect & words[i].expect) && !(lang == QUERY_CQL && words[i].expect == EXPECT_EMPTY))
			offer(a, n, words[i].word);
	}
}

struct query_next *
query_complete(
    struct arena *a, enum query_lang lang, const char *text, size_t len, size_t at, const struct query_names *known)
{
	struct query_next *n = arena_alloc(a, sizeof(*n));
	struct machine *m = arena_alloc(a, sizeof(*m));
	struct tokens t;
	size_t i = 0;

	n->from = at;
	n->prefix = "";
	if (at > len || len > QUERY_MAX_TEXT || !utf8_valid(text, len))
		return n;
	t = query_lex(a, lang, text, at);
	/* the word that is being written, or an open quote */
	if (t.n > 0 && t.v[t.n - 1].end == at && !t.v[t.n - 1].quoted &&
	    (t.v[t.n - 1].kind == T_UNCLOSED || t.v[t.n - 1].kind == T_STRING || t.v[t.n - 1].kind == T_NUMBER ||
		t.v[t.n - 1].kind == T_RESERVED ||
		(t.v[t.n - 1].kind >= T_AND && t.v[t.n - 1].kind <= T_CF && text[at - 1] != '&' &&
		    text[at - 1] != '|'))) {
		struct token *last = &t.v[--t.n];

		n->from = last->at;
		n->prefix = last->text != NULL ? last->text : arena_strndup(a, text + last->at, at - last->at);
		*last = (struct token){ .kind = T_END, .at = at, .end = at };
	}
	m->expect = EXPECT_FIELD | EXPECT_NOT | EXPECT_JOINT;
	while (i < t.n && (i = step(m, &t, i)) != 0)
		;
	if (i < t.n)	/* something before does not fit */
		return n;
	n->expect = m->expect;
	if (t.n == 0)
		n->expect = EXPECT_FIELD | EXPECT_NOT;
	if (n->expect & (EXPECT_VALUE | EXPECT_LIST))
		n->field = m->field;
	offer_all(a, lang, n, m->field, known);
	return n;
}
