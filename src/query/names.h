/* The fields and functions that every site has. Inside query/ only. */
#ifndef QUERY_NAMES_H
#define QUERY_NAMES_H

#include "query/ast.h"

enum name_type { NAME_ENUM, NAME_TEXT, NAME_USER, NAME_DATE, NAME_NUMBER, NAME_RANKED, NAME_ANY };

enum {
	NAME_FULL = 1 << 0,	/* always has a value: IS EMPTY makes no sense */
	NAME_HISTORY = 1 << 1,	/* WAS and CHANGED */
	NAME_LIKE = 1 << 2,	/* ~ beside = */
	NAME_PAST = 1 << 3,	/* a date that cannot lie in the future */
};

struct known_field {
	const char *name;
	enum name_type type;
	int flags;
};

struct known_function {
	const char *name;
	bool list;		/* gives several values: goes with IN, not with = */
};

/* Ends with a NULL name. */
const struct known_field *query_known_fields(enum query_lang);
const struct known_function *query_known_functions(enum query_lang);

const struct known_field *query_known_field(enum query_lang, const char *name);		/* NULL when it is none */
const struct known_function *query_known_function(enum query_lang, const char *name);

/* The field that people mean who write "owner" or "tags"; NULL when name is no such word. */
const char *query_field_meant(enum query_lang, const char *name);

#endif
