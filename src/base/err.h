/*
 * The error record. A function that fails returns -1 and fills one; the innermost
 * states the fact, callers add context, only the top reports it. Each kind states
 * the command line's exit code, the word in the audit line, and whether trying
 * the same thing again later can help.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>

/*	kind		exit	audit word	retry	meaning */
#define ERR_KINDS(X) \
	X(ERR_NONE,	0,	"ok",		0)	/* no error */ \
	X(ERR_INTERNAL,	1,	"internal",	0)	/* our own fault */ \
	X(ERR_USAGE,	2,	"usage",	0)	/* bad command line */ \
	X(ERR_INPUT,	2,	"invalid",	0)	/* bad argument, JQL, field value */ \
	X(ERR_CONFIG,	3,	"config",	0)	/* bad or missing configuration */ \
	X(ERR_AUTH,	4,	"auth",		0)	/* 401: credentials missing or refused */ \
	X(ERR_FORBIDDEN, 5,	"forbidden",	0)	/* 403: the account may not */ \
	X(ERR_DENIED,	5,	"denied",	0)	/* our policy says no */ \
	X(ERR_NOT_FOUND, 6,	"not_found",	0)	/* 404, or outside the fence */ \
	X(ERR_CONFLICT,	7,	"conflict",	0)	/* 409, changed meanwhile */ \
	X(ERR_IGNORED,	7,	"ignored",	0)	/* accepted, but the site did not do it */ \
	X(ERR_RATE,	8,	"rate_limited",	1)	/* 429 after the retries */ \
	X(ERR_BUSY,	8,	"busy",		1)	/* too many calls in flight here */ \
	X(ERR_NETWORK,	9,	"network",	1)	/* DNS, connect, reset */ \
	X(ERR_TLS,	9,	"tls",		0)	/* certificate or handshake */ \
	X(ERR_TIMEOUT,	10,	"timeout",	1)	/* our deadline passed */ \
	X(ERR_UPSTREAM,	11,	"upstream",	1)	/* 5xx */ \
	X(ERR_PROTOCOL,	11,	"protocol",	0)	/* HTML, cut or broken JSON, wrong service */ \
	X(ERR_TOO_LARGE, 12,	"too_large",	0)	/* a limit of ours */ \
	X(ERR_UNKNOWN_OUTCOME, 13, "unknown",	0)	/* a write that may have been executed */ \
	X(ERR_INPUT_REQUIRED, 14, "input_required", 0)	/* unwinds a call until the client has answered a question */ \
	X(ERR_DRY_RUN,	0,	"dry_run",	0)	/* unwinds a call whose first write was shown instead of sent */ \
	X(ERR_CAPABILITY, 14,	"capability",	0)	/* the client can't do what the call needs */ \
	X(ERR_CANCELLED, 130,	"cancelled",	0)	/* by the client */

enum err_kind {
#define ERR_ENUM(kind, exit, word, retry) kind,
	ERR_KINDS(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
	enum err_kind kind;
	int http_status;	/* of the upstream answer, 0 if none */
	int retry_after;	/* seconds, 0 if unknown */
	const char *message;	/* what is wrong, one sentence or several lines */
	const char *hint;	/* what to do next; may be NULL */
	struct arena *arena;	/* where the texts live */
};

void err_init(struct err *, struct arena *);
bool err_is_set(const struct err *);
/* Sets kind and message; always returns -1, so: return err_set(e, ...). An error already set stays. */
int err_set(struct err *, enum err_kind, const char *fmt, ...) ATTR_PRINTF(3, 4);
int err_vset(struct err *, enum err_kind, const char *fmt, va_list) ATTR_PRINTF(3, 0);
void err_hint(struct err *, const char *fmt, ...) ATTR_PRINTF(2, 3);	/* replaces the hint */
void err_context(struct err *, const char *fmt, ...) ATTR_PRINTF(2, 3);	/* message becomes "context: message" */
void err_clear(struct err *);
/* Copies from into to, texts into to's arena. */
void err_copy(struct err *to, const struct err *from);
/* "message hint" as one text for a reader. In the record's arena. */
const char *err_text(const struct err *);

int err_exit_code(enum err_kind);
const char *err_word(enum err_kind);
bool err_retryable(enum err_kind);

#endif
