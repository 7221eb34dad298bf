/*
 * Tree to text. A word is printed bare only when every version of the language
 * would read exactly that word back as a plain string; everything else goes
 * into double quotes with escapes. Compound clauses get parentheses where their
 * parent would otherwise tear them apart or swallow them. So the text parses to
 * an equal tree, whatever the words hold: that is what makes a fence hold, and
 * query_fence proves it each time by parsing its own output. Recursion follows
 * the tree, whose depth the parser bounds.
 */
#include "query/print.h"

#include "base/str.h"
#include "base/utf8.h"
#include "query/parse.h"

#include <string.h>

const char *
query_op_name(enum query_op op)
{
	static const char *const names[OP_COUNT] = {
		[OP_EQ] = "=", [OP_NE] = "!=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
		[OP_LIKE] = "~", [OP_NOT_LIKE] = "!~", [OP_IN] = "in", [OP_NOT_IN] = "not in", [OP_IS] = "is",
		[OP_IS_NOT] = "is not", [OP_WAS] = "was", [OP_WAS_NOT] = "was not", [OP_WAS_IN] = "was in",
		[OP_WAS_NOT_IN] = "was not in", [OP_CHANGED] = "changed",
	};

	return names[op];
}

const char *
query_predicate_name(enum predicate_kind kind)
{
	static const char *const names[] = {
		[PRED_AFTER] = "after",
		[PRED_BEFORE] = "before",
		[PRED_ON] = "on",
		[PRED_DURING] = "during",
		[PRED_BY] = "by",
		[PRED_FROM] = "from",
		[PRED_TO] = "to",
	};

	return names[kind];
}

/* Only what no version of the language could read otherwise: ASCII letters, digits, '_', '-' and those of `more`.
 * Letters beyond ASCII and : would be legal; dates, which begin with a digit, too. */
static bool
is_bare(enum query_lang lang, const char *text, const char *more)
{
	size_t len = strlen(text);

	if (text[0] >= '0' && text[0] <= '9')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!(text[i] >= 'a' && text[i] <= 'z') && !(text[i] >= 'A' && text[i] <= 'Z') &&
		    !(text[i] >= '0' && text[i] <= '9') && text[i] != '_' && text[i] != '-' &&
		    strchr(more, text[i]) == NULL)
			return false;
	}
	return len > 0 && query_word(lang, text, len) == T_STRING;
}

void
query_print_text(enum query_lang lang, const char *text, bool quote, struct buf *out)
{
	size_t len = strlen(text), n;

	if (!quote && is_bare(lang, text, "")) {
		buf_adds(out, text);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < len; i += n) {
		uint32_t cp = utf8_next(text + i, len - i, &n);

		if (cp == '"' || cp == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, (char)cp);
		} else if (cp == '\n') {
			buf_adds(out, "\\n");
		} else if (cp == '\r') {
			buf_adds(out, "\\r");
		} else if (cp == '\t') {
			buf_adds(out, "\\t");
		} else if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || (cp >= 0xfdd0 && cp <= 0xfdef) || cp == 0xfffe ||
			   cp == 0xffff) {
			buf_addf(out, "\\u%04x", (unsigned)cp);
		} else {
			buf_add(out, text + i, n);
		}
	}
	buf_addc(out, '"');
}

static void
print_operand(enum query_lang lang, const struct operand *o, struct buf *out)
{
	switch (o->kind) {
	case OPERAND_EMPTY:
		buf_adds(out, "EMPTY");
		return;
	case OPERAND_VALUE:
		if (o->number)
			buf_adds(out, o->text);
		else
			query_print_text(lang, o->text, o->quote, out);
		return;
	case OPERAND_FUNCTION:
		if (o->number)
			buf_adds(out, o->text);
		else
			query_print_text(lang, o->text, false, out);
		break;
	case OPERAND_LIST:
		break;
	}
	buf_addc(out, '(');
	for (size_t i = 0; i < o->count; i++) {
		struct operand item = o->item[i];

		if (i > 0)
			buf_adds(out, ", ");
		if (o->kind == OPERAND_FUNCTION && item.text[0] == '-')
			item.quote = true;	/* startOfDay("-1d"), as the manuals have it */
		print_operand(lang, &item, out);
	}
	buf_addc(out, ')');
}

static void
print_field(enum query_lang lang, const struct query_field *f, struct buf *out)
{
	if (f->custom || f->number || is_bare(lang, f->name, "."))	/* issue.property, space.key */
		buf_adds(out, f->name);
	else
		query_print_text(lang, f->name, false, out);
	for (size_t i = 0; i < f->property_count; i++) {
		const struct property *p = &f->property[i];

		buf_addc(out, '[');
		print_operand(lang, &p->key, out);
		buf_addc(out, ']');
		for (size_t j = 0; j < p->path_count; j++) {
			const struct operand *step = &p->path[j];
			bool bare = !step->number && is_bare(lang, step->text, ".");

			if (j > 0 || step->text[0] != '.' || !bare)
				buf_addc(out, ' ');
			if (bare)
				buf_adds(out, step->text);
			else
				print_operand(lang, step, out);
		}
	}
}

static void
print_term(enum query_lang lang, const struct clause *c, struct buf *out)
{
	print_field(lang, &c->field, out);
	buf_addc(out, ' ');
	buf_adds(out, query_op_name(c->op));
	if (c->operand != NULL) {
		buf_addc(out, ' ');
		print_operand(lang, c->operand, out);
	}
	for (size_t i = 0; i < c->predicate_count; i++) {
		buf_addf(out, " %s ", query_predicate_name(c->predicate[i].kind));
		print_operand(lang, &c->predicate[i].operand, out);
	}
}

/* AND binds more than OR, so an AND in an OR needs none. No more than needed: else the text of a query
 * could be deeper than the parser allows though the query itself was not. */
static bool
needs_parens(const struct clause *parent, const struct clause *c)
{
	return c->kind == CLAUSE_OR || (c->kind == CLAUSE_AND && parent->kind != CLAUSE_OR);
}

void
query_print_clause(enum query_lang lang, const struct clause *c, struct buf *out)
{
	if (c->kind == CLAUSE_TERM) {
		print_term(lang, c, out);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct clause *child = c->child[i];

		if (c->kind == CLAUSE_NOT)
			buf_adds(out, "NOT ");
		else if (i > 0)
			buf_adds(out, c->kind == CLAUSE_AND ? " AND " : " OR ");
		if (needs_parens(c, child))
			buf_addc(out, '(');
		query_print_clause(lang, child, out);
		if (needs_parens(c, child))
			buf_addc(out, ')');
	}
}

static void
print_sort(const struct query *q, struct buf *out)
{
	for (size_t i = 0; i < q->sort_count; i++) {
		buf_adds(out, i > 0 ? ", " : q->where != NULL ? " ORDER BY " : "ORDER BY ");
		print_field(q->lang, &q->sort[i].field, out);
		if (q->sort[i].direction != SORT_DEFAULT)
			buf_adds(out, q->sort[i].direction == SORT_ASC ? " ASC" : " DESC");
	}
}

void
query_print(const struct query *q, struct buf *out)
{
	if (q->where != NULL)
		query_print_clause(q->lang, q->where, out);
	print_sort(q, out);
}

/* ---- comparison ---- */

static bool
equal_operand(const struct operand *a, const struct operand *b)
{
	if (a->kind != b->kind || a->number != b->number || a->count != b->count || !str_eq(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!equal_operand(&a->item[i], &b->item[i]))
			return false;
	}
	return true;
}

static bool
equal_field(const struct query_field *a, const struct query_field *b)
{
	if (!str_eq(a->name, b->name) || a->custom != b->custom || a->number != b->number ||
	    a->property_count != b->property_count)
		return false;
	for (size_t i = 0; i < a->property_count; i++) {
		const struct property *p = &a->property[i], *q = &b->property[i];

		if (!equal_operand(&p->key, &q->key) || p->path_count != q->path_count)
			return false;
		for (size_t j = 0; j < p->path_count; j++) {
			if (!equal_operand(&p->path[j], &q->path[j]))
				return false;
		}
	}
	return true;
}

static bool
equal_term(const struct clause *a, const struct clause *b)
{
	if (!equal_field(&a->field, &b->field) || a->op != b->op || a->predicate_count != b->predicate_count ||
	    (a->operand == NULL) != (b->operand == NULL) ||
	    (a->operand != NULL && !equal_operand(a->operand, b->operand)))
		return false;
	for (size_t i = 0; i < a->predicate_count; i++) {
		if (a->predicate[i].kind != b->predicate[i].kind ||
		    !equal_operand(&a->predicate[i].operand, &b->predicate[i].operand))
			return false;
	}
	return true;
}

static bool
equal_clause(const struct clause *a, const struct clause *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind)
		return false;
	if (a->kind == CLAUSE_TERM)
		return equal_term(a, b);
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!equal_clause(a->child[i], b->child[i]))
			return false;
	}
	return true;
}

bool
query_equal(const struct query *a, const struct query *b)
{
	if (a->lang != b->lang || a->sort_count != b->sort_count || !equal_clause(a->where, b->where))
		return false;
	for (size_t i = 0; i < a->sort_count; i++) {
		if (a->sort[i].direction != b->sort[i].direction || !equal_field(&a->sort[i].field, &b->sort[i].field))
			return false;
	}
	return true;
}
