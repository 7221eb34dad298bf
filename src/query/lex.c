/*
 * One pass over the bytes. A word runs as far as its characters go and is then
 * a keyword, a reserved word, a number or a string; escapes make it a string
 * whatever it spells. Anything that cannot be a token becomes a bad token of
 * its own and the pass goes on, because hints want to see what follows; the
 * parser stops at it.
 *
 * The character classes are those of Atlassian's published lexer: a bare word
 * may hold everything but controls, space and !"#$%&'()*+,/;<=>?@[\]^{|}~ and
 * Unicode's noncharacters; a quoted one everything but its own quote, the
 * backslash and controls other than line feed and carriage return.
 */
#include "query/lex.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	enum token_kind kind;
} keywords[] = {
	{ "and", T_AND }, { "or", T_OR }, { "not", T_NOT }, { "in", T_IN }, { "order", T_ORDER }, { "by", T_BY },
	{ "asc", T_ASC }, { "desc", T_DESC },
	/* from here on JQL only */
	{ "is", T_IS }, { "empty", T_EMPTY }, { "null", T_EMPTY }, { "was", T_WAS }, { "changed", T_CHANGED },
	{ "before", T_BEFORE }, { "after", T_AFTER }, { "from", T_FROM }, { "to", T_TO }, { "on", T_ON },
	{ "during", T_DURING }, { "cf", T_CF },
};
enum { CQL_KEYWORDS = 8 };

/* JQL's reserved words beside the keywords; sorted. */
static const char *const jql_reserved[] = {
	"abort", "access", "add", "alias", "alter", "any", "as", "audit", "avg", "begin", "between", "boolean",
	"break", "byte", "catch", "char", "character", "check", "checkpoint", "collate", "collation", "column",
	"commit", "connect", "continue", "count", "create", "current", "date", "decimal", "declare", "decrement",
	"default", "defaults", "define", "delete", "delimiter", "difference", "distinct", "divide", "do", "double",
	"drop", "else", "encoding", "end", "equals", "escape", "exclusive", "exec", "execute", "exists", "explain",
	"false", "fetch", "field", "file", "first", "float", "for", "function", "go", "goto", "grant", "greater",
	"group", "having", "identified", "if", "immediate", "increment", "index", "initial", "inner", "inout",
	"input", "insert", "int", "integer", "intersect", "intersection", "into", "isempty", "isnull", "join",
	"last", "left", "less", "like", "limit", "lock", "long", "max", "min", "minus", "mode", "modify", "modulo",
	"more", "multiply", "next", "noaudit", "notin", "nowait", "number", "object", "of", "option", "outer",
	"output", "power", "previous", "prior", "privileges", "public", "raise", "raw", "remainder", "rename",
	"resource", "return", "returns", "revoke", "right", "row", "rowid", "rownum", "rows", "select", "session",
	"set", "share", "size", "sqrt", "start", "strict", "string", "subtract", "sum", "synonym", "table", "then",
	"trans", "transaction", "trigger", "true", "uid", "union", "unique", "update", "user", "validate",
	"values", "view", "when", "whenever", "where", "while", "with",
};

/* CQL's, by its manual page. */
static const char *const cql_reserved[] = {
	"after", "as", "avg", "before", "begin", "commit", "contains", "count", "distinct", "else", "empty", "end",
	"explain", "from", "having", "if", "inner", "insert", "into", "is", "isnull", "left", "like", "limit", "max",
	"min", "null", "outer", "right", "select", "sum", "then", "was", "where", "update",
};

enum token_kind
query_word(enum query_lang lang, const char *word, size_t len)
{
	const char *const *list = lang == QUERY_JQL ? jql_reserved : cql_reserved;
	size_t n = lang == QUERY_JQL ? LEN(jql_reserved) : LEN(cql_reserved);
	size_t sign = len > 0 && word[0] == '-' ? 1 : 0, i;

	for (i = sign; i < len && word[i] >= '0' && word[i] <= '9'; i++)
		;
	if (i == len && len > sign)
		return T_NUMBER;
	if (len == 0 || len > 12)
		return T_STRING;
	for (i = 0; i < (lang == QUERY_JQL ? LEN(keywords) : CQL_KEYWORDS); i++) {
		if (strlen(keywords[i].word) == len && strncasecmp(keywords[i].word, word, len) == 0)
			return keywords[i].kind;
	}
	for (i = 0; i < n; i++) {
		if (strlen(list[i]) == len && strncasecmp(list[i], word, len) == 0)
			return T_RESERVED;
	}
	return T_STRING;
}

static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || (cp >= 0xfdd0 && cp <= 0xfdef) || cp == 0xfffe ||
	       cp == 0xffff;
}

bool
query_bare_char(enum query_lang lang, uint32_t cp)
{
	if (is_control(cp))
		return false;
	if (cp == '/' && lang == QUERY_CQL)	/* created > 2014/09/01, as its manual writes */
		return true;
	return cp >= 0x80 || strchr(" !\"#$%&'()*+,/;<=>?@[\\]^{|}~", (int)cp) == NULL;
}

static bool
quoted_char(uint32_t cp)
{
	return cp == '\n' || cp == '\r' || !is_control(cp);
}

/* The four digits of \uXXXX at s; -1 when they are not there. */
static int32_t
hex4(const char *s, size_t len)
{
	int32_t v = 0;

	if (len < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *d = s[i] == '\0' ? NULL : strchr(digits, s[i] >= 'A' && s[i] <= 'F' ? s[i] + 32 : s[i]);

		if (d == NULL)
			return -1;
		v = v * 16 + (int32_t)(d - digits);
	}
	return v;
}

/* Decodes the escape at s (a backslash). Returns the bytes it takes, 0 when it is none. */
static size_t
escape(const char *s, size_t len, uint32_t *ret)
{
	int32_t v, low;

	if (len < 2)
		return 0;
	switch (s[1]) {
	case 'n':
		*ret = '\n';
		return 2;
	case 'r':
		*ret = '\r';
		return 2;
	case 't':
		*ret = '\t';
		return 2;
	case '"':
	case '\'':
	case '\\':
	case ' ':
		*ret = (unsigned char)s[1];
		return 2;
	case 'u':
		v = hex4(s + 2, len - 2);
		if (v <= 0 || (v >= 0xdc00 && v <= 0xdfff))
			return 0;
		*ret = (uint32_t)v;
		if (v < 0xd800 || v > 0xdbff)
			return 6;
		if (len < 12 || s[6] != '\\' || s[7] != 'u' || (low = hex4(s + 8, len - 8)) < 0xdc00 || low > 0xdfff)
			return 0;
		*ret = 0x10000 + ((uint32_t)(v - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
		return 12;
	default:
		return 0;
	}
}

struct lexer {
	enum query_lang lang;
	struct arena *arena;
	const char *text;
	size_t len, pos;
	struct tokens out;
	size_t cap;
	struct buf word;
};

static struct token *
push(struct lexer *lx, enum token_kind kind, size_t at)
{
	struct tokens *t = &lx->out;

	if (t->n == lx->cap) {
		size_t cap = lx->cap == 0 ? 32 : lx->cap * 2;

		t->v = arena_grow(lx->arena, t->v, lx->cap * sizeof(*t->v), cap * sizeof(*t->v));
		lx->cap = cap;
	}
	t->v[t->n] = (struct token){ .kind = kind, .at = at, .end = lx->pos };
	return &t->v[t->n++];
}

static void
push_string(struct lexer *lx, size_t at, bool quoted)
{
	struct token *t = push(lx, T_STRING, at);

	t->quoted = quoted;
	t->text = arena_strndup(lx->arena, lx->word.data, lx->word.len);
}

static void
lex_quoted(struct lexer *lx)
{
	size_t at = lx->pos, bad = SIZE_MAX, bad_end = 0, n;
	char quote = lx->text[lx->pos++], utf8[4];
	uint32_t cp;

	buf_reset(&lx->word);
	while (lx->pos < lx->len) {
		const char *s = lx->text + lx->pos;
		bool ok;

		if (*s == quote) {
			lx->pos++;
			push_string(lx, at, true);
			if (bad != SIZE_MAX) {
				struct token *t = &lx->out.v[lx->out.n - 1];

				t->kind = T_BAD_QUOTED;
				t->at = bad;
				t->end = bad_end;
			}
			return;
		}
		if (*s == '\\') {
			n = escape(s, lx->len - lx->pos, &cp);
			ok = n > 0;
			n = ok ? n : 1;
		} else {
			cp = utf8_next(s, lx->len - lx->pos, &n);
			ok = quoted_char(cp);
		}
		if (!ok) {
			if (bad == SIZE_MAX) {
				bad = lx->pos;
				bad_end = bad + n;
			}
			cp = ' ';
		}
		buf_add(&lx->word, utf8, utf8_put(utf8, cp));
		lx->pos += n;
	}
	push(lx, T_UNCLOSED, at)->text = arena_strndup(lx->arena, lx->word.data, lx->word.len);
}

static void
lex_word(struct lexer *lx)
{
	size_t at = lx->pos, n;
	bool escaped = false;
	char utf8[4];
	uint32_t cp;

	buf_reset(&lx->word);
	while (lx->pos < lx->len) {
		const char *s = lx->text + lx->pos;

		if (*s == '\\') {
			n = escape(s, lx->len - lx->pos, &cp);
			if (n == 0)
				break;
			escaped = true;
		} else {
			cp = utf8_next(s, lx->len - lx->pos, &n);
			if (!query_bare_char(lx->lang, cp))
				break;
		}
		buf_add(&lx->word, utf8, utf8_put(utf8, cp));
		lx->pos += n;
	}
	if (lx->pos == at) {	/* not a word at all */
		utf8_next(lx->text + at, lx->len - at, &n);
		lx->pos += n;
		push(lx, T_BAD_CHAR, at);
		return;
	}
	push_string(lx, at, false);
	if (!escaped)
		lx->out.v[lx->out.n - 1].kind = query_word(lx->lang, lx->word.data, lx->word.len);
}

static void
lex_sign(struct lexer *lx)
{
	static const struct {
		char sign[3];
		enum token_kind kind;
	} signs[] = {
		/* longer ones first */
		{ "&&", T_AND },
		{ "||", T_OR },
		{ ">=", T_GE },
		{ "<=", T_LE },
		{ "!=", T_NE },
		{ "!~", T_NOT_LIKE },
		{ "&", T_AND },
		{ "|", T_OR },
		{ ">", T_GT },
		{ "<", T_LT },
		{ "=", T_EQ },
		{ "~", T_LIKE },
		{ "!", T_BANG },
		{ "(", T_LPAREN },
		{ ")", T_RPAREN },
		{ ",", T_COMMA },
		{ "[", T_LBRACKET },
		{ "]", T_RBRACKET },
	};
	size_t left = lx->len - lx->pos, at = lx->pos;

	for (size_t i = 0; i < LEN(signs); i++) {
		size_t n = strlen(signs[i].sign);

		if (n <= left && memcmp(lx->text + at, signs[i].sign, n) == 0) {
			lx->pos += n;
			push(lx, signs[i].kind, at);
			return;
		}
	}
	lex_word(lx);
}

struct tokens
query_lex(struct arena *a, enum query_lang lang, const char *text, size_t len)
{
	struct lexer lx = { .lang = lang, .arena = a, .text = text, .len = len };

	buf_init(&lx.word, QUERY_MAX_TEXT);
	while (lx.pos < len) {
		char c = text[lx.pos];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			lx.pos++;
		else if (c == '"' || c == '\'')
			lex_quoted(&lx);
		else
			lex_sign(&lx);
	}
	buf_release(&lx.word);
	push(&lx, T_END, len);
	lx.out.n--;
	return lx.out;
}

void
query_locate(const char *text, size_t len, size_t at, struct query_fault *f)
{
	size_t n;

	f->line = f->column = 1;
	for (size_t i = 0; i < at && i < len; i += n) {
		n = 1;
		if (text[i] == '\n') {
			f->line++;
			f->column = 1;
			continue;
		}
		utf8_next(text + i, len - i, &n);
		f->column++;
	}
}
