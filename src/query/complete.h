/*
 * What may come next in an unfinished query. Pure; works on any text, also on
 * one that is wrong before the place (then it answers for the last place that
 * made sense, or with nothing).
 */
#ifndef QUERY_COMPLETE_H
#define QUERY_COMPLETE_H

#include "query/jql.h"

enum { QUERY_MAX_WORDS = 100 };

enum query_expect {
	EXPECT_FIELD = 1 << 0,
	EXPECT_OPERATOR = 1 << 1,
	EXPECT_VALUE = 1 << 2,		/* a value of the field, or a function */
	EXPECT_LIST = 1 << 3,		/* '(' or a function of several values */
	EXPECT_EMPTY = 1 << 4,
	EXPECT_NOT = 1 << 5,
	EXPECT_IN = 1 << 6,		/* after NOT and WAS */
	EXPECT_JOINT = 1 << 7,		/* AND, OR, ORDER BY */
	EXPECT_CLOSE = 1 << 8,		/* ')' */
	EXPECT_PREDICATE = 1 << 9,	/* AFTER, BY, FROM ... */
	EXPECT_BY = 1 << 10,
	EXPECT_DIRECTION = 1 << 11,	/* ASC, DESC or ',' */
};

struct query_next {
	unsigned expect;	/* set of enum query_expect; 0: nothing fits */
	size_t from;		/* the word being written begins here; the place itself when none is */
	const char *prefix;	/* that word */
	const char *field;	/* EXPECT_VALUE, EXPECT_LIST: whose value; else NULL */
	const char
	    *words[QUERY_MAX_WORDS]; /* that begin with prefix, ready to insert; values of fields are the site's */
	size_t count;
};

/* at <= len: the place, in bytes. */
struct query_next *query_complete(
    struct arena *, enum query_lang, const char *text, size_t len, size_t at, const struct query_names *known);

#endif
