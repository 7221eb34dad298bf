/*
 * The syntax tree that JQL and CQL share, and what both parsers report.
 * Everything lives in the arena given to the parser. Strings are decoded (no
 * quotes, no escapes), valid UTF-8 and free of NUL; the printer quotes again as
 * needed, so text of a tree can never change its shape.
 *
 * Positions are byte offsets into the parsed text.
 */
#ifndef QUERY_AST_H
#define QUERY_AST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	QUERY_MAX_TEXT = 256 * 1024,	/* bytes of a query */
	QUERY_MAX_DEPTH = 64, 		/* parentheses in parentheses; NOTs in a row; lists in lists */
	QUERY_MAX_PRINT = 8 * QUERY_MAX_TEXT,	/* a printed query with its fence stays below */
};

enum query_lang { QUERY_JQL, QUERY_CQL };

enum query_op {
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_LIKE, OP_NOT_LIKE,			/* ~ !~ */
	OP_IN, OP_NOT_IN,
	OP_IS, OP_IS_NOT,			/* the operand is OPERAND_EMPTY */
	OP_WAS, OP_WAS_NOT, OP_WAS_IN, OP_WAS_NOT_IN,	/* with predicates */
	OP_CHANGED,				/* no operand, with predicates */
	OP_COUNT
};

enum operand_kind {
	OPERAND_VALUE,		/* text */
	OPERAND_EMPTY,		/* EMPTY or NULL */
	OPERAND_FUNCTION,	/* text(item[0], ...); arguments are OPERAND_VALUEs */
	OPERAND_LIST,		/* (item[0], ...) */
};

struct operand {
	enum operand_kind kind;
	bool number;		/* text was written as a bare number: an id comes before a name */
	bool quote;		/* print in quotes even where none are needed */
	const char *text;
	struct operand *item;
	size_t count;
	size_t at, end;
};

struct property {		/* [key].path of an entity property */
	struct operand key;
	struct operand *path;	/* with their dots, as written: ".all" */
	size_t path_count;
};

struct query_field {
	const char *name;	/* "status", "Story Points", "cf[10001]" */
	bool custom;		/* written cf[10001] */
	bool number;		/* written as a bare number */
	struct property *property;
	size_t property_count;
	size_t at, end;
};

enum predicate_kind { PRED_AFTER, PRED_BEFORE, PRED_ON, PRED_DURING, PRED_BY, PRED_FROM, PRED_TO };

struct predicate {
	enum predicate_kind kind;
	struct operand operand;
	size_t at;
};

enum clause_kind { CLAUSE_AND, CLAUSE_OR, CLAUSE_NOT, CLAUSE_TERM };

struct clause {
	enum clause_kind kind;
	struct clause **child;	/* AND, OR: two or more; NOT: one */
	size_t count;
	/* CLAUSE_TERM */
	struct query_field field;
	enum query_op op;
	size_t op_at;
	struct operand *operand;	/* NULL for OP_CHANGED only */
	struct predicate *predicate;
	size_t predicate_count;
	size_t at, end;
};

struct query_sort {
	struct query_field field;
	enum { SORT_DEFAULT, SORT_ASC, SORT_DESC } direction;
};

struct query {
	enum query_lang lang;
	struct clause *where;	/* NULL when the query has none */
	struct query_sort *sort;
	size_t sort_count;
};

/* Where a query is wrong. */
struct query_fault {
	size_t at;		/* offset of the first wrong byte; the length at the end of the query */
	size_t len;		/* of the wrong part, 0 at the end */
	unsigned line, column;	/* from 1; columns count characters */
};

#endif
