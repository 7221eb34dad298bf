/*
 * Recursive descent without recursion where the input could make it deep:
 * parentheses and NOTs live on an explicit stack of levels (one per open
 * parenthesis), each collecting its ORs of ANDs. Lists in lists recurse, with
 * a counted depth. A whole clause (field, operator, operand, predicates) is
 * read by straight code, one function per grammar rule of Atlassian's parser.
 *
 * The first thing that does not fit ends the parse. Messages are Jira's own
 * ("Expecting operator but got 'x'."), because people search the web for them.
 * CQL uses the same code: its lexer knows fewer keywords and its operator
 * table fewer operators.
 */
#include "query/parse.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

struct list {			/* clauses of one level */
	struct clause **v;
	size_t n, cap;
};

struct level {
	struct list ors, ands;
	unsigned nots;		/* before the clause that comes next */
	size_t paren;		/* offset of its '(' */
};

struct parser {
	enum query_lang lang;
	struct arena *arena;
	const char *text;
	size_t len;
	const struct token *t;	/* the current token */
	struct query_fault *fault;
	struct err *e;
	struct level level[QUERY_MAX_DEPTH + 1];
	size_t depth;
};

static const char *
lang_name(const struct parser *p)
{
	return p->lang == QUERY_JQL ? "JQL" : "CQL";
}

static int ATTR_PRINTF(4, 0)
vfail(struct parser *p, size_t at, size_t end, const char *fmt, va_list ap)
{
	p->fault->at = at;
	p->fault->len = end - at;
	query_locate(p->text, p->len, at, p->fault);
	err_vset(p->e, ERR_INPUT, fmt, ap);
	err_context(p->e, "Error in the %s Query", lang_name(p));
	p->e->message =
	    arena_printf(p->e->arena, "%s (line %u, character %u)", p->e->message, p->fault->line, p->fault->column);
	return -1;
}

static int ATTR_PRINTF(4, 5)
fail(struct parser *p, size_t at, size_t end, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfail(p, at, end, fmt, ap);
	va_end(ap);
	return -1;
}

/* The source of the current token, cut for a message. */
static const char *
got(const struct parser *p)
{
	size_t len = p->t->end - p->t->at, cut = utf8_cut(p->text + p->t->at, len, 60);

	return arena_printf(p->arena, "%.*s%s", (int)cut, p->text + p->t->at, cut < len ? "..." : "");
}

static int
fail_bad(struct parser *p)
{
	const struct token *t = p->t;
	size_t n;
	uint32_t cp = t->at < p->len ? utf8_next(p->text + t->at, p->len - t->at, &n) : 0;
	const char *c = got(p);

	if (t->kind == T_UNCLOSED)
		return fail(p, t->at, t->end, "The quoted string '%.60s' has not been completed.", t->text);
	if (cp == '\\')
		return fail(p, t->at, t->end,
		    "'\\' begins an escape, and this one is unknown. The escapes are \\' \\\" \\\\ \\n \\r \\t "
		    "'\\ ' and \\uXXXX.");
	if (t->kind == T_BAD_QUOTED || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return fail(p, t->at, t->end, "The character U+%04X is not allowed. Use the escape '\\u%04x' instead.",
		    (unsigned)cp, (unsigned)cp);
	return fail(p, t->at, t->end,
	    "The character '%s' is a reserved %s character. You must enclose it in a string or use the escape "
	    "'\\u%04x' instead.",
	    c, lang_name(p), (unsigned)cp);
}

/* The current token is not what `expected` says. */
static int
unexpected(struct parser *p, const char *expected)
{
	const struct token *t = p->t;
	bool plain = t->kind == T_STRING || t->kind == T_NUMBER;

	if (t->kind == T_END)
		return fail(p, t->at, t->at, "Expecting %s before the end of the query.", expected);
	if (t->kind >= T_BAD_CHAR)
		return fail_bad(p);
	if (t->kind == T_RESERVED)
		return fail(p, t->at, t->end,
		    "'%s' is a reserved %s word. You must surround it in quotation marks to use it in a query.", got(p),
		    lang_name(p));
	if (t->kind >= T_AND && !plain && strcmp(got(p), "&") != 0 && strcmp(got(p), "|") != 0)
		return fail(p, t->at, t->end,
		    "Expecting %s but got '%s'. You must surround '%s' in quotation marks to use it as a value.",
		    expected, got(p), got(p));
	return fail(p, t->at, t->end, "Expecting %s but got '%s'.", expected, got(p));
}

static bool
accept(struct parser *p, enum token_kind kind)
{
	if (p->t->kind != kind)
		return false;
	p->t++;
	return true;
}

static size_t
last_end(const struct parser *p)
{
	return p->t[-1].end;
}

static int
parse_argument(struct parser *p, struct operand *ret, const char *expected)
{
	if (p->t->kind != T_STRING && p->t->kind != T_NUMBER)
		return unexpected(p, expected);
	*ret = (struct operand){ .kind = OPERAND_VALUE, .number = p->t->kind == T_NUMBER, .text = p->t->text,
		.at = p->t->at, .end = p->t->end };
	p->t++;
	return 0;
}

/* Appends a slot to an array of operands whose count is a power of two or less. */
static struct operand *
add_operand(struct parser *p, struct operand **v, size_t *n)
{
	if (*n == 0 || (*n & (*n - 1)) == 0) {
		size_t cap = *n == 0 ? 1 : *n * 2;

		*v = arena_grow(p->arena, *v, *n * sizeof(**v), cap * sizeof(**v));
	}
	return &(*v)[(*n)++];
}

static int
parse_properties(struct parser *p, struct query_field *f)
{
	while (accept(p, T_LBRACKET)) {
		struct property prop = { .path = NULL };

		if (parse_argument(p, &prop.key, "a property name") == -1)
			return -1;
		if (!accept(p, T_RBRACKET))
			return unexpected(p, "']'");
		while (p->t->kind == T_STRING || p->t->kind == T_NUMBER) {
			struct operand *step = add_operand(p, &prop.path, &prop.path_count);

			if (parse_argument(p, step, "a property path") == -1)
				return -1;
		}
		f->property = arena_grow(p->arena, f->property, f->property_count * sizeof(prop),
		    (f->property_count + 1) * sizeof(prop));
		f->property[f->property_count++] = prop;
	}
	return 0;
}

static int
parse_field(struct parser *p, struct query_field *ret)
{
	const struct token *t = p->t;

	*ret = (struct query_field){ .at = t->at, .name = t->text };
	if (t->kind == T_NUMBER) {
		ret->number = true;
		p->t++;
	} else if (t->kind == T_CF) {
		p->t++;
		if (!accept(p, T_LBRACKET))
			return unexpected(p, "'[' and the number of a custom field");
		if (p->t->kind != T_NUMBER || p->t->text[0] == '-')
			return unexpected(p, "the number of a custom field");
		ret->custom = true;
		ret->name = arena_printf(p->arena, "cf[%s]", p->t->text);
		p->t++;
		if (!accept(p, T_RBRACKET))
			return unexpected(p, "']'");
		if (parse_properties(p, ret) == -1)
			return -1;
	} else if (t->kind == T_STRING) {
		p->t++;
		if (parse_properties(p, ret) == -1)
			return -1;
	} else {
		return unexpected(p, "a field name");
	}
	ret->end = last_end(p);
	return 0;
}

static int parse_operand(struct parser *, struct operand *, const char *expected, unsigned depth);

static int
parse_list(struct parser *p, struct operand *ret, unsigned depth)
{
	if (depth > QUERY_MAX_DEPTH / 4)
		return fail(p, p->t->at, p->t->end, "Lists are nested deeper than %d levels.", QUERY_MAX_DEPTH / 4);
	*ret = (struct operand){ .kind = OPERAND_LIST, .at = p->t->at };
	p->t++;
	do {
		struct operand *item = add_operand(p, &ret->item, &ret->count);

		if (parse_operand(p, item, "a value, list or function", depth + 1) == -1)
			return -1;
	} while (accept(p, T_COMMA));
	if (!accept(p, T_RPAREN))
		return unexpected(p, "',' or ')'");
	ret->end = last_end(p);
	return 0;
}

static int
parse_value_or_function(struct parser *p, struct operand *ret, const char *expected)
{
	if (parse_argument(p, ret, expected) == -1)
		return -1;
	if (!accept(p, T_LPAREN))
		return 0;
	ret->kind = OPERAND_FUNCTION;
	if (p->t->kind != T_RPAREN) {
		do {
			if (parse_argument(p, add_operand(p, &ret->item, &ret->count), "an argument of the function") ==
			    -1)
				return -1;
		} while (accept(p, T_COMMA));
	}
	if (!accept(p, T_RPAREN))
		return unexpected(p, "',' or ')'");
	ret->end = last_end(p);
	return 0;
}

static int
parse_operand(struct parser *p, struct operand *ret, const char *expected, unsigned depth)
{
	if (p->t->kind == T_LPAREN)
		return parse_list(p, ret, depth);
	if (p->t->kind == T_EMPTY) {
		*ret = (struct operand){ .kind = OPERAND_EMPTY, .at = p->t->at, .end = p->t->end };
		p->t++;
		return 0;
	}
	return parse_value_or_function(p, ret, expected);
}

static int
parse_operator(struct parser *p, enum query_op *ret)
{
	static const struct {
		enum token_kind kind;
		enum query_op op;
	} simple[] = {
		{ T_EQ, OP_EQ }, { T_NE, OP_NE }, { T_LT, OP_LT }, { T_LE, OP_LE }, { T_GT, OP_GT }, { T_GE, OP_GE },
		{ T_LIKE, OP_LIKE }, { T_NOT_LIKE, OP_NOT_LIKE }, { T_IN, OP_IN }, { T_CHANGED, OP_CHANGED },
	};

	for (size_t i = 0; i < LEN(simple); i++) {
		if (accept(p, simple[i].kind)) {
			*ret = simple[i].op;
			return 0;
		}
	}
	if (accept(p, T_NOT)) {
		if (!accept(p, T_IN))
			return unexpected(p, "'IN' after 'NOT'");
		*ret = OP_NOT_IN;
	} else if (accept(p, T_IS)) {
		*ret = accept(p, T_NOT) ? OP_IS_NOT : OP_IS;
	} else if (accept(p, T_WAS)) {
		bool negative = accept(p, T_NOT);

		if (accept(p, T_IN))
			*ret = negative ? OP_WAS_NOT_IN : OP_WAS_IN;
		else
			*ret = negative ? OP_WAS_NOT : OP_WAS;
	} else if (p->t->kind == T_END || p->t->kind >= T_BAD_CHAR) {
		return unexpected(p, "operator");
	} else {
		return fail(p, p->t->at, p->t->end,
		    "Expecting operator but got '%s'. The valid operators are '=', '!=', '<', '>', '<=', "
		    "'>=', '~', '!~', 'IN', 'NOT IN'%s.",
		    got(p),
		    p->lang == QUERY_JQL ? ", 'IS', 'IS NOT', 'WAS', 'WAS NOT', "
					   "'WAS IN', 'WAS NOT IN' and 'CHANGED'"
					 : "");
	}
	return 0;
}

static int
parse_op_operand(struct parser *p, struct clause *c)
{
	struct operand *o;

	if (c->op == OP_CHANGED)
		return 0;
	o = c->operand = arena_alloc(p->arena, sizeof(*o));
	switch (c->op) {
	case OP_IN:
	case OP_NOT_IN:
	case OP_WAS_IN:
	case OP_WAS_NOT_IN:
		if (p->t->kind == T_LPAREN)
			return parse_list(p, o, 1);
		if ((p->t->kind == T_STRING || p->t->kind == T_NUMBER) && p->t[1].kind == T_LPAREN)
			return parse_value_or_function(p, o, "a function");
		if (p->t->kind == T_STRING || p->t->kind == T_NUMBER)
			return fail(p, p->t->at, p->t->end,
			    "Expecting either a list or function but got '%s'. Put the values in "
			    "parentheses: (%s).",
			    got(p), got(p));
		return unexpected(p, "either a list or function");
	case OP_IS:
	case OP_IS_NOT:
		if (p->t->kind != T_EMPTY)
			return unexpected(p, "EMPTY or NULL");
		return parse_operand(p, o, "EMPTY", 1);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return parse_value_or_function(p, o, "either a value or function");
	case OP_EQ:
	case OP_NE:
	case OP_LIKE:
	case OP_NOT_LIKE:
	case OP_WAS:
	case OP_WAS_NOT:
	case OP_CHANGED:
	case OP_COUNT:
		break;
	}
	if (p->t->kind == T_LPAREN)
		return fail(p, p->t->at, p->t->end,
		    "Expecting either a value or function but got '('. For a list use the operator %s.",
		    c->op == OP_NE || c->op == OP_NOT_LIKE ? "'NOT IN'"
		    : c->op == OP_WAS                      ? "'WAS IN'"
		    : c->op == OP_WAS_NOT                  ? "'WAS NOT IN'"
							   : "'IN'");
	return parse_operand(p, o, "either a value or function", 1);
}

static bool
predicate_kind(enum token_kind t, enum query_op op, enum predicate_kind *ret)
{
	static const struct {
		enum token_kind t;
		enum predicate_kind kind;
	} table[] = {
		{ T_AFTER, PRED_AFTER },
		{ T_BEFORE, PRED_BEFORE },
		{ T_ON, PRED_ON },
		{ T_DURING, PRED_DURING },
		{ T_BY, PRED_BY },
		{ T_FROM, PRED_FROM },
		{ T_TO, PRED_TO },
	};

	for (size_t i = 0; i < (op == OP_CHANGED ? LEN(table) : LEN(table) - 2); i++) {
		if (table[i].t == t) {
			*ret = table[i].kind;
			return op >= OP_WAS && op <= OP_CHANGED;
		}
	}
	return false;
}

static int
parse_predicates(struct parser *p, struct clause *c)
{
	struct predicate pred = { .kind = PRED_AFTER };

	while (predicate_kind(p->t->kind, c->op, &pred.kind)) {
		pred.at = p->t->at;
		p->t++;
		if (parse_operand(p, &pred.operand, "a value, list or function", 1) == -1)
			return -1;
		if ((c->predicate_count & (c->predicate_count - 1)) == 0)
			c->predicate = arena_grow(p->arena, c->predicate, c->predicate_count * sizeof(pred),
			    (c->predicate_count == 0 ? 1 : c->predicate_count * 2) * sizeof(pred));
		c->predicate[c->predicate_count++] = pred;
	}
	return 0;
}

static struct clause *
parse_term(struct parser *p)
{
	struct clause *c = arena_alloc(p->arena, sizeof(*c));

	c->kind = CLAUSE_TERM;
	c->at = p->t->at;
	if (parse_field(p, &c->field) == -1)
		return NULL;
	c->op_at = p->t->at;
	if (parse_operator(p, &c->op) == -1 || parse_op_operand(p, c) == -1 || parse_predicates(p, c) == -1)
		return NULL;
	c->end = last_end(p);
	return c;
}

static void
list_add(struct parser *p, struct list *l, struct clause *c)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 4 : l->cap * 2;

		l->v = arena_grow(p->arena, l->v, l->cap * sizeof(struct clause *), cap * sizeof(struct clause *));
		l->cap = cap;
	}
	l->v[l->n++] = c;
}

/* What a list has become: its only clause, or all under one AND or OR. Empties the list. */
static struct clause *
list_close(struct parser *p, struct list *l, enum clause_kind kind)
{
	struct clause *c = l->v[0];

	if (l->n > 1) {
		c = arena_alloc(p->arena, sizeof(*c));
		*c = (struct clause){
			.kind = kind, .child = l->v, .count = l->n, .at = l->v[0]->at, .end = l->v[l->n - 1]->end
		};
	}
	*l = (struct list){ .v = NULL };
	return c;
}

/* A clause is complete: put the NOTs before it around it and add it to its level. */
static void
level_add(struct parser *p, struct clause *c)
{
	struct level *lv = &p->level[p->depth];

	for (; lv->nots > 0; lv->nots--) {
		struct clause *not = arena_alloc(p->arena, sizeof(*not )),
			      **child = arena_alloc(p->arena, sizeof(struct clause *));

		child[0] = c;
		*not = (struct clause){ .kind = CLAUSE_NOT, .child = child, .count = 1, .at = c->at, .end = c->end };
		c = not;
	}
	list_add(p, &lv->ands, c);
}

static struct clause *
level_close(struct parser *p)
{
	struct level *lv = &p->level[p->depth];

	list_add(p, &lv->ors, list_close(p, &lv->ands, CLAUSE_AND));
	return list_close(p, &lv->ors, CLAUSE_OR);
}

/* After a clause: closing parentheses. *ret_more is set when AND or OR asks for another clause. */
static int
parse_joint(struct parser *p, bool *ret_more)
{
	while (p->t->kind == T_RPAREN && p->depth > 0) {
		struct clause *c = level_close(p);

		p->t++;
		p->depth--;
		level_add(p, c);
	}
	*ret_more = true;
	if (accept(p, T_AND))
		return 0;
	if (accept(p, T_OR)) {
		list_add(p, &p->level[p->depth].ors, list_close(p, &p->level[p->depth].ands, CLAUSE_AND));
		return 0;
	}
	*ret_more = false;
	if (p->depth == 0)
		return 0;
	if (p->t->kind == T_END)
		return fail(p, p->t->at, p->t->at,
		    "Expecting ')' before the end of the query: the '(' at character %zu is not closed.",
		    p->level[p->depth].paren + 1);
	return unexpected(p, "either 'OR', 'AND' or ')'");
}

static struct clause *
parse_where(struct parser *p)
{
	bool more = true;
	struct clause *c;
	unsigned nested = 0;

	p->level[0] = (struct level){ .nots = 0 };
	while (more) {
		struct level *lv = &p->level[p->depth];

		if (p->t->kind == T_NOT || p->t->kind == T_BANG || p->t->kind == T_LPAREN) {
			nested = (unsigned)p->depth + 1;
			for (size_t i = 0; i <= p->depth; i++)
				nested += p->level[i].nots;
			if (nested > QUERY_MAX_DEPTH) {
				fail(p, p->t->at, p->t->end, "The query is nested deeper than %d levels.",
				    QUERY_MAX_DEPTH);
				return NULL;
			}
			if (p->t->kind != T_LPAREN) {
				lv->nots++;
			} else {
				p->level[++p->depth] = (struct level){ .paren = p->t->at };
			}
			p->t++;
			continue;
		}
		c = parse_term(p);
		if (c == NULL)
			return NULL;
		level_add(p, c);
		if (parse_joint(p, &more) == -1)
			return NULL;
	}
	return level_close(p);
}

static int
parse_order(struct parser *p, struct query *q)
{
	struct query_sort s;

	if (!accept(p, T_BY))
		return unexpected(p, "'by' after 'order'");
	do {
		s = (struct query_sort){ .direction = SORT_DEFAULT };
		if (parse_field(p, &s.field) == -1)
			return -1;
		if (accept(p, T_ASC))
			s.direction = SORT_ASC;
		else if (accept(p, T_DESC))
			s.direction = SORT_DESC;
		if ((q->sort_count & (q->sort_count - 1)) == 0)
			q->sort = arena_grow(p->arena, q->sort, q->sort_count * sizeof(s),
			    (q->sort_count == 0 ? 1 : q->sort_count * 2) * sizeof(s));
		q->sort[q->sort_count++] = s;
	} while (accept(p, T_COMMA));
	return 0;
}

static int
parse_query(struct parser *p, struct query *q)
{
	if (p->t->kind != T_END && p->t->kind != T_ORDER) {
		q->where = parse_where(p);
		if (q->where == NULL)
			return -1;
	}
	if (accept(p, T_ORDER)) {
		if (parse_order(p, q) == -1)
			return -1;
		return p->t->kind == T_END ? 0 : unexpected(p, "',', 'ASC', 'DESC' or the end of the query");
	}
	return p->t->kind == T_END ? 0 : unexpected(p, "either 'OR', 'AND' or 'ORDER BY'");
}

int
query_parse(struct arena *a, enum query_lang lang, const char *text, size_t len, struct query *ret,
    struct query_fault *ret_fault, struct err *e)
{
	struct parser *p = arena_alloc(a, sizeof(*p));
	struct query_fault fault = { .at = 0 };
	size_t at = 0, n;

	*p = (struct parser){
		.lang = lang, .arena = a, .text = text, .len = len, .fault = ret_fault ? ret_fault : &fault, .e = e
	};
	*ret = (struct query){ .lang = lang };
	if (len > QUERY_MAX_TEXT)
		return fail(p, 0, 0, "It is longer than %d bytes.", QUERY_MAX_TEXT);
	while (at < len && utf8_next(text + at, len - at, &n) != UTF8_BAD)
		at += n;
	if (at < len)
		return fail(p, at, at + 1, "It is not valid UTF-8.");
	p->t = query_lex(a, lang, text, len).v;
	return parse_query(p, ret);
}
