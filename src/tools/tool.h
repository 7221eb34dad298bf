/*
 * A tool is one TOOL(name, ...) block beside its handler. Its parameter table is the
 * JSON schema, the decoder into a typed struct, the messages for bad arguments, the
 * command line's flags and the manual page. scripts/collect gathers all blocks into
 * tool_table when the program is built.
 */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include "json/writer.h"
#include "net/call.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_type { PARAM_STRING, PARAM_INT, PARAM_BOOL, PARAM_LIST, PARAM_OBJECT, PARAM_ENUM, PARAM_OBJECTS };

enum {
	P_REQUIRED = 1 << 0,
	P_HIDDEN = 1 << 1,	/* accepted, but not in the schema: a peer's name for something we decide */
	P_TOOL_NAMES = 1 << 2,	/* PARAM_STRING: the schema lists the tools that tool_schema is given */
	P_JSON = 1 << 3,	/* PARAM_STRING: an object or a list is taken as its JSON text */
	P_MORE = 1 << 4,	/* seldom needed: in the schema that more_tools gives, not in the list of tools */
	P_CLEAR = 1 << 5,	/* PARAM_STRING: the word none empties the value, and reaches the handler as "" (see tool_decode) */
};

/* Small: the loader relocates some thousand of them at each start. */
struct param {
	const char *name;	/* NULL ends the table */
	const char *values;	/* PARAM_ENUM: the allowed words, comma-separated; the first is the default */
	const char *aliases;	/* other accepted names, comma-separated */
	const char *doc;	/* a few words; NULL when the name says all */
	int32_t min, max, dflt;	/* PARAM_INT; max 0: no limit. PARAM_BOOL: dflt alone */
	uint32_t max_len;	/* PARAM_STRING: bytes; 0: 4096. PARAM_OBJECTS and PARAM_LIST: entries; 0: 200 */
	uint16_t offset;	/* in the tool's argument struct */
	uint8_t type;		/* enum param_type */
	uint8_t flags;
};

/* The member's C type: const char * for STRING and ENUM, int64_t, bool, char ** (NULL-terminated, NULL when
 * absent) for LIST, json * for OBJECT, json * (an array of objects) for OBJECTS. */
#define P_STR(st, m, fl, ...) { .name = #m, .type = PARAM_STRING, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_INT(st, m, fl, ...) { .name = #m, .type = PARAM_INT, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_BOOL(st, m, fl, ...) { .name = #m, .type = PARAM_BOOL, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_LIST(st, m, fl, ...) { .name = #m, .type = PARAM_LIST, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_OBJ(st, m, fl, ...) { .name = #m, .type = PARAM_OBJECT, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_ENUM(st, m, fl, ...) { .name = #m, .type = PARAM_ENUM, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_OBJS(st, m, fl, ...) { .name = #m, .type = PARAM_OBJECTS, .offset = offsetof(st, m), .flags = (fl), __VA_ARGS__ }
#define P_END { .name = NULL }

struct tool {
	const char *name, *title;
	const char *doc;		/* one sentence; what it does, not its name again */
	const char *toolset;
	enum product product;
	enum effect effect;
	bool idempotent;		/* of a write: twice is the same as once */
	bool not_default;		/* not in the default surface */
	bool outside;			/* what it writes may be seen, or mailed, outside of the company: openWorldHint */
	bool dispatches;		/* its "tool" and "arguments" stand for a call of another one */
	enum deployment only;		/* DEPLOYMENT_AUTO: both have it */
	const char *scopes;		/* OAuth scopes, space-separated */
	size_t args_size;
	const struct param *params;
	const char *example;		/* arguments as JSON, for the manual; run by a test */
	int (*run)(struct call *, const void *args);
};

#define ARGS(st, table) .args_size = sizeof(st), .params = (table)
#define TOOL(n, ...) \
	extern const struct tool tool_##n; \
	const struct tool tool_##n = { .name = #n, __VA_ARGS__ }

extern const struct tool *const tool_table[];	/* all, by name; ends with NULL */

const struct tool *tool_find(const char *name);			/* NULL when there is none */
struct policy_subject tool_subject(const struct tool *);
const struct policy_subject *tool_subjects(struct arena *);	/* of all tools, for policy_new */

/*
 * Decodes arguments (a JSON object or NULL) into a struct of the tool's type, in the
 * call's arena. Accepts what clients really send: numbers as strings, lists as
 * comma-separated text, lists and objects as JSON text. ERR_INPUT names every wrong
 * argument at once, and for an unknown one the nearest name.
 *
 * An empty text is "not given" for every tool, because models fill in what they do not mean with "". What is to be emptied
 * is asked for by a word: "none" for a P_CLEAR parameter, which the handler then gets as "".
 */
int tool_decode(struct call *, const struct tool *, json *args, void **ret) ATTR_MUST;
/* The P_CLEAR parameters that are "" in args, "goal, name": to be told that this clears nothing. NULL: none. */
const char *tool_empty(struct arena *, const struct tool *, json *args);

/*
 * The tool's input schema as the next JSON value. further: NULL: the whole schema. Else the short one of the list, without
 * P_MORE parameters; further (ended by NULL) are the names for a P_TOOL_NAMES parameter.
 */
void tool_schema(const struct tool *, const struct tool *const *further, struct jw *);
/* The manual page as Markdown. */
void tool_manual(const struct tool *, struct buf *);

/* Arguments that every tool takes and no schema lists (the server's instructions say so once). */
struct tool_common {
	const char *format;	/* "md", "json", "table"; NULL: not given */
	int64_t max_tokens;	/* 0: not given */
	bool chart;		/* format "chart": sets the tool's parameter of that name */
	bool dry_run;		/* of a tool that writes: show, do not send */
};
/* Takes them out of args. */
int tool_common(struct call *, json *args, struct tool_common *ret) ATTR_MUST;

#endif
