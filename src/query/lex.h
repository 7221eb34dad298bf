/*
 * Tokens of JQL and CQL. Inside query/ only. The whole text becomes an array of
 * tokens at once, so that parser, hints and completion can look around freely.
 */
#ifndef QUERY_LEX_H
#define QUERY_LEX_H

#include "query/ast.h"

enum token_kind {
	T_END,
	T_LPAREN, T_RPAREN, T_COMMA, T_LBRACKET, T_RBRACKET,
	T_BANG, T_LT, T_GT, T_GE, T_LE, T_EQ, T_NE, T_LIKE, T_NOT_LIKE,
	T_STRING,	/* bare or quoted; text is decoded */
	T_NUMBER,	/* digits, with or without a minus */
	T_RESERVED,	/* a reserved word that means nothing */
	/* words with a meaning; & && | || are T_AND and T_OR */
	T_AND, T_OR, T_NOT, T_IN, T_IS, T_EMPTY, T_WAS, T_CHANGED, T_BEFORE, T_AFTER, T_FROM, T_TO, T_ON,
	T_DURING, T_ORDER, T_BY, T_ASC, T_DESC, T_CF,
	/* what no query holds */
	T_BAD_CHAR,	/* reserved or forbidden character outside quotes, unknown escape */
	T_BAD_QUOTED,	/* the same inside quotes */
	T_UNCLOSED,
};

struct token {
	enum token_kind kind;
	bool quoted;
	const char *text;	/* T_STRING, T_NUMBER: decoded; others NULL */
	size_t at, end;		/* the source, with its quotes; of bad tokens the bad part */
};

struct tokens {
	struct token *v;	/* ends with T_END */
	size_t n;		/* without the T_END */
};

/* text must be valid UTF-8 of at most QUERY_MAX_TEXT bytes. */
struct tokens query_lex(struct arena *, enum query_lang, const char *text, size_t len);

/* The keyword or T_RESERVED that a bare word is, in any case; T_STRING when it is neither, T_NUMBER for digits. */
enum token_kind query_word(enum query_lang, const char *word, size_t len);

/* May stand in a bare word. */
bool query_bare_char(enum query_lang, uint32_t cp);

void query_locate(const char *text, size_t len, size_t at, struct query_fault *ret);

#endif
