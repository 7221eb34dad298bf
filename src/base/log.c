/* A line is built whole in a bounded buffer and written with one write(2), so lines of
 * several processes on one stderr never mix. */
#include "base/log.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = 8192,
	LINE_END_BYTES = 64,	/* kept free: a cut line still gets its quote and its end */
};

static enum log_level threshold = LOG_WARN;
static const char *const names[] = { "error", "warn", "info", "debug" };

void
log_set_level(enum log_level level)
{
	threshold = level;
}

bool
log_enabled(enum log_level level)
{
	return level <= threshold;
}

int
log_level_parse(const char *name, enum log_level *ret)
{
	for (size_t i = 0; i < LEN(names); i++) {
		if (str_ieq(name, names[i])) {
			*ret = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

static void
add_value(struct buf *b, const char *v)
{
	bool quote = *v == '\0' || strpbrk(v, " \"=") != NULL;

	if (quote)
		buf_addc(b, '"');
	for (size_t left = strlen(v), n; left > 0; v += n, left -= n) {
		if (b->len > LINE_MAX_BYTES - LINE_END_BYTES) {
			buf_adds(b, "...");
			break;
		}
		utf8_next(v, left, &n);
		if (*v == '"' || *v == '\\')
			buf_addc(b, '\\');
		str_visible(b, v, n);
	}
	if (quote)
		buf_addc(b, '"');
}

void
log_write(enum log_level level, const char *event, const struct log_field *f)
{
	struct buf b;

	if (!log_enabled(level))
		return;
	buf_init(&b, LINE_MAX_BYTES);
	buf_addf(&b, "telamon %s %s", names[level], event);
	for (; f->key != NULL && b.len < LINE_MAX_BYTES / 2; f++) {
		buf_addf(&b, " %s=", f->key);
		if (f->text != NULL)
			add_value(&b, f->text);
		else
			buf_addf(&b, "%" PRId64, f->number);
	}
	buf_addc(&b, '\n');
	if (write(STDERR_FILENO, b.data, b.len) < 0) {
		/* stderr is gone; there is nowhere left to say so */
	}
	buf_release(&b);
}
