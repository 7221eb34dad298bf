/* The kinds are one table; each function below reads one column of it. */
#include "base/err.h"

#include <string.h>

static const struct {
	int exit;
	const char *word;
	bool retry;
} kinds[] = {
#define ERR_ROW(kind, exit, word, retry) [kind] = { exit, word, retry },
	ERR_KINDS(ERR_ROW)
#undef ERR_ROW
};

void
err_init(struct err *e, struct arena *a)
{
	*e = (struct err){ .kind = ERR_NONE, .arena = a };
}

bool
err_is_set(const struct err *e)
{
	return e->kind != ERR_NONE;
}

int
err_vset(struct err *e, enum err_kind kind, const char *fmt, va_list ap)
{
	if (e->kind != ERR_NONE)
		return -1;
	e->kind = kind;
	e->message = arena_vprintf(e->arena, fmt, ap);
	return -1;
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

void
err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	e->hint = arena_vprintf(e->arena, fmt, ap);
	va_end(ap);
}

void
err_context(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->kind == ERR_NONE)
		return;
	va_start(ap, fmt);
	e->message = arena_printf(e->arena, "%s: %s", arena_vprintf(e->arena, fmt, ap), e->message);
	va_end(ap);
}

void
err_clear(struct err *e)
{
	err_init(e, e->arena);
}

void
err_copy(struct err *to, const struct err *from)
{
	struct arena *a = to->arena;

	*to = *from;
	to->arena = a;
	to->message = arena_strdup(a, from->message);
	to->hint = arena_strdup(a, from->hint);
}

const char *
err_text(const struct err *e)
{
	if (e->message == NULL)
		return "";
	if (e->hint == NULL)
		return e->message;
	return arena_printf(e->arena, "%s%s%s", e->message, strchr(e->message, '\n') != NULL ? "\n" : " ", e->hint);
}

int
err_exit_code(enum err_kind kind)
{
	return kinds[kind].exit;
}

const char *
err_word(enum err_kind kind)
{
	return kinds[kind].word;
}

bool
err_retryable(enum err_kind kind)
{
	return kinds[kind].retry;
}
