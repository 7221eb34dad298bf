/*
 * One rule, one habit: SQL's LIKE, a search box's field:value, a forgotten
 * quote. A rule looks at the tokens around the fault, edits the text and leaves
 * a note, or leaves everything alone. The table at the end gives their order:
 * what explains a fault most exactly comes first, quoting what is left over
 * last.
 */
#include "query/repair_rules.h"

#include "base/str.h"
#include "query/names.h"
#include "query/print.h"

#include <string.h>
#include <strings.h>

/* Replaces the bytes [from, to). */
static bool
splice(struct repair *r, size_t from, size_t to, const char *with)
{
	r->text = arena_printf(r->arena, "%.*s%s%s", (int)from, r->text, with, r->text + to);
	r->len = strlen(r->text);
	r->changed = true;
	return true;
}

static const char *
source(struct repair *r, size_t from, size_t to)
{
	return arena_strndup(r->arena, r->text + from, to - from);
}

static const char *
quoted(struct repair *r, const char *s)
{
	struct buf b;
	char *out;

	buf_init(&b, QUERY_MAX_PRINT);
	query_print_text(r->lang, s, true, &b);
	out = arena_strndup(r->arena, b.data, b.len);
	buf_release(&b);
	return out;
}

static bool
is_word(struct repair *r, const struct token *t, const char *word)
{
	return !t->quoted && t->end - t->at == strlen(word) && strncasecmp(r->text + t->at, word, t->end - t->at) == 0;
}

static bool
is_any(struct repair *r, const struct token *t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_word(r, t, words[i]))
			return true;
	}
	return false;
}

static bool
is_value(const struct token *t)
{
	return t->kind == T_STRING || t->kind == T_NUMBER;
}

static bool
is_wordlike(const struct token *t)	/* anything written in letters */
{
	return is_value(t) || t->kind == T_RESERVED || (t->kind >= T_AND && t->kind <= T_CF);
}

static bool
is_operator(const struct token *t)
{
	return (t->kind >= T_LT && t->kind <= T_NOT_LIKE) || t->kind == T_IN || t->kind == T_IS || t->kind == T_WAS ||
	       t->kind == T_CHANGED;
}

/* AND, OR, ORDER BY, ')' , ',' or the end: what ends a value. */
static bool
ends_value(struct repair *r, const struct repair_spot *s, size_t i)
{
	const struct token *t = &s->v[i];

	(void)r;
	return t->kind == T_END || t->kind == T_AND || t->kind == T_OR || t->kind == T_RPAREN || t->kind == T_COMMA ||
	       t->kind == T_RBRACKET || (t->kind == T_ORDER && i < s->n && s->v[i + 1].kind == T_BY);
}

static bool
touches(const struct token *a, const struct token *b)
{
	return a->end == b->at;
}

/* ---- the rules ---- */

static bool
rule_select(struct repair *r, const struct repair_spot *s)
{
	if (s->n == 0 || (!is_word(r, &s->v[0], "select") && !is_word(r, &s->v[0], "where")))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (is_word(r, &s->v[i], "where")) {
			repair_note(r, "There is no SELECT, FROM or WHERE: a query is only the condition.");
			return splice(r, 0, s->v[i].end, "");
		}
	}
	return false;
}

static bool
rule_limit(struct repair *r, const struct repair_spot *s)
{
	static const char *const words[] = { "limit", "offset", "top", "maxresults" };

	if (s->i == 0 || !is_any(r, &s->v[s->i], words, LEN(words)) || s->i + 1 > s->n ||
	    s->v[s->i + 1].kind != T_NUMBER)
		return false;
	repair_note(r, "There is no LIMIT in a query: give the number of results as an argument of its own.");
	return splice(r, s->v[s->i].at, s->v[s->i + 1].end, "");
}

static bool
rule_semicolon(struct repair *r, const struct repair_spot *s)
{
	if (s->v[s->i].kind != T_BAD_CHAR || r->text[s->v[s->i].at] != ';' || s->i + 1 != s->n)
		return false;
	repair_note(r, "A query does not end with a semicolon.");
	return splice(r, s->v[s->i].at, r->len, "");
}

static bool
rule_signs(struct repair *r, const struct repair_spot *s)
{
	static const struct {
		enum token_kind a, b;
		const char *is;
	} pairs[] = {
		{ T_EQ, T_EQ, "=" },
		{ T_NE, T_EQ, "!=" },
		{ T_LT, T_GT, "!=" },
		{ T_EQ, T_LT, "<=" },
		{ T_EQ, T_GT, ">=" },
		{ T_EQ, T_LIKE, "~" },
		{ T_LIKE, T_EQ, "~" },
		{ T_LIKE, T_LIKE, "~" },
		{ T_NOT, T_EQ, "!=" },
		{ T_NOT, T_LIKE, "!~" },
		{ T_BANG, T_IN, "not in" },
		{ T_EQ, T_IN, "in" },
		{ T_IS, T_IN, "in" },
		{ T_NE, T_IN, "not in" },
	};
	const struct token *b = &s->v[s->i];

	/* "! in" fails at '!', the others at their second sign */
	for (size_t k = 0; k < 2; k++, b++) {
		const struct token *a = b - 1;

		if (b == s->v || b > s->v + s->n)
			continue;
		for (size_t i = 0; i < LEN(pairs); i++) {
			if (a->kind != pairs[i].a || b->kind != pairs[i].b)
				continue;
			if (b->kind == T_IN && b[1].kind != T_LPAREN)	/* status = In Progress */
				continue;
			repair_note(r, "'%s' is written '%s'.", source(r, a->at, b->end), pairs[i].is);
			return splice(r, a->at, b->end, arena_printf(r->arena, " %s ", pairs[i].is));
		}
	}
	return false;
}

/* LIKE "%x%": the percent signs are not wildcards here. */
static const char *
like_value(struct repair *r, const struct token *t)
{
	const char *text = t->text != NULL ? t->text : source(r, t->at, t->end);
	size_t len = strlen(text);
	bool more = len > 1 && text[len - 1] == '%';

	if (strchr(text, '%') == NULL)
		return source(r, t->at, t->end);
	if (more)
		len--;
	if (len > 0 && text[0] == '%') {
		text++;
		len--;
		more = false;	/* contained somewhere: the plain word */
	}
	return quoted(r, arena_printf(r->arena, "%.*s%s", (int)len, text, more ? "*" : ""));
}

static bool
rule_like(struct repair *r, const struct repair_spot *s)
{
	static const char *const words[] = { "like", "ilike", "contains", "includes", "matches", "has", "startswith" };
	const struct token *t = &s->v[s->i];
	bool negative = s->i > 0 && t[-1].kind == T_NOT;
	size_t from = negative ? t[-1].at : t->at;

	if (s->i == 0 || s->i >= s->n || !is_any(r, t, words, LEN(words)) ||
	    !(is_value(&t[1]) || t[1].kind == T_UNCLOSED))
		return false;
	repair_note(r, "'%s' is written '%s' (text search; * is its wildcard).", source(r, from, t->end),
	    negative ? "!~" : "~");
	return splice(r, from, t[1].end, arena_printf(r->arena, "%s %s", negative ? "!~" : "~",
	    t[1].kind == T_UNCLOSED ? source(r, t[1].at, t[1].end) : like_value(r, &t[1])));
}

static bool
rule_equals_word(struct repair *r, const struct repair_spot *s)
{
	static const char *const words[] = { "equals", "equal", "eq", "neq" };
	const struct token *t = &s->v[s->i];

	if (s->i == 0 || s->i >= s->n || !is_any(r, t, words, LEN(words)))
		return false;
	repair_note(r, "'%s' is written '%s'.", source(r, t->at, t->end), is_word(r, t, "neq") ? "!=" : "=");
	return splice(r, t->at, t->end, is_word(r, t, "neq") ? "!=" : "=");
}

static bool
rule_between(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i], *field = t - 1;
	const char *name;

	if (s->i == 0 || s->i + 3 > s->n || !is_word(r, t, "between") || !is_value(field) || !is_value(&t[1]) ||
	    t[2].kind != T_AND || !is_value(&t[3]))
		return false;
	name = source(r, field->at, field->end);
	repair_note(r, "BETWEEN is written with >= and <=.");
	return splice(r, field->at, t[3].end,
	    arena_printf(r->arena, "%s >= %s AND %s <= %s", name, source(r, t[1].at, t[1].end), name,
		source(r, t[3].at, t[3].end)));
}

static bool
rule_is(struct repair *r, const struct repair_spot *s)
{
	static const char *const nothing[] = { "none", "nothing", "blank", "unassigned", "missing", "unset" };
	const struct token *t = &s->v[s->i];
	size_t k = 1;
	bool negative;

	if (s->i < 2 || !is_wordlike(t))
		return false;
	negative = t[-1].kind == T_NOT;
	if (negative)
		k = 2;
	if (s->i < k || t[-(ptrdiff_t)k].kind != T_IS)
		return false;
	if (is_any(r, t, nothing, LEN(nothing))) {
		repair_note(r, "No value is called EMPTY.");
		return splice(r, t->at, t->end, "EMPTY");
	}
	repair_note(r, "IS goes with EMPTY only; a value is compared with = or !=.");
	return splice(r, t[-(ptrdiff_t)k].at, t[-1].end, negative ? "!=" : "=");
}

/* = (a, b) and = a, b and in a, b and in [a, b]. */
static bool
rule_list(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	const struct token *op;
	const char *in;
	size_t j;

	if (s->i < 2)
		return false;
	if (t->kind == T_LPAREN && (t[-1].kind == T_EQ || t[-1].kind == T_NE)) {
		in = t[-1].kind == T_EQ ? "in" : "not in";
		repair_note(r, "A list goes with IN: '%s (...)'.", in);
		return splice(r, t[-1].at, t[-1].end, arena_printf(r->arena, " %s ", in));
	}
	if (t->kind == T_LPAREN && (t[-1].kind == T_WAS || (t[-1].kind == T_NOT && t[-2].kind == T_WAS))) {
		repair_note(r, "A list goes with WAS IN.");
		return splice(r, t->at, t->at, " in ");
	}
	if (t[-1].kind == T_IN && t->kind == T_LBRACKET) {
		for (j = s->i; j < s->n && s->v[j].kind != T_RBRACKET; j++)
			;
		if (j == s->n)
			return false;
		repair_note(r, "Lists stand in parentheses.");
		return splice(r, t->at, s->v[j].end, arena_printf(r->arena, "(%s)", source(r, t->end, s->v[j].at)));
	}
	if (t[-1].kind == T_IN && is_value(t)) {
		for (j = s->i; j + 2 <= s->n && s->v[j + 1].kind == T_COMMA && is_value(&s->v[j + 2]); j += 2)
			;
		repair_note(r, "The values of IN stand in parentheses.");
		return splice(r, t->at, s->v[j].end, arena_printf(r->arena, "(%s)", source(r, t->at, s->v[j].end)));
	}
	op = t - 2;
	if (t->kind == T_COMMA && is_value(&t[-1]) && (op->kind == T_EQ || op->kind == T_NE) && is_value(&t[1])) {
		for (j = s->i; j + 2 <= s->n && s->v[j].kind == T_COMMA && is_value(&s->v[j + 1]); j += 2)
			;
		repair_note(r, "Several values go with IN.");
		return splice(r, op->at, s->v[j - 1].end,
		    arena_printf(r->arena, " %s (%s)", op->kind == T_EQ ? "in" : "not in",
			source(r, t[-1].at, s->v[j - 1].end)));
	}
	return false;
}

static bool
rule_empty_list(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];

	if (s->i < 3 || t->kind != T_RPAREN || t[-1].kind != T_LPAREN || t[-2].kind != T_IN)
		return false;
	repair_note(r, "A list needs a value; 'no value' is EMPTY.");
	return splice(r, t->at, t->at, "EMPTY");
}

/* status = Open OR Done: the second value has no field. */
static bool
rule_or_values(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	size_t j;

	if (s->i < 5 || !ends_value(r, s, s->i) || !is_value(&t[-1]) || t[-2].kind != T_OR || !is_value(&t[-3]) ||
	    t[-4].kind != T_EQ)
		return false;
	for (j = s->i; j + 2 <= s->n && s->v[j].kind == T_OR && is_value(&s->v[j + 1]) && ends_value(r, s, j + 2);
	     j += 2)
		;
	repair_note(r, "Each side of OR is a whole condition; several values of one field go with IN.");
	{
		struct buf list;
		char *text;

		buf_init(&list, QUERY_MAX_TEXT);
		for (size_t k = s->i - 3; k < j; k += 2)
			buf_addf(&list, "%s%s", k > s->i - 3 ? ", " : "", source(r, s->v[k].at, s->v[k].end));
		text = arena_printf(r->arena, " in (%s)", list.data);
		buf_release(&list);
		return splice(r, t[-4].at, s->v[j - 1].end, text);
	}
}

/* status:Done, status:"In Progress" */
static bool
rule_colon(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = s->i > 0 ? &s->v[s->i - 1] : NULL;
	const char *colon;

	if (t == NULL || t->kind != T_STRING || t->quoted)
		return false;
	colon = memchr(r->text + t->at, ':', t->end - t->at);
	if (colon == NULL || colon == r->text + t->at)
		return false;
	repair_note(r, "A field is compared with =, not with a colon.");
	return splice(r, (size_t)(colon - r->text), (size_t)(colon - r->text) + 1, " = ");
}

static bool
rule_order(struct repair *r, const struct repair_spot *s)
{
	static const char *const sort[] = { "sort", "orderby", "sortby", "sorted" };
	const struct token *t = &s->v[s->i];

	if (is_any(r, t, sort, LEN(sort))) {
		size_t end = s->i < s->n && t[1].kind == T_BY ? t[1].end : t->end;

		repair_note(r, "Sorting is written ORDER BY.");
		return splice(r, t->at, end, "ORDER BY");
	}
	if (s->i > 0 && t[-1].kind == T_ORDER && t->kind != T_BY && is_value(t)) {
		repair_note(r, "Sorting is written ORDER BY.");
		return splice(r, t->at, t->at, "BY ");
	}
	if (is_word(r, t, "descending") || is_word(r, t, "ascending")) {
		repair_note(r, "The directions are ASC and DESC.");
		return splice(r, t->at, t->end, is_word(r, t, "descending") ? "DESC" : "ASC");
	}
	return false;
}

/* created > now() - 7d */
static bool
rule_now_minus(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	const char *text;
	size_t end;

	if (s->i < 4 || t[-1].kind != T_RPAREN || t[-2].kind != T_LPAREN || !is_word(r, &t[-3], "now") ||
	    !is_value(t) || t->text[0] != '-')
		return false;
	text = t->text;
	end = t->end;
	if (text[1] == '\0' && is_value(&t[1])) {
		text = arena_printf(r->arena, "-%s", t[1].text);
		end = t[1].end;
	}
	repair_note(r, "There is no arithmetic: a time before now is written \"-7d\".");
	return splice(r, t[-3].at, end, text);
}

static bool
rule_parens(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	int depth = 0;

	for (size_t i = 0; i < s->i; i++)
		depth += (s->v[i].kind == T_LPAREN) - (s->v[i].kind == T_RPAREN);
	if (depth > 0 && (t->kind == T_END || t->kind == T_ORDER) && s->i > 0 && !is_operator(&t[-1]) &&
	    t[-1].kind != T_LPAREN && t[-1].kind != T_AND && t[-1].kind != T_OR) {
		repair_note(r, "A ')' was missing.");
		return splice(r, t->at, t->at, t->kind == T_END ? ")" : ") ");
	}
	if (depth <= 0 && t->kind == T_RPAREN) {
		repair_note(r, "There was a ')' too many.");
		return splice(r, t->at, t->end, "");
	}
	return false;
}

/* AND AND, a trailing AND, AND ORDER BY, a leading AND. */
static bool
rule_joint(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];

	if (s->i > 0 && (t[-1].kind == T_AND || t[-1].kind == T_OR) &&
	    (t->kind == T_END || t->kind == T_ORDER || t->kind == T_RPAREN)) {
		repair_note(r, "AND and OR stand between two conditions.");
		return splice(r, t[-1].at, t[-1].end, "");
	}
	if ((t->kind == T_AND || t->kind == T_OR) &&
	    (s->i == 0 || t[-1].kind == T_AND || t[-1].kind == T_OR || t[-1].kind == T_LPAREN)) {
		repair_note(r, "AND and OR stand between two conditions.");
		return splice(r, t->at, t->end, "");
	}
	return false;
}

/* sprint in openSprints */
static bool
rule_function(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];

	if (s->i == 0 || t[-1].kind != T_IN || t->kind != T_STRING || t->quoted ||
	    query_known_function(r->lang, t->text) == NULL)
		return false;
	repair_note(r, "A function is written with parentheses: %s().", t->text);
	return splice(r, t->end, t->end, "()");
}

/* status in ("To Do" "Done") */
static bool
rule_missing_comma(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	size_t open = s->i;

	if (s->i < 3 || !is_value(t) || !is_value(&t[-1]) || !(t->quoted || t[-1].quoted))
		return false;
	while (open > 0 && (is_value(&s->v[open - 1]) || s->v[open - 1].kind == T_COMMA))
		open--;
	if (open < 2 || s->v[open - 1].kind != T_LPAREN || s->v[open - 2].kind != T_IN)
		return false;
	repair_note(r, "The values of a list are separated by commas.");
	return splice(r, t[-1].end, t->at, ", ");
}

/* labels = a AND b */
static bool
rule_and_values(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	const char *head;

	if (s->i < 5 || !ends_value(r, s, s->i) || !is_value(&t[-1]) || t[-2].kind != T_AND || !is_value(&t[-3]) ||
	    t[-4].kind < T_LT || t[-4].kind > T_NOT_LIKE || !is_value(&t[-5]))
		return false;
	head = source(r, t[-5].at, t[-4].end);
	repair_note(r, "Each side of AND is a whole condition.");
	return splice(r, t[-1].at, t[-1].at, arena_printf(r->arena, "%s ", head));
}

/* project = OPS status = Done */
static bool
rule_missing_and(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];

	if (s->i < 3 || s->i >= s->n || !is_value(t) ||
	    !(is_value(&t[-1]) || t[-1].kind == T_RPAREN || t[-1].kind == T_EMPTY))
		return false;
	if (is_value(&t[-1]) && !is_operator(&t[-2]))	/* a field of several words */
		return false;
	if (!(is_operator(&t[1]) || (t[1].kind == T_NOT && t[2].kind == T_IN) ||
	    (!t->quoted && memchr(r->text + t->at, ':', t->end - t->at) != NULL)))
		return false;
	repair_note(r, "Two conditions are joined by AND or OR.");
	return splice(r, t->at, t->at, "AND ");
}

static bool
rule_unclosed(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];
	static const char *const stops[] = { " and ", " or ", " order by " };
	size_t at;

	if (t->kind != T_UNCLOSED)
		return false;
	at = r->len;
	for (size_t i = 0; i < LEN(stops); i++) {
		const char *stop = strcasestr(r->text + t->at, stops[i]);

		if (stop != NULL && (size_t)(stop - r->text) < at)
			at = (size_t)(stop - r->text);
	}
	while (at > t->at + 1 && (r->text[at - 1] == ' ' || r->text[at - 1] == ')'))
		at--;
	repair_note(r, "A quotation mark was not closed.");
	return splice(r, at, at, arena_printf(r->arena, "%c", r->text[t->at]));
}

/* a@b.example, C#, +7d, 2026/11/23: characters that need quotes. */
static bool
rule_bad_char(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i], *from = t, *to = t;

	if (t->kind != T_BAD_CHAR || r->text[t->at] == ';')
		return false;
	while (from > s->v && touches(&from[-1], from) && (is_wordlike(&from[-1]) || from[-1].kind == T_BAD_CHAR))
		from--;
	while (to < s->v + s->n && touches(to, &to[1]) && (is_wordlike(&to[1]) || to[1].kind == T_BAD_CHAR))
		to++;
	repair_note(r, "Text with the character '%s' stands in quotation marks.", source(r, t->at, t->end));
	return splice(r, from->at, to->end, quoted(r, source(r, from->at, to->end)));
}

/* status = In Progress, Story Points > 3, assignee = select: words that need quotes together. */
static bool
rule_words(struct repair *r, const struct repair_spot *s)
{
	size_t from = s->i, to = s->i;
	const char *with;
	struct buf name;

	if (!is_wordlike(&s->v[s->i]) && !(s->i > 0 && is_wordlike(&s->v[s->i - 1])))
		return false;
	/* back to the operator, comma, parenthesis, AND, OR or BY before it */
	while (from > 0 && is_wordlike(&s->v[from - 1]) && !s->v[from - 1].quoted && s->v[from - 1].kind != T_AND &&
	       s->v[from - 1].kind != T_OR && s->v[from - 1].kind != T_BY && !is_operator(&s->v[from - 1]) &&
	       s->v[from - 1].kind != T_NOT)
		from--;
	for (to = from;
	     to < s->n && is_wordlike(&s->v[to]) && !s->v[to].quoted && (to == s->i || !ends_value(r, s, to)); to++) {
		/* a field ends where its operator begins; a value may hold the words IN or IS */
		if (to > from && is_operator(&s->v[to]) && (from == 0 || !is_operator(&s->v[from - 1])))
			break;
	}
	if (to <= s->i && to <= from)
		return false;
	if (to - from == 1 && is_value(&s->v[from]))	/* one good word: quotes would not help */
		return false;
	repair_note(r, "%s in quotation marks.",
	    to - from > 1 ? "A name of several words stands" : "A reserved word as name stands");
	buf_init(&name, QUERY_MAX_TEXT);
	for (size_t i = from; i < to; i++) {
		if (i > from && !touches(&s->v[i - 1], &s->v[i]))
			buf_addc(&name, ' ');
		buf_add(&name, r->text + s->v[i].at, s->v[i].end - s->v[i].at);
	}
	with = quoted(r, name.data);
	buf_release(&name);
	return splice(r, s->v[from].at, s->v[to - 1].end, with);
}

/* space = ~ann: a personal space's key begins with the sign of text search. */
static bool
rule_personal_space(struct repair *r, const struct repair_spot *s)
{
	const struct token *t = &s->v[s->i];

	if (r->lang != QUERY_CQL || s->i < 2 || s->i + 1 >= s->n || t->kind != T_LIKE || !is_wordlike(t + 1) || !touches(t, t + 1))
		return false;
	if ((t[-1].kind == T_EQ || t[-1].kind == T_NE) ? !is_word(r, t - 2, "space") && !is_word(r, t - 2, "space.key") :
	    t[-1].kind != T_LPAREN && t[-1].kind != T_COMMA)
		return false;
	repair_note(r, "The key of a personal space stands in quotation marks.");
	return splice(r, t->at, t[1].end, quoted(r, arena_printf(r->arena, "~%s", source(r, t[1].at, t[1].end))));
}

static bool (*const rules[])(struct repair *, const struct repair_spot *) = {
	rule_select,
	rule_limit,
	rule_semicolon,
	rule_unclosed,
	rule_personal_space,
	rule_signs,
	rule_between,
	rule_like,
	rule_equals_word,
	rule_is,
	rule_function,
	rule_list,
	rule_empty_list,
	rule_or_values,
	rule_missing_comma,
	rule_missing_and,
	rule_colon,
	rule_and_values,
	rule_order,
	rule_now_minus,
	rule_joint,
	rule_parens,
	rule_bad_char,
	rule_words,
};

bool
repair_step(struct repair *r, const struct repair_spot *s)
{
	for (size_t i = 0; i < LEN(rules); i++) {
		if (rules[i](r, s))
			return true;
	}
	return false;
}
